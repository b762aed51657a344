"""What people tell the portal beside the questions of the forms, for the data map: why, and what kind of data it is.

The questions themselves carry that (domain/forms/question.py). These fields have their words with the Struct that takes
them, and their reason here.
"""

from collections.abc import Mapping

import msgspec

from portal.domain.addresses import AddressByHand
from portal.domain.enquiry import Answer
from portal.domain.forms.asked import unwrapped
from portal.domain.forms.question import Data
from portal.domain.referral_parts import Amendment, CaseRecord, Feedback
from portal.http.api.accounts import Registration
from portal.http.api.addresses import AddressTyped, ChildElsewhere, CopiedFrom, FoundAddressChosen, NoAddress
from portal.http.api.audit import ReplayRequest
from portal.http.api.casework import Confirmation
from portal.http.api.documents import Description
from portal.http.api.exceptions import LetIn
from portal.http.api.own_account import ChangedDetails, ChangedEmail
from portal.http.api.people import DeclareCapacity
from portal.http.api.referrals import ConsentTakenBack, Declaration, StartReferral, Withdrawal
from portal.http.api.staff import Disabling, NewStaff, StaffDetails

Struct = type[msgspec.Struct]


class Given(msgspec.Struct, frozen=True):
    """A field of those that take it. `title`: its words, where no Struct has them."""

    why: str
    data: Data
    title: str = ""


class Beside(msgspec.Struct, frozen=True):
    """What is told at one place. `name` is how it is kept, before the name of each field."""

    title: str
    name: str
    taken_by: tuple[Struct, ...]
    given: Mapping[str, Given]

    def titled(self, name: str) -> str:
        """The words of a field."""
        return self.given[name].title or next(filter(None, (_title(kind, name) for kind in self.taken_by)), "")


PERSONAL, SPECIAL, ABOUT_FORM = Data.PERSONAL, Data.SPECIAL, Data.ABOUT_FORM
FINDS = Given("So that we can visit and write, and know which council answers for the child.", PERSONAL)
ALSO_FOR = Given("So that brothers and sisters need not be filled in one by one.", PERSONAL)
REACHED = Given("So that codes and answers reach their owner and nobody else.", ABOUT_FORM)
AT_WORK = Given("So that we know in which work somebody tells us something, and can check it.", ABOUT_FORM)
ON_RECORD = Given("Who looks at what is held on a family answers for it.", ABOUT_FORM)

BESIDE: tuple[Beside, ...] = (
    Beside(
        "The start and the end of a form",
        "referral",
        (StartReferral, Declaration, DeclareCapacity),
        {
            "service": Given("It decides what is asked and who reads it.", ABOUT_FORM),
            "declaration": Given("So that whoever sends it has said that it is true.", ABOUT_FORM),
            "also_for": ALSO_FOR,
        },
    ),
    Beside(
        "Addresses",
        "address",
        (AddressTyped, FoundAddressChosen, NoAddress, CopiedFrom, AddressByHand),
        {
            "lines": FINDS,
            "town": FINDS,
            "postcode": FINDS,
            "uprn": FINDS,
            "place": Given("For an adult who works with children the workplace decides who answers.", PERSONAL),
            "secret": Given("So that nobody tells it to somebody the family hides from.", SPECIAL),
            "why": Given("A child without a home, or of whom nobody knows where, is told apart.", SPECIAL),
            "from_person": Given(
                "So that an address is given once for all who live there.", PERSONAL, "Whose it is too"
            ),
            "also_for": ALSO_FOR,
        },
    ),
    Beside(
        "Where a child is staying",
        "whereabouts",
        (ChildElsewhere,),
        {
            "staying": Given("A child who is not at home must be found.", SPECIAL),
            "uprn": FINDS,
            "address": msgspec.structs.replace(FINDS, title="The address of that place"),
            "secret": Given("So that nobody tells it to somebody the child hides from.", SPECIAL),
            "also_for": ALSO_FOR,
        },
    ),
    Beside(
        "Adding to what was sent",
        "amendment",
        (Amendment,),
        {
            "text": Given("What is learned later may matter more than what was sent.", SPECIAL),
            "why": Given("So that whoever reads both knows which of them holds.", PERSONAL),
        },
    ),
    Beside(
        "Taking a referral back",
        "withdrawal",
        (Withdrawal,),
        {"why": Given("A child whose referral is taken back may still need help.", SPECIAL)},
    ),
    Beside(
        "Taking back an agreement",
        "consent_withdrawal",
        (ConsentTakenBack,),
        {"why": Given("So that staff know what the family agrees to now.", SPECIAL)},
    ),
    Beside(
        "Documents",
        "document",
        (Description,),
        {
            "name": Given("So that a file is found again among others.", SPECIAL, "The name of the file"),
            "description": Given("So that staff know what it shows before they open it.", SPECIAL, "What it shows"),
            "content": Given("Assessments, plans and pictures say what a form cannot.", SPECIAL, "The file itself"),
        },
    ),
    Beside(
        "The account",
        "account",
        (Registration, ChangedDetails, ChangedEmail),
        {
            "kind": Given("It decides whether work is asked about.", ABOUT_FORM),
            "name": Given("So that we know who sent a referral, and ask the right person.", ABOUT_FORM),
            "email": REACHED,
            "phone": Given("So that we can ring back when there is no time for letters.", ABOUT_FORM),
            "organisation": AT_WORK,
            "organisation_kind": msgspec.structs.replace(AT_WORK, title="Kind of organisation"),
            "role": AT_WORK,
        },
    ),
    Beside(
        "Accounts of the council's staff",
        "staff",
        (NewStaff, StaffDetails, Disabling),
        {
            "name": ON_RECORD,
            "email": REACHED,
            "phone": Given("So that colleagues can ask them.", ABOUT_FORM),
            "roles": Given("They decide what somebody may read.", ABOUT_FORM),
            "why": Given("So that it can be explained later why an account was shut.", ABOUT_FORM),
        },
    ),
    Beside(
        "What staff answer",
        "feedback",
        (Feedback,),
        {
            "child_id": Given("An answer may be about one child of several.", PERSONAL),
            "outcome": Given("Whoever told us learns what was decided (Working Together).", SPECIAL),
            "what_happens_next": Given("So that nobody waits without knowing for what.", SPECIAL),
            "whom_to_ring": Given("So that questions reach whoever can answer them.", PERSONAL),
            "how_to_disagree": Given("So that a decision can be questioned.", PERSONAL),
        },
    ),
    Beside(
        "Where a referral is kept in the case system",
        "case_record",
        (CaseRecord,),
        {
            "system": Given("So that the record is found again.", PERSONAL),
            "number": Given("So that the record is found again.", PERSONAL),
            "child_id": Given("Each child may have a record of their own.", PERSONAL),
        },
    ),
    Beside(
        "Making sure of a professional",
        "confirmation",
        (Confirmation,),
        {"how": Given("So that nobody passes for a professional who is none.", ABOUT_FORM)},
    ),
    Beside(
        "The answer to feedback or a fostering enquiry",
        "enquiry_answer",
        (Answer,),
        {"how": Given("So that colleagues know that somebody was answered.", Data.ENQUIRY)},
    ),
    Beside(
        "Who was let into a referral, and what auditors looked at",
        "access",
        (LetIn, ReplayRequest),
        {
            "account": ON_RECORD,
            "days": ON_RECORD,
            "reason": ON_RECORD,
            "version": msgspec.structs.replace(ON_RECORD, title="Up to which event"),
            "instant": msgspec.structs.replace(ON_RECORD, title="As at which time"),
        },
    ),
)


def _title(kind: Struct, name: str) -> str:
    found = next((field for field in msgspec.structs.fields(kind) if field.name == name), None)
    return next((meta.title for meta in unwrapped(found.type)[0] if meta.title), "") if found else ""
