"""Whether the family agreed, who did and to what, and what each service needs to know of it (domain.md 6.4)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.facts import Facts
from portal.domain.forms.answering import answer_faults
from portal.domain.forms.question import NOT_ABOUT_ME, Data, Words, ask, ask_line
from portal.domain.options import Known, Option
from portal.domain.refusals import Fault
from portal.domain.services import Capacity, Service


class WhyNotAgreed(Option):
    """Why a family has not agreed: reasons not to ask or tell them that a council accepts."""

    REFUSED = "refused", "They were asked and said no"
    RISK_TO_CHILD = "risk_to_child", "Asking would put the child at more risk"
    RISK_TO_ANOTHER = "risk_to_another", "Asking would put somebody else at risk"
    DELAY = "delay", "Asking would take too long"
    POLICE_ENQUIRY = "police_enquiry", "Asking could harm a police enquiry"
    HIDDEN_HARM = (
        "hidden_harm",
        "It is about sexual abuse, honour-based abuse, forced marriage or illness that is made up or caused",
    )
    NOT_REACHED = "not_reached", "They could not be reached"
    CHILD_MIGHT_BE_HIDDEN = "child_might_be_hidden", "The child might be moved or hidden"
    OTHER = "other", "Something else"


class HowAgreed(Option):
    """How agreement was given."""

    SPOKEN = "spoken", "In spoken words"
    WRITTEN = "written", "In writing"


class Giver(Option):
    """Who can agree: somebody with parental responsibility, or a young person who understands what it means."""

    PARENT = "parent", "A parent"
    OTHER_CARER = "other_carer", "Somebody else who cares for the child"
    YOUNG_PERSON = "young_person", "The young person, who is 16 or 17"
    CHILD = "child", "The child, who is under 16 and understands what it means"


GROWN_UPS = (Giver.PARENT.value, Giver.OTHER_CARER.value)


class Consent(Facts, frozen=True, kw_only=True):
    """Whether somebody with parental responsibility (or a young person who understands) agreed."""

    protects: (
        Annotated[
            Known,
            ask(
                "Do you think that a child is being seriously harmed, or is likely to be?",
                hint="Then you need nobody's agreement. Do not wait for it.",
                why="A child who must be protected is protected, whoever agrees.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
                words={
                    Service.EARLY_HELP: Words(
                        "Do you think that a child is being seriously harmed, or is likely to be?",
                        "Then refer to children's social care instead. What you have written can go with you.",
                    )
                },
            ),
        ]
        | None
    ) = None
    agreed: Annotated[
        bool,
        ask(
            "Has the family agreed to this being sent?",
            why="Early help needs the family's agreement; for social care we need to know who knows.",
            data=Data.PERSONAL,
            required=True,
            missing="Say whether the family has agreed.",
            words={
                Capacity.SELF: Words("Do you agree that we read this and get in touch with you?"),
                Capacity.PERSONAL: Words(
                    "Does somebody with parental responsibility agree to this being sent?",
                    "If that is you, and you agree, choose yes.",
                ),
            },
        ),
    ]
    giver: (
        Annotated[
            Giver,
            ask(
                "Who agreed?",
                hint="Young people of 16 and 17 can agree themselves. So can a younger child who understands what it "
                "means.",
                why="Not everybody can agree for a child.",
                data=Data.PERSONAL,
                of=NOT_ABOUT_ME,
                when=("agreed", True),
            ),
        ]
        | None
    ) = None
    agreed_by: Annotated[
        str,
        ask_line(
            "What is their name, and what are they to the child?",
            example="Tamsin Okafor, Amara's mother",
            longest=200,
            why="So that we can speak with somebody who knows that you wrote to us.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
            required=NOT_ABOUT_ME,
            missing="Say who agreed.",
            when=("agreed", True),
        ),
    ] = ""
    responsibility: (
        Annotated[
            Known,
            ask(
                "Do they have parental responsibility?",
                hint="Mothers have it. Fathers often do. A court can give it to others.",
                why="Only somebody who has it can agree for a child.",
                data=Data.PERSONAL,
                of=NOT_ABOUT_ME,
                when=("giver", GROWN_UPS),
            ),
        ]
        | None
    ) = None
    understands: Annotated[
        str,
        ask_line(
            "How do you know that the child understands what it means?",
            longest=1000,
            why="A child under 16 can agree who understands what happens then.",
            data=Data.PERSONAL,
            of=NOT_ABOUT_ME,
            when=("giver", Giver.CHILD.value),
        ),
    ] = ""
    how: (
        Annotated[
            HowAgreed,
            ask(
                "How did they agree?",
                why="So that there is a record of the agreement.",
                data=Data.PERSONAL,
                of=NOT_ABOUT_ME,
                when=("agreed", True),
            ),
        ]
        | None
    ) = None
    on: (
        Annotated[
            date,
            ask(
                "When did they agree?",
                example="2026-11-20",
                why="An agreement can be too old to rely on.",
                data=Data.PERSONAL,
                past=True,
                of=NOT_ABOUT_ME,
                when=("agreed", True),
            ),
        ]
        | None
    ) = None
    shared: Annotated[
        str,
        ask_line(
            "What may be shared, and with whom?",
            example="With the school and the health visitor. Not with his father.",
            longest=1000,
            why="An agreement covers what it was given for, and no more.",
            data=Data.PERSONAL,
            when=("agreed", True),
            words={Capacity.SELF: "Is there anyone we should not talk to about it?"},
        ),
    ] = ""
    child_agrees: (
        Annotated[
            Known,
            ask(
                "Does the young person agree too?",
                why="From 16 on they decide themselves; younger ones have a say.",
                data=Data.PERSONAL,
                of=NOT_ABOUT_ME,
            ),
        ]
        | None
    ) = None
    speak_alone: (
        Annotated[
            Known,
            ask(
                "Would the young person like to be spoken with without their parents?",
                why="Some things are easier to say alone.",
                data=Data.PERSONAL,
                words={Capacity.SELF: "Would you like us to speak with you without your parents?"},
            ),
        ]
        | None
    ) = None
    told: (
        Annotated[
            Known,
            ask(
                "Has the family been told that you are sending this?",
                hint="Tell them, unless that puts somebody at risk, takes too long or harms a police enquiry.",
                why="So that we know what the family knows when we ring.",
                data=Data.PERSONAL,
                of=NOT_ABOUT_ME,
                when=("agreed", False),
                words={Capacity.PERSONAL: Words("Does the family know that you are sending this?")},
            ),
        ]
        | None
    ) = None
    why_not_agreed: (
        Annotated[
            WhyNotAgreed,
            ask(
                "Why has the family not agreed, or not been told?",
                why="You may refer without agreement for some reasons. Yours helps us decide what to tell them.",
                data=Data.SPECIAL,
                of=NOT_ABOUT_ME,
                when=("agreed", False),
            ),
        ]
        | None
    ) = None
    why_not_in_words: Annotated[
        str,
        ask_line(
            "Say more about why not",
            hint="If they could not be reached, say how you tried.",
            longest=2000,
            why="So that we do not put anyone at risk when we ring the family.",
            data=Data.SPECIAL,
            of=NOT_ABOUT_ME,
            when=("agreed", False),
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        yield from answer_faults(self, today)
        if self.why_not_agreed in IN_WORDS and not self.why_not_in_words:
            yield Fault("/why_not_in_words", IN_WORDS[self.why_not_agreed])


IN_WORDS = {
    WhyNotAgreed.OTHER: "Say why in a few words.",
    WhyNotAgreed.NOT_REACHED: "Say how you have tried to reach them.",
}
