"""The two short forms beside the three: feedback about a service received, and becoming a foster carer (guide G24).

They are no referrals: nobody has to be named, and neither a child nor an address is asked for.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import msgspec

from portal.domain.facts import Facts
from portal.domain.forms.answering import missing, not_asked
from portal.domain.forms.asked import AskedSection, questions_of
from portal.domain.forms.question import Data, ask, ask_line, ask_story
from portal.domain.refusals import Fault
from portal.domain.services import Capacity

MAILBOX = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
REACH = "So that we can answer you. You need no account for that."


class EnquiryKind(StrEnum):
    """Which of the two it is."""

    SERVICE_FEEDBACK = "service_feedback"
    FOSTER_ENQUIRY = "foster_enquiry"


class EnquiryForm(Facts, frozen=True, kw_only=True):
    """What both have. It is sent at once, so whatever must be answered is asked for when it comes."""

    KIND: ClassVar[EnquiryKind]
    TITLE: ClassVar[str]

    name: Annotated[str, ask_line("Your name", example="Kamil Nowak", longest=200, why=REACH, data=Data.ENQUIRY)] = ""
    email: Annotated[
        str, ask_line("E-mail address", example="kamil.nowak@post.example", longest=254, why=REACH, data=Data.ENQUIRY)
    ] = ""
    phone: Annotated[
        str, ask_line("Phone number", example="01632 960 055", longest=40, why=REACH, data=Data.ENQUIRY)
    ] = ""

    @property
    def written_as(self) -> Capacity:
        """In which capacity it is written."""
        return Capacity.SELF

    @property
    def to_be_answered(self) -> bool:
        """Whether its sender waits for an answer."""
        return True

    def faults(self, today: date) -> Iterator[Fault]:
        section, answers = asked(type(self)), msgspec.to_builtins(self)
        yield from missing(section, answers, self.written_as)
        yield from not_asked(section.questions, answers)
        if self.email and not MAILBOX.fullmatch(self.email):
            yield Fault("/email", "Enter an e-mail address like name@example.com.")

    def _unreachable(self) -> Iterator[Fault]:
        if not self.email and not self.phone:
            yield Fault("/email", "Give an e-mail address or a phone number, so that we can answer you.")


class ServiceFeedback(EnquiryForm, frozen=True, kw_only=True):
    """What somebody says about a service that they, or their children, received."""

    KIND = EnquiryKind.SERVICE_FEEDBACK
    TITLE = "Feedback about a service"

    capacity: Annotated[
        Capacity,
        ask(
            "I am completing this form as a",
            hint="Whether you had the service yourself, somebody close to you had it, or you work with it.",
            why="So that we know whose experience we read.",
            data=Data.ENQUIRY,
        ),
    ]
    which_service: Annotated[
        str,
        ask_line(
            "Which service is it about?",
            example="Family support in Averbourne",
            longest=200,
            why="So that your words reach the people who can act on them.",
            data=Data.ENQUIRY,
            required=True,
            missing="Say which service it is about.",
        ),
    ] = ""
    went_well: Annotated[
        str,
        ask_story(
            "What went well?",
            why="So that what helps goes on.",
            data=Data.ENQUIRY_SPECIAL,
            example="She listened to us.",
        ),
    ] = ""
    could_be_better: Annotated[
        str,
        ask_story(
            "What could be better?",
            hint="If you are worried about a child now, do not write it here: call us, or start a referral.",
            why="So that we can put it right.",
            data=Data.ENQUIRY_SPECIAL,
            example="We told our story to four people.",
        ),
    ] = ""
    wants_answer: Annotated[
        bool, ask("Would you like an answer?", why="You need not tell us who you are if not.", data=Data.ENQUIRY)
    ] = False

    @property
    def written_as(self) -> Capacity:
        return self.capacity

    @property
    def to_be_answered(self) -> bool:
        return self.wants_answer

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        if not self.went_well and not self.could_be_better:
            yield Fault("/went_well", "Tell us what went well or what could be better.")
        if self.wants_answer:
            yield from self._unreachable()


class FosterEnquiry(EnquiryForm, frozen=True, kw_only=True):
    """What somebody tells who thinks of becoming a foster carer."""

    KIND = EnquiryKind.FOSTER_ENQUIRY
    TITLE = "Becoming a foster carer"

    name: Annotated[
        str,
        ask_line(
            "Your name",
            example="Kamil Nowak",
            longest=200,
            why=REACH,
            data=Data.ENQUIRY,
            required=True,
            missing="Enter your name.",
        ),
    ] = ""
    postcode: Annotated[
        str,
        ask_line(
            "Your postcode",
            example="ZZ1 4QP",
            longest=10,
            why="So that the team nearest to you answers.",
            data=Data.ENQUIRY,
        ),
    ] = ""
    spare_room: Annotated[
        bool | None,
        ask(
            "Is there a spare bedroom in your home?",
            why="Most children need a room of their own. It is no condition for talking with us.",
            data=Data.ENQUIRY,
        ),
    ] = None
    fostered_before: Annotated[
        bool | None,
        ask("Have you fostered before?", why="So that we do not tell you what you know.", data=Data.ENQUIRY),
    ] = None
    wants_to_know: Annotated[
        str,
        ask_story(
            "What would you like to know?",
            example="Whether I can foster while I work part-time.",
            why="So that the right person answers.",
            data=Data.ENQUIRY,
        ),
    ] = ""
    best_time: Annotated[
        str,
        ask_line(
            "When is it best to ring you?",
            example="Weekdays after 4pm",
            why="So that we reach you.",
            data=Data.ENQUIRY,
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        yield from self._unreachable()


SHORT_FORMS: tuple[type[EnquiryForm], ...] = (ServiceFeedback, FosterEnquiry)


def asked(form: type[EnquiryForm]) -> AskedSection:
    """A short form as plain data: its questions, in order."""
    return AskedSection(name=form.KIND.value, title=form.TITLE, questions=questions_of(form))


def told(form: EnquiryForm) -> dict[str, Any]:
    """The answers by name, as they are shown."""
    found: dict[str, Any] = msgspec.to_builtins(form)
    return found
