"""The people a referral is about: children, and for the LADO the adult of concern."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from portal.domain.child_numbers import NhsNumber, Upn, faults_of_numbers, put_in_one_form
from portal.domain.facts import Facts, Name, line
from portal.domain.refusals import Fault

OLDEST_CHILD = 25  # years: services for disabled young people and care leavers end at 25 (domain.md 7.7)
ADULT = 18  # years
OLDEST = 120  # years
LONGEST_PREGNANCY = timedelta(weeks=42)


class PersonDetails(Facts, frozen=True, kw_only=True):
    """A name, or that it is not known and what the person looks like or is called by."""

    given_name: Annotated[Name, Meta(title="First name", examples=["Amara"])] = ""
    family_name: Annotated[Name, Meta(title="Last name", examples=["Okafor"])] = ""
    name_not_known: Annotated[bool, Meta(title="I do not know the name")] = False
    description: Annotated[
        str,
        line("What you know instead of a name", "A boy of about six in a red coat, lives above the shop", longest=1000),
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

    born: Annotated[date, Meta(title="Date of birth", examples=["2017-03-27"])] | None = None
    estimated_age: Annotated[int, Meta(title="Estimated age in years", ge=0, le=OLDEST, examples=[6])] | None = None
    due: Annotated[date, Meta(title="Due date, if not yet born", examples=["2027-03-01"])] | None = None
    was_child_then: Annotated[
        bool, Meta(title="Was a child then", description="An adult now, but a child when it happened (LADO only).")
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

    born: Annotated[date, Meta(title="Date of birth, if you know it", examples=["1984-11-14"])] | None = None
    job_title: Annotated[str, line("Job or volunteer role", "Swimming coach")] = ""
    employer: Annotated[str, line("Employer or organisation", "Severnmouth Swimming Club", longest=200)] = ""
    phone: Annotated[str, line("Phone number", "01632 960 142", longest=40)] = ""

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
