"""Whether the family agreed, and what each service needs to know about it (domain.md 6.4)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from portal.domain.facts import Facts
from portal.domain.forms.question import Data, ask, ask_line
from portal.domain.options import Option
from portal.domain.refusals import Fault
from portal.domain.services import Service


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


class Consent(Facts, frozen=True, kw_only=True):
    """Whether somebody with parental responsibility (or a young person who understands) agreed."""

    agreed: Annotated[
        bool,
        ask(
            "Has the family agreed to this being sent?",
            why="Early help needs the family's agreement; for the other services we need to know who knows.",
            data=Data.PERSONAL,
            required=True,
            missing="Say whether the family has agreed.",
        ),
    ]
    agreed_by: Annotated[
        str,
        ask_line(
            "Who agreed?",
            example="Amara's mother",
            longest=200,
            why="So that we can speak with somebody who knows that you wrote to us.",
            data=Data.PERSONAL,
            when=("agreed", True),
        ),
    ] = ""
    how: (
        Annotated[
            HowAgreed,
            ask(
                "How did they agree?",
                why="So that there is a record of the agreement.",
                data=Data.PERSONAL,
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
                when=("agreed", True),
            ),
        ]
        | None
    ) = None
    why_not_agreed: (
        Annotated[
            WhyNotAgreed,
            ask(
                "Why has the family not agreed?",
                why="You may refer without agreement for some reasons. Yours helps us decide what to tell them.",
                data=Data.SPECIAL,
                when=("agreed", False),
            ),
        ]
        | None
    ) = None
    why_not_in_words: Annotated[
        str,
        ask_line(
            "Say more about why not",
            longest=2000,
            why="So that we do not put anyone at risk when we ring the family.",
            data=Data.SPECIAL,
            when=("agreed", False),
        ),
    ] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        if self.agreed and not self.agreed_by:
            yield Fault("/agreed_by", "Say who agreed.")
        if self.on and self.on > today:
            yield Fault("/on", "The day must be today or in the past.")
        if self.agreed and self.why_not_agreed:
            yield Fault("/why_not_agreed", "Give a reason only if the family has not agreed.")
        if self.why_not_agreed is WhyNotAgreed.OTHER and not self.why_not_in_words:
            yield Fault("/why_not_in_words", "Say why in a few words.")


def consent_gap(service: Service, consent: Consent | None) -> str:
    """What the service still needs to know about consent before sending; empty when nothing (domain.md 6.4)."""
    if service is Service.LADO:
        return ""
    if consent is None:
        return "Say whether the family has agreed."
    if service is Service.EARLY_HELP and not consent.agreed:
        return (
            "Early help can only be given with the family's agreement. If you are worried that a child may come to "
            "harm, refer to children's social care instead."
        )
    if not consent.agreed and consent.why_not_agreed is None:
        return "Say why the family has not agreed or was not asked."
    return ""
