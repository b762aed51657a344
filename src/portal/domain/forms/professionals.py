"""Who works with the family already, and whether the family agrees that we speak with them (domain.md 6.1, 6.2)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.facts import Facts
from portal.domain.forms.question import NOT_ABOUT_ME, Data, Words, ask, ask_line
from portal.domain.forms.section import Section
from portal.domain.options import Known
from portal.domain.refusals import Fault
from portal.domain.services import Capacity


class ProfessionalInvolved(Facts, frozen=True, kw_only=True):
    """Somebody whose job it is to help."""

    name: Annotated[
        str, ask_line("Name", example="Rhys Morgan", longest=200, why="To know whom to ask.", data=Data.PERSONAL)
    ] = ""
    role: Annotated[
        str,
        ask_line(
            "What is their job?",
            example="Health visitor",
            longest=200,
            why="It shows what they know of the family.",
            data=Data.PERSONAL,
        ),
    ] = ""
    organisation: Annotated[
        str,
        ask_line(
            "Where do they work?",
            example="Severnmouth Health Centre",
            longest=300,
            why="To find them.",
            data=Data.PERSONAL,
        ),
    ] = ""
    phone: Annotated[
        str, ask_line("Phone number", example="01632 960 131", longest=40, why="To reach them.", data=Data.PERSONAL)
    ] = ""
    email: Annotated[
        str,
        ask_line(
            "E-mail address",
            example="rhys.morgan@health.example",
            longest=254,
            why="To reach them.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    family_agrees: (
        Annotated[
            Known,
            ask(
                "Has somebody with parental responsibility agreed that we speak with them?",
                why="We ask before we talk with others about a family, where that is safe.",
                data=Data.PERSONAL,
                words={
                    Capacity.SELF: "Is it all right if we talk with them?",
                    Capacity.PERSONAL: "Is it all right with the family if we speak with them?",
                },
            ),
        ]
        | None
    ) = None

    def faults(self, today: date) -> Iterator[Fault]:
        if not (self.name or self.role or self.organisation):
            yield Fault("/name", "Enter a name, a job or a place of work.")


class Professionals(Section, frozen=True, kw_only=True):
    """Those who help already."""

    NAME = "professionals"
    TITLE = "Professionals who know the family"
    INTRO = "For example a teacher, health visitor, doctor, youth worker or social worker."
    WORDS = {  # noqa: RUF012 - msgspec takes no Mapping here
        Capacity.SELF: Words("Adults who help you", "For example a teacher, a nurse or a youth worker whom you trust."),
        Capacity.PERSONAL: Words("People who help the family already"),
    }

    involved: Annotated[
        tuple[ProfessionalInvolved, ...],
        ask(
            "People who help already",
            most=20,
            why="They may know more, and should not hear of it last.",
            data=Data.PERSONAL,
        ),
    ] = ()
