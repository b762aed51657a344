"""Attaching documents: each file is in the safe, read back and looked at before it becomes an event. So there is no
document without bytes; bytes without a document are taken away at once, or by the sweep (document_sweeping.py)."""

import hashlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from portal.application.own_referral import OwnReferral
from portal.application.policy import Act
from portal.application.portal import Outcome, Portal
from portal.application.visitors import NotAllowed, NotFound, account_of, allow, erased_said_to_owner, found, theirs
from portal.council.documents import DocumentRules
from portal.documents.checking.checker import CheckUnavailable, Rejected, check
from portal.documents.checking.kinds import Kind
from portal.documents.checking.limits import CheckLimits, size
from portal.documents.port import NoSuchDocument, StoreUnavailable
from portal.domain.account import Account
from portal.domain.account_details import AccountKind
from portal.domain.documents import MEGABYTE, Document, DocumentLimits
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.domain.services import Service
from portal.eventstore.envelope import CannotRead, Metadata
from portal.eventstore.keyring import KeyUnusable
from portal.eventstore.work import Command, KeyReused, Work

REFUSALS = (Refused, NotFound, NotAllowed, CannotRead, KeyReused)
# What ends one file and not its request. A time-out here is the store's: a slow sender is a 408 (http/guard.py).
AWAY = (
    *(StoreUnavailable, NoSuchDocument, KeyUnusable, CheckUnavailable),
    *(TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError),
)
log = logging.getLogger(__name__)
TRY_AGAIN = "The selected file could not be uploaded - try again"
EMPTY = "The selected file is empty"
TOO_MANY = "You can only select up to {count} files at the same time"
TOO_LARGE = "The selected file must be smaller than {size}"


class FileRefused(Exception):
    """One file is not taken, in GOV.UK's words; what else came with it may be. `ours`: try the same file again."""

    def __init__(self, says: str, ours: bool = False) -> None:
        super().__init__(says)
        self.says = says
        self.ours = ours


@dataclass(frozen=True)
class Incoming:
    """A file as it comes in: what its sender calls it and says of it, and its bytes, which can be read once. `number`:
    which one of its request it is; `wrong`: what is wrong with what was said of it. `by_content`: other bytes under the
    same request are another file and not a mistake; so it is on a page, to which people go back."""

    number: int
    name: str
    declared: str
    description: str
    content: AsyncIterator[bytes]
    wrong: str = ""
    by_content: bool = False


@dataclass
class Batch:
    """What became of the files of one request: the referral after the last that was attached (None: none was), and why
    others were not. `ours`: of one of them that is our doing."""

    outcome: Outcome[Referral] | None = None
    faults: list[Fault] = field(default_factory=list)
    ours: bool = False

    def refuse_nothing(self) -> None:
        """Raises Refused where the request brought no file at all."""
        if not self.outcome and not self.faults:
            raise Refused("There is nothing to attach.", [Fault("/documents", "Select a file")])


def rules_of(portal: Portal, service: Service) -> DocumentRules:
    """What the council takes for this service."""
    rules: DocumentRules = getattr(portal.council.documents, service.value)
    return rules


def limits_of(portal: Portal, service: Service) -> DocumentLimits:
    """The same, as the domain counts it."""
    rules = rules_of(portal, service)
    return DocumentLimits(rules.most, rules.megabytes * MEGABYTE, rules.together * MEGABYTE, rules.kinds)


async def may_attach(own: OwnReferral) -> DocumentLimits:
    """The limits of a referral that whoever asks may attach something to now. Refused where not: before any file is
    read, and again as each is attached."""
    allow(own.who, Act.ATTACH)
    with erased_said_to_owner(own.who):
        loaded = await own.portal.store.load(Referral, own.id)
        referral = theirs(own.who, Act.ATTACH, loaded.aggregate)
    referral.may_attach(await _kind_of_account(own))
    return limits_of(own.portal, referral.service)


async def attach_all(own: OwnReferral, files: AsyncIterator[Incoming], limits: DocumentLimits) -> Batch:
    """Take in the files of one request, one after the other: the good ones are kept, and said to be so even if the
    request then breaks off. Raises what reading and a command raise, where none was kept."""
    batch, number = Batch(), 0
    try:
        async for file in files:
            number = file.number
            await _attach_one(own, file, limits, batch)
            number += 1
    except Exception as fault:
        if batch.outcome is None:
            raise
        log.warning("a request broke off after files were attached: %s", type(fault).__name__)
        batch.faults.append(Fault(f"/documents/{number}", TRY_AGAIN))
    return batch


async def _attach_one(own: OwnReferral, file: Incoming, limits: DocumentLimits, batch: Batch) -> None:
    try:
        if file.number >= limits.count:
            raise FileRefused(TOO_MANY.format(count=limits.count))
        if file.wrong:
            raise FileRefused(file.wrong)
        batch.outcome = await attach(own, file)
    except FileRefused as refused:
        batch.faults.append(Fault(f"/documents/{file.number}", refused.says))
        batch.ours = batch.ours or refused.ours


async def attach(own: OwnReferral, file: Incoming) -> Outcome[Referral]:
    """Take one file in. A repeat of the request finds it attached. Raises FileRefused, and what a command raises."""
    safe, document = own.portal.documents, uuid4()
    try:
        limits = await may_attach(own)
        looked_at, sha256 = await _taken_in(own, document, file, limits)
    except Refused as refused:
        raise FileRefused(refused.says) from None
    own = replace(own, command=_command(own.command, file, sha256))
    try:
        outcome = await _decide(own, looked_at, limits)
    except REFUSALS as refused:  # certain not to have happened; of anything else nobody knows, and the sweep will
        await safe.try_to_take_away(document)
        if isinstance(refused, Refused):
            raise FileRefused(refused.says) from None
        raise
    if document not in outcome.answer.documents:  # the request came twice: it is there already, under its first id
        await safe.try_to_take_away(document)
    return outcome


async def _taken_in(own: OwnReferral, document: UUID, file: Incoming, limits: DocumentLimits) -> tuple[Document, str]:
    """Put a file into the safe and look at it; nothing of it stays there where that fails, whatever the reason."""
    arriving = _Arriving(file.content, limits.size)
    try:
        await own.portal.documents.put(own.id, document, arriving.pieces())
        return await _look(own.portal, document, file, arriving, limits), arriving.sha256
    except BaseException as fault:
        await own.portal.documents.try_to_take_away(document)
        if isinstance(fault, AWAY):
            log.warning("a file could not be taken in: %s", type(fault.__cause__ or fault).__name__)
            raise FileRefused(TRY_AGAIN, ours=True) from None
        raise


class _Arriving:
    """A file on its way in, measured. Raises FileRefused as soon as it is too large, or at its end if it was empty."""

    def __init__(self, content: AsyncIterator[bytes], largest: int) -> None:
        self._content = content
        self._largest = largest
        self._sha256 = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    async def pieces(self) -> AsyncIterator[bytes]:
        async for piece in self._content:
            self.size += len(piece)
            if self.size > self._largest:
                raise FileRefused(TOO_LARGE.format(size=size(self._largest)))
            self._sha256.update(piece)
            yield piece
        if not self.size:
            raise FileRefused(EMPTY)


async def _look(
    portal: Portal, document: UUID, file: Incoming, arriving: _Arriving, limits: DocumentLimits
) -> Document:
    """What was put into the safe, read back whole and looked at: the same bytes, and a sound file of a kind that is
    taken. Raises FileRefused."""
    back = hashlib.sha256()

    async def read_back() -> AsyncIterator[bytes]:
        async for piece in portal.documents.content(document):
            back.update(piece)
            yield piece

    bounds = CheckLimits(kinds=frozenset(map(Kind, limits.kinds)), largest=limits.size)
    pieces = read_back()
    verdict = await check(file.name, file.declared, pieces, bounds)
    if isinstance(verdict, Rejected):
        raise FileRefused(verdict.says)
    async for _ in pieces:  # what the check had no need to see
        pass
    if back.hexdigest() != arriving.sha256:
        raise FileRefused(TRY_AGAIN, ours=True)
    return Document(
        id=document,
        name=file.name,
        description=file.description,
        kind=verdict.kind.value,
        media_type=verdict.media_type,
        size=arriving.size,
        sha256=arriving.sha256,
    )


async def _decide(own: OwnReferral, document: Document, limits: DocumentLimits) -> Outcome[Referral]:
    kind = await _kind_of_account(own)

    async def decide(work: Work) -> Referral:
        referral, now = await own.load(work)
        referral.attach_document(document, kind, limits, now)
        work.claim(referral.id, document_claim(document.id))
        return referral

    return await own.perform(decide)


def document_claim(document: UUID) -> bytes:
    """The name that a document takes as it becomes an event. The sweep takes the names of what never did. An id is
    random, so no key has to hide it: with another key every document would look like one that never was."""
    return b"document|" + document.bytes


def _command(command: Command, file: Incoming, sha256: str) -> Command:
    """A command of its own for each file of a request, which a repeat with other bytes is not."""
    asked = msgspec.json.encode([file.number, file.name, file.description, sha256])
    digest = hashlib.sha256(asked).hexdigest()[:32]
    metadata: Metadata = msgspec.structs.replace(command.metadata, digest=digest)
    named = f"document {file.number} {digest if file.by_content else ''}".rstrip()
    return msgspec.structs.replace(command.part(named), metadata=metadata)


async def _kind_of_account(own: OwnReferral) -> AccountKind:
    account = found((await own.portal.store.load(Account, account_of(own.who))).aggregate)
    return account.details.kind


async def describe(own: OwnReferral, document: UUID, description: str) -> Outcome[Referral]:
    """Say what a file shows. Raises ChangedSince and MustSayWhatYouSaw (OwnReferral.seen)."""
    allow(own.who, Act.ATTACH)

    def change(referral: Referral, now: datetime) -> None:
        if document not in referral.documents:
            raise NotFound
        referral.describe_document(document, description, now)

    return await own.change(change, described_part(document))


def described_part(document: UUID) -> str:
    """What is replaced by describing a document anew."""
    return f"document:{document}"


async def remove(own: OwnReferral, document: UUID) -> Outcome[Referral]:
    """Take a file off the draft; nobody can read it any more, and a job sees to its bytes."""
    allow(own.who, Act.ATTACH)

    def change(referral: Referral, now: datetime) -> None:
        if document not in referral.documents:
            raise NotFound
        referral.remove_document(document, now)

    outcome = await own.change(change)
    await own.portal.documents.try_to_take_away(document)
    return outcome
