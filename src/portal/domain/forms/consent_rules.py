"""What each service must know about consent before a referral is sent: a gate for early help, never one for a child who
must be protected, and nobody's agreement for the LADO (domain.md 6.4)."""

from collections.abc import Iterator

from portal.domain.forms.consent import GROWN_UPS, Consent, Giver
from portal.domain.options import Known
from portal.domain.refusals import Fault
from portal.domain.services import Capacity, Service

ASK = "Say whether the family has agreed."
NOT_WITHOUT = (
    "Early help can only be given with the family's agreement. If you are worried that a child may come to harm, "
    "refer to children's social care instead."
)
NOT_BY_THEM = (
    "Early help needs the agreement of somebody with parental responsibility, or of a young person who understands "
    "what it means. If you are worried that a child may come to harm, refer to children's social care instead."
)


def never_waits(service: Service, consent: Consent | None, danger_now: bool) -> bool:
    """Whether nothing about consent may hold the referral up: somebody is in danger now, a child must be protected, or
    it is for the LADO."""
    protects = danger_now or (consent is not None and consent.protects is Known.YES)
    return service is Service.LADO or (service is Service.SOCIAL_CARE and protects)


def consent_gaps(service: Service, consent: Consent | None, capacity: Capacity) -> Iterator[Fault]:
    """What is still missing where consent is asked, with its place in the consent."""
    if consent is None:
        yield Fault("", ASK)
    elif service is Service.EARLY_HELP:
        yield from _early_help(consent, capacity)
    elif not consent.agreed and capacity is not Capacity.SELF and consent.why_not_agreed is None:
        yield Fault("/why_not_agreed", "Say why the family has not agreed or was not asked.")


def name_gap(capacity: Capacity, may_be_shared: str | None) -> str:
    """Professionals cannot be anonymous; members of the public may ask not to be named."""
    if capacity is Capacity.PROFESSIONAL and may_be_shared == Known.NO.value:
        return "As a professional you cannot ask not to be named. Change this answer."
    return ""


def _early_help(consent: Consent, capacity: Capacity) -> Iterator[Fault]:
    """A hard gate: somebody with parental responsibility, or a young person who understands. Whoever asks for
    themselves has agreed; whether they understand is for staff to see when they speak with them."""
    if not consent.agreed:
        yield Fault("", NOT_WITHOUT)
    elif capacity is not Capacity.SELF:
        yield from _of_the_giver(consent)


def _of_the_giver(consent: Consent) -> Iterator[Fault]:
    if consent.giver is None:
        yield Fault("/giver", "Say who agreed.")
    if consent.giver in GROWN_UPS and consent.responsibility is None:
        yield Fault("/responsibility", "Say whether they have parental responsibility.")
    if consent.giver in GROWN_UPS and consent.responsibility is Known.NO:
        yield Fault("/responsibility", NOT_BY_THEM)
    if consent.giver is Giver.CHILD and not consent.understands:
        yield Fault("/understands", "Say how you know that the child understands what it means.")
