"""What an early help family support team needs to know first (domain.md 6.2)."""

from typing import Annotated

from portal.domain.forms.question import Data, ask_line, ask_story
from portal.domain.forms.section import Section


class SupportWanted(Section, frozen=True, kw_only=True):
    """The support that a family would like."""

    NAME = "support"
    TITLE = "The support you would like"

    going_on: Annotated[
        str,
        ask_story(
            "What is going on for the family?",
            example="Amara's mum works nights and Amara has begun to miss school on Mondays.",
            why="So that the right team reads it.",
            data=Data.SPECIAL,
            required=True,
            missing="Tell us what is going on for the family.",
        ),
    ] = ""
    would_help: Annotated[
        str,
        ask_story(
            "What would help?",
            example="Somebody to talk to, and help with getting up and out in the morning.",
            why="So that we can offer what the family wants.",
            data=Data.PERSONAL,
            required=True,
            missing="Tell us what would help.",
        ),
    ] = ""
    going_well: Annotated[
        str,
        ask_story("What is going well?", why="Help builds on what the family is good at.", data=Data.PERSONAL),
    ] = ""
    tried_already: Annotated[
        str,
        ask_story("What has been tried already?", why="So that nobody starts at the beginning.", data=Data.PERSONAL),
    ] = ""
    best_time_to_ring: Annotated[
        str,
        ask_line(
            "When and how is it best to get in touch?",
            example="Text first, after 4pm",
            why="So that we ring when it suits you.",
            data=Data.PERSONAL,
        ),
    ] = ""
