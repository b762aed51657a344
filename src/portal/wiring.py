"""Putting the parts together: one place that knows them all."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import asyncpg
from litestar import Litestar

from portal.addresses.gazetteer import Gazetteer
from portal.addresses.os_places import OsPlaces
from portal.addresses.port import Addresses
from portal.application.breached_passwords import BreachedPasswords
from portal.application.doorman import Doorman
from portal.application.erasing import keep_erased
from portal.application.joining import RETURN
from portal.application.membership import check_roles
from portal.application.passwords import Passwords
from portal.application.portal import Portal
from portal.application.reactions import react
from portal.council.council import Council
from portal.council.reading import read_council
from portal.directory.openid import Client, OpenIdDirectory
from portal.documents.checking.children import CheckUnavailable, Children, Task
from portal.documents.checking.kinds import Bounds, Kind
from portal.documents.port import DocumentStore
from portal.documents.postgres import PostgresStore
from portal.documents.s3 import S3DocumentStore
from portal.documents.safe import Safe
from portal.documents.scanning import Clamd, Scanner
from portal.documents.unscanned import NotScanned
from portal.domain.answering import unanswered
from portal.domain.catalogue import CATALOGUE
from portal.domain.front_door import look_ahead
from portal.domain.working_days import day_of
from portal.eventstore.appender import Appender
from portal.eventstore.connection import Pool, open_pool
from portal.eventstore.fitting import Unfit, fitting, follow_rotations
from portal.eventstore.hosts import connect_to_primary
from portal.eventstore.keyring import Keyring
from portal.eventstore.store import EventStore
from portal.eventstore.subscription import Subscription
from portal.eventstore.waking import tell_others
from portal.http.app import create_app
from portal.http.assets import built
from portal.keys.ledger import Ledger
from portal.keys.secrets import Secrets
from portal.logs import log_in_lines
from portal.mail.letters import Correspondence
from portal.mail.mailbox import Mailbox
from portal.mail.port import Post
from portal.mail.smtp import SmtpPost
from portal.printing.pdf import Printer
from portal.projections.dashboard import DASHBOARD
from portal.projections.document_checks import DOCUMENT_CHECKS
from portal.projections.enquiries import ENQUIRIES
from portal.projections.people_index import people_index
from portal.projections.projection import Projection
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX
from portal.projections.submitted_forms import SUBMITTED_FORMS
from portal.settings import NO_SCANNER, MissingSettings, Settings, read_settings

log = logging.getLogger(__name__)
SERVER_SETTINGS = {"lock_timeout": "10s", "idle_in_transaction_session_timeout": "15s", "timezone": "UTC"}
COMMAND_TIMEOUT = 15.0  # seconds
BRING_BACK = (
    "The database has keys of that version, and what they protect could not be read. Bring back the secrets that have "
    "it, or the sealed copy (docs/keys.md, After a loss)."
)

NOBODY = (
    "council.toml, hours.out_of_hours: nobody answers the telephone on\n{}\n"
    "Give hours for these, or say police_when_nobody_answers = true in [hours]: people are then sent to 101."
)


@dataclass(frozen=True)
class Running:
    """A portal with what only a worker needs beside it."""

    portal: Portal
    reactions: Subscription
    mailbox: Mailbox | None


def projections(secrets: Secrets) -> tuple[Projection[Any], ...]:
    """All there are; the index of people is made with a key."""
    return SUBMITTED_FORMS, STAFF_INBOX, DASHBOARD, DOCUMENT_CHECKS, people_index(secrets.blind_index), ENQUIRIES


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Running]:
    """A portal on its database, for a web process, a worker or a command line; closed in order."""
    secrets, council = settings.secrets, _council(settings)
    keyring = await _fitting_keyring(settings)
    pool = await open_pool(_connecting(settings))
    appender = Appender(partial(connect, settings))
    store = EventStore(pool, appender, keyring, CATALOGUE)
    mailbox = Mailbox(pool, secrets.mailbox) if settings.demonstration else None
    passwords, breached = Passwords(secrets.peppers), _breached(settings)
    directory, addresses = _directory(settings, council), _addresses(settings, pool)
    safe = Safe(pool, keyring, _document_store(settings, pool))
    portal = Portal(
        store=store,
        pool=pool,
        council=council,
        secrets=secrets,
        post=mailbox or _smtp(settings, council),
        addresses=addresses,
        directory=directory,
        passwords=passwords,
        breached=breached,
        correspondence=_correspondence(settings, council),
        ledger=Ledger(settings.ledger),
        documents=safe,
        scanner=_scanner(settings),
        doorman=Doorman(),
        printer=Printer(),
        projector=Projector(pool, keyring, CATALOGUE, projections(secrets)),
    )
    reactions = Subscription("reactions", pool, keyring, CATALOGUE, partial(react, council.limits), at_head=True)
    rotations = asyncio.create_task(follow_rotations(pool, keyring))
    try:
        for subscription in (portal.projector, reactions):
            await subscription.prepare()
        yield Running(portal, reactions, mailbox)
    finally:
        rotations.cancel()
        await appender.close()
        await safe.store.close()
        passwords.close()
        await addresses.close()
        if directory:
            await directory.close()
        if breached:
            breached.close()
        await asyncio.wait_for(pool.close(), 10)


def web_app() -> Litestar:
    """What a web server runs: the settings come from the environment, a portal is opened as it starts."""
    log_in_lines()
    settings = read_settings(os.environ)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opened(settings) as running:
            await keep_erased(running.portal)
            app.state.portal, app.state.mailbox = running.portal, running.mailbox
            telling = asyncio.create_task(tell_others(partial(connect, settings), running.portal.store.committed, ()))
            yield
            telling.cancel()

    return create_app(lifespan, settings.address, settings.demonstration)


async def look_ready(settings: Settings) -> None:
    """Read what a start needs, reach the ledger, and see that the keys open the database. Raises what is wrong:
    MissingSettings, MalformedList, OSError, asyncpg.PostgresError."""
    council = _council(settings)
    _hours_ahead(council)
    built()
    _directory(settings, council)
    _correspondence(settings, council)
    if breached := _breached(settings):
        breached.close()
    try:
        Ledger(settings.ledger).ensure()
    except OSError as cannot:
        raise MissingSettings(f"PORTAL_LEDGER: {settings.ledger} cannot be written: {cannot.strerror}") from None
    await _fitting_keyring(settings)
    await _try_a_check()


async def _try_a_check() -> None:
    """One file is looked at, and the log says what held: a kernel or a unit may shut less than we count on."""

    async def line() -> AsyncIterator[bytes]:
        yield b"A line of text.\n"

    try:
        answer, _ = await Children().ask(Task(name="check", kind=Kind.TXT, bounds=Bounds(), largest=64), line())
    except CheckUnavailable as why:
        log.error("files cannot be looked at: %s", why)
    else:
        log.info("files are looked at by processes without: %s", ", ".join(answer.shut) or "nothing but the limits")


async def connect(settings: Settings) -> asyncpg.Connection[Any]:
    """A connection of one's own, outside the pool."""
    return await connect_to_primary(**_connecting(settings))


def packaged(name: str) -> Path:
    """A file that comes with the portal."""
    with as_file(files("portal") / name) as path:
        return path


async def _fitting_keyring(settings: Settings) -> Keyring:
    reload = settings.secrets_from.keks if settings.secrets_from else None
    connection = await connect(settings)
    try:
        return await fitting(connection, settings.secrets.keks, reload)
    except Unfit as unfit:
        lines = "\n".join(f"PORTAL_SECRETS: {line}" for line in str(unfit).splitlines())
        raise MissingSettings(f"{lines}\n{BRING_BACK}") from None
    finally:
        await connection.close()


def _connecting(settings: Settings) -> dict[str, Any]:
    return {
        "dsn": settings.database_url,
        "timeout": 10,
        "command_timeout": COMMAND_TIMEOUT,
        "server_settings": SERVER_SETTINGS,
    }


def _council(settings: Settings) -> Council:
    council = read_council(settings.council or packaged("demonstration.toml"))
    rules = (council.documents.early_help, council.documents.social_care, council.documents.lado)
    if unknown := {kind for each in rules for kind in each.kinds} - {*Kind}:
        known = ", ".join(Kind)
        raise MissingSettings(f"council.toml, [documents]: {', '.join(sorted(unknown))} is none of {known}")
    return council


def _hours_ahead(council: Council) -> None:
    today = day_of(datetime.now(UTC))
    try:
        look_ahead(council.hours.front_door, today)
        gaps = unanswered(council.hours, today)
    except LookupError as unknown:
        raise MissingSettings(f"council.toml, hours.front_door: {unknown}") from None
    if gaps and not council.hours.police_when_nobody_answers:
        raise MissingSettings(NOBODY.format("\n".join(f"  {gap}" for gap in gaps)))


def _addresses(settings: Settings, pool: Pool) -> Addresses:
    if settings.os_places is None:
        return Gazetteer(pool)
    return OsPlaces(settings.os_places.url, settings.os_places.key)


def _breached(settings: Settings) -> BreachedPasswords | None:
    return BreachedPasswords(settings.breached_passwords) if settings.breached_passwords else None


def _correspondence(settings: Settings, council: Council) -> Correspondence:
    try:
        return Correspondence(
            sender_name=council.mail_sender,
            service_name=council.mail_service,
            address=settings.address,
            help_phone=council.help_phone,
        )
    except ValueError as tells:
        raise MissingSettings(f"council.toml, mail_sender and mail_service: {tells}") from None


def _directory(settings: Settings, council: Council) -> OpenIdDirectory | None:
    access, rules = settings.directory, council.directory
    if access is None:
        return None
    if rules is None:
        raise MissingSettings("PORTAL_DIRECTORY_ISSUER is set, but council.toml has no [directory.roles]")
    check_roles(rules)
    return OpenIdDirectory(
        Client(
            issuer=access.issuer,
            id=access.client,
            secret=access.secret,
            redirect=f"{settings.address}{RETURN}",
            group_claim=rules.group_claim,
            strong=frozenset(rules.strong),
        )
    )


def _document_store(settings: Settings, pool: Pool) -> DocumentStore:
    return S3DocumentStore(settings.documents) if settings.documents else PostgresStore(pool)


def _scanner(settings: Settings) -> Scanner | None:
    """None where files wait; the demonstration, which has none, accepts what passed the structural checks."""
    if settings.scanner != NO_SCANNER:
        return Clamd(settings.scanner)
    return NotScanned() if settings.demonstration else None


def _smtp(settings: Settings, council: Council) -> Post:
    return SmtpPost(
        host=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password or None,
        starttls=True,
        sender=settings.mail_from,
        sender_name=council.mail_sender,
        timeout=20,
    )
