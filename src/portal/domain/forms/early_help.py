"""What an early help family support team needs to know first (domain.md 6.2)."""

from typing import Annotated

from portal.domain.forms.question import AT_WORK, NOT_ABOUT_ME, NOT_AT_WORK, Data, Words, ask, ask_line, ask_story
from portal.domain.forms.section import Section
from portal.domain.options import Option
from portal.domain.services import Capacity


class Need(Option):
    """What a family wants help with."""

    PARENTING = "parenting", "Being a parent: routines, sleep, boundaries"
    SCHOOL = "school_attendance", "Going to school"
    LEARNING = "send", "Special educational needs or disability"
    BEHAVIOUR = "behaviour", "Behaviour at home or at school"
    CHILD_FEELINGS = "child_mental_health", "A child's feelings and mental health"
    ADULT_FEELINGS = "adult_mental_health", "An adult's feelings and mental health"
    HEALTH = "health", "Illness, or a child's growth and development"
    CARING = "young_carer", "A child who looks after somebody"
    RELATIONSHIPS = "relationships", "Arguments, separation, contact between parents"
    ABUSE = "domestic_abuse", "Domestic abuse, now or in the past"
    SUBSTANCES = "alcohol_or_drugs", "Alcohol or drugs"
    HOUSING = "housing", "Housing"
    MONEY = "money", "Money, debts, food or heating"
    WORK = "work", "Work or training"
    YOUTH = "youth_support", "Things to do and support for a young person"
    FRIENDS = "friends_and_safety", "Friends, going missing, safety outside or online"
    ALONE = "isolation", "Being alone, or new in the country"
    OTHER = "other", "Something else"


class SupportWanted(Section, frozen=True, kw_only=True):
    """The support that a family would like."""

    NAME = "support"
    TITLE = "The support you would like"
    WORDS = {Capacity.PROFESSIONAL: Words("The support the family would like")}  # noqa: RUF012 - msgspec takes no Mapping here

    needs: Annotated[
        tuple[Need, ...],
        ask(
            "What is help wanted with?",
            hint="Choose all that apply.",
            most=len(Need),
            example=["school_attendance"],
            why="So that it goes to those who can help with just that.",
            data=Data.SPECIAL,
            words={Capacity.SELF: Words("What would you like help with?", "Choose all that apply.")},
        ),
    ] = ()
    going_on: Annotated[
        str,
        ask_story(
            "What is going on for the family?",
            example="Amara's mum works nights and Amara has begun to miss school on Mondays.",
            why="So that the right team reads it.",
            data=Data.SPECIAL,
            required=True,
            missing="Tell us what is going on for the family.",
            words={Capacity.SELF: Words("What is going on?", "In your own words. It need not be perfect.")},
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
    should_change: Annotated[
        str,
        ask_story(
            "What should be different in a few months?",
            example="Amara is at school on time on most days.",
            why="So that we all know when the help has worked.",
            data=Data.PERSONAL,
        ),
    ] = ""
    child_says: Annotated[
        str,
        ask_story(
            "What does each child say or want?",
            hint="In their own words, if you can.",
            why="The law asks us to find out what the child wishes and feels.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    parents_say: Annotated[
        str,
        ask_story(
            "What do the parents say or want?",
            hint="In their own words, if you can.",
            why="Help works best where parents want it too.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
    going_well: Annotated[
        str,
        ask_story("What is going well?", why="Help builds on what the family is good at.", data=Data.PERSONAL),
    ] = ""
    tried_already: Annotated[
        str,
        ask_story(
            "What has been tried already?",
            why="So that nobody starts at the beginning.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
            words={
                Capacity.PROFESSIONAL: Words(
                    "What have you and others tried, and how did it go?",
                    "Say why this needs more than you or another service can give.",
                )
            },
        ),
    ] = ""
    worries: Annotated[
        str,
        ask_story(
            "Is there anything you worry about?",
            hint="If you fear that a child is being harmed, refer to children's social care instead.",
            why="So that nothing serious is missed.",
            data=Data.SPECIAL,
        ),
    ] = ""
    best_time_to_ring: Annotated[
        str,
        ask_line(
            "When and how is it best to get in touch?",
            example="Text first, after 4pm",
            why="So that we ring when it suits you.",
            data=Data.PERSONAL,
            of=NOT_AT_WORK,
        ),
    ] = ""
