"""A draft and whom it is about: starting it, taking it over at sign-in, children and the adult of concern."""

import logging
from datetime import datetime
from functools import partial
from uuid import UUID

from portal.application.own_referral import OwnReferral
from portal.application.policy import Act
from portal.application.portal import PATIENCE, Outcome, Portal
from portal.application.visitors import Visitor, account_of, allow, found, theirs
from portal.domain.facts import fields_of
from portal.domain.people import Adult, AdultDetails, Child, ChildDetails
from portal.domain.referral import Referral
from portal.domain.services import Service
from portal.eventstore.work import Command, Work
from portal.projections.submitted_forms import drafts_of_token

log = logging.getLogger(__name__)


async def start(portal: Portal, who: Visitor, command: Command, service: Service) -> Outcome[Referral]:
    """A new draft, before or after signing in (guide G7)."""
    allow(who, Act.START)

    async def decide(work: Work) -> Referral:
        now = await work.now()
        draft_key = "" if who.account else who.draft_key
        referral = Referral.start(command.id_for("referral"), service, who.account, draft_key, now)
        work.add(referral)
        return referral

    return await portal.perform(command, Referral, decide, partial(theirs, who, Act.READ_OWN))


async def claim_drafts(portal: Portal, command: Command, who: Visitor) -> None:
    """At sign-in: what this browser began before becomes the account's."""
    account = account_of(who)
    if not who.draft_key:
        return
    head = await portal.store.head()
    await portal.projector.reach_all(["submitted_forms"], head, PATIENCE)
    async with portal.pool.acquire() as connection:
        drafts = await drafts_of_token(connection, who.draft_key)
    for draft in drafts:
        try:
            await _claim(portal, command.part(f"claim {draft}"), who.draft_key, account, draft)
        except Exception as fault:  # it is taken over by its first change at the latest; signing in goes on
            log.warning("a draft was not taken over at sign-in: %s", type(fault).__name__)


async def _claim(portal: Portal, command: Command, draft_key: str, account: UUID, draft: UUID) -> None:
    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, draft)
        referral = found(loaded)
        if not referral.ended and referral.draft_key == draft_key:
            referral.claim(account, now)
        return referral

    await portal.settle(await portal.perform(command, Referral, decide), "submitted_forms")


async def add_child(own: OwnReferral, details: ChildDetails) -> Outcome[Referral]:
    """ "+" (guide G5)."""
    child = Child(id=own.command.id_for("child"), **fields_of(details))
    return await own.change(lambda referral, now: referral.add_child(child, now))


async def give_child_details(own: OwnReferral, child_id: UUID, details: ChildDetails) -> Outcome[Referral]:
    """What is known of a child, in place of what was known."""
    child = Child(id=child_id, **fields_of(details))
    return await own.change(lambda referral, now: referral.give_child_details(child, now), f"child:{child_id}")


async def remove_child(own: OwnReferral, child_id: UUID) -> Outcome[Referral]:
    """Take a child off the draft."""
    return await own.change(lambda referral, now: referral.remove_child(child_id, now))


async def confirm_children(own: OwnReferral) -> Outcome[Referral]:
    """ "Confirm" (guide G5, G6)."""
    return await own.change(lambda referral, now: referral.confirm_children(now))


async def say_no_particular_child(own: OwnReferral) -> Outcome[Referral]:
    """LADO: it is about the adult's conduct."""
    return await own.change(lambda referral, now: referral.say_no_particular_child(now))


async def name_adult(own: OwnReferral, details: AdultDetails) -> Outcome[Referral]:
    """The adult of concern; naming them again changes what is known of the same person."""

    def change(referral: Referral, now: datetime) -> None:
        known = referral.adult.id if referral.adult else own.command.id_for("adult")
        referral.name_adult(Adult(id=known, **fields_of(details)), now)

    return await own.change(change, "adult")
