"""Sending a referral, and what its sender can do afterwards: add to it, withdraw it, see it on the list."""

from uuid import UUID

from portal.application.own_referral import OwnReferral
from portal.application.policy import Act
from portal.application.portal import PATIENCE, Outcome, Portal
from portal.application.sent_text import is_put_away
from portal.application.visitors import Visitor, account_of, allow
from portal.domain.account import Account
from portal.domain.person import NAME_NOT_KNOWN
from portal.domain.reference import new_reference
from portal.domain.referral import Referral
from portal.domain.referral_parts import Amendment
from portal.domain.refusals import Fault, Refused
from portal.domain.services import Channel
from portal.eventstore.work import Work
from portal.projections.submitted_forms import FormStatus as FormStatus
from portal.projections.submitted_forms import SubmittedForm as SubmittedForm
from portal.projections.submitted_forms import forms_of


async def submit(own: OwnReferral, declared: bool) -> Outcome[Referral]:
    """ "Send Report to Local Authority" (guide G29). Sent already: the same answer again, and nothing is written."""
    allow(own.who, Act.SEND)
    account_id = account_of(own.who)

    async def decide(work: Work) -> Referral:
        referral, now = await own.load(work)
        if referral.submission:
            await work.be_sure()
            return referral
        account, _ = await work.load(Account, account_id)
        if not declared or account is None:
            says = "Confirm that what you have written is true as far as you know."
            raise Refused("One more thing before this can be sent.", [Fault("/declaration", says)])
        reference = new_reference()
        referral.submit(reference, account.referrer(own.portal.council.trusted_domains), Channel.PORTAL, now, now)
        work.claim(referral.id, own.portal.keyed_hash("reference", reference))
        return referral

    return await own.perform(decide)


async def amend(own: OwnReferral, amendment: Amendment) -> Outcome[Referral]:
    """Add to what was sent."""
    allow(own.who, Act.SEND)
    return await own.change(lambda referral, now: referral.amend(amendment, now))


async def withdraw(own: OwnReferral, why: str) -> Outcome[Referral]:
    """Take back what was sent."""
    allow(own.who, Act.SEND)
    return await own.change(lambda referral, now: referral.withdraw(why, now))


async def withdraw_consent(own: OwnReferral, why: str) -> Outcome[Referral]:
    """Say that the family takes back its agreement to what was sent."""
    allow(own.who, Act.SEND)
    return await own.change(lambda referral, now: referral.withdraw_consent(why, now))


async def my_submitted_forms(portal: Portal, who: Visitor) -> list[SubmittedForm]:
    """ "My submitted forms" (guide G30): drafts first."""
    allow(who, Act.LIST_OWN)
    async with portal.pool.acquire() as connection:
        return await forms_of(connection, portal.store.keyring, account_of(who))


def about(portal: Portal, who: Visitor, form: SubmittedForm) -> list[str]:
    """Whom a form is about: names, as long as its sender sees what they wrote, afterwards initials."""
    names = form.content.names.values() if form.content else ()
    if not is_put_away(portal, who, form.received_at):
        return list(names)
    return ["?" if name == NAME_NOT_KNOWN else "".join(part[0].upper() for part in name.split()) for name in names]


async def forms_now(portal: Portal, owner: UUID) -> list[SubmittedForm]:
    """All forms of an account as the log has them now: for jobs. Raises TimeoutError while the list lags behind."""
    if not await portal.projector.reach_all(["submitted_forms"], await portal.store.head(), PATIENCE):
        raise TimeoutError
    async with portal.pool.acquire() as connection:
        return await forms_of(connection, portal.store.keyring, owner)
