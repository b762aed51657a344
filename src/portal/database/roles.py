"""The role that the application signs in to the database as: it can sign in, and has the rights that are granted it."""

import asyncio
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
from asyncpg.connect_utils import SessionAttribute

# Roles belong to the whole cluster, but locks to one database: two databases can meet all the same, and try again.
TRIES = 10
RACES = (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError, asyncpg.InternalServerError)
LOCK = 0x726F6C6573
RIGHTS = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls"


class RoleRefused(RuntimeError):
    """A role cannot be the application's; the message says why."""


async def ensure_application_role(owner_url: str, name: str, password: str) -> str:
    """Make the role, or give it this password and take away any right it has beyond signing in.

    Gives the role's address for the owner's database. Raises RoleRefused for a role that is a superuser, since that is
    somebody's and not the application's.
    """
    connection = await asyncpg.connect(owner_url, target_session_attrs=SessionAttribute.read_write)
    try:
        for left in reversed(range(TRIES)):
            try:
                async with connection.transaction():
                    await ensure(connection, name, password)
                break
            except RACES:
                if not left:
                    raise
                await asyncio.sleep(0.05)
    finally:
        await connection.close()
    return address(owner_url, name, password)


async def ensure(connection: "asyncpg.Connection[asyncpg.Record]", name: str, password: str) -> None:
    """Make or correct the role, in the transaction at hand."""
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
    role = await connection.fetchrow("select * from pg_roles where rolname = $1", name)
    if role is not None and role["rolsuper"]:
        raise RoleRefused(f"The role {name} is a superuser: the application needs one of its own, without rights.")
    verb = f"create role %I login {RIGHTS}" if role is None else f"alter role %I login {excess(role)}"
    # The server quotes: it knows its own rules best.
    form = "select format($1, $2::text, $3::text)"
    await connection.execute(await connection.fetchval(form, f"{verb} password %L", name, password))


def excess(role: asyncpg.Record) -> str:
    """What to take from a role. Only what it has: an owner who is no superuser may not even name the rest."""
    columns = {"createdb": "nocreatedb", "createrole": "nocreaterole", "replication": "noreplication"}
    return " ".join(words for right, words in {**columns, "bypassrls": "nobypassrls"}.items() if role[f"rol{right}"])


def address(owner_url: str, name: str, password: str) -> str:
    """The owner's address with another user: the same hosts, database and options."""
    parts = urlsplit(owner_url)
    user = f"{quote(name, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'
