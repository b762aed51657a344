"""Where an installation's secrets come from: a file, a systemd credential, or a plug-in that asks a key service.

A plug-in is an entry point in the group `portal.secrets`. It is called with what follows its name in PORTAL_SECRETS and
returns the bytes of the secrets file, which the key service has decrypted: data keys never travel.
"""

import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

import msgspec

from portal.keys.secrets import NoSecrets, Secrets, parsed

GROUP = "portal.secrets"
CREDENTIAL = "credential"
AT_START = 10.0  # seconds a source may take to answer ...
WHILE_RUNNING = 2.0  # ... and when a running process asks again: requests wait meanwhile
NAMED = re.compile(r"([a-z][a-z0-9_-]*):(.+)", re.DOTALL)


class Source(msgspec.Struct, frozen=True):
    """One place that has the secrets. `file`: set where that is a file that `portal keys` may change."""

    name: str
    fetch: Callable[[], bytes]
    file: Path | None = None

    def content(self, within: float = AT_START) -> bytes:
        """The bytes of the secrets file. NoSecrets where they cannot be had within so many seconds."""
        return _in_time(self.fetch, self.name, within)

    def secrets(self, within: float = AT_START) -> Secrets:
        """The secrets. NoSecrets where they cannot be had or used."""
        return parsed(self.content(within), self.name)

    def keks(self) -> Mapping[int, bytes]:
        """The key-encryption keys by version, for a running process that asks again. NoSecrets."""
        return self.secrets(WHILE_RUNNING).keks


def source_of(setting: str, environ: Mapping[str, str]) -> Source:
    """The source that PORTAL_SECRETS names: a path, `credential:NAME`, or `PLUG-IN:whatever it needs`. NoSecrets."""
    if not (named := NAMED.fullmatch(setting)):
        return file_source(Path(setting))
    kind, rest = named.groups()
    return _credential(rest, environ) if kind == CREDENTIAL else _plug_in(kind, rest)


def file_source(path: Path) -> Source:
    """The secrets in a file."""
    return Source(str(path), partial(_read, path, str(path)), path)


def _credential(name: str, environ: Mapping[str, str]) -> Source:
    """A credential that systemd decrypts for this service alone: LoadCredentialEncrypted= in its unit."""
    if "/" in name:
        raise NoSecrets("the name of a credential is that in LoadCredentialEncrypted=, and no path")
    if not (folder := environ.get("CREDENTIALS_DIRECTORY")):
        raise NoSecrets(
            f"there are no credentials here: put LoadCredentialEncrypted={name} into the unit and start it by systemd"
        )
    return Source(f"the credential {name}", partial(_read, Path(folder) / name, f"the credential {name}"))


def _plug_in(name: str, rest: str) -> Source:
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in found:
        there = ", ".join(sorted(found)) or "none"
        raise NoSecrets(
            f"there is no plug-in {name} in the group {GROUP} (installed: {there}). Install what brings it, "
            f"or, if {name}:... is a file, write ./{name}:..."
        )
    return Source(f"the plug-in {name}", lambda: found[name].load()(rest))


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise NoSecrets(f"{name} is not a readable secrets file ({type(fault).__name__})") from None


def _in_time(fetch: Callable[[], bytes], name: str, within: float) -> bytes:
    """What it gives; a source that hangs is left behind in its thread, which ends with the process."""
    answers: list[bytes | Exception] = []

    def ask() -> None:
        try:
            answers.append(fetch())
        except Exception as fault:
            answers.append(fault)

    thread = threading.Thread(target=ask, daemon=True, name="secrets")
    thread.start()
    thread.join(within)
    match answers:
        case [bytes() as content]:
            return content
        case [NoSecrets() as known]:
            raise known
        case [Exception() as fault]:  # of code that is not ours: its words may hold what nobody should read
            raise NoSecrets(f"{name} failed: {type(fault).__name__}. Try it by itself, then start again") from None
        case [other]:
            raise NoSecrets(f"{name} must return the bytes of the secrets file, not {type(other).__name__}")
    raise NoSecrets(f"{name} did not answer within {within:g} seconds: see whether it can be reached from here")
