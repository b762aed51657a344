"""What the front door of social care needs to decide within one working day (domain.md 6.1)."""

from typing import Annotated

from portal.domain.forms.question import AT_WORK, NOT_ABOUT_ME, Data, Words, ask_line, ask_story
from portal.domain.forms.section import Section
from portal.domain.services import Capacity


class Worries(Section, frozen=True, kw_only=True):
    """What somebody is worried about."""

    NAME = "worries"
    TITLE = "What you are worried about"
    WORDS = {Capacity.SELF: Words("What is happening")}  # noqa: RUF012 - msgspec takes no Mapping here

    worried_about: Annotated[
        str,
        ask_story(
            "What are you worried about?",
            example="Jonah came to school with bruises on both arms and would not say how he got them.",
            why="So that we can decide how quickly somebody must act.",
            data=Data.SPECIAL,
            required=True,
            missing="Tell us what you are worried about.",
            words={
                Capacity.SELF: Words(
                    "What is happening, or what are you afraid of?", "You are not in trouble. It need not be perfect."
                ),
                Capacity.PROFESSIONAL: Words(
                    "What are you worried about, and what does it do to the child?", "Say what you know and how."
                ),
            },
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
            required=NOT_ABOUT_ME,
            missing="Tell us what you saw or heard, when and where.",
            words={Capacity.SELF: "When and where does it happen, and who does it?"},
        ),
    ] = ""
    injury: Annotated[
        str,
        ask_story(
            "Is anyone hurt, or in need of a doctor?",
            why="So that they are seen by a doctor.",
            data=Data.SPECIAL,
            words={Capacity.SELF: "Are you or is anyone else hurt?"},
        ),
    ] = ""
    child_says: Annotated[
        str,
        ask_story(
            "What does the child say or want?",
            why="The law asks us to find out what the child wishes and feels.",
            data=Data.SPECIAL,
            words={Capacity.SELF: "What would you like to happen?"},
        ),
    ] = ""
    parents_say: Annotated[
        str,
        ask_story(
            "What do the parents say?",
            hint="Do not ask them if that could put the child at risk.",
            why="So that we know what they have been told and how they see it.",
            data=Data.SPECIAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    going_well: Annotated[
        str,
        ask_story(
            "What is going well?", why="It shows what keeps the child safe.", data=Data.PERSONAL, of=NOT_ABOUT_ME
        ),
    ] = ""
    done_already: Annotated[
        str,
        ask_story(
            "What have you or others done already?",
            why="So that we do not ask the same again.",
            data=Data.SPECIAL,
            words={
                Capacity.SELF: "Have you told anyone? What did they do?",
                Capacity.PROFESSIONAL: "How do you know the family, and what have you and others done already?",
            },
        ),
    ] = ""
    must_change: Annotated[
        str,
        ask_story(
            "What must change, and what would help?",
            why="So that we look for help that changes just that.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    safe_place: Annotated[
        str,
        ask_line(
            "Where are you now, and are you safe there?",
            longest=500,
            why="So that we can find you quickly.",
            data=Data.PERSONAL,
            of=(Capacity.SELF,),
        ),
    ] = ""
    child_told: Annotated[
        str,
        ask_story(
            "If a child told somebody: when, whom, and in which words?",
            hint="Write down the child's own words. Do not ask the child more than you must.",
            why="What a child said first counts most, also in court.",
            data=Data.CRIMINAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    with_you_until: Annotated[
        str,
        ask_line(
            "Until when is the child with you today, and who comes to fetch them?",
            example="Nursery ends at 3.15; the grandmother comes.",
            longest=500,
            why="So that we act before the child goes home.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
