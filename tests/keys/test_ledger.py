"""The ledger of destroyed keys: what was added is on disk and stays, whoever else writes, when the power goes."""

import multiprocessing
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from portal.keys.ledger import Entry, Ledger, Tombstone

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def an_entry(stream_id: UUID | None = None) -> Entry:
    """A key that was destroyed."""
    state = {"timestamp": "2026-11-23T12:00:00Z", "rule": "retention_over"}
    tombstone = Tombstone(uuid4(), 12, "referral.erased", state, {"actor": "portal"})
    return Entry(stream_id or uuid4(), uuid4(), NOON, tombstone)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


def test_entries_are_read_back_in_their_order(ledger: Ledger) -> None:
    first, second, third = an_entry(), an_entry(), an_entry()
    ledger.add([first, second])
    ledger.add([third])
    assert Ledger(ledger.path).read() == ([first, second, third], [])


def test_a_ledger_that_is_not_there_yet_is_empty(ledger: Ledger) -> None:
    assert ledger.read() == ([], [])
    ledger.add([])
    assert not ledger.path.exists()


def test_a_ledger_is_made_for_its_owner_alone(ledger: Ledger) -> None:
    ledger.ensure()
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert ledger.read() == ([], [])


def test_making_sure_of_a_ledger_changes_nothing_in_it(ledger: Ledger) -> None:
    ledger.add([an_entry()])
    before = ledger.path.read_bytes()
    ledger.ensure()
    assert ledger.path.read_bytes() == before


def test_an_entry_is_on_disk_before_add_returns(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[bool, int]] = []

    def note(file: int) -> None:
        found = os.fstat(file)
        synced.append((stat.S_ISDIR(found.st_mode), 0 if stat.S_ISDIR(found.st_mode) else found.st_size))

    monkeypatch.setattr(os, "fsync", note)
    ledger.add([an_entry()])
    assert synced == [(False, ledger.path.stat().st_size), (True, 0)]


def test_a_torn_last_line_is_passed_over_and_reported_and_the_next_entry_is_whole(ledger: Ledger) -> None:
    first, torn, last = an_entry(), an_entry(), an_entry()
    ledger.add([first, torn])
    whole = ledger.path.read_bytes()
    for cut in (1, 40, len(whole.splitlines()[1]) - 1):
        ledger.path.write_bytes(whole[: -cut - 1])
        assert ledger.read() == ([first], [2])
        ledger.add([last])
        assert ledger.read() == ([first, last], [2])


def test_a_last_line_that_lacks_only_its_end_counts(ledger: Ledger) -> None:
    first, second = an_entry(), an_entry()
    ledger.add([first])
    ledger.path.write_bytes(ledger.path.read_bytes()[:-1])
    ledger.add([second])
    assert ledger.read() == ([first, second], [])


def test_a_line_that_says_something_else_is_reported_and_hides_no_other(ledger: Ledger) -> None:
    first, last = an_entry(), an_entry()
    ledger.add([first])
    with ledger.path.open("ab") as file:
        file.write(b'{"stream_id": 5}\n\xff\xfe\n\n')
    ledger.add([last])
    assert ledger.read() == ([first, last], [2, 3])


def test_a_ledger_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "ledger.jsonl", tmp_path):
        with pytest.raises(OSError):
            Ledger(path).add([an_entry()])


def _write(path: Path, entries: list[Entry]) -> None:
    for entry in entries:
        Ledger(path).add([entry])


def test_processes_that_write_at_once_lose_nothing(ledger: Ledger) -> None:
    shares = [[an_entry() for _ in range(50)] for _ in range(4)]
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(ledger.path, share)) for share in shares]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = ledger.read()
    assert found.torn == []
    assert {entry.stream_id for entry in found.entries} == {entry.stream_id for share in shares for entry in share}
    assert len(found.entries) == 200
