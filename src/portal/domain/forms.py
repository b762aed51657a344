"""The questions of each service's form, as data: from them come validation, the OpenAPI schema and the pages.

A section is a Struct; a question is an annotated field. What must be answered before sending is a field without a
default. `FORMS` says which sections a service asks, `FORM_VERSION` which wording was shown: it is stored with the
submission, so that a sent referral can be read for ever as it was asked.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from portal.domain.facts import Facts, line, story
from portal.domain.refusals import Fault
from portal.domain.services import Service

FORM_VERSION = 1
DECLARATION = (
    "What I have written is true as far as I know. I understand that the council may share it with others "
    "when that is needed to keep a child safe."
)


class Danger(Facts, frozen=True, kw_only=True):
    """Is anyone in danger now? The first question of every form (domain.md 6.1)."""

    in_danger: Annotated[
        bool,
        Meta(
            title="Is anyone in danger now?",
            description="If so, ring 999 first. You can still send this form; it will be marked urgent.",
        ),
    ]
    police_called: Annotated[bool, Meta(title="Have you rung the police?")] = False
    police_log_number: Annotated[str, line("Police log number, if you were given one", "SV-2211-118", longest=40)] = ""


class Section(Facts, frozen=True, kw_only=True):
    """One page of questions. `NAME` is its place in addresses and in the stored answers; `TITLE` its heading."""

    NAME: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""


class SupportWanted(Section, frozen=True, kw_only=True):
    """What an early help family support team needs to know first (domain.md 6.2)."""

    NAME = "support"
    TITLE = "The support you would like"

    going_on: Annotated[
        str,
        story(
            "What is going on for the family?",
            "Amara's mum works nights and Amara has begun to miss school on Mondays.",
            required=True,
        ),
    ]
    would_help: Annotated[
        str,
        story(
            "What would help?", "Somebody to talk to, and help with getting up and out in the morning.", required=True
        ),
    ]
    going_well: Annotated[str, story("What is going well?")] = ""
    tried_already: Annotated[str, story("What has been tried already?")] = ""
    best_time_to_ring: Annotated[str, line("When and how is it best to get in touch?", "Text first, after 4pm")] = ""


class Worries(Section, frozen=True, kw_only=True):
    """What the front door of social care needs to decide within one working day (domain.md 6.1)."""

    NAME = "worries"
    TITLE = "What you are worried about"

    worried_about: Annotated[
        str,
        story(
            "What are you worried about?",
            "Jonah came to school with bruises on both arms and would not say how he got them.",
            required=True,
        ),
    ]
    seen_or_heard: Annotated[
        str,
        story(
            "What did you see or hear, when and where?",
            "On Monday 16 November at morning registration. He said 'I'm not allowed to tell'.",
            description="Use the child's own words where you can.",
            required=True,
        ),
    ]
    injury: Annotated[str, story("Is anyone hurt, or in need of a doctor?")] = ""
    child_says: Annotated[str, story("What does the child say or want?")] = ""
    going_well: Annotated[str, story("What is going well?")] = ""
    done_already: Annotated[str, story("What have you or others done already?")] = ""


class Limb(StrEnum):
    """The four limbs of the harm threshold for adults who work with children (domain.md 6.3)."""

    HARMED = "harmed"
    OFFENCE = "offence"
    RISK = "risk"
    SUITABILITY = "suitability"


class Allegation(Section, frozen=True, kw_only=True):
    """What the designated officer needs about an adult who works with children (domain.md 6.3)."""

    NAME = "allegation"
    TITLE = "What happened"

    limbs: Annotated[
        tuple[Limb, ...],
        Meta(
            title="The adult may have",
            description="harmed: harmed a child. offence: committed an offence against or about a child. risk: behaved "
            "in a way that may put children at risk. suitability: behaved in a way that may make them unsuitable.",
            min_length=1,
            max_length=4,
            examples=[["harmed"]],
        ),
    ]
    what_happened: Annotated[
        str,
        story(
            "What happened?",
            "During training the coach held a girl's head under water for several seconds.",
            required=True,
        ),
    ]
    when: Annotated[
        str, line("When did it happen?", "Saturday 14 November, about 10 in the morning", longest=500, required=True)
    ]
    where: Annotated[str, line("Where did it happen?", "Severnmouth baths", longest=500)] = ""
    who_knows: Annotated[
        str,
        line(
            "Who has been told already?",
            "The club's chair. The coach has not been told.",
            longest=2000,
            description="Please do not question the adult before we have spoken with you.",
        ),
    ] = ""
    other_work: Annotated[str, line("Other work or volunteering with children", "Scout leader", longest=2000)] = ""


FORMS: dict[Service, tuple[type[Section], ...]] = {
    Service.EARLY_HELP: (SupportWanted,),
    Service.SOCIAL_CARE: (Worries,),
    Service.LADO: (Allegation,),
}


class WhyNotAgreed(StrEnum):
    """Why a family has not agreed: reasons not to ask or tell them that a council accepts (domain.md 6.4)."""

    REFUSED = "refused"
    RISK_TO_CHILD = "risk_to_child"
    RISK_TO_ANOTHER = "risk_to_another"
    DELAY = "delay"
    POLICE_ENQUIRY = "police_enquiry"
    HIDDEN_HARM = "hidden_harm"
    NOT_REACHED = "not_reached"
    CHILD_MIGHT_BE_HIDDEN = "child_might_be_hidden"
    OTHER = "other"


class HowAgreed(StrEnum):
    """How agreement was given."""

    SPOKEN = "spoken"
    WRITTEN = "written"


class Consent(Facts, frozen=True, kw_only=True):
    """Whether somebody with parental responsibility (or a young person who understands) agreed (domain.md 6.4)."""

    agreed: Annotated[bool, Meta(title="Has the family agreed to this being sent?")]
    agreed_by: Annotated[str, line("Who agreed?", "Amara's mother", longest=200)] = ""
    how: HowAgreed | None = None
    on: Annotated[date, Meta(title="When?", examples=["2026-11-20"])] | None = None
    why_not_agreed: WhyNotAgreed | None = None
    why_not_in_words: Annotated[str, line("Say more about why not", longest=2000)] = ""

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
