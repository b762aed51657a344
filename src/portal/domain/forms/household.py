"""Who else belongs to the family, or matters to the child: asked once for all children (domain.md 6.1, 6.2)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.facts import Facts
from portal.domain.forms.question import AT_WORK, NOT_ABOUT_ME, Data, Words, ask, ask_line
from portal.domain.forms.section import Section
from portal.domain.options import Known
from portal.domain.refusals import Fault
from portal.domain.services import Capacity

MOST_PEOPLE = 20
OLDEST = 120  # years


class HouseholdMember(Facts, frozen=True, kw_only=True):
    """Somebody in the family or close to it."""

    given_name: Annotated[
        str, ask_line("First name", example="Tamsin", why="To know who it is.", data=Data.PERSONAL)
    ] = ""
    family_name: Annotated[
        str, ask_line("Last name", example="Okafor", why="To know who it is.", data=Data.PERSONAL)
    ] = ""
    also_known_as: Annotated[
        str,
        ask_line("Other names they use or have used", why="To find them in our records.", data=Data.PERSONAL),
    ] = ""
    what_they_are: Annotated[
        str,
        ask_line(
            "What are they to each child?",
            example="Amara's mother, Jonah's stepmother",
            longest=300,
            why="So that we know who cares for which child.",
            data=Data.PERSONAL,
            words={Capacity.SELF: "What are they to you?"},
        ),
    ] = ""
    born: (
        Annotated[
            date,
            ask(
                "Date of birth, if you know it",
                example="1988-06-21",
                why="To know who it is. Many people share a name.",
                data=Data.PERSONAL,
                past=True,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    age: (
        Annotated[
            int,
            ask(
                "Age, if you do not know the date of birth",
                hint="A guess is fine.",
                ge=0,
                le=OLDEST,
                example=38,
                why="It helps to tell a grandmother from a sister.",
                data=Data.PERSONAL,
                instead_of="born",
            ),
        ]
        | None
    ) = None
    lives_here: (
        Annotated[
            Known,
            ask(
                "Do they live with the child?",
                why="So that we know who is at home.",
                data=Data.PERSONAL,
                words={Capacity.SELF: "Do they live with you?"},
            ),
        ]
        | None
    ) = None
    lives_where: Annotated[
        str,
        ask_line(
            "Where do they live?",
            example="With his sister in Averbourne",
            longest=300,
            why="A parent who lives elsewhere is still a parent.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
            when=("lives_here", (Known.NO.value, Known.NOT_KNOWN.value)),
        ),
    ] = ""
    responsibility: (
        Annotated[
            Known,
            ask(
                "Do they have parental responsibility?",
                hint="Mothers have it. Fathers often do. A court can give it to others.",
                why="Whoever has it has a say in what happens next.",
                data=Data.PERSONAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    ethnicity: (
        Annotated[
            str,
            ask(
                "Ethnicity",
                hint="Only if they have told you. Do not guess.",
                longest=20,
                example="WBRI",
                why="So that help suits the family.",
                data=Data.SPECIAL,
                of=AT_WORK,
                codes="ethnicity",
            ),
        ]
        | None
    ) = None
    interpreter: Annotated[
        str,
        ask_line(
            "Language or signing they need an interpreter for",
            example="Polish",
            why="So that we bring somebody who speaks it.",
            data=Data.PERSONAL,
        ),
    ] = ""
    disability: Annotated[
        str,
        ask_line(
            "Disability or illness we should know of",
            example="Uses a wheelchair",
            longest=500,
            why="So that they can take part.",
            data=Data.SPECIAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    phone: Annotated[
        str, ask_line("Phone number", example="01632 960 118", longest=40, why="To reach them.", data=Data.PERSONAL)
    ] = ""
    email: Annotated[
        str,
        ask_line(
            "E-mail address",
            example="tamsin@example.org",
            longest=254,
            why="To reach them.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    safe_to_contact: (
        Annotated[
            Known,
            ask(
                "Is it safe for us to get in touch with them?",
                why="A call at the wrong moment can put somebody at risk.",
                data=Data.SPECIAL,
            ),
        ]
        | None
    ) = None
    may_cause_harm: (
        Annotated[
            Known,
            ask(
                "May they be a cause of the harm?",
                why="So that we do not speak with them first.",
                data=Data.CRIMINAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    risk_to_visitors: Annotated[
        str,
        ask_line(
            "Could a visit be unsafe for our staff?",
            hint="For example threats, dogs or weapons.",
            example="A large dog that is let out at the door",
            longest=1000,
            why="So that whoever visits comes home safe.",
            data=Data.CRIMINAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        if not (self.given_name or self.family_name or self.what_they_are):
            yield Fault("/given_name", "Enter a name, or say what this person is to the child.")
        if self.born and self.age is not None:
            yield Fault("/age", "Give the date of birth or the age, not both.")


class Household(Section, frozen=True, kw_only=True):
    """The people in the family, and others who matter to the child."""

    NAME = "household"
    TITLE = "The family and other important people"
    INTRO = "All who live with the child, parents who live elsewhere, and others who matter, such as a grandmother."
    WORDS = {  # noqa: RUF012 - msgspec takes no Mapping here
        Capacity.SELF: Words("The people around you", "Whom you live with, and who else matters to you."),
    }

    people: Annotated[
        tuple[HouseholdMember, ...],
        ask(
            "People in the family, and others who matter",
            most=MOST_PEOPLE,
            why="Help works with the whole family, and we need to know who cares for the child.",
            data=Data.SPECIAL,
            words={Capacity.SELF: "People around you"},
        ),
    ] = ()
