"""`portal staff`: what whoever runs the portal does to accounts, from the command line."""

import asyncio
import base64
import os
import pwd
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.settings import DEMONSTRATION
from tests.http.test_signing_in import EMAIL, signed_in
from tests.portals import ADDRESS, SECRETS, Playground


@pytest.fixture
def environ(play: Playground, tmp_path: Path) -> dict[str, str]:
    """The settings of the portal that the test plays with."""
    secrets = tmp_path / "secrets.json"
    keys = msgspec.to_builtins(SECRETS, builtin_types=(bytes,), str_keys=True)
    secrets.touch(0o600)
    secrets.write_bytes(msgspec.json.encode(keys))
    assert base64.b64encode(SECRETS.codes) in secrets.read_bytes()
    settings = {"DATABASE_URL": play.database.application, "PORTAL_SECRETS": str(secrets), "PORTAL_ADDRESS": ADDRESS}
    return {**settings, DEMONSTRATION: "yes"}


async def portal(environ: dict[str, str], *words: str) -> Result:
    """`portal ...`, in a thread, since a command has an event loop of its own."""
    runner = CliRunner(env=environ)
    return await asyncio.to_thread(runner.invoke, main, ["staff", *words])


async def test_an_account_is_disabled_and_enabled(play: Playground, environ: dict[str, str]) -> None:
    priya = play.person()
    await play.registered(priya)
    done = await portal(environ, "disable", EMAIL.upper(), "--why", "Somebody else uses it.")
    assert (done.exit_code, done.output) == (0, "")
    assert not await signed_in(priya)
    assert (await portal(environ, "enable", EMAIL)).exit_code == 0
    assert await play.events("account.enabled") == 1
    history = await play.portal.store.history(await play.newest("account.enabled"))
    me = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"
    assert [each.metadata.actor for each in history.envelopes[-2:]] == [me, me]


async def test_an_app_is_taken_off_for_somebody_who_has_lost_it(play: Playground, environ: dict[str, str]) -> None:
    await play.registered(play.person())
    assert (await portal(environ, "remove-authenticator", EMAIL)).exit_code == 0
    assert await play.events("account.authenticator_removed") == 0, "there was none"


async def test_an_address_without_account_is_said_to_have_none(play: Playground, environ: dict[str, str]) -> None:
    for words in (("disable", "--why", "Test."), ("enable",), ("remove-authenticator",)):
        done = await portal(environ, *words, "nobody@x.example")
        assert (done.exit_code, done.output) == (1, "Error: No account has this address.\n")
    assert (await portal(environ, "disable", EMAIL)).exit_code == 2, "there is a reason for what is on record"
