"""What can be seen in the code itself: what it never does, and who looks for that."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import portal
from portal.http.app import create_app, nothing
from portal.http.rendering import TEMPLATES

SOURCE = Path(portal.__file__).parent
ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    """Everything in the portal's own code."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            yield path, node


def calls() -> Iterator[tuple[Path, str, ast.Call]]:
    """Every call by the name it is called by."""
    for path, node in nodes():
        if isinstance(node, ast.Call):
            yield path, ast.unparse(node.func), node


def imported() -> dict[str, set[Path]]:
    """Modules and names that are imported, and where."""
    found: dict[str, set[Path]] = {}
    for path, node in nodes():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name}" for name in names]
        for name in names:
            found.setdefault(name, set()).add(path)
    return found


def test_no_shell_and_no_code_from_text() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "subprocess.getoutput"}
    assert not [(path, name) for path, name, _ in calls() if name in forbidden]
    assert not [path for path, _, call in calls() for word in call.keywords if word.arg == "shell"]
    roots = {name.split(".")[0] for name in imported()}
    assert roots.isdisjoint({"pickle", "marshal", "shelve", "dill", "yaml", "lxml"})


def test_xml_is_read_in_one_place_which_refuses_document_types() -> None:
    readers = {
        name: paths for name, paths in imported().items() if name.split(".")[0] in ("xml", "pyexpat", "defusedxml")
    }
    assert readers == {"xml.parsers.expat": {SOURCE / "documents/checking/markup.py"}}


def test_sql_is_put_together_from_our_own_names_only() -> None:
    """ruff (S608) finds text that is put into SQL; where it is told not to look, the line says why, and only constants
    and names of our own tables stand in the braces."""
    assert "S" in PROJECT["tool"]["ruff"]["lint"]["select"]
    assert "S608" not in PROJECT["tool"]["ruff"]["lint"]["ignore"]
    for path in SOURCE.rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if "noqa: S608" in line:
                assert not re.search(r"\{(\w+\.)*(email|name_of|text|typed|body|data)\b", line), (path, number)


def test_no_pattern_is_made_of_what_people_typed() -> None:
    made = {"re.compile", "re.search", "re.match", "re.fullmatch", "re.sub", "re.findall"}
    ours = {("reading.py", "pattern"), ("settings.py", "near"), ("person.py", "pattern")}
    for path, name, call in calls():
        if name in made:
            used = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
            assert all(each.isupper() or (path.name, each) in ours for each in used), (path, ast.unparse(call))


def test_templates_escape_everything() -> None:
    assert TEMPLATES.autoescape is True
    templates = list((SOURCE / "http/templates").rglob("*.html"))
    assert templates
    for template in templates:
        assert not re.search(r"\|\s*safe|autoescape\s+false|<script(?! [^>]*nonce=)", template.read_text()), template
        assert not re.search(r" on\w+=|style=|<style|javascript:", template.read_text()), template
    made = {
        path
        for path, name, call in calls()
        if name.split(".")[-1] in ("Markup", "from_string") and not all(isinstance(a, ast.Constant) for a in call.args)
    }
    assert {path.parent.name for path in made} == {"components"}, "where each line escapes what it puts in"


def test_what_must_not_be_guessed_is_drawn_for_that() -> None:
    drawn = {(path.name, name) for path, name, _ in calls() if name.startswith("random.")}
    assert drawn <= {("work.py", "random.uniform"), ("home.py", "random.sample"), ("queue.py", "random.uniform")}


def test_secrets_are_compared_in_constant_time() -> None:
    compared = [call for _, name, call in calls() if name.endswith("compare_digest")]
    assert len(compared) > 3
    ours = {"signature", "_hash(portal, id, *accounts)"}  # bytes already
    for call in compared:
        assert all(ast.unparse(each).endswith(".encode()") or ast.unparse(each) in ours for each in call.args)


def test_cryptography_is_that_of_libraries_made_for_it() -> None:
    assert {name.split(".")[0] for name in imported()}.isdisjoint(
        {"Crypto", "Cryptodome", "nacl", "rsa", "jwt", "bcrypt"}
    )
    hashes = {
        (path.name, node.attr)
        for path, node in nodes()
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "hashlib"
    }
    assert {name for _, name in hashes} <= {"sha256", "sha1"}
    assert {path for path, name in hashes if name == "sha1"} <= {"breached_passwords.py"}
    ciphers = {name for name in imported() if name.startswith("cryptography.hazmat.primitives.ciphers")}
    assert ciphers == {"cryptography.hazmat.primitives.ciphers.aead.AESGCM"}


def test_the_linter_looks_for_what_it_can_find() -> None:
    chosen = PROJECT["tool"]["ruff"]["lint"]["select"]
    assert {"S", "G", "B", "ASYNC"} <= set(chosen)
    assert set(PROJECT["tool"]["ruff"]["lint"]["ignore"]) <= {"S603", "S607", "PLW1510"}


def test_types_are_checked_strictly() -> None:
    assert PROJECT["tool"]["mypy"]["strict"] is True
    assert {"src", "tests"} <= set(PROJECT["tool"]["mypy"]["files"])


def test_every_library_is_pinned() -> None:
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    needed = PROJECT["project"]["dependencies"]
    assert {re.split(r"[><=;\[ ]", each)[0].lower() for each in needed} <= pinned


def test_a_councils_portal_has_no_mailbox() -> None:
    app = create_app(nothing, "https://forms.severnshire.example", demonstration=False)
    assert not [route.path for route in app.routes if "mailbox" in route.path or "demonstration" in route.path]
