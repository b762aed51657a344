"""Who knows of the allegation and what was done: the LADO asks nobody's agreement, but must know who has been told
(domain.md 6.3, 6.4)."""

from typing import Annotated

from portal.domain.forms.question import AT_WORK, Data, ask, ask_line, ask_story
from portal.domain.forms.section import Section
from portal.domain.options import Known


class WhoKnows(Section, frozen=True, kw_only=True):
    """Who has been told, and what was done so far."""

    NAME = "told"
    TITLE = "Who knows, and what was done"
    INTRO = "You need nobody's agreement. Please do not tell or question the adult before we have spoken with you."
    OF = AT_WORK

    adult_knows: (
        Annotated[
            Known,
            ask(
                "Does the adult know what is said about them?",
                why="So that we do not tell them by mistake.",
                data=Data.CRIMINAL,
            ),
        ]
        | None
    ) = None
    adult_knows_of_this: (
        Annotated[
            Known,
            ask(
                "Does the adult know that you are telling us?",
                why="It shows what we may say, and to whom.",
                data=Data.CRIMINAL,
            ),
        ]
        | None
    ) = None
    adult_told_by: Annotated[
        str,
        ask_line(
            "Who told the adult, when, and what did the adult say?",
            longest=2000,
            why="Words that were said early can matter later.",
            data=Data.CRIMINAL,
            when=("adult_knows", Known.YES.value),
        ),
    ] = ""
    parents_know: (
        Annotated[
            Known,
            ask(
                "Do the child's parents know?",
                why="Parents should hear of it, at the right moment and from the right person.",
                data=Data.PERSONAL,
            ),
        ]
        | None
    ) = None
    parents_told_by: Annotated[
        str,
        ask_line(
            "Who told them, and when?",
            longest=500,
            why="So that they are not told twice.",
            data=Data.PERSONAL,
            when=("parents_know", Known.YES.value),
        ),
    ] = ""
    police_know: (
        Annotated[
            Known,
            ask("Do the police know?", why="So that we work with them.", data=Data.CRIMINAL),
        ]
        | None
    ) = None
    crime_number: Annotated[
        str,
        ask_line(
            "Police crime or log number",
            example="22/104711/26",
            longest=40,
            why="So that we speak about the same case.",
            data=Data.CRIMINAL,
            when=("police_know", Known.YES.value),
        ),
    ] = ""
    social_care_knows: (
        Annotated[
            Known,
            ask(
                "Does children's social care know about the child?",
                hint="A child who was harmed may need a referral to social care too.",
                why="The child may need help of their own.",
                data=Data.PERSONAL,
            ),
        ]
        | None
    ) = None
    regulator_knows: (
        Annotated[
            Known,
            ask(
                "Has Ofsted or another regulator been told?",
                why="Some employers must tell theirs within days.",
                data=Data.CRIMINAL,
            ),
        ]
        | None
    ) = None
    regulator: Annotated[
        str,
        ask_line(
            "Which one, and when?",
            example="Ofsted, on 16 November",
            longest=300,
            why="So that it is not told twice.",
            data=Data.CRIMINAL,
            when=("regulator_knows", Known.YES.value),
        ),
    ] = ""
    done_so_far: Annotated[
        str,
        ask_story(
            "What has been done so far?",
            hint="To keep children safe, to support the child, to keep evidence.",
            why="So that we can say what else is needed today.",
            data=Data.CRIMINAL,
        ),
    ] = ""
