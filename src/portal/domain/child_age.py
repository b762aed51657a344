"""Who a child is: the name, how old, and the numbers that schools and doctors know it by."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from portal.domain.child_numbers import NhsNumber, Upn, faults_of_numbers, put_in_one_form
from portal.domain.forms.question import NOT_ABOUT_ME, PART_OF_DATE, Data, Words, ask
from portal.domain.person import PersonDetails
from portal.domain.refusals import Fault
from portal.domain.services import Capacity, Service

OLDEST_CHILD = 25  # years: services for disabled young people and care leavers end at 25 (domain.md 7.7)
ADULT = 18  # years
OLDEST = 120  # years
MIDDLE = 15  # of a month: the day that the Department for Education counts with where none is known
HOW_OLD = ("born", "born_about", "estimated_age")
LONGEST_PREGNANCY = timedelta(weeks=42)


class ChildBasics(PersonDetails, frozen=True, kw_only=True):
    """A child or an unborn child: exactly one of the ways to say how old it is."""

    born: (
        Annotated[
            date,
            ask(
                "Date of birth",
                hint="For example, 27 3 2017",
                example="2017-03-27",
                why="To know which child it is, and what help fits their age.",
                data=Data.PERSONAL,
                words={Capacity.SELF: Words("When were you born?", "For example, 27 3 2011")},
            ),
        ]
        | None
    ) = None
    born_about: (
        Annotated[
            str,
            ask(
                "Month and year of birth, or only the year",
                hint="If you do not know the day.",
                longest=7,
                pattern=PART_OF_DATE,
                example="2017-03",
                why="We keep what you know and make nothing up.",
                data=Data.PERSONAL,
                of=NOT_ABOUT_ME,
                instead_of="born",
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
                instead_of="born",
                words={Capacity.SELF: "How old are you?"},
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
                of=NOT_ABOUT_ME,
                instead_of="born",
            ),
        ]
        | None
    ) = None
    age_not_known: Annotated[
        bool,
        ask(
            "I do not know the age",
            why="You can tell us even if you do not know it.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
            instead_of="born",
        ),
    ] = False
    was_child_then: Annotated[
        bool,
        ask(
            "Was a child then",
            hint="An adult now, but a child when it happened (LADO only).",
            why="It still matters what happened to somebody who is grown up now.",
            data=Data.PERSONAL,
            services=(Service.LADO,),
        ),
    ] = False
    upn: Upn = ""
    nhs_number: NhsNumber = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        put_in_one_form(self)

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        given = [self.born, self.born_about, self.estimated_age, self.due, self.age_not_known or None]
        if sum(answer is not None for answer in given) != 1:
            says = (
                "Give one of these: a date of birth, its month or year, an estimated age, a due date, or “not known”."
            )
            yield Fault("/born", says)
        if self.born and self.born > today:
            yield Fault("/born", "The date of birth must be today or in the past. For an unborn child give a due date.")
        if self.due and abs(self.due - today) > LONGEST_PREGNANCY:
            yield Fault("/due", "The due date must be within 42 weeks of today.")
        if self.born_about and self.born_about > f"{today:%Y-%m}"[: len(self.born_about)]:
            yield Fault("/born_about", "The month or year of birth must not be in the future.")
        yield from self._faults_of_age(today)
        yield from faults_of_numbers(self.upn, self.nhs_number)

    def _faults_of_age(self, today: date) -> Iterator[Fault]:
        years = age(self, today)
        at = next((f"/{name}" for name in HOW_OLD if getattr(self, name) is not None), "/born")
        unsure = 1 if self.born_about else 0  # years by which the middle of what is known can be wrong
        if self.was_child_then and not self.age_not_known and (years is None or years < ADULT - unsure):
            yield Fault("/was_child_then", "Only choose this for somebody who is 18 or older now.")
        elif not self.was_child_then and years is not None and years > OLDEST_CHILD + unsure:
            yield Fault(at, f"A child must be {OLDEST_CHILD} or younger. Check the age.")
        elif years is not None and years > OLDEST:
            yield Fault(at, "Check the year of birth.")


def age(child: ChildBasics, today: date) -> int | None:
    """Whole years, from the date of birth, or from as much of it as is known, or as estimated; None for an unborn child
    and where nobody knows."""
    if child.born_about:
        year, _, month = child.born_about.partition("-")
        return max(0, _years(date(int(year), int(month or 7), MIDDLE), today))
    return _years(child.born, today) if child.born else child.estimated_age


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
