"""Changing the key-encryption key: a new version that wraps from now on, and the end of an old one.

A version is drawn, or waits in the secrets; begins, when every process can have it; leaves no key to older ones
(rewrapping.py); and is retired when no backup under it is wanted any more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.fitting import LEARN, Unfit, fitting
from portal.eventstore.kek_versions import (
    StillWraps,
    Version,
    alone,
    begin,
    close,
    last_key_left_at,
    note_retired,
    story,
)
from portal.eventstore.keyring import Keyring
from portal.keys.secrets import NoSecrets, with_new_version, without_version
from portal.keys.secrets_file import replace
from portal.keys.sources import Source

SETTLED = timedelta(seconds=2 * LEARN)  # after a version has begun, until none wraps by an older one any more
BRING_IN = (
    "The secrets come from {source}, which this command does not change. Bring a new version in first: "
    "`portal secrets add < OLD > NEW` gives the same secrets with one more, put NEW where they come from, restart "
    "every process one after the other, then run this again."
)
TAKE_OUT = (
    "The database takes no more keys under version {version}. Now take it out of {source}: "
    "`portal secrets drop {version} < OLD > NEW`, put NEW where they come from, destroy OLD, then run this again."
)


class CannotChange(Exception):
    """The versions stay as they are; says why and what to do."""


class Rotation(msgspec.Struct, frozen=True):
    """A version that has begun. `how`: drawn now, waiting in the secrets until now, or resumed after a kill."""

    version: int
    how: str
    keyring: Keyring


class Retirement(msgspec.Struct, frozen=True):
    """What the end of a version means. Backups made before `ends_before` (None: none) cannot be read afterwards, except
    with a sealed copy of one of the dates in `escrowed_at`."""

    version: int
    ends_before: datetime | None
    escrowed_at: Sequence[datetime]


async def begin_rotation(connection: Connection, source: Source) -> Rotation:
    """The next version begins to wrap; or the last one goes on, where it was stopped before all keys were its own.

    The secrets file is written first: killed in between, the version waits in it. Raises CannotChange and NoSecrets.
    """
    async with alone(connection):
        keks = source.secrets().keks
        try:
            newest = (await fitting(connection, keks)).newest
        except Unfit as unfit:
            raise CannotChange(f"{source.name} does not open this database:\n{unfit}") from None
        version, how = _next(source, newest, max(keks), await story(connection))
        await begin(connection, version)
    return Rotation(version, how, Keyring(source.secrets().keks, newest=version))


def _next(source: Source, newest: int, known: int, versions: list[Version]) -> tuple[int, str]:
    if any(each.version < newest and each.rewrapped_at is None for each in versions):
        return newest, "resumed"
    if known > newest:
        return known, "waiting"
    if source.file is None:
        raise CannotChange(BRING_IN.format(source=source.name))
    content, version = with_new_version(source.content(), source.name)
    replace(source.file, content)
    return version, "drawn"


async def may_retire(connection: Connection, version: int) -> Retirement:
    """What retiring a version would end. CannotChange where it is needed still."""
    versions = {each.version: each for each in await story(connection)}
    if (found := versions.get(version)) is None:
        raise CannotChange(f"There is no version {version}: see `portal keys list`.")
    newest = max(versions.values(), key=lambda each: each.version)
    if found.retired_at:
        raise CannotChange(f"Version {version} was retired on {found.retired_at:%d %B %Y}.")
    if found is newest:
        raise CannotChange(f"Version {version} is the newest and wraps all new keys: run `portal keys rotate` first.")
    if found.live:
        raise CannotChange(f"Version {version} still wraps {found.live} live keys: run `portal keys rotate`.")
    if found.rewrapped_at is None:
        raise CannotChange(f"Version {version} was not left to the end: run `portal keys rotate` once more.")
    if newest.now < newest.began_at + SETTLED:
        raise CannotChange("The newest version began a moment ago: wait two minutes until every process wraps by it.")
    return Retirement(version, await last_key_left_at(connection, version), found.escrowed_at)


async def retire(connection: Connection, owner: Connection, source: Source, version: int) -> None:
    """End a version: the database refuses it, then it goes from the file, then it is noted. Can be run again wherever
    it was stopped. Raises CannotChange and NoSecrets."""
    async with alone(connection):
        await may_retire(connection, version)
        try:
            await close(owner, version)
        except StillWraps:
            raise CannotChange(f"Version {version} has just wrapped a key: run `portal keys rotate` again.") from None
        except TimeoutError:
            raise CannotChange("The database is too busy at this moment: run this again.") from None
        _take_out(source, version)
        await note_retired(connection, version)


def _take_out(source: Source, version: int) -> None:
    if version not in source.secrets().keks:
        return
    if source.file is None:
        raise CannotChange(TAKE_OUT.format(version=version, source=source.name))
    replace(source.file, without_version(source.content(), version, source.name), destroy=True)
    if version in source.secrets().keks:
        raise NoSecrets(f"{source.name} still has version {version}")
