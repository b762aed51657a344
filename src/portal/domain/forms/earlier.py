"""What was there before: concerns, referrals, assessments, plans and who leads them (domain.md 6.1, 6.2)."""

from datetime import date
from typing import Annotated

from portal.domain.forms.question import AT_WORK, NOT_ABOUT_ME, Data, Words, ask, ask_line, ask_story
from portal.domain.forms.section import Section
from portal.domain.options import Known
from portal.domain.services import Capacity


class Earlier(Section, frozen=True, kw_only=True):
    """Earlier worries and earlier help."""

    NAME = "earlier"
    TITLE = "Earlier worries and help"
    OF = NOT_ABOUT_ME

    concerns: Annotated[
        str,
        ask_story(
            "Were there worries before, or has somebody asked for help before?",
            hint="Say when, and what came of it, if you know.",
            why="What happens again and again is more serious than each time by itself.",
            data=Data.SPECIAL,
            words={Capacity.PERSONAL: Words("Has the family asked for help before?", "Say when, and what came of it.")},
        ),
    ] = ""
    assessment: (
        Annotated[
            Known,
            ask(
                "Is there an early help assessment or plan?",
                why="So that nobody starts at the beginning.",
                data=Data.PERSONAL,
                of=AT_WORK,
            ),
        ]
        | None
    ) = None
    assessment_about: Annotated[
        str,
        ask_line(
            "When was it made, by whom, and what does it say?",
            longest=2000,
            why="So that we build on what was agreed.",
            data=Data.SPECIAL,
            of=AT_WORK,
            when=("assessment", Known.YES.value),
        ),
    ] = ""
    lead_professional: Annotated[
        str,
        ask_line(
            "Who is the lead professional, and how do we reach them?",
            example="Rhys Morgan, health visitor, 01632 960 131",
            longest=300,
            why="They know the plan and the family.",
            data=Data.PERSONAL,
            of=AT_WORK,
            when=("assessment", Known.YES.value),
        ),
    ] = ""
    last_meeting: (
        Annotated[
            date,
            ask(
                "When did the team around the family last meet?",
                example="2026-10-15",
                why="To know how fresh the plan is.",
                data=Data.PERSONAL,
                past=True,
                of=AT_WORK,
                when=("assessment", Known.YES.value),
            ),
        ]
        | None
    ) = None
