"""How one installation is set up: addresses and secrets from the environment, each missing one named at once."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

import msgspec

from portal.keys.secrets import NoSecrets, Secrets
from portal.keys.sources import Source, source_of

DEMONSTRATION = "PORTAL_DEMONSTRATION"
NO_SCANNER = "none"


class MissingSettings(Exception):
    """The portal cannot start: says which settings are missing or wrong, and what they are for."""


class DirectoryAccess(msgspec.Struct, frozen=True):
    """How the council's directory knows this portal (OpenID Connect)."""

    issuer: str
    client: str
    secret: str

    def __repr__(self) -> str:
        return f"DirectoryAccess(issuer={self.issuer!r})"


class S3Access(msgspec.Struct, frozen=True):
    """The bucket for documents, and how this portal may use it: write, read, list and delete in it. `endpoint`: of a
    store that is not Amazon's."""

    bucket: str
    endpoint: str
    region: str
    key: str
    secret: str

    def __repr__(self) -> str:
        return f"S3Access(bucket={self.bucket!r}, endpoint={self.endpoint!r})"


class OsPlacesAccess(msgspec.Struct, frozen=True):
    """Where OS Places is, and the key it gave the council."""

    url: str
    key: str

    def __repr__(self) -> str:
        return f"OsPlacesAccess(url={self.url!r})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One installation. `address` is where people reach it; `proxies` stand in front of it and are believed when they
    say who asks; `secrets_from` is where a running process looks for key-encryption keys that are newer than its start;
    `documents`: the bucket for documents, None where the database keeps them; `scanner`: where clamd listens, `none`
    where files wait; `demonstration` opens the mailbox page, and keeps its ledger of destroyed keys beside its secrets
    unless told otherwise."""

    database_url: str
    secrets: Secrets
    secrets_from: Source | None = None
    address: str
    ledger: Path
    proxies: tuple[str, ...] = ()
    council: Path | None = None
    os_places: OsPlacesAccess | None = None
    breached_passwords: Path | None = None
    demonstration: bool = False
    directory: DirectoryAccess | None = None
    documents: S3Access | None = None
    scanner: str = NO_SCANNER
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""

    def __repr__(self) -> str:
        return f"Settings(address={self.address!r})"


NEEDED = {
    "DATABASE_URL": "the application role's PostgreSQL URL (the owner's is only for `portal migrate`), or "
    "DATABASE_URL_FROM: where it is kept, a path or credential:NAME",
    "PORTAL_SECRETS": "path of the secrets file (`portal secrets` makes one), or another source (docs/keys.md)",
    "PORTAL_ADDRESS": "the public address, like https://forms.severnshire.example",
    "PORTAL_PROXIES": "addresses or networks of the proxies in front, separated by commas, like 127.0.0.1",
    "PORTAL_LEDGER": "path of this machine's ledger of destroyed keys: outside the database and its backups",
    "PORTAL_COUNCIL": "path of the council's configuration, council.toml",
    "PORTAL_SCANNER": "where clamd listens, like /run/clamav/clamd.ctl or 127.0.0.1:3310; or none: files then wait",
    "PORTAL_ADDRESSES": "where addresses are found: gazetteer (see `portal addresses load`) or os-places",
    "PORTAL_SMTP_HOST": "the mail server",
    "PORTAL_MAIL_FROM": "the address letters come from",
}
FIRST = ("DATABASE_URL", "PORTAL_SECRETS", "PORTAL_ADDRESS")  # the demonstration has its own for the others


# What nobody has to put into the environment, where every process of the machine's owner can read it: NAME_FROM says
# where it is kept, as PORTAL_SECRETS does.
KEPT_ELSEWHERE = ("DATABASE_URL", "PORTAL_SMTP_PASSWORD")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of this process. MissingSettings names every one that is missing."""
    environ = {**environ, **{name: kept_elsewhere(environ, name) for name in KEPT_ELSEWHERE}}
    demonstration = environ.get(DEMONSTRATION) == "yes"
    needed = {name: NEEDED[name] for name in (FIRST if demonstration else NEEDED)}
    needed |= OS_PLACES_NEEDS if environ.get("PORTAL_ADDRESSES") == "os-places" else {}
    if missing := [name for name in needed if not environ.get(name)]:
        raise MissingSettings("\n".join(f"{name} is not set: {needed[name]}" for name in missing))
    address = environ["PORTAL_ADDRESS"].rstrip("/")
    if not demonstration and not re.fullmatch(r"https://[a-z0-9.-]+(:(?!443$)\d+)?", address):
        raise MissingSettings("PORTAL_ADDRESS must be as browsers write it, like https://forms.severnshire.example")
    port = environ.get("PORTAL_SMTP_PORT") or "587"
    if not port.isdecimal():
        raise MissingSettings("PORTAL_SMTP_PORT must be a number")
    source, secrets = read_secrets(environ)
    return Settings(
        database_url=environ["DATABASE_URL"],
        secrets=secrets,
        secrets_from=source,
        address=address,
        proxies=_proxies(environ.get("PORTAL_PROXIES", "")),
        ledger=_path(environ, "PORTAL_LEDGER") or Path(environ["PORTAL_SECRETS"]).with_name("ledger.jsonl"),
        council=_path(environ, "PORTAL_COUNCIL"),
        os_places=read_os_places_access(environ, demonstration),
        breached_passwords=_path(environ, "PORTAL_BREACHED_PASSWORDS"),
        demonstration=demonstration,
        directory=read_directory_access(environ, demonstration),
        documents=read_s3_access(environ),
        scanner=_scanner(environ.get("PORTAL_SCANNER") or NO_SCANNER),
        smtp_host=environ.get("PORTAL_SMTP_HOST", ""),
        smtp_port=int(port),
        smtp_user=environ.get("PORTAL_SMTP_USER", ""),
        smtp_password=environ.get("PORTAL_SMTP_PASSWORD", ""),
        mail_from=environ.get("PORTAL_MAIL_FROM", ""),
    )


OS_PLACES = "https://api.os.uk/search/places/v1"
OS_PLACES_NEEDS = {
    "PORTAL_OS_PLACES_KEY": "path of a file with the council's key for OS Places, or another source (docs/keys.md)"
}


def read_os_places_access(environ: Mapping[str, str], demonstration: bool) -> OsPlacesAccess | None:
    """How to reach OS Places; None where addresses are found in the gazetteer. MissingSettings."""
    match environ.get("PORTAL_ADDRESSES") or "gazetteer":
        case "gazetteer":
            return None
        case "os-places":
            url = environ.get("PORTAL_OS_PLACES_URL") or OS_PLACES
            near = r"|http://(localhost|127\.0\.0\.1):\d+" if demonstration else ""
            if not re.fullmatch(rf"(https://[a-z0-9.-]+(:\d+)?{near})(/[\w./-]*)?", url):
                raise MissingSettings("PORTAL_OS_PLACES_URL must be an address with https, without ? and #")
            return OsPlacesAccess(url.rstrip("/"), _os_places_key(environ))
        case _:
            raise MissingSettings("PORTAL_ADDRESSES must be gazetteer or os-places")


def _os_places_key(environ: Mapping[str, str]) -> str:
    try:
        key = source_of(environ["PORTAL_OS_PLACES_KEY"], environ).content().decode("ascii").strip()
    except NoSecrets as no:
        raise MissingSettings(f"PORTAL_OS_PLACES_KEY: {no}") from None
    except UnicodeDecodeError:
        key = ""
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise MissingSettings("PORTAL_OS_PLACES_KEY: what is there is no key: one line, letters and digits")
    return key


DIRECTORY = {
    "PORTAL_DIRECTORY_ISSUER": "what the council's directory calls itself, like https://login.severnshire.example",
    "PORTAL_DIRECTORY_CLIENT": "the id under which the directory knows this portal",
    "PORTAL_DIRECTORY_SECRET": "where the secret that the directory gave this portal is kept: a path, credential:NAME",
}


def kept_elsewhere(environ: Mapping[str, str], name: str) -> str:
    """A setting as it stands in the environment, or where NAME_FROM says that it is kept; empty where it is set in
    neither way. MissingSettings where it is set in both, or cannot be read."""
    here, elsewhere = environ.get(name, ""), environ.get(f"{name}_FROM", "")
    if here and elsewhere:
        raise MissingSettings(f"{name} and {name}_FROM are both set: keep the one that holds good")
    return _kept(elsewhere, f"{name}_FROM", environ) if elsewhere else here


def _kept(where: str, setting: str, environ: Mapping[str, str]) -> str:
    """The text of a file, of a credential or of what a plug-in gives."""
    try:
        text = source_of(where, environ).content().decode().strip()
    except (NoSecrets, UnicodeDecodeError) as no:
        raise MissingSettings(f"{setting}: {no if isinstance(no, NoSecrets) else 'it is no text'}") from None
    if not text:
        raise MissingSettings(f"{setting}: {where} is empty")
    return text


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
    return DirectoryAccess(issuer, client, _kept(kept, "PORTAL_DIRECTORY_SECRET", environ))


S3 = {
    "PORTAL_S3_BUCKET": "the bucket that documents are kept in",
    "PORTAL_S3_REGION": "its region, like eu-west-2",
    "PORTAL_S3_KEY": "the id of the access key",
    "PORTAL_S3_SECRET": "path of a file with the secret of that key",
}


def read_s3_access(environ: Mapping[str, str]) -> S3Access | None:
    """How to reach the bucket for documents; None where the database keeps them. All of its settings or none."""
    missing = [name for name in S3 if not environ.get(name)]
    if len(missing) == len(S3):
        return None
    if missing:
        raise MissingSettings("\n".join(f"{name} is not set: {S3[name]}" for name in missing))
    endpoint = environ.get("PORTAL_S3_ENDPOINT", "").rstrip("/")
    if endpoint and not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1):\d+", endpoint):
        raise MissingSettings("PORTAL_S3_ENDPOINT must be an address with https, like https://s3.severnshire.example")
    bucket, region, key, kept = (environ[name] for name in S3)
    return S3Access(bucket, endpoint, region, key, _kept(kept, "PORTAL_S3_SECRET", environ))


def _scanner(where: str) -> str:
    if where != NO_SCANNER and not re.fullmatch(r"/\S+|[\w.-]+:\d{1,5}", where):
        raise MissingSettings("PORTAL_SCANNER must be a socket like /run/clamav/clamd.ctl, 127.0.0.1:3310, or none")
    return where


def read_secrets(environ: Mapping[str, str]) -> tuple[Source, Secrets]:
    """Where PORTAL_SECRETS says they are, and what is there. MissingSettings."""
    if not environ.get("PORTAL_SECRETS"):
        raise MissingSettings(f"PORTAL_SECRETS is not set: {NEEDED['PORTAL_SECRETS']}")
    try:
        source = source_of(environ["PORTAL_SECRETS"], environ)
        return source, source.secrets()
    except NoSecrets as no:
        raise MissingSettings(f"PORTAL_SECRETS: {no}") from None


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
