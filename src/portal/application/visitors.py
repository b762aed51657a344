"""Who is asking, and the rules of who may: everything else here asks these functions first."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

import msgspec

from portal.domain.account_details import Role
from portal.domain.referral import Referral
from portal.domain.referral_events import ReferralErased
from portal.domain.services import Service
from portal.eventstore.envelope import Erased
from portal.eventstore.store import A


class NotSignedIn(Exception):
    """This needs somebody signed in."""


class NotAllowed(Exception):
    """This is for other people: said only where the fact that it exists is no secret."""


class NotFound(Exception):
    """There is no such thing, or it is somebody else's: the answer is the same."""


def found(aggregate: A | None) -> A:
    """The aggregate that was asked for, or NotFound."""
    if aggregate is None:
        raise NotFound
    return aggregate


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is asking. `draft_key`: hash of the token that owns drafts begun before signing in; `not_verified`: a
    professional of whom only they themselves say so."""

    account: UUID | None = None
    session: UUID | None = None
    name: str = ""
    organisation: str = ""
    roles: frozenset[Role] = frozenset()
    draft_key: str = ""
    not_verified: bool = False

    @property
    def scope(self) -> str:
        """Within which the names of their commands are unique; empty for somebody of whom nothing is known."""
        if self.account:
            return str(self.account)
        return f"draft:{self.draft_key}" if self.draft_key else ""


SEES: dict[Role, frozenset[Service]] = {
    Role.WORKER: frozenset({Service.EARLY_HELP, Service.SOCIAL_CARE}),
    Role.LADO: frozenset({Service.LADO}),
    Role.AUDITOR: frozenset(),
}


def account_of(who: Visitor) -> UUID:
    """The account of somebody who must be signed in."""
    if who.account is None:
        raise NotSignedIn
    return who.account


def services_of(who: Visitor) -> frozenset[Service]:
    """The services whose referrals this member of staff sees; LADO referrals are for LADO staff only."""
    account_of(who)
    services = frozenset().union(*(SEES[role] for role in who.roles))
    if not services:
        raise NotAllowed
    return services


def require_auditor(who: Visitor) -> None:
    """Auditors replay; nobody else does."""
    account_of(who)
    if Role.AUDITOR not in who.roles:
        raise NotAllowed


def owned(who: Visitor, referral: Referral | None) -> Referral:
    """The referral, if it is this visitor's own; otherwise there is none."""
    if referral is None or referral.ended:
        raise NotFound
    if referral.owner:
        mine = referral.owner == who.account
    else:
        mine = bool(who.draft_key) and referral.draft_key == who.draft_key
    if not mine:
        raise NotFound
    return referral


def on_the_desk(services: Collection[Service], referral: Referral | None) -> Referral:
    """The referral, if it was sent to a service this member of staff sees."""
    if referral is None or referral.submission is None or referral.service not in services:
        raise NotFound
    return referral


@contextmanager
def _erased_said_to(may_know: Callable[[ReferralErased], bool]) -> Iterator[None]:
    """That a referral was erased is said (Erased) to those who could have seen it; for others there is none."""
    try:
        yield
    except Erased as erased:
        tombstone = erased.tombstone
        if not isinstance(tombstone, ReferralErased) or tombstone.reference is None or not may_know(tombstone):
            raise NotFound from None
        raise


def erased_said_to_owner(who: Visitor) -> AbstractContextManager[None]:
    """Of what was sent, to who sent it."""
    return _erased_said_to(lambda tombstone: tombstone.owner is not None and tombstone.owner == who.account)


def erased_said_to_staff(services: Collection[Service]) -> AbstractContextManager[None]:
    """Of what was sent, to the staff of its service."""
    return _erased_said_to(lambda tombstone: tombstone.service in services)
