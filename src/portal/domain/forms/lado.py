"""What the designated officer needs to know about an adult who works with children (domain.md 6.3)."""

from typing import Annotated

from portal.domain.forms.question import Data, ask, ask_line, ask_story
from portal.domain.forms.section import Section
from portal.domain.options import Option


class Limb(Option):
    """The four limbs of the harm threshold for adults who work with children."""

    HARMED = "harmed", "Harmed a child, or may have harmed a child"
    OFFENCE = "offence", "Possibly committed a criminal offence against a child or about a child"
    RISK = "risk", "Behaved towards a child in a way that shows they may be a risk to children"
    SUITABILITY = "suitability", "Behaved, or may have behaved, in a way that shows they may not be suitable"


class Allegation(Section, frozen=True, kw_only=True):
    """What happened."""

    NAME = "allegation"
    TITLE = "What happened"

    limbs: Annotated[
        tuple[Limb, ...],
        ask(
            "The adult may have",
            hint="Choose all that apply. It counts too if it happened outside work.",
            most=4,
            example=["harmed"],
            why="These four are the threshold at which the designated officer must be told.",
            data=Data.CRIMINAL,
            required=True,
            missing="Choose at least one.",
        ),
    ] = ()
    what_happened: Annotated[
        str,
        ask_story(
            "What happened?",
            example="During training the coach held a girl's head under water for several seconds.",
            why="So that the designated officer can say what to do next.",
            data=Data.CRIMINAL,
            required=True,
            missing="Tell us what happened.",
        ),
    ] = ""
    when: Annotated[
        str,
        ask_line(
            "When did it happen?",
            example="Saturday 14 November, about 10 in the morning",
            longest=500,
            why="An employer should tell us within one working day.",
            data=Data.PERSONAL,
            required=True,
            missing="Tell us when it happened.",
        ),
    ] = ""
    where: Annotated[
        str,
        ask_line(
            "Where did it happen?",
            example="Severnmouth baths",
            longest=500,
            why="To find out who was there.",
            data=Data.PERSONAL,
        ),
    ] = ""
    who_knows: Annotated[
        str,
        ask_line(
            "Who has been told already?",
            hint="Please do not question the adult before we have spoken with you.",
            example="The club's chair. The coach has not been told.",
            longest=2000,
            why="So that nobody learns of it too early.",
            data=Data.PERSONAL,
        ),
    ] = ""
    other_work: Annotated[
        str,
        ask_line(
            "Other work or volunteering with children",
            example="Scout leader",
            longest=2000,
            why="Other children may be at risk there.",
            data=Data.PERSONAL,
        ),
    ] = ""
