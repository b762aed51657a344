"""What the designated officer needs to know about what an adult who works with children did (domain.md 6.3)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.forms.question import AT_WORK, NOT_AT_WORK, Data, Words, ask, ask_line, ask_story
from portal.domain.forms.section import Section
from portal.domain.options import Known, Option
from portal.domain.refusals import Fault
from portal.domain.services import Capacity


class Limb(Option):
    """The four limbs of the harm threshold for adults who work with children."""

    HARMED = "harmed", "Harmed a child, or may have harmed a child"
    OFFENCE = "offence", "Possibly committed a criminal offence against a child or about a child"
    RISK = "risk", "Behaved towards a child in a way that shows they may be a risk to children"
    SUITABILITY = "suitability", "Behaved, or may have behaved, in a way that shows they may not be suitable"


class KindOfAllegation(Option):
    """What kind of conduct it is about."""

    PHYSICAL = "physical", "Physical: hurt a child"
    SEXUAL = "sexual", "Sexual: touched, showed, said or sent something sexual"
    EMOTIONAL = "emotional", "Emotional: frightened, shamed or bullied a child"
    NEGLECT = "neglect", "Neglect: did not look after a child"
    CONDUCT = "conduct", "Conduct: something else that makes them unsuitable"


class HowOften(Option):
    """Whether it happened once."""

    ONCE = "once", "Once"
    SEVERAL = "several", "Several times"
    NOT_KNOWN = "not_known", "I do not know"


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
    kinds: Annotated[
        tuple[KindOfAllegation, ...],
        ask(
            "What kind of conduct is it?",
            hint="Choose all that apply.",
            most=len(KindOfAllegation),
            example=["physical"],
            why="Each kind needs other people to look into it.",
            data=Data.CRIMINAL,
            of=AT_WORK,
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
            words={Capacity.SELF: Words("What happened?", "You are not in trouble. Use your own words.")},
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
    happened_on: (
        Annotated[
            date,
            ask(
                "The day it happened, or of the last time",
                example="2026-11-14",
                why="Time limits are counted from days.",
                data=Data.PERSONAL,
                past=True,
                of=AT_WORK,
            ),
        ]
        | None
    ) = None
    learned_on: (
        Annotated[
            date,
            ask(
                "The day on which you or the employer learned of it",
                example="2026-11-16",
                why="An employer should tell us within one working day.",
                data=Data.PERSONAL,
                past=True,
                of=AT_WORK,
            ),
        ]
        | None
    ) = None
    why_late: Annotated[
        str,
        ask_line(
            "If that is more than one working day ago: what was the reason?",
            longest=1000,
            why="So that next time it can be quicker.",
            data=Data.PERSONAL,
            of=AT_WORK,
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
    how_often: (
        Annotated[
            HowOften,
            ask("Did it happen once or several times?", why="It shows how serious it is.", data=Data.CRIMINAL),
        ]
        | None
    ) = None
    who_saw: Annotated[
        str,
        ask_line(
            "Who saw or heard it?",
            longest=1000,
            why="They may know more. Please do not question them.",
            data=Data.PERSONAL,
        ),
    ] = ""
    evidence: Annotated[
        str,
        ask_line(
            "Are there pictures, messages, CCTV or other evidence?",
            hint="Say where it is. Do not copy, forward or look through pictures of children.",
            longest=1000,
            why="So that it is kept safe.",
            data=Data.CRIMINAL,
        ),
    ] = ""
    restraint: (
        Annotated[
            Known,
            ask(
                "Was a child held or restrained?",
                why="There are rules for when staff may hold a child.",
                data=Data.CRIMINAL,
                of=AT_WORK,
            ),
        ]
        | None
    ) = None
    online: (
        Annotated[
            Known,
            ask(
                "Did any of it happen online or by phone?",
                why="Then the devices can be evidence.",
                data=Data.CRIMINAL,
            ),
        ]
        | None
    ) = None
    child_now: Annotated[
        str,
        ask_line(
            "How is the child now? Is anyone hurt?",
            longest=2000,
            why="So that the child is looked after first.",
            data=Data.SPECIAL,
            words={Capacity.SELF: "How are you now? Are you hurt?"},
        ),
    ] = ""
    told_by: Annotated[
        str,
        ask_line(
            "Who said that it happened, and what are they to the child and the adult?",
            example="The girl's friend, who trains with her",
            longest=500,
            why="To know from whom the report comes.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""
    earlier: Annotated[
        str,
        ask_line(
            "Were there concerns or allegations about this adult before?",
            longest=2000,
            why="Small things can add up to a pattern.",
            data=Data.CRIMINAL,
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
            of=NOT_AT_WORK,
            words={Capacity.SELF: Words("Whom have you told?", "You need not talk with the adult about it.")},
        ),
    ] = ""
    other_work: Annotated[
        str,
        ask_line(
            "Other work or volunteering with children, or with adults at risk",
            example="Scout leader",
            longest=2000,
            why="Others may be at risk there.",
            data=Data.PERSONAL,
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        if self.happened_on and self.learned_on and self.learned_on < self.happened_on:
            yield Fault("/learned_on", "Nobody can have learned of it before it happened. Check both days.")
