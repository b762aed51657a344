"""How to get in touch without putting anybody at risk, and whether the sender may be named (domain.md 6.1, 6.4)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.forms.question import AT_WORK, Data, Words, ask, ask_line
from portal.domain.forms.section import Section
from portal.domain.options import Known, Option
from portal.domain.refusals import Fault
from portal.domain.services import Capacity, Service


class SafeWay(Option):
    """A way of getting in touch that is safe."""

    PHONE = "phone", "Phone call"
    VOICEMAIL = "voicemail", "Voicemail message"
    TEXT = "text", "Text message"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    NONE = "none", "None of these", True


class Contact(Section, frozen=True, kw_only=True):
    """Getting in touch safely."""

    NAME = "contact"
    TITLE = "Getting in touch safely"
    INTRO = "Somebody may listen in, read the post or look at a phone. Tell us what is safe."
    WORDS = {Capacity.SELF: Words("How we can reach you")}  # noqa: RUF012 - msgspec takes no Mapping here

    ways: Annotated[
        tuple[SafeWay, ...],
        ask(
            "Which ways are safe to get in touch with the family?",
            hint="Choose all that are safe.",
            most=6,
            example=["text"],
            why="A message that the wrong person sees can put somebody at risk.",
            data=Data.PERSONAL,
            words={
                Capacity.SELF: Words("Which ways are safe to reach you?", "Choose all that are safe."),
                Capacity.PERSONAL: Words("Which ways are safe to reach you?", "Choose all that are safe."),
            },
        ),
    ] = ()
    when: Annotated[
        str,
        ask_line(
            "When is it safe?",
            example="On weekdays before 3, when the children are at school",
            longest=500,
            why="So that we ring when it is safe.",
            data=Data.PERSONAL,
        ),
    ] = ""
    not_safe: Annotated[
        str,
        ask_line(
            "Is there anything we should not do?",
            example="Please do not leave a message: her partner listens to it.",
            longest=1000,
            why="So that we do not put anyone at risk.",
            data=Data.SPECIAL,
        ),
    ] = ""
    needs: Annotated[
        str,
        ask_line(
            "What would make it easier to take part?",
            hint="For example an interpreter, large print, somewhere without stairs, or an evening appointment.",
            longest=1000,
            why="So that nobody is left out.",
            data=Data.SPECIAL,
            services=(Service.EARLY_HELP, Service.SOCIAL_CARE),
        ),
    ] = ""
    identity_may_be_shared: (
        Annotated[
            Known,
            ask(
                "May we tell the family who told us?",
                hint="If not, we do not tell them your name. A court can still ask us for it, and they may guess.",
                why="You can help a child without being named to the family.",
                data=Data.PERSONAL,
                of=(Capacity.PERSONAL,),
                words={Service.LADO: "May we tell the adult and their employer who told us?"},
            ),
        ]
        | None
    ) = None
    on_behalf_of: Annotated[
        str,
        ask_line(
            "Do you fill this in for a colleague? If so, for whom?",
            example="Dr Anwen Price, 01632 960 155",
            longest=300,
            why="So that we ask whoever knows the child.",
            data=Data.PERSONAL,
            of=AT_WORK,
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        if len(self.ways) > 1 and any(way.alone for way in self.ways):
            yield Fault("/ways", "Choose the ways that are safe, or “None of these”, not both.")
