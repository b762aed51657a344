"""Which questions each service asks, in which version: the one place where a form is put together."""

from functools import cache

from portal.domain.facts import Facts
from portal.domain.forms.asked import AskedForm, AskedSection, questions_of
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.forms.early_help import SupportWanted
from portal.domain.forms.lado import Allegation
from portal.domain.forms.section import Section
from portal.domain.forms.social_care import Worries
from portal.domain.people import AdultDetails, ChildDetails
from portal.domain.referral_parts import CapacityOf
from portal.domain.services import Service

FORM_VERSION = 1
"""Which wording is shown. It is stored with the submission, so that a sent referral is read for ever as it was asked;
whoever changes a question gives this the next number (versions.py)."""

DECLARATION = (
    "What I have written is true as far as I know. I understand that the council may share it with others "
    "when that is needed to keep a child safe."
)

FORMS: dict[Service, tuple[type[Section], ...]] = {
    Service.EARLY_HELP: (SupportWanted,),
    Service.SOCIAL_CARE: (Worries,),
    Service.LADO: (Allegation,),
}

DANGER, CHILD, ADULT, CAPACITY, CONSENT = "danger", "child", "adult", "capacity", "consent"
BESIDE: dict[str, tuple[str, type[Facts]]] = {
    DANGER: ("Is anyone in danger now?", Danger),
    CONSENT: ("Agreement", Consent),
    ADULT: ("The adult of concern", AdultDetails),
    CHILD: ("The child", ChildDetails),
    CAPACITY: ("You and this person", CapacityOf),
}
"""What every form asks beside the sections of its own: each is an event of its own."""


@cache
def form_of(service: Service) -> AskedForm:
    """Today's form of a service."""
    beside = (_section(name, title, kind, service) for name, (title, kind) in BESIDE.items())
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
        questions=questions_of(kind, service),
    )
