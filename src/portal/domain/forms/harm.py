"""Which kinds of harm somebody fears or has seen, in words that need no training (domain.md 6.1, 7.3)."""

from typing import Annotated

from portal.domain.forms.question import NOT_ABOUT_ME, Data, Words, ask, ask_line
from portal.domain.forms.section import Section
from portal.domain.options import Known, Option
from portal.domain.services import Capacity


class KindOfHarm(Option):
    """What happens to a child, or may happen."""

    HURT_BY_ADULT = "hurt_by_adult", "Hit, shaken or hurt by an adult"
    HURT_BY_CHILD = "hurt_by_child", "Hurt or bullied by another child"
    SEXUAL_BY_ADULT = "sexual_by_adult", "Touched or treated in a sexual way by an adult"
    SEXUAL_BY_CHILD = "sexual_by_child", "Touched or treated in a sexual way by another child"
    EMOTIONAL = "emotional", "Shouted at, blamed, frightened or ignored"
    NEGLECT = "neglect", "Not fed, washed, dressed or cared for"
    ALONE = "left_alone", "Left alone, or without anyone to care for them"
    NO_DOCTOR = "not_taken_to_doctor", "Not taken to a doctor when ill or hurt"
    ABUSE_AT_HOME = "domestic_abuse", "Sees, hears or suffers domestic abuse"
    SUBSTANCES = "alcohol_or_drugs", "Harm through alcohol or drugs"
    SELF_HARM = "self_harm", "Hurts themselves, or speaks of wanting to die"
    MISSING = "missing", "Goes missing"
    SEXUAL_EXPLOITATION = "sexual_exploitation", "Given things or affection for sexual acts"
    CRIMINAL_EXPLOITATION = "criminal_exploitation", "Used by others for crime, such as carrying drugs"
    GANGS = "gangs", "Gangs, knives or serious violence"
    TRAFFICKED = "trafficked", "Brought or moved here to be used (trafficking, modern slavery)"
    ONLINE = "online", "Harm online: pictures, threats, strangers"
    RADICALISED = "radicalised", "Drawn into extremism"
    FGM = "fgm", "Female genital mutilation, done or feared"
    HONOUR = "honour", "So-called honour-based abuse"
    FORCED_MARRIAGE = "forced_marriage", "Forced marriage"
    FAITH = "faith_or_belief", "Harm because of a belief, such as being called possessed"
    MADE_UP_ILLNESS = "made_up_illness", "Illness that a carer makes up or causes"
    UNBORN = "unborn", "Danger to an unborn child"
    PRIVATE_FOSTERING = "private_fostering", "Lives with somebody who is not close family, for a month or more"
    ALONE_IN_COUNTRY = "alone_in_country", "In this country without a parent or carer"
    OTHER = "other", "Something else"


class Harm(Section, frozen=True, kw_only=True):
    """The harm that is feared or has happened."""

    NAME = "harm"
    TITLE = "The harm"
    WORDS = {Capacity.SELF: Words("What is being done to you")}  # noqa: RUF012 - msgspec takes no Mapping here

    kinds: Annotated[
        tuple[KindOfHarm, ...],
        ask(
            "Which of these do you know of, or fear?",
            hint="Choose all that apply. If none fits, leave it open.",
            most=len(KindOfHarm),
            example=["neglect"],
            why="Each kind of harm needs other people to act.",
            data=Data.CRIMINAL,
            words={Capacity.SELF: Words("Which of these happens to you, or could happen?", "Choose all that apply.")},
        ),
    ] = ()
    since: Annotated[
        str,
        ask_line(
            "Since when, and how often?",
            example="Since the summer, most weekends",
            longest=500,
            why="It shows how serious it is, and whether it gets worse.",
            data=Data.SPECIAL,
        ),
    ] = ""
    where: Annotated[
        str,
        ask_line(
            "Where does it happen?",
            example="At home and at her uncle's",
            longest=500,
            why="To know where the child is safe and where not.",
            data=Data.SPECIAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    who_saw: Annotated[
        str,
        ask_line(
            "Who else saw or heard it?",
            longest=1000,
            why="They may know more.",
            data=Data.PERSONAL,
            words={Capacity.SELF: "Who else knows about it?"},
        ),
    ] = ""
    by_whom: Annotated[
        str,
        ask_line(
            "Who may have done it?",
            hint="If you do not know a name, say what you know.",
            longest=500,
            why="To know from whom the child must be kept safe.",
            data=Data.CRIMINAL,
            of=NOT_ABOUT_ME,
        ),
    ] = ""
    doctor_needed: (
        Annotated[
            Known,
            ask(
                "Does anyone need a doctor now?",
                hint="If it is urgent, ring 999 or go to A&E first.",
                why="Health comes first. Injuries are also seen best early.",
                data=Data.SPECIAL,
                words={Capacity.SELF: Words("Do you need a doctor now?", "If it is urgent, ring 999 first.")},
            ),
        ]
        | None
    ) = None
