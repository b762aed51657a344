"""The secrets: nothing but whole keys is taken, and a version comes and goes without touching any other."""

import base64
import json
from typing import Any

import pytest

from portal.keys.secrets import (
    BY_VERSION,
    NoSecrets,
    StandingSecrets,
    new_secrets,
    parsed,
    with_new_version,
    without_version,
)

NAMES = StandingSecrets.__struct_fields__
WHERE = "/etc/portal/secrets.json"


def changed(content: bytes, **others: Any) -> bytes:
    return json.dumps({**json.loads(content), **others}).encode()


def test_fresh_secrets_are_read_back_and_are_never_the_same() -> None:
    found = parsed(new_secrets(), WHERE)
    single = [getattr(found, name) for name in NAMES if name not in BY_VERSION]
    keys = [*found.keks.values(), *found.peppers.values(), *single]
    assert list(found.keks) == list(found.peppers) == [1]
    assert {len(key) for key in keys} == {32}
    assert len(set(keys)) == len(keys) == 7
    assert new_secrets() != new_secrets()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
@pytest.mark.parametrize("name", ["keks", *NAMES])
def test_a_key_of_another_length_is_refused(name: str, length: int) -> None:
    content = new_secrets()
    key = base64.b64encode(b"k" * length).decode()
    other = {"1": json.loads(content)["keks"]["1"], "2": key} if name in BY_VERSION else key
    with pytest.raises(NoSecrets, match="must have 32 bytes") as refusal:
        parsed(changed(content, **{name: other}), WHERE)
    assert WHERE in str(refusal.value)


@pytest.mark.parametrize("name", BY_VERSION)
def test_there_is_at_least_one_version(name: str) -> None:
    with pytest.raises(NoSecrets, match="must have 32 bytes"):
        parsed(changed(new_secrets(), **{name: {}}), WHERE)


@pytest.mark.parametrize("version", [0, -1])
@pytest.mark.parametrize("name", BY_VERSION)
def test_versions_count_from_one(name: str, version: int) -> None:
    content = new_secrets()
    with pytest.raises(NoSecrets, match="must be 1 or more"):
        parsed(changed(content, **{name: {str(version): json.loads(content)["keks"]["1"]}}), WHERE)


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", "{}", '{"keks": {"1": "%%%"}}', '{"keks": {"one": "aGVsbG8="}}', "[" * 100_000]
)
def test_what_holds_no_secrets_is_refused_without_showing_what_it_holds(content: str) -> None:
    with pytest.raises(NoSecrets, match="is not a readable secrets file") as refusal:
        parsed(content.encode(), WHERE)
    assert refusal.value.__cause__ is None and refusal.value.__suppress_context__
    assert not content or content not in str(refusal.value)


def test_a_new_version_is_the_next_and_leaves_all_else_as_it_was() -> None:
    content = changed(new_secrets(), of_a_newer_portal="kept")
    once, second = with_new_version(content, WHERE)
    twice, third = with_new_version(once, WHERE)
    before, after = json.loads(content), json.loads(twice)
    keks = after.pop("keks")
    assert (second, third, list(keks)) == (2, 3, ["1", "2", "3"])
    assert len(set(keks.values())) == 3 and keks["1"] == before.pop("keks")["1"]
    assert after == before


def test_a_version_is_taken_out_and_leaves_all_else_as_it_was() -> None:
    twice, _ = with_new_version(new_secrets(), WHERE)
    left = json.loads(without_version(twice, 1, WHERE))
    before = json.loads(twice)
    assert left.pop("keks") == {"2": before.pop("keks")["2"]}
    assert left == before


def test_the_newest_version_is_never_taken_out() -> None:
    with pytest.raises(NoSecrets, match="version 1 is the newest"):
        without_version(new_secrets(), 1, WHERE)


def test_numbers_of_versions_that_are_gone_are_not_used_again() -> None:
    content, _ = with_new_version(new_secrets(), WHERE)
    _, version = with_new_version(without_version(content, 1, WHERE), WHERE)
    assert version == 3
