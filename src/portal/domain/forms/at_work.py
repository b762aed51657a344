"""What only professionals are asked: the level of need, what they spoke about with the front door, and the duty to
report (domain.md 6.1, 6.2; section 8, law to watch)."""

from datetime import date
from typing import Annotated

from portal.domain.forms.question import AT_WORK, Data, ask, ask_line
from portal.domain.forms.section import Section
from portal.domain.options import Known, Option


class Level(Option):
    """How much help is needed, in the levels that partnerships use, whatever they call them."""

    ONE = "1", "Level 1: what every child gets is enough"
    TWO = "2", "Level 2: some extra help"
    THREE = "3", "Level 3: several needs, help from several services"
    FOUR = "4", "Level 4: a social worker is needed"
    NOT_SURE = "not_sure", "I am not sure"


class NeedSeen(Section, frozen=True, kw_only=True):
    """The level of need, as the professional sees it."""

    NAME = "level"
    TITLE = "The level of need"
    OF = AT_WORK

    level: (
        Annotated[
            Level,
            ask(
                "Which level of need do you see?",
                why="It shows how you read your partnership's threshold document.",
                data=Data.PERSONAL,
            ),
        ]
        | None
    ) = None
    level_because: Annotated[
        str,
        ask_line(
            "Why this level?",
            longest=2000,
            why="So that we can agree on it, or tell you why we see it otherwise.",
            data=Data.SPECIAL,
        ),
    ] = ""
    spoken_before: (
        Annotated[
            Known,
            ask(
                "Have you spoken with the front door about this already?",
                hint="In an urgent case ring first and send this form within a day.",
                why="So that this is put together with your call.",
                data=Data.PERSONAL,
            ),
        ]
        | None
    ) = None
    spoken_with: Annotated[
        str,
        ask_line(
            "With whom?",
            example="Dana Osei",
            longest=200,
            why="So that they read it.",
            data=Data.PERSONAL,
            when=("spoken_before", Known.YES.value),
        ),
    ] = ""
    spoken_on: (
        Annotated[
            date,
            ask(
                "On which day?",
                example="2026-11-20",
                why="So that we find the note of your call.",
                data=Data.PERSONAL,
                past=True,
                when=("spoken_before", Known.YES.value),
            ),
        ]
        | None
    ) = None


class DutyToReport(Section, frozen=True, kw_only=True):
    """Whether this report is made under the duty to report child sexual abuse."""

    NAME = "duty"
    TITLE = "The duty to report"
    OF = AT_WORK

    reports_abuse: (
        Annotated[
            Known,
            ask(
                "Do you report child sexual abuse under the duty to report?",
                why="The law may ask you to show when you reported it. Your copy has the time we received it.",
                data=Data.CRIMINAL,
            ),
        ]
        | None
    ) = None
    learned_on: (
        Annotated[
            date,
            ask(
                "When did you learn of it?",
                example="2026-11-20",
                why="The duty runs from that day.",
                data=Data.PERSONAL,
                past=True,
                when=("reports_abuse", Known.YES.value),
            ),
        ]
        | None
    ) = None
    police_told: (
        Annotated[
            Known,
            ask(
                "Have the police been told?",
                why="So that we and the police speak about the same report.",
                data=Data.CRIMINAL,
                when=("reports_abuse", Known.YES.value),
            ),
        ]
        | None
    ) = None
