"""The units that we ship: they start what there is, shut in, and differ only in what they start."""

import shlex
from pathlib import Path

import click
import pytest

from portal.cli import main

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNITS = ("portal-serve", "portal-worker")
SHUT_IN = {
    "DynamicUser=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes",
    "TemporaryFileSystem=/tmp", "IPAddressDeny=any", "LimitCORE=0", "SystemCallFilter=@system-service",
    "LoadCredentialEncrypted=portal-secrets", "Restart=always",
    "SystemCallFilter=setpriority landlock_create_ruleset landlock_restrict_self",
    "Environment=DATABASE_URL_FROM=credential:portal-database-url", "LoadCredentialEncrypted=portal-database-url",
}  # fmt: skip


def lines(unit: str) -> list[str]:
    """What a unit says."""
    text = (FOLDER / f"{unit}.service").read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_starts_a_command_that_there_is_with_options_that_it_takes(unit: str) -> None:
    [start] = [line.partition("=")[2] for line in lines(unit) if line.startswith("ExecStart=")]
    program, name, *options = shlex.split(start)
    assert program.endswith("/portal")
    command = main.commands[name]
    command.make_context(name, options)
    with pytest.raises(click.UsageError):
        command.make_context(name, [*options, "--no-such-option"])


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_shut_in_and_started_again(unit: str) -> None:
    assert set(lines(unit)) >= SHUT_IN


@pytest.mark.parametrize("unit", UNITS)
def test_each_credential_that_a_setting_names_is_loaded_and_no_secret_stands_in_a_unit(unit: str) -> None:
    offered = [line.removeprefix("#") for line in (FOLDER / f"{unit}.service").read_text().splitlines()]
    named = {line.partition("=credential:")[2] for line in offered if "=credential:" in line}
    loaded = {line.partition("=")[2] for line in offered if line.startswith("LoadCredentialEncrypted=")}
    assert named == loaded and len(named) == 4


def test_the_units_differ_in_what_they_start_only() -> None:
    one, other = [
        {line for line in lines(unit) if not line.startswith(("ExecStart=", "Description="))} for unit in UNITS
    ]
    assert one == other
