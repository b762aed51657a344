"""Who is asking, and the questions that every function here asks first: may they, and is it theirs?"""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from uuid import UUID

import msgspec

from portal.application.policy import Act, Part, Party, Standing, Whose, parts_shown, rule_of, services_seen
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


class ProveAgain(Exception):
    """This needs a second factor that was shown a moment ago."""


class NotFound(Exception):
    """There is no such thing, or it is somebody else's: the answer is the same."""


def found(aggregate: A | None) -> A:
    """The aggregate that was asked for, or NotFound."""
    if aggregate is None:
        raise NotFound
    return aggregate


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is asking. `draft_key`: hash of the token that owns drafts begun before signing in; `not_verified`: a
    professional of whom only they themselves say so; `must_enrol`: staff whose roles rest until they have an
    authenticator app; `fresh`: they have shown a second factor within the last minutes; `elsewhere_since`: when they
    last changed whom they work for."""

    account: UUID | None = None
    session: UUID | None = None
    name: str = ""
    organisation: str = ""
    elsewhere_since: datetime | None = None
    roles: frozenset[Role] = frozenset()
    must_enrol: bool = False
    fresh: bool = False
    draft_key: str = ""
    not_verified: bool = False

    @property
    def scope(self) -> str:
        """Within which the names of their commands are unique; empty for somebody of whom nothing is known."""
        if self.account:
            return str(self.account)
        return f"draft:{self.draft_key}" if self.draft_key else ""

    @property
    def parties(self) -> frozenset[Party]:
        """Who they are in the table of who may do what."""
        signed_in: tuple[Party, ...] = (Standing.APPLICANT, *self.roles) if self.account else ()
        return frozenset((Standing.ANYBODY, *signed_in))


def allow(who: Visitor, act: Act) -> frozenset[Part]:
    """The parts of a referral that they are shown when they do this. NotSignedIn, NotAllowed or ProveAgain where they
    may not."""
    parts = parts_shown(act, who.parties)
    if parts is None:
        raise NotAllowed if who.account else NotSignedIn
    if rule_of(act).fresh and not who.fresh:
        raise ProveAgain
    return parts


def account_of(who: Visitor) -> UUID:
    """The account of somebody who must be signed in."""
    if who.account is None:
        raise NotSignedIn
    return who.account


def services_of(who: Visitor, act: Act) -> frozenset[Service]:
    """The services whose referrals this member of staff sees when they do this."""
    allow(who, act)
    return services_seen(who.roles)


def theirs(who: Visitor, act: Act, referral: Referral | None) -> Referral:
    """The referral, if it is one that they may do this to; otherwise there is none."""
    allow(who, act)
    match rule_of(act).whose:
        case Whose.OWN:
            return owned(who, referral)
        case Whose.SERVICE:
            return _on_the_desk(who, referral)
        case Whose.SENT:
            return _sent(referral)
    raise NotFound


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


def _on_the_desk(who: Visitor, referral: Referral | None) -> Referral:
    if _sent(referral).service not in services_seen(who.roles):
        raise NotFound
    return _sent(referral)


def _sent(referral: Referral | None) -> Referral:
    """What was never sent is nobody's at the council, not even an auditor's."""
    if referral is None or referral.submission is None:
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
