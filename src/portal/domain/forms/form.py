"""Which questions each service asks, in which version: the one place where a form is put together."""

from functools import cache

import msgspec

from portal.domain.facts import Facts
from portal.domain.forms.asked import Asked, AskedForm, AskedSection, questions_of
from portal.domain.forms.at_work import DutyToReport, NeedSeen
from portal.domain.forms.consent import Consent
from portal.domain.forms.contact import Contact
from portal.domain.forms.danger import Danger
from portal.domain.forms.earlier import Earlier
from portal.domain.forms.early_help import SupportWanted
from portal.domain.forms.employment import Employment
from portal.domain.forms.harm import Harm
from portal.domain.forms.home import Home
from portal.domain.forms.household import Household
from portal.domain.forms.lado import Allegation
from portal.domain.forms.professionals import Professionals
from portal.domain.forms.section import Section
from portal.domain.forms.social_care import Worries
from portal.domain.forms.who_knows import WhoKnows
from portal.domain.people import AdultDetails, ChildDetails
from portal.domain.referral_parts import CapacityOf
from portal.domain.services import Capacity, Service

FORM_VERSION = 2
"""Which wording is shown. It is stored with the submission, so that a sent referral is read for ever as it was asked;
whoever changes a question gives this the next number (versions.py)."""

DECLARATION = (
    "What I have written is true as far as I know. I understand that the council may share it with others "
    "when that is needed to keep a child safe."
)

ABOUT_FAMILY = (Home, Household, Professionals, Earlier, NeedSeen)
FORMS: dict[Service, tuple[type[Section], ...]] = {
    Service.EARLY_HELP: (SupportWanted, *ABOUT_FAMILY, Contact),
    Service.SOCIAL_CARE: (Worries, Harm, *ABOUT_FAMILY, DutyToReport, Contact),
    Service.LADO: (Allegation, Employment, WhoKnows, DutyToReport, Contact),
}
"""The sections of each service's own, in the order of their pages. What two services share keeps its name and its
answers when a draft goes from one to the other."""

DANGER, CHILD, ADULT, CAPACITY, CONSENT = "danger", "child", "adult", "capacity", "consent"
BESIDE: dict[str, tuple[str, type[Facts]]] = {
    DANGER: ("Is anyone in danger now?", Danger),
    CONSENT: ("Agreement", Consent),
    ADULT: ("The adult of concern", AdultDetails),
    CHILD: ("The child", ChildDetails),
    CAPACITY: ("You and this person", CapacityOf),
}
"""What every form asks beside the sections of its own: each is an event of its own."""

NOT_FOR: dict[Service, tuple[str, ...]] = {
    Service.EARLY_HELP: (ADULT,),
    Service.SOCIAL_CARE: (ADULT,),
    Service.LADO: (CONSENT,),  # nobody's agreement is needed, and it is not asked (domain.md 6.4)
}


@cache
def form_of(service: Service) -> AskedForm:
    """Today's form of a service."""
    beside = (
        _section(name, title, kind, service) for name, (title, kind) in BESIDE.items() if name not in NOT_FOR[service]
    )
    own = (_own(section, service) for section in FORMS[service])
    return AskedForm(service=service, version=FORM_VERSION, sections=(*beside, *own))


def _section(name: str, title: str, kind: type[Facts], service: Service) -> AskedSection:
    return AskedSection(name=name, title=title, questions=questions_of(kind, service))


def _own(kind: type[Section], service: Service) -> AskedSection:
    return AskedSection(
        name=kind.NAME,
        title=kind.TITLE,
        intro=kind.INTRO,
        words=kind.WORDS,
        of=kind.OF,
        questions=tuple(_narrowed(each, kind.OF) for each in questions_of(kind, service)),
    )


def _narrowed(asked: Asked, of: tuple[Capacity, ...]) -> Asked:
    """Whoever is not shown a section is asked none of its questions, so no question has to repeat it."""
    who, must = (tuple(each for each in them if each in of) for them in (asked.of, asked.required))
    return msgspec.structs.replace(asked, of=who, required=must)
