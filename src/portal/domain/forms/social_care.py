"""What the front door of social care needs to decide within one working day (domain.md 6.1)."""

from typing import Annotated

from portal.domain.forms.question import Data, ask_story
from portal.domain.forms.section import Section


class Worries(Section, frozen=True, kw_only=True):
    """What somebody is worried about."""

    NAME = "worries"
    TITLE = "What you are worried about"

    worried_about: Annotated[
        str,
        ask_story(
            "What are you worried about?",
            example="Jonah came to school with bruises on both arms and would not say how he got them.",
            why="So that we can decide how quickly somebody must act.",
            data=Data.SPECIAL,
            required=True,
            missing="Tell us what you are worried about.",
        ),
    ] = ""
    seen_or_heard: Annotated[
        str,
        ask_story(
            "What did you see or hear, when and where?",
            hint="Use the child's own words where you can.",
            example="On Monday 16 November at morning registration. He said 'I'm not allowed to tell'.",
            why="What somebody saw or heard weighs more than what others think.",
            data=Data.SPECIAL,
            required=True,
            missing="Tell us what you saw or heard, when and where.",
        ),
    ] = ""
    injury: Annotated[
        str,
        ask_story(
            "Is anyone hurt, or in need of a doctor?", why="So that they are seen by a doctor.", data=Data.SPECIAL
        ),
    ] = ""
    child_says: Annotated[
        str,
        ask_story(
            "What does the child say or want?",
            why="The law asks us to find out what the child wishes and feels.",
            data=Data.PERSONAL,
        ),
    ] = ""
    going_well: Annotated[
        str, ask_story("What is going well?", why="It shows what keeps the child safe.", data=Data.PERSONAL)
    ] = ""
    done_already: Annotated[
        str,
        ask_story(
            "What have you or others done already?", why="So that we do not ask the same again.", data=Data.PERSONAL
        ),
    ] = ""
