"""A referral in the hands of its owner: the one way in which those whom it belongs to change it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from portal.application.policy import Act
from portal.application.portal import Outcome, Portal
from portal.application.state_tokens import refuse_if_changed
from portal.application.visitors import Visitor, erased_said_to_owner, theirs
from portal.domain.referral import Referral
from portal.eventstore.work import Command, Work

Change = Callable[[Referral, datetime], None]


@dataclass(frozen=True)
class OwnReferral:
    """Who asks to change which referral, by which command, and the token of the state they saw."""

    portal: Portal
    who: Visitor
    command: Command
    id: UUID
    seen: str | None = None

    async def change(self, act: Change, part: str = "") -> Outcome[Referral]:
        """Do it, if the referral is theirs and nobody has changed `part` (what is replaced) since they saw it."""

        async def decide(work: Work) -> Referral:
            referral, now = await self.load(work)
            if part:
                refuse_if_changed(self.portal, referral, part, self.seen)
            act(referral, now)
            return referral

        return await self.perform(decide)

    async def perform(self, decide: Callable[[Work], Awaitable[Referral]]) -> Outcome[Referral]:
        """Do a command on the referral. A repeat too is answered only to whom it belongs now."""
        with erased_said_to_owner(self.who):
            return await self.portal.perform(self.command, Referral, decide, partial(theirs, self.who, Act.READ_OWN))

    async def load(self, work: Work) -> tuple[Referral, datetime]:
        """The referral, if it is theirs, and the database's clock. A draft they began in this browser before signing in
        is taken over here at the latest."""
        referral, now = await work.load(Referral, self.id)
        referral = theirs(self.who, Act.FILL_IN, referral)
        if self.who.account and referral.owner is None:
            referral.claim(self.who.account, now)
        return referral, now


async def read_own_referral(portal: Portal, who: Visitor, referral_id: UUID) -> Referral:
    """The visitor's own referral, sent or not."""
    with erased_said_to_owner(who):
        return theirs(who, Act.READ_OWN, (await portal.store.load(Referral, referral_id)).aggregate)
