"""The council's directory is set up whole or not at all, and what is wrong is named at the start."""

import asyncio
from pathlib import Path

import pytest

from portal.application.membership import check_roles
from portal.council.signing_in import DirectoryRules
from portal.settings import DIRECTORY, DirectoryAccess, MissingSettings, Settings, read_directory_access
from portal.wiring import look_ready, packaged
from tests.directory.providers import CLIENT, SECRET
from tests.portals import SECRETS

ISSUER = "https://login.severnshire.example/tenant-1/v2.0"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    secret = tmp_path / "directory.secret"
    secret.touch(0o600)
    secret.write_text(f"{SECRET}\n")
    return dict(zip(DIRECTORY, (ISSUER, CLIENT, str(secret)), strict=True))


def test_a_directory_is_read_with_its_secret_from_a_file(environ: dict[str, str]) -> None:
    assert read_directory_access(environ, False) == DirectoryAccess(ISSUER, CLIENT, SECRET)
    assert read_directory_access({}, False) is None


def test_its_secret_may_be_a_credential_and_is_closed_to_others(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "portal-directory").write_text(SECRET)
    given = {
        **environ,
        "PORTAL_DIRECTORY_SECRET": "credential:portal-directory",
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }
    assert read_directory_access(given, False) == DirectoryAccess(ISSUER, CLIENT, SECRET)
    Path(environ["PORTAL_DIRECTORY_SECRET"]).chmod(0o644)
    with pytest.raises(MissingSettings, match="can be read by everybody"):
        read_directory_access(environ, False)


@pytest.mark.parametrize("name", DIRECTORY)
def test_all_of_its_settings_are_needed(environ: dict[str, str], name: str) -> None:
    with pytest.raises(MissingSettings, match=f"{name} is not set"):
        read_directory_access({**environ, name: ""}, False)


@pytest.mark.parametrize(
    "issuer", ["http://login.severnshire.example", "https://x.example/?a=b", "https://x.example#y", "login", "ftp://x"]
)
def test_it_is_asked_by_https_only(environ: dict[str, str], issuer: str) -> None:
    with pytest.raises(MissingSettings, match="PORTAL_DIRECTORY_ISSUER"):
        read_directory_access({**environ, "PORTAL_DIRECTORY_ISSUER": issuer}, False)


def test_a_demonstration_may_ask_one_on_its_own_machine(environ: dict[str, str]) -> None:
    near = {**environ, "PORTAL_DIRECTORY_ISSUER": "http://localhost:9400"}
    assert read_directory_access(near, True)
    with pytest.raises(MissingSettings):
        read_directory_access(near, False)
    with pytest.raises(MissingSettings):
        read_directory_access({**near, "PORTAL_DIRECTORY_ISSUER": "http://elsewhere.example:80"}, True)


@pytest.mark.parametrize("kept", ["", " \n", None])
def test_a_secret_that_is_not_there_is_named(environ: dict[str, str], tmp_path: Path, kept: str | None) -> None:
    secret = tmp_path / "other"
    if kept is not None:
        secret.touch(0o600)
        secret.write_text(kept)
    with pytest.raises(MissingSettings, match="PORTAL_DIRECTORY_SECRET"):
        read_directory_access({**environ, "PORTAL_DIRECTORY_SECRET": str(secret)}, False)


def test_a_role_that_is_none_is_named_with_those_there_are() -> None:
    with pytest.raises(MissingSettings, match=r"Front door: there is no role 'boss' .*lado_manager"):
        check_roles(DirectoryRules({"Front door": ("worker", "boss")}))
    with pytest.raises(MissingSettings, match="gives no group a role"):
        check_roles(DirectoryRules({"Front door": ()}))
    check_roles(DirectoryRules({"Front door": ("worker",), "All staff": ()}))


def test_a_portal_does_not_start_with_a_directory_whose_groups_mean_nothing(tmp_path: Path) -> None:
    access = DirectoryAccess(ISSUER, CLIENT, SECRET)
    council = tmp_path / "council.toml"
    for more in ("", '\n[directory.roles]\n"Front door" = ["boss"]\n'):
        council.write_text(packaged("demonstration.toml").read_text() + more)
        settings = Settings(
            database_url="postgresql://nobody@localhost:1/none",
            secrets=SECRETS,
            address="https://forms.severnshire.example",
            ledger=tmp_path / "ledger.jsonl",
            council=council,
            directory=access,
        )
        with pytest.raises(MissingSettings, match=r"directory\.roles"):
            asyncio.run(look_ready(settings))
