"""Referrals on the desk without the way there, for tests that need many of them."""

from datetime import datetime
from uuid import UUID, uuid4

from portal.application.portal import Portal
from portal.domain.addresses import Address, AddressSource, WhyNoAddress
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.forms.social_care import Worries
from portal.domain.people import Child
from portal.domain.reference import new_reference
from portal.domain.referral import Referral
from portal.domain.referral_parts import CapacityOf, Referrer
from portal.domain.services import Capacity, Channel, Relationship, Service
from portal.eventstore.work import Work, fresh_command


async def on_the_desk(portal: Portal, owner: UUID, urgent: bool, received_at: datetime) -> UUID:
    """One referral to social care that was received at this time; its id."""
    command, child = fresh_command("many"), Child(id=uuid4(), given_name="Amara", estimated_age=4)
    neighbour = CapacityOf(capacity=Capacity.PERSONAL, relationship=Relationship.NEIGHBOUR)

    async def decide(work: Work) -> Referral:
        _, now = await work.load(Referral, command.id_for("referral"))
        referral = Referral.start(command.id_for("referral"), Service.SOCIAL_CARE, owner, "", now)
        referral.add_child(child, now)
        referral.confirm_children(now)
        referral.declare_capacity([child.id], neighbour, now)
        referral.confirm_address([child.id], Address(source=AddressSource.NONE, why_none=WhyNoAddress.NOT_KNOWN), now)
        referral.declare_danger(Danger(in_danger=urgent), now)
        referral.give_answers(Worries(worried_about="Bruises.", seen_or_heard="At registration."), now)
        referral.record_consent(Consent(agreed=True, agreed_by="His mother"), now)
        referrer = Referrer(name="Priya Nair", email="priya.nair@oakfield.example")
        referral.submit(new_reference(), referrer, Channel.PHONE, received_at, now)
        work.add(referral)
        return referral

    return (await portal.perform(command, Referral, decide)).answer.id
