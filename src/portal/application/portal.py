"""What every function here stands on: the store, the council, the keys and the ways outside, handed in once."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from portal.addresses.port import Addresses
from portal.application.breached_passwords import BreachedPasswords
from portal.application.doorman import Doorman
from portal.application.passwords import Passwords
from portal.council.council import Council
from portal.directory.port import Directory
from portal.documents.safe import Safe
from portal.documents.scanning import Scanner
from portal.domain.aggregate import Event
from portal.eventstore.connection import Pool
from portal.eventstore.store import A, EventStore, Repeat, replay
from portal.eventstore.work import Command, Work, perform
from portal.keys.ledger import Ledger
from portal.keys.secrets import StandingSecrets
from portal.mail.letters import Correspondence
from portal.mail.port import Post
from portal.printing.pdf import Printer
from portal.projections.projector import Projector

log = logging.getLogger(__name__)
PATIENCE = 2.0  # seconds a request waits to see what it has written
T = TypeVar("T")


class Outcome(msgspec.Struct, Generic[T], frozen=True):
    """What a command answers, and the position its readers must have passed to see it (0: nothing was written)."""

    answer: T
    position: int


@dataclass(frozen=True)
class Portal:
    """One running portal."""

    store: EventStore
    pool: Pool
    council: Council
    secrets: StandingSecrets
    post: Post
    addresses: Addresses
    directory: Directory | None
    passwords: Passwords
    breached: BreachedPasswords | None
    correspondence: Correspondence
    projector: Projector
    ledger: Ledger
    printer: Printer
    documents: Safe
    scanner: Scanner | None  # None: files wait
    doorman: Doorman

    async def perform(
        self,
        command: Command,
        kind: type[A],
        decide: Callable[[Work], Awaitable[A]],
        may: Callable[[A | None], object] = lambda _: None,
        of: UUID | None = None,
    ) -> Outcome[A]:
        """Do a command on one aggregate. A repeat answers with the aggregate as the first doing left it, if those who
        ask `may` still see it as it is now (raises if not). `of`: the answer's stream, where the command may have
        written to others only."""
        result, position = await perform(self.store, command, decide)
        if isinstance(result, Repeat):
            history = (await self.store.history(of or result.stream_id)).envelopes
            may(replay(kind, history))
            again = replay(kind, [each for each in history if each.position <= position])
            assert again is not None  # noqa: S101 - the repeat has just found its events, or those before them
            return Outcome(again, position)
        return Outcome(result, position)

    async def note(self, command: Command, kind: type[Event], stream_id: UUID, **fields: object) -> None:
        """Leave a note (who looked). Each time anew, whatever key the request carries: it may see more by now."""

        async def take_note(work: Work) -> None:
            await work.note(kind, stream_id, **fields)

        await perform(self.store, command.afresh(), take_note)

    async def settle(self, outcome: Outcome[T], *projections: str) -> T:
        """The answer, once these projections show what the command did (or patience is over)."""
        try:
            await self.projector.reach_all(projections, outcome.position, PATIENCE)
        except Exception as fault:  # the command is done: nothing that a list suffers from may change its answer
            log.warning("an answer does not wait for its lists: %s", type(fault).__name__)
        return outcome.answer

    def keyed_hash(self, purpose: str, text: str, key: bytes | None = None) -> bytes:
        """HMAC-SHA-256 under the blind-index key (or another), separate for each purpose."""
        return hmac.digest(key or self.secrets.blind_index, f"{purpose}\0{text}".encode(), hashlib.sha256)

    def sign(self, purpose: str, what: UUID) -> str:
        """A token that only this portal can make: the id and its keyed hash, for links and cookies."""
        return f"{what}.{self.keyed_hash(purpose, str(what), self.secrets.links).hex()}"

    def signed(self, purpose: str, token: str) -> UUID | None:
        """The id in a token of ours; None where it is not one."""
        head, _, _ = token.partition(".")
        try:
            what = UUID(head)
        except ValueError:
            return None
        return what if hmac.compare_digest(self.sign(purpose, what).encode(), token.encode()) else None
