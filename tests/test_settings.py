"""Settings: each missing one is named at once, and no secret ever shows."""

import base64
import json
from pathlib import Path

import pytest

from portal.keys.secrets import BY_VERSION, new_secrets, parsed, with_new_version
from portal.settings import DEMONSTRATION, KEPT_ELSEWHERE, NEEDED, MissingSettings, read_settings


@pytest.fixture
def secrets_file(tmp_path: Path) -> Path:
    path = tmp_path / "secrets.json"
    path.write_bytes(new_secrets())
    path.chmod(0o600)
    return path


@pytest.fixture
def environ(secrets_file: Path) -> dict[str, str]:
    """All that a portal needs."""
    return {
        "DATABASE_URL": "postgresql://portal:hush-database@db.severnshire.example/portal",
        "PORTAL_SECRETS": str(secrets_file),
        "PORTAL_ADDRESS": "https://forms.severnshire.example/",
        "PORTAL_PROXIES": "127.0.0.1, 10.20.0.0/24",
        "PORTAL_LEDGER": "/var/lib/portal/ledger.jsonl",
        "PORTAL_COUNCIL": "/etc/portal/council.toml",
        "PORTAL_ADDRESSES": "gazetteer",
        "PORTAL_BREACHED_PASSWORDS": "/var/lib/portal/breached",
        "PORTAL_SCANNER": "/run/clamav/clamd.ctl",
        "PORTAL_SMTP_HOST": "mail.severnshire.example",
        "PORTAL_SMTP_USER": "portal",
        "PORTAL_SMTP_PASSWORD": "hush-mail",
        "PORTAL_MAIL_FROM": "forms@severnshire.example",
    }


def lines_of_refusal(environ: dict[str, str]) -> list[str]:
    with pytest.raises(MissingSettings) as refusal:
        read_settings(environ)
    return str(refusal.value).splitlines()


def test_a_complete_environment_is_read(environ: dict[str, str], secrets_file: Path) -> None:
    settings = read_settings(environ)
    assert settings.address == "https://forms.severnshire.example"
    assert settings.database_url == environ["DATABASE_URL"]
    assert settings.secrets == parsed(secrets_file.read_bytes(), "the file")
    assert settings.ledger == Path("/var/lib/portal/ledger.jsonl")
    assert (settings.council, settings.os_places) == (Path("/etc/portal/council.toml"), None)
    assert settings.breached_passwords == Path("/var/lib/portal/breached")
    assert (settings.smtp_host, settings.smtp_port, settings.smtp_user) == ("mail.severnshire.example", 587, "portal")
    assert (settings.smtp_password, settings.mail_from) == ("hush-mail", "forms@severnshire.example")
    assert not settings.demonstration


@pytest.mark.parametrize("name", KEPT_ELSEWHERE)
def test_a_setting_that_is_secret_is_kept_in_a_file_or_a_credential(
    environ: dict[str, str], tmp_path: Path, name: str
) -> None:
    value = environ.pop(name)
    file = tmp_path / "portal-kept"
    file.touch(0o600)
    file.write_text(f"{value}\n")
    elsewhere = {**environ, f"{name}_FROM": str(file)}
    credential = {**environ, f"{name}_FROM": "credential:portal-kept", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    for given in (elsewhere, credential):
        settings = read_settings(given)
        assert value in (settings.database_url, settings.smtp_password)
    assert lines_of_refusal({**elsewhere, name: value})[0].startswith(f"{name} and {name}_FROM are both set")
    file.write_text(" \n")
    assert lines_of_refusal(elsewhere) == [f"{name}_FROM: {file} is empty"]
    file.write_bytes(b"\xff")
    assert lines_of_refusal(elsewhere) == [f"{name}_FROM: it is no text"]
    file.write_text(value)
    file.chmod(0o644)
    assert "can be read by everybody" in lines_of_refusal(elsewhere)[0]
    file.unlink()
    assert value not in lines_of_refusal(elsewhere)[0]


def test_every_missing_setting_is_named_at_once_with_what_it_is_for() -> None:
    assert lines_of_refusal({}) == [f"{name} is not set: {why}" for name, why in NEEDED.items()]


@pytest.mark.parametrize("name", NEEDED)
def test_each_setting_is_needed_and_empty_is_missing(environ: dict[str, str], name: str) -> None:
    assert lines_of_refusal({**environ, name: ""}) == [f"{name} is not set: {NEEDED[name]}"]
    del environ[name]
    assert lines_of_refusal(environ) == [f"{name} is not set: {NEEDED[name]}"]


@pytest.mark.parametrize("address", ["http://forms.severnshire.example", "forms.severnshire.example"])
def test_people_reach_a_portal_by_https_only(environ: dict[str, str], address: str) -> None:
    assert lines_of_refusal({**environ, "PORTAL_ADDRESS": address}) == [
        "PORTAL_ADDRESS must be as browsers write it, like https://forms.severnshire.example"
    ]


def test_the_demonstration_needs_less_and_runs_without_https(environ: dict[str, str], secrets_file: Path) -> None:
    few = {name: environ[name] for name in ("DATABASE_URL", "PORTAL_SECRETS")}
    demonstration = {**few, "PORTAL_ADDRESS": "http://127.0.0.1:8000", DEMONSTRATION: "yes"}
    settings = read_settings(demonstration)
    assert settings.demonstration
    assert settings.ledger == secrets_file.with_name("ledger.jsonl")
    assert (settings.council, settings.os_places, settings.smtp_host) == (None, None, "")
    assert [line.split()[0] for line in lines_of_refusal({DEMONSTRATION: "yes"})] == [*few, "PORTAL_ADDRESS"]


@pytest.mark.parametrize("port", ["", "smtp", "25.5"])
def test_a_port_that_is_none_is_named(environ: dict[str, str], port: str) -> None:
    if port:
        assert lines_of_refusal({**environ, "PORTAL_SMTP_PORT": port}) == ["PORTAL_SMTP_PORT must be a number"]
    else:
        assert read_settings({**environ, "PORTAL_SMTP_PORT": port}).smtp_port == 587


def test_no_secret_shows_when_settings_are_printed(environ: dict[str, str]) -> None:
    settings = read_settings(environ)
    shown = f"{settings} {settings!r} {[settings]} {settings.secrets} {settings.secrets!r}"
    kept = json.loads(Path(environ["PORTAL_SECRETS"]).read_text())
    keys = [base64.b64decode(kept[name]["1"] if name in BY_VERSION else kept[name]) for name in kept]
    assert "hush" not in shown
    for key in keys:
        assert repr(key) not in shown and key.hex() not in shown and base64.b64encode(key).decode() not in shown


@pytest.mark.parametrize("setting", ["nowhere.json", "vault:portal", "credential:portal-secrets"])
def test_secrets_that_cannot_be_had_are_named_with_their_setting(environ: dict[str, str], setting: str) -> None:
    [line] = lines_of_refusal({**environ, "PORTAL_SECRETS": setting})
    assert line.startswith("PORTAL_SECRETS: ")


def test_a_running_process_can_ask_again_where_its_secrets_come_from(environ: dict[str, str]) -> None:
    settings = read_settings(environ)
    assert settings.secrets_from is not None and settings.secrets_from.keks() == settings.secrets.keks
    content, version = with_new_version(Path(environ["PORTAL_SECRETS"]).read_bytes(), "the file")
    Path(environ["PORTAL_SECRETS"]).write_bytes(content)
    assert sorted(settings.secrets_from.keks()) == [1, version] and list(settings.secrets.keks) == [1]


@pytest.mark.parametrize("wrong", ["*", "0.0.0.0/0", "::/0", "proxy.severnshire.example", "127.0.0.1, *", "10.0.0.1/8"])
def test_a_proxy_is_believed_by_its_number_only_and_never_everybody(environ: dict[str, str], wrong: str) -> None:
    [line] = lines_of_refusal({**environ, "PORTAL_PROXIES": wrong})
    assert line.startswith("PORTAL_PROXIES must be addresses or networks")


def test_the_proxies_are_read_from_a_list(environ: dict[str, str]) -> None:
    assert read_settings(environ).proxies == ("127.0.0.1", "10.20.0.0/24")


@pytest.mark.parametrize(
    "scanner", ["/run/clamav/clamd.ctl", "127.0.0.1:3310", "scanner.severnshire.example:3310", "none"]
)
def test_the_scanner_is_a_socket_a_host_with_its_port_or_none(environ: dict[str, str], scanner: str) -> None:
    assert read_settings({**environ, "PORTAL_SCANNER": scanner}).scanner == scanner


@pytest.mark.parametrize("wrong", ["clamd", "http://127.0.0.1:3310", "127.0.0.1", "yes", "/run/a b"])
def test_what_is_no_scanner_is_refused(environ: dict[str, str], wrong: str) -> None:
    [line] = lines_of_refusal({**environ, "PORTAL_SCANNER": wrong})
    assert line.startswith("PORTAL_SCANNER must be")


def test_documents_are_kept_in_the_database_unless_all_of_a_bucket_is_set(
    environ: dict[str, str], tmp_path: Path
) -> None:
    assert read_settings(environ).documents is None
    secret = tmp_path / "s3"
    secret.touch(0o600)
    secret.write_text("hush-s3\n")
    bucket = {
        "PORTAL_S3_BUCKET": "severnshire-forms",
        "PORTAL_S3_REGION": "eu-west-2",
        "PORTAL_S3_KEY": "AKIA1",
        "PORTAL_S3_SECRET": str(secret),
    }
    access = read_settings({**environ, **bucket}).documents
    assert access is not None and (access.bucket, access.secret, access.endpoint) == (
        "severnshire-forms",
        "hush-s3",
        "",
    )
    for missing in bucket:
        [line] = lines_of_refusal({**environ, **bucket, missing: ""})
        assert line.startswith(f"{missing} is not set")
    [line] = lines_of_refusal({**environ, **bucket, "PORTAL_S3_SECRET": str(tmp_path / "nowhere")})
    assert line.startswith("PORTAL_S3_SECRET: ")
    own = {**bucket, "PORTAL_S3_ENDPOINT": "https://s3.severnshire.example/"}
    access = read_settings({**environ, **own}).documents
    assert access is not None and access.endpoint == "https://s3.severnshire.example"
    for wrong in ("http://s3.severnshire.example", "s3.severnshire.example", "https://x/y"):
        [line] = lines_of_refusal({**environ, **bucket, "PORTAL_S3_ENDPOINT": wrong})
        assert line.startswith("PORTAL_S3_ENDPOINT must be")


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.fixture
def os_places(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """All that a portal needs that finds addresses in OS Places."""
    key = tmp_path / "os-places.key"
    key.touch(0o600)
    key.write_text("key-of-severnshire\n")
    return {**environ, "PORTAL_ADDRESSES": "os-places", "PORTAL_OS_PLACES_KEY": str(key)}


def test_the_key_for_os_places_is_in_a_file_and_shown_nowhere(os_places: dict[str, str]) -> None:
    access = read_settings(os_places).os_places
    assert access and (access.url, access.key) == ("https://api.os.uk/search/places/v1", "key-of-severnshire")
    assert "key-of-severnshire" not in repr(access)
    gateway = read_settings({**os_places, "PORTAL_OS_PLACES_URL": "https://gateway.example:8443/places/v1/"}).os_places
    assert gateway and gateway.url == "https://gateway.example:8443/places/v1"


def test_the_key_may_be_a_credential_of_the_service(os_places: dict[str, str], tmp_path: Path) -> None:
    credential = {"CREDENTIALS_DIRECTORY": str(tmp_path), "PORTAL_OS_PLACES_KEY": "credential:os-places.key"}
    access = read_settings({**os_places, **credential}).os_places
    assert access and access.key == "key-of-severnshire"


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("PORTAL_ADDRESSES", "paf", "PORTAL_ADDRESSES must be gazetteer or os-places"),
        ("PORTAL_OS_PLACES_KEY", "", "PORTAL_OS_PLACES_KEY is not set: path of a file"),
        ("PORTAL_OS_PLACES_KEY", "/nowhere/key", "PORTAL_OS_PLACES_KEY: /nowhere/key is not a readable"),
        ("PORTAL_OS_PLACES_URL", "http://api.os.uk/search/places/v1", "must be an address with https"),
        ("PORTAL_OS_PLACES_URL", "https://api.os.uk/search?key=x", "must be an address with https"),
    ],
)
def test_what_is_wrong_with_where_addresses_are_found_is_named(
    os_places: dict[str, str], setting: str, value: str, says: str
) -> None:
    [line] = lines_of_refusal({**os_places, setting: value})
    assert says in line


@pytest.mark.parametrize("content", ["", "two lines\nof text", "k\u00e9y"])
def test_a_file_without_a_key_is_refused_without_showing_it(os_places: dict[str, str], content: str) -> None:
    Path(os_places["PORTAL_OS_PLACES_KEY"]).write_text(content)
    [line] = lines_of_refusal(os_places)
    assert line == "PORTAL_OS_PLACES_KEY: what is there is no key: one line, letters and digits"


def test_a_key_that_everybody_can_read_is_refused(os_places: dict[str, str]) -> None:
    Path(os_places["PORTAL_OS_PLACES_KEY"]).chmod(0o644)
    [line] = lines_of_refusal(os_places)
    assert "can be read by everybody" in line
