"""Is anyone in danger now? The first question of every form (domain.md 6.1)."""

from typing import Annotated

from portal.domain.facts import Facts
from portal.domain.forms.question import Data, ask, ask_line
from portal.domain.options import Option


class Rung(Option):
    """Whom a referrer has rung besides the police."""

    FRONT_DOOR = "front_door", "The council's front door"
    OUT_OF_HOURS = "out_of_hours", "The council's out-of-hours team"
    AMBULANCE = "ambulance", "An ambulance"
    OTHER = "other", "Somebody else"


class Danger(Facts, frozen=True, kw_only=True):
    """Is anyone in danger now? Yes marks the referral urgent."""

    in_danger: Annotated[
        bool,
        ask(
            "Is anyone in danger now?",
            hint="If so, ring 999 first. You can still send this form; it will be marked urgent.",
            why="So that somebody in danger is helped at once, and your form is read first.",
            data=Data.PERSONAL,
            required=True,
            missing="Say whether anyone is in danger now.",
        ),
    ]
    police_called: Annotated[
        bool,
        ask(
            "Have you rung the police?",
            why="So that we know whether somebody is on the way.",
            data=Data.PERSONAL,
            when=("in_danger", True),
        ),
    ] = False
    police_log_number: Annotated[
        str,
        ask_line(
            "Police log number, if you were given one",
            example="SV-2211-118",
            longest=40,
            why="So that we can speak with the police about the same call.",
            data=Data.PERSONAL,
            when=("in_danger", True),
        ),
    ] = ""
    also_rung: Annotated[
        tuple[Rung, ...],
        ask(
            "Who else have you rung?",
            most=len(Rung),
            why="So that nobody asks the same things twice, and we know who is helping already.",
            data=Data.PERSONAL,
            when=("in_danger", True),
        ),
    ] = ()
    rung_when: Annotated[
        str,
        ask_line(
            "When did you ring?",
            example="Today at half past four",
            why="So that we can find the call, and know how old the news is.",
            data=Data.PERSONAL,
            when=("in_danger", True),
        ),
    ] = ""
    spoke_to: Annotated[
        str,
        ask_line(
            "Who did you speak to?",
            example="PC Dale at Severnmouth",
            longest=200,
            why="So that we can speak with the same person.",
            data=Data.PERSONAL,
            when=("in_danger", True),
        ),
    ] = ""
