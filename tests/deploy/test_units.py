"""The units that we ship: they start what there is, shut in, and differ only in what they start."""

import shlex
from pathlib import Path

import click
import pytest

from portal.cli import main
from portal.documents.checking.children import Children

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNITS = ("portal-serve", "portal-worker")
SHUT_IN = {
    "DynamicUser=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes",
    "TemporaryFileSystem=/tmp", "IPAddressDeny=any", "LimitCORE=0", "SystemCallFilter=@system-service",
    "LoadCredentialEncrypted=portal-secrets", "Restart=always", "OOMPolicy=continue", "MemorySwapMax=0",
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


def test_the_proxy_waits_for_files_as_long_as_they_are_looked_at() -> None:
    conf = (FOLDER.parent / "nginx.conf").read_text()
    location = conf[conf.index("/documents$ {") :].partition("}")[0]
    for wait in ("proxy_send_timeout", "proxy_read_timeout"):  # for a place among the checks, and for the check
        seconds = int(location.partition(f"{wait} ")[2].partition("s;")[0])
        assert seconds > sum(value for value in Children.__init__.__defaults__ or () if isinstance(value, float))


def test_what_the_scanner_writes_down_stays_in_memory() -> None:
    said = (FOLDER / "clamav-daemon.service.d" / "portal.conf").read_text().splitlines()
    assert {line.partition(":")[0] for line in said} >= {"TemporaryFileSystem=/tmp", "MemorySwapMax=0"}
    assert "TemporaryDirectory /tmp" in (FOLDER.parents[1] / "docs" / "documents.md").read_text()


def test_the_units_differ_in_what_they_start_only() -> None:
    one, other = [
        {line for line in lines(unit) if not line.startswith(("ExecStart=", "Description="))} for unit in UNITS
    ]
    assert one == other
