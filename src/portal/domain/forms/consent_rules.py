"""What each service must know about consent before a referral is sent: a gate for early help, never one for a child who
must be protected, and nobody's agreement for the LADO (domain.md 6.4)."""

from collections.abc import Iterator

from portal.domain.forms.consent import GROWN_UPS, Consent, Giver
from portal.domain.forms.contact import Contact
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

SERIOUS = (
    "You think that a child is being seriously harmed, or is likely to be. That is more than early help can answer: "
    "refer to children's social care instead. Your answers are kept."
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
        if consent.protects is Known.YES and capacity is not Capacity.SELF:
            yield Fault("/protects", SERIOUS)
        yield from _early_help(consent, capacity)
    elif not consent.agreed and capacity is not Capacity.SELF and consent.why_not_agreed is None:
        yield Fault("/why_not_agreed", "Say why the family has not agreed or was not asked.")


def name_faults(capacity: Capacity, contact: Contact) -> Iterator[Fault]:
    """Professionals cannot be anonymous; members of the public may ask not to be named. It is refused when it is said
    and is no gap: whoever asked for it before they said that it is their job is not shown the question any more."""
    if capacity is Capacity.PROFESSIONAL and contact.identity_may_be_shared is Known.NO:
        says = "As a professional you cannot ask not to be named. Change this answer."
        yield Fault("/identity_may_be_shared", says)


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
