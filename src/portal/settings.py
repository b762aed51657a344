"""How one installation is set up: addresses and secrets from the environment, each missing one named at once."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

import msgspec

DEMONSTRATION = "PORTAL_DEMONSTRATION"


class MissingSettings(Exception):
    """The portal cannot start: says which settings are missing or wrong, and what they are for."""


class Secrets(msgspec.Struct, frozen=True):
    """Keys that never enter the database. 32 bytes each; `keks` and `peppers` by version: the newest is used, and older
    ones are kept as long as something was made with them."""

    keks: dict[int, bytes]
    blind_index: bytes
    codes: bytes
    links: bytes
    peppers: dict[int, bytes]
    tokens: bytes
    mailbox: bytes

    def __repr__(self) -> str:
        return "Secrets(...)"


class DirectoryAccess(msgspec.Struct, frozen=True):
    """How the council's directory knows this portal (OpenID Connect)."""

    issuer: str
    client: str
    secret: str

    def __repr__(self) -> str:
        return f"DirectoryAccess(issuer={self.issuer!r})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One installation. `address` is where people reach it; `proxies` stand in front of it and are believed when they
    say who asks; `demonstration` opens the mailbox page, and keeps its ledger of destroyed keys beside its secrets
    unless told otherwise."""

    database_url: str
    secrets: Secrets
    address: str
    ledger: Path
    proxies: tuple[str, ...] = ()
    council: Path | None = None
    gazetteer: Path | None = None
    breached_passwords: Path | None = None
    demonstration: bool = False
    directory: DirectoryAccess | None = None
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""

    def __repr__(self) -> str:
        return f"Settings(address={self.address!r})"


NEEDED = {
    "DATABASE_URL": "the application role's PostgreSQL URL (the owner's is only for `portal migrate`)",
    "PORTAL_SECRETS": "path of the secrets file; `portal secrets` makes one",
    "PORTAL_ADDRESS": "the public address, like https://forms.severnshire.example",
    "PORTAL_PROXIES": "addresses or networks of the proxies in front, separated by commas, like 127.0.0.1",
    "PORTAL_LEDGER": "path of this machine's ledger of destroyed keys: outside the database and its backups",
    "PORTAL_COUNCIL": "path of the council's configuration, council.toml",
    "PORTAL_GAZETTEER": "path of the council's gazetteer of addresses (CSV)",
    "PORTAL_SMTP_HOST": "the mail server",
    "PORTAL_MAIL_FROM": "the address letters come from",
}
BY_VERSION = ("keks", "peppers")
FIRST = ("DATABASE_URL", "PORTAL_SECRETS", "PORTAL_ADDRESS")  # the demonstration has its own for the others


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of this process. MissingSettings names every one that is missing."""
    demonstration = environ.get(DEMONSTRATION) == "yes"
    if missing := [name for name in (FIRST if demonstration else NEEDED) if not environ.get(name)]:
        raise MissingSettings("\n".join(f"{name} is not set: {NEEDED[name]}" for name in missing))
    address = environ["PORTAL_ADDRESS"].rstrip("/")
    if not demonstration and not re.fullmatch(r"https://[a-z0-9.-]+(:(?!443$)\d+)?", address):
        raise MissingSettings("PORTAL_ADDRESS must be as browsers write it, like https://forms.severnshire.example")
    port = environ.get("PORTAL_SMTP_PORT") or "587"
    if not port.isdecimal():
        raise MissingSettings("PORTAL_SMTP_PORT must be a number")
    return Settings(
        database_url=environ["DATABASE_URL"],
        secrets=read_secrets(Path(environ["PORTAL_SECRETS"])),
        address=address,
        proxies=_proxies(environ.get("PORTAL_PROXIES", "")),
        ledger=_path(environ, "PORTAL_LEDGER") or Path(environ["PORTAL_SECRETS"]).with_name("ledger.jsonl"),
        council=_path(environ, "PORTAL_COUNCIL"),
        gazetteer=_path(environ, "PORTAL_GAZETTEER"),
        breached_passwords=_path(environ, "PORTAL_BREACHED_PASSWORDS"),
        demonstration=demonstration,
        directory=read_directory_access(environ, demonstration),
        smtp_host=environ.get("PORTAL_SMTP_HOST", ""),
        smtp_port=int(port),
        smtp_user=environ.get("PORTAL_SMTP_USER", ""),
        smtp_password=environ.get("PORTAL_SMTP_PASSWORD", ""),
        mail_from=environ.get("PORTAL_MAIL_FROM", ""),
    )


DIRECTORY = {
    "PORTAL_DIRECTORY_ISSUER": "what the council's directory calls itself, like https://login.severnshire.example",
    "PORTAL_DIRECTORY_CLIENT": "the id under which the directory knows this portal",
    "PORTAL_DIRECTORY_SECRET": "path of a file with the secret that the directory gave this portal",
}


def read_directory_access(environ: Mapping[str, str], demonstration: bool) -> DirectoryAccess | None:
    """How to reach the council's directory; None where staff do not sign in with it. All of its settings or none."""
    missing = [name for name in DIRECTORY if not environ.get(name)]
    if len(missing) == len(DIRECTORY):
        return None
    if missing:
        raise MissingSettings("\n".join(f"{name} is not set: {DIRECTORY[name]}" for name in missing))
    issuer, client, kept = (environ[name] for name in DIRECTORY)
    near = r"|http://(localhost|127\.0\.0\.1):\d+" if demonstration else ""
    if not re.fullmatch(rf"(https://[a-z0-9.-]+(:\d+)?{near})(/[\w./~-]*)?", issuer):
        raise MissingSettings("PORTAL_DIRECTORY_ISSUER must be an address with https, without ? and #")
    try:
        secret = Path(kept).read_text().strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret:
        raise MissingSettings(f"PORTAL_DIRECTORY_SECRET: {kept} cannot be read, or is empty")
    return DirectoryAccess(issuer, client, secret)


def read_secrets(path: Path) -> Secrets:
    """The secrets file: JSON, each key in base64. MissingSettings where it cannot be used."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Secrets)
    except (OSError, msgspec.DecodeError, binascii.Error):
        raise MissingSettings(f"PORTAL_SECRETS: {path} is not a readable secrets file") from None
    others = [value for name, value in msgspec.structs.asdict(found).items() if name not in BY_VERSION]
    versioned = [getattr(found, name) for name in BY_VERSION]
    keys = [*others, *(key for versions in versioned for key in versions.values())]
    if not all(versioned) or any(len(key) != 32 for key in keys):
        raise MissingSettings(f"PORTAL_SECRETS: every key in {path} must have 32 bytes")
    return found


def new_secrets() -> bytes:
    """The content of a fresh secrets file."""
    drawn = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in Secrets.__struct_fields__}
    written = {name: {"1": key} if name in BY_VERSION else key for name, key in drawn.items()}
    return msgspec.json.format(msgspec.json.encode(written))


def _proxies(text: str) -> tuple[str, ...]:
    """Whom to believe: never a name, which could be anybody's tomorrow, and never everybody."""
    found = tuple(part for each in text.split(",") if (part := each.strip()))
    for each in found:
        try:
            everybody = ip_network(each).prefixlen == 0
        except ValueError:
            everybody = True
        if everybody:
            raise MissingSettings("PORTAL_PROXIES must be addresses or networks, like 127.0.0.1, 10.20.0.0/24")
    return found


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None
