"""The keyring: the newest version in use wraps, and one that nobody here knows is asked for, but not for every row."""

from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest

from portal.eventstore import keyring as module
from portal.eventstore.keyring import Keyring, KeyUnusable

OLD, NEW = {1: b"k" * 32}, {1: b"k" * 32, 2: b"n" * 32}


class Source:
    """Where keys come from, and how often it was asked."""

    def __init__(self, *answers: Mapping[int, bytes] | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self) -> Mapping[int, bytes]:
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


def opened(keyring: Keyring, by: Keyring) -> bool:
    """Whether `keyring` opens what `by` wraps."""
    key, row = by.mint(uuid4())
    return keyring.unwrap(row.id, row.kek_version, row.wrapped) == key


def test_the_newest_version_wraps() -> None:
    assert Keyring(NEW).mint(uuid4())[1].kek_version == Keyring(NEW).newest == 2


def test_a_version_that_has_not_begun_waits_until_a_row_names_it() -> None:
    waiting = Keyring(NEW, newest=1)
    assert waiting.mint(uuid4())[1].kek_version == 1
    assert opened(waiting, by=Keyring(NEW))
    assert waiting.mint(uuid4())[1].kek_version == 2


def test_a_version_that_has_not_begun_waits_until_it_is_taken_into_use() -> None:
    waiting = Keyring(NEW, newest=1)
    waiting.use(2)
    assert waiting.newest == 2


def test_an_older_row_does_not_turn_the_newest_back() -> None:
    keyring = Keyring(NEW)
    assert opened(keyring, by=Keyring(OLD))
    assert keyring.newest == 2


def test_a_version_that_nobody_here_knows_is_asked_for_and_wraps_from_then_on() -> None:
    source = Source(NEW)
    keyring = Keyring(OLD, source)
    assert opened(keyring, by=Keyring(NEW)) and opened(keyring, by=Keyring(OLD))
    assert (source.asked, keyring.newest) == (1, 2)


def test_known_versions_are_never_asked_for() -> None:
    source = Source(NEW)
    keyring = Keyring(NEW, source)
    assert opened(keyring, by=Keyring(NEW)) and opened(keyring, by=Keyring(OLD))
    assert source.asked == 0


def test_a_version_that_the_source_does_not_have_is_asked_for_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(OLD, OLD, NEW)
    keyring = Keyring(OLD, source)
    for _ in range(1000):
        with pytest.raises(KeyUnusable, match="version 2 is missing"):
            opened(keyring, by=Keyring(NEW))
    assert source.asked == 1
    monkeypatch.setattr(module, "AGAIN", 0.0)
    with pytest.raises(KeyUnusable):
        opened(keyring, by=Keyring(NEW))
    assert opened(keyring, by=Keyring(NEW))
    assert source.asked == 3


def test_a_source_that_fails_makes_a_key_unusable_and_nothing_worse(caplog: pytest.LogCaptureFixture) -> None:
    keyring = Keyring(OLD, Source(OSError("hush-path")))
    with pytest.raises(KeyUnusable, match="missing"):
        opened(keyring, by=Keyring(NEW))
    assert opened(keyring, by=Keyring(OLD))
    assert "OSError" in caplog.text and "hush" not in caplog.text


def test_versions_that_the_source_has_no_more_are_kept_for_the_rows_that_need_them() -> None:
    keyring = Keyring(OLD, Source({2: NEW[2]}))
    assert opened(keyring, by=Keyring(NEW)) and opened(keyring, by=Keyring(OLD))


@pytest.mark.parametrize("keks", [{}, {1: b"short"}, {1: b"k" * 32, 2: b""}])
def test_a_keyring_has_whole_keys(keks: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(keks)


def test_a_keyring_without_the_version_that_is_to_wrap_is_refused() -> None:
    with pytest.raises(KeyUnusable, match="version 3 is missing"):
        Keyring(NEW, newest=3)


def test_a_key_that_is_wrapped_anew_is_the_same_key() -> None:
    key, row = Keyring(OLD).mint(UUID(int=7))
    again = Keyring(NEW).wrap(key, row.stream_id)
    assert (again.id, again.stream_id, again.kek_version) == (row.id, row.stream_id, 2)
    assert Keyring({2: NEW[2]}).unwrap(again.id, 2, again.wrapped) == key
