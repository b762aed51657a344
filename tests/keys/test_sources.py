"""Where the secrets come from: a file, a credential of systemd, a plug-in; each says what to do when it cannot."""

import os
import sys
import time
from pathlib import Path

import pytest

from portal.keys import sources
from portal.keys.secrets import NoSecrets, new_secrets, parsed, with_new_version
from portal.keys.sources import source_of

PLUG_IN = """
import time
from pathlib import Path

def unwrap(which):
    if which == "hangs":
        time.sleep(30)
    if which == "fails":
        raise ValueError("the token is hush-token")
    if which == "text":
        return "no bytes"
    return Path(which).read_bytes()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secrets.json"
    path.write_bytes(new_secrets())
    return path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with a plug-in, as pip would leave it."""
    site = tmp_path / "site"
    info = site / "council_kms-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "council_kms.py").write_text(PLUG_IN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: council-kms\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[portal.secrets]\ncouncil-kms = council_kms:unwrap\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "council_kms", raising=False)


def refusal(setting: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(NoSecrets) as refused:
        source_of(setting, environ or {}).secrets()
    return str(refused.value)


def test_a_path_is_a_file(file: Path) -> None:
    source = source_of(str(file), {})
    assert source.secrets() == parsed(file.read_bytes(), "")
    assert source.file == file


@pytest.mark.parametrize("name", ["./odd:name", "Odd:name", "1:2"])
def test_a_path_with_a_colon_is_a_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(new_secrets())
    assert source_of(name, {}).secrets().keks


def test_a_file_that_is_not_there_or_holds_none_is_named(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.json"
    assert refusal(str(nowhere)) == f"{nowhere} is not a readable secrets file (FileNotFoundError)"
    nowhere.write_text("{}")
    assert refusal(str(nowhere)) == f"{nowhere} is not a readable secrets file"
    assert "IsADirectoryError" in refusal(str(tmp_path))


def test_a_credential_is_read_where_systemd_has_put_it(file: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(file.parent)}
    source = source_of("credential:secrets.json", environ)
    assert source.secrets() == parsed(file.read_bytes(), "")
    assert source.file is None  # nobody may change it there


def test_a_credential_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    assert "LoadCredentialEncrypted=portal-secrets" in refusal("credential:portal-secrets")
    here = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert refusal("credential:portal-secrets", here).startswith("the credential portal-secrets is not a readable")
    assert "no path" in refusal("credential:../../etc/passwd", here)


@pytest.mark.usefixtures("installed")
def test_a_plug_in_is_found_by_its_name_and_called_with_what_follows(file: Path) -> None:
    source = source_of(f"council-kms:{file}", {})
    assert source.secrets() == parsed(file.read_bytes(), "")
    assert source.file is None


@pytest.mark.usefixtures("installed")
def test_a_plug_in_is_asked_again_each_time(file: Path) -> None:
    source = source_of(f"council-kms:{file}", {})
    assert list(source.keks()) == [1]
    file.write_bytes(with_new_version(file.read_bytes(), "")[0])
    assert list(source.keks()) == [1, 2]


@pytest.mark.usefixtures("installed")
def test_a_plug_in_that_is_not_installed_is_named_with_those_that_are() -> None:
    says = refusal("vault:portal")
    assert "no plug-in vault" in says and "installed: council-kms" in says and "./vault:" in says


@pytest.mark.usefixtures("installed")
def test_a_plug_in_that_fails_is_named_and_its_words_are_not_repeated() -> None:
    says = refusal("council-kms:fails")
    assert says.startswith("the plug-in council-kms failed: ValueError") and "hush" not in says


@pytest.mark.usefixtures("installed")
def test_a_plug_in_that_returns_something_else_is_told_what_to_return() -> None:
    assert refusal("council-kms:text") == "the plug-in council-kms must return the bytes of the secrets file, not str"


@pytest.mark.usefixtures("installed")
def test_a_plug_in_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WHILE_RUNNING", 0.2)
    began = time.monotonic()
    with pytest.raises(NoSecrets, match=r"did not answer within 0\.2 seconds"):
        source_of("council-kms:hangs", {}).keks()
    assert time.monotonic() - began < 2


def test_a_file_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # like a network drive that does not answer
    with pytest.raises(NoSecrets, match="did not answer"):
        source_of(str(pipe), {}).content(within=0.2)
    pipe.write_bytes(b"")  # lets the thread go
