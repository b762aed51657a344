"""Who may do what: one table of parties and acts, with the parts of a record that each is shown. What is not in it is
refused. The application's functions ask it, the API's routes are named in it (http/acts.py), and the tests walk it.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from portal.domain.account_details import Role
from portal.domain.enquiry_forms import EnquiryKind
from portal.domain.services import Service


class Standing(StrEnum):
    """Who somebody is without any role: nobody known, or the owner of an account."""

    ANYBODY = "anybody"
    APPLICANT = "applicant"


Party = Standing | Role


class Act(StrEnum):
    """Everything that can be done."""

    LOOK_AROUND = "look around"  # what is there for everybody: health, the API's description, an address by postcode
    SIGN_IN = "sign in"  # register, sign in and out, forgotten passwords, invitations
    KNOW_ONESELF = "know oneself"  # one's own account
    START = "start a referral"
    READ_OWN = "read one's own referral"
    FILL_IN = "fill in one's own referral"
    ATTACH = "attach documents to one's own referral, read and remove them"
    SEND = "send one's own referral, add to it, withdraw it"
    LIST_OWN = "list one's own referrals"
    LIST_DESK = "list what has arrived"
    SEARCH = "search what has arrived by a person"
    COUNT = "count what has arrived"
    OPEN = "open a referral"
    OPEN_DOCUMENT = "open a document of a referral"
    ANSWER = "acknowledge and answer a referral"
    CONFIRM = "confirm who sent a referral"
    TAKE = "take a referral out, on paper or into the case system"
    TRAIL = "see who did what and when to a referral"
    REPLAY = "replay a referral"
    LET_IN = "let somebody open a referral by way of exception"
    ENQUIRE = "send feedback about a service, or ask about fostering"
    LIST_ENQUIRIES = "list feedback and fostering enquiries"
    OPEN_ENQUIRY = "open feedback or a fostering enquiry"
    ANSWER_ENQUIRY = "mark feedback or a fostering enquiry as answered"
    LIST_STAFF = "list staff"
    ADMINISTER = "invite staff, change their names, grant and revoke roles, disable accounts, end sessions"


class Part(StrEnum):
    """What a record of a referral consists of, as far as it differs who is shown it."""

    LISTED = "listed"  # what a list may show: initials, ages, how it stands
    FORM = "form"  # what the referrer said, and what they were answered
    REFERRER = "referrer"  # who referred it and how to reach them
    ENVELOPE = "envelope"  # what happened when, by whom: nothing of what it says
    OFFICE = "office"  # what the council notes on it for itself
    CONTENT = "content"  # what events say, and the form as they made it


class Whose(StrEnum):
    """Which referrals an act is about."""

    NONE = "none"
    OWN = "one's own"
    SERVICE = "sent to a service one sees"
    SENT = "any that was sent"
    ENQUIRY = "feedback and fostering enquiries of a kind one answers, no referrals"


class Rule(msgspec.Struct, frozen=True):
    """Who may do one act, and what of a referral the answer shows to each. `fresh`: only with a second factor shown
    within the last minutes."""

    shows: Mapping[Party, frozenset[Part]]
    whose: Whose = Whose.NONE
    fresh: bool = False


def _all(parties: tuple[Party, ...], *parts: Part) -> dict[Party, frozenset[Part]]:
    return {party: frozenset(parts) for party in parties}


ANYBODY, APPLICANT = (Standing.ANYBODY,), (Standing.APPLICANT,)
WHOLE = (Part.FORM, Part.REFERRER, Part.OFFICE)
DESK = (Role.WORKER, Role.MANAGER, Role.LADO, Role.LADO_MANAGER)
TEAMS = (Role.SERVICE_FEEDBACK, Role.FOSTERING)
MAY: Mapping[Act, Rule] = {
    Act.LOOK_AROUND: Rule(_all(ANYBODY)),
    Act.SIGN_IN: Rule(_all(ANYBODY)),
    Act.KNOW_ONESELF: Rule(_all(APPLICANT)),
    Act.START: Rule(_all(ANYBODY, Part.FORM)),
    Act.READ_OWN: Rule(_all(ANYBODY, Part.FORM), Whose.OWN),
    Act.FILL_IN: Rule(_all(ANYBODY, Part.FORM), Whose.OWN),
    Act.ATTACH: Rule(_all(APPLICANT, Part.FORM), Whose.OWN),
    Act.SEND: Rule(_all(APPLICANT, Part.FORM), Whose.OWN),
    Act.LIST_OWN: Rule(_all(APPLICANT)),
    Act.LIST_DESK: Rule(_all(DESK, Part.LISTED)),
    Act.SEARCH: Rule(_all(DESK, Part.LISTED)),
    Act.COUNT: Rule(_all(DESK)),
    Act.OPEN: Rule(_all(DESK, *WHOLE), Whose.SERVICE),
    Act.OPEN_DOCUMENT: Rule(_all(DESK, Part.FORM), Whose.SERVICE),
    Act.ANSWER: Rule(_all(DESK, *WHOLE), Whose.SERVICE),
    Act.CONFIRM: Rule(_all(DESK, *WHOLE), Whose.SERVICE),
    Act.TAKE: Rule(_all(DESK, *WHOLE), Whose.SERVICE),
    Act.TRAIL: Rule(_all((Role.AUDITOR,), Part.ENVELOPE), Whose.SENT),
    Act.REPLAY: Rule(_all((Role.AUDITOR,), Part.ENVELOPE, Part.CONTENT, Part.FORM), Whose.SENT),
    Act.LET_IN: Rule(_all((Role.LADO_MANAGER,)), Whose.SENT, fresh=True),
    Act.ENQUIRE: Rule(_all(ANYBODY)),
    Act.LIST_ENQUIRIES: Rule(_all(TEAMS)),
    Act.OPEN_ENQUIRY: Rule(_all(TEAMS), Whose.ENQUIRY),
    Act.ANSWER_ENQUIRY: Rule(_all(TEAMS), Whose.ENQUIRY),
    Act.LIST_STAFF: Rule(_all((Role.ADMINISTRATOR, Role.LADO_MANAGER))),
    Act.ADMINISTER: Rule(_all((Role.ADMINISTRATOR,)), fresh=True),
}
NOBODY = Rule({})

SEES: Mapping[Role, frozenset[Service]] = {
    Role.WORKER: frozenset({Service.EARLY_HELP, Service.SOCIAL_CARE}),
    Role.MANAGER: frozenset({Service.EARLY_HELP, Service.SOCIAL_CARE}),
    Role.LADO: frozenset({Service.LADO}),
    Role.LADO_MANAGER: frozenset({Service.LADO}),
}

ANSWERS: Mapping[Role, EnquiryKind] = {
    Role.SERVICE_FEEDBACK: EnquiryKind.SERVICE_FEEDBACK,
    Role.FOSTERING: EnquiryKind.FOSTER_ENQUIRY,
}

# The keys under which each part stands in an answer of the API. A key that stands under no part is refused by a test.
KEYS: Mapping[Part, frozenset[str]] = {
    Part.LISTED: frozenset(
        {
            *("referrals", "next", "tabs", "more"),
            *("id", "service", "status", "urgent", "reference", "received_at", "acknowledged_at", "changed_at"),
            *("children", "adult", "referrer", "referrer_not_verified", "cannot_be_read"),
            *("documents", "documents_waiting", "documents_infected"),
        }
    ),
    Part.FORM: frozenset(
        {
            *("referral", "id", "service", "people", "no_particular_child", "offered_capacity", "danger"),
            *("whom_to_ring", "answers", "consent", "missing", "outside", "state_tokens", "ends_at"),
            *("full_text_until", "submission", "amendments", "withdrawn", "consent_withdrawn"),
            *("acknowledged_at", "feedback", "feedback_withheld", "documents", "document_limits"),
        }
    ),
    Part.REFERRER: frozenset({"referrer"}),
    Part.OFFICE: frozenset({"case_records"}),
    Part.ENVELOPE: frozenset({"events", "openings", "version", "position", "topic", "recorded_at", "actor"}),
    Part.CONTENT: frozenset({"referral", "what", "why_unreadable", "why_no_referral"}),
}


def rule_of(act: Act) -> Rule:
    """The rule of an act; one that nobody wrote down is nobody's to do."""
    return MAY.get(act, NOBODY)


def parts_shown(act: Act, parties: frozenset[Party]) -> frozenset[Part] | None:
    """What of a referral these parties are shown when they do this; None where none of them may."""
    found = [rule_of(act).shows[party] for party in parties if party in rule_of(act).shows]
    return frozenset().union(*found) if found else None


def services_seen(roles: frozenset[Role]) -> frozenset[Service]:
    """The services whose referrals these roles see; LADO referrals are for LADO staff only, in counts and lists too."""
    return frozenset().union(*(SEES.get(role, frozenset()) for role in roles))


def kinds_seen(roles: frozenset[Role]) -> frozenset[EnquiryKind]:
    """The short forms that these roles read and answer: feedback its team, fostering the fostering team, and nobody
    else."""
    return frozenset(ANSWERS[role] for role in roles if role in ANSWERS)
