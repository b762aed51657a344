"""The people a referral is about: children, and for the LADO the adult of concern."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from portal.domain.child_numbers import NhsNumber, Upn, faults_of_numbers, put_in_one_form
from portal.domain.facts import Facts
from portal.domain.forms.question import Data, ask, ask_line
from portal.domain.refusals import Fault

OLDEST_CHILD = 25  # years: services for disabled young people and care leavers end at 25 (domain.md 7.7)
ADULT = 18  # years
OLDEST = 120  # years
LONGEST_PREGNANCY = timedelta(weeks=42)


class PersonDetails(Facts, frozen=True, kw_only=True):
    """A name, or that it is not known and what the person looks like or is called by."""

    given_name: Annotated[
        str, ask_line("First name", example="Amara", why="To know who it is about.", data=Data.PERSONAL)
    ] = ""
    family_name: Annotated[
        str, ask_line("Last name", example="Okafor", why="To know who it is about.", data=Data.PERSONAL)
    ] = ""
    name_not_known: Annotated[
        bool, ask("I do not know the name", why="You can tell us even if you do not know a name.", data=Data.PERSONAL)
    ] = False
    description: Annotated[
        str,
        ask_line(
            "What you know instead of a name",
            example="A boy of about six in a red coat, lives above the shop",
            longest=1000,
            why="So that we can find out who it is.",
            data=Data.PERSONAL,
            when=("name_not_known", True),
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        named = bool(self.given_name or self.family_name)
        if named and self.name_not_known:
            yield Fault("/name_not_known", "Give a name, or say that you do not know it, not both.")
        if not named and not self.name_not_known:
            yield Fault("/given_name", "Enter the name, or say that you do not know it.")
        if self.name_not_known and not self.description:
            yield Fault("/description", "Tell us what you know about this person, since you do not know the name.")

    @property
    def initials(self) -> str:
        """What a list may show of somebody until the referral is opened."""
        return "".join(name[0].upper() for name in (self.given_name, self.family_name) if name) or "?"

    @property
    def called(self) -> str:
        """What to call this person on the referrer's own pages."""
        return " ".join(filter(None, (self.given_name, self.family_name))) or "Name not known"


class ChildDetails(PersonDetails, frozen=True, kw_only=True):
    """A child or an unborn child: exactly one of date of birth, estimated age and due date."""

    born: (
        Annotated[
            date,
            ask(
                "Date of birth",
                hint="For example, 27 3 2017",
                example="2017-03-27",
                why="To know which child it is, and what help fits their age.",
                data=Data.PERSONAL,
            ),
        ]
        | None
    ) = None
    estimated_age: (
        Annotated[
            int,
            ask(
                "Estimated age in years",
                ge=0,
                le=OLDEST,
                example=6,
                why="An age that you guess is better than none.",
                data=Data.PERSONAL,
            ),
        ]
        | None
    ) = None
    due: (
        Annotated[
            date,
            ask(
                "Due date, if not yet born",
                example="2027-03-01",
                why="We can help before a child is born.",
                data=Data.SPECIAL,
            ),
        ]
        | None
    ) = None
    was_child_then: Annotated[
        bool,
        ask(
            "Was a child then",
            hint="An adult now, but a child when it happened (LADO only).",
            why="It still matters what happened to somebody who is grown up now.",
            data=Data.PERSONAL,
        ),
    ] = False
    upn: Upn = ""
    nhs_number: NhsNumber = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        put_in_one_form(self)

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        given = [self.born, self.estimated_age, self.due]
        if sum(answer is not None for answer in given) != 1:
            yield Fault("/born", "Give one of these: a date of birth, an estimated age, or a due date.")
        if self.born and self.born > today:
            yield Fault("/born", "The date of birth must be today or in the past. For an unborn child give a due date.")
        if self.due and abs(self.due - today) > LONGEST_PREGNANCY:
            yield Fault("/due", "The due date must be within 42 weeks of today.")
        yield from self._faults_of_age(today)
        yield from faults_of_numbers(self.upn, self.nhs_number)

    def _faults_of_age(self, today: date) -> Iterator[Fault]:
        years, at = age(self, today), "/estimated_age" if self.born is None else "/born"
        if self.was_child_then and (years is None or years < ADULT):
            yield Fault("/was_child_then", "Only choose this for somebody who is 18 or older now.")
        elif not self.was_child_then and years is not None and years > OLDEST_CHILD:
            yield Fault(at, f"A child must be {OLDEST_CHILD} or younger. Check the age.")
        elif years is not None and years > OLDEST:
            yield Fault(at, "Check the year of birth.")


class Child(ChildDetails, frozen=True, kw_only=True):
    """A child on a referral."""

    id: UUID


class AdultDetails(PersonDetails, frozen=True, kw_only=True):
    """The adult of concern: somebody who works or volunteers with children (LADO, domain.md 6.3)."""

    born: (
        Annotated[
            date,
            ask("Date of birth, if you know it", example="1984-11-14", why="To know who it is.", data=Data.PERSONAL),
        ]
        | None
    ) = None
    job_title: Annotated[
        str,
        ask_line(
            "Job or volunteer role",
            example="Swimming coach",
            why="It shows how they meet children.",
            data=Data.PERSONAL,
        ),
    ] = ""
    employer: Annotated[
        str,
        ask_line(
            "Employer or organisation",
            example="Severnmouth Swimming Club",
            longest=200,
            why="The employer must keep children safe while we find out.",
            data=Data.PERSONAL,
        ),
    ] = ""
    phone: Annotated[
        str,
        ask_line("Phone number", example="01632 960 142", longest=40, why="To know who it is.", data=Data.PERSONAL),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        if self.born and self.born > today:
            yield Fault("/born", "The date of birth must be in the past.")


class Adult(AdultDetails, frozen=True, kw_only=True):
    """The adult of concern on a LADO referral."""

    id: UUID


def age(child: ChildDetails, today: date) -> int | None:
    """Whole years, from the date of birth or as estimated; None for an unborn child."""
    return _years(child.born, today) if child.born else child.estimated_age


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
