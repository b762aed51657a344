"""What makes life at home hard: each asked by name, since nobody mentions what is not asked (domain.md 6.1)."""

from typing import Annotated

from portal.domain.forms.question import NOT_ABOUT_ME, Data, Words, ask, ask_story
from portal.domain.forms.section import Section
from portal.domain.options import Known
from portal.domain.services import Capacity


class Home(Section, frozen=True, kw_only=True):
    """Life at home."""

    NAME = "home"
    TITLE = "Life at home"
    INTRO = "These often go together, and are easily missed. “I do not know” is an answer too."
    WORDS = {Capacity.SELF: Words("Life at home")}  # noqa: RUF012 - msgspec takes no Mapping here

    domestic_abuse: (
        Annotated[
            Known,
            ask(
                "Does anyone in the home hurt, frighten or control somebody else?",
                hint="This is called domestic abuse. A child who sees or hears it is harmed too.",
                why="Then we must be careful how we get in touch.",
                data=Data.CRIMINAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    alcohol_or_drugs: (
        Annotated[
            Known,
            ask(
                "Does anyone in the home have a problem with alcohol or drugs?",
                why="It can change how a child is cared for.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    mental_health: (
        Annotated[
            Known,
            ask(
                "Does anyone in the home have poor mental health?",
                why="So that the whole family gets the right help.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    learning_difficulty: (
        Annotated[
            Known,
            ask(
                "Does a parent or carer have a learning difficulty?",
                hint="For example, they find it hard to read letters or to remember what was agreed.",
                why="So that we write and speak in a way that works for them.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    illness_or_disability: (
        Annotated[
            Known,
            ask(
                "Does anyone in the home have a serious illness or a disability?",
                why="Children often look after somebody who is ill.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    young_carer: (
        Annotated[
            Known,
            ask(
                "Does a child look after somebody in the family?",
                why="Young carers have a right to help of their own.",
                data=Data.SPECIAL,
                words={Capacity.SELF: "Do you look after somebody in your family?"},
            ),
        ]
        | None
    ) = None
    more: Annotated[
        str,
        ask_story(
            "Tell us more about life at home",
            why="So that we understand what daily life is like for the child.",
            data=Data.SPECIAL,
            words={
                Capacity.SELF: Words("What is it like at home?", "Is anything hard, or does anything frighten you?")
            },
        ),
    ] = ""
