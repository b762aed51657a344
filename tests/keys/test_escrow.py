"""The sealed copy: any two holders open it, none alone, and a file that was changed in any byte is refused."""

import itertools
import secrets
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.keys import escrow_folder
from portal.keys.escrow import CannotOpen, label_of, open_with, seal
from portal.keys.holder_codes import BadCode, new_code, on_paper, read, written

CONTENT = b'{"keks": {"1": "hush"}}'
HOLDERS = ["Head of service", "Head of IT", "Monitoring officer"]
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_any_two_holders_open_it_in_any_order() -> None:
    sealed, codes = seal(CONTENT, [1, 2], HOLDERS, NOON)
    for one, other in itertools.permutations(codes, 2):
        assert open_with(sealed, one, other) == CONTENT


def test_one_holder_alone_opens_nothing() -> None:
    sealed, codes = seal(CONTENT, [1], HOLDERS, NOON)
    for code in codes:
        for other in (code, new_code(), bytes(32), code[::-1]):
            with pytest.raises(CannotOpen):
                open_with(sealed, code, other)


def test_the_codes_of_another_copy_open_nothing() -> None:
    sealed, codes = seal(CONTENT, [1], HOLDERS, NOON)
    _, others = seal(CONTENT, [1], HOLDERS, NOON)
    for one, other in [(others[0], others[1]), (codes[0], others[1])]:
        with pytest.raises(CannotOpen, match="do not open it"):
            open_with(sealed, one, other)


def test_the_outside_says_when_for_whom_and_which_versions_and_nothing_of_what_is_inside() -> None:
    sealed, codes = seal(CONTENT, [2, 1], HOLDERS, NOON)
    label = label_of(sealed)
    assert (label.made_at, label.holders, label.versions) == (NOON, HOLDERS, [1, 2])
    assert b"hush" not in sealed and not any(code in sealed for code in codes)


def test_every_byte_that_is_flipped_is_noticed() -> None:
    sealed, codes = seal(CONTENT, [1], HOLDERS, NOON)
    for place in range(len(sealed)):
        for flipped in (0x01, 0x29, 0x80, 1 << secrets.randbelow(8)):  # 0x29 makes a tab of a space
            damaged = sealed[:place] + bytes([sealed[place] ^ flipped]) + sealed[place + 1 :]
            with pytest.raises(CannotOpen):
                open_with(damaged, codes[0], codes[1])


@pytest.mark.parametrize(
    "change", [lambda file: file[:-1], lambda file: file + b"\n", lambda file: b"", lambda _: b"[]"]
)
def test_a_file_that_is_cut_or_added_to_is_refused(change: object) -> None:
    sealed, codes = seal(CONTENT, [1], HOLDERS, NOON)
    assert callable(change)
    with pytest.raises(CannotOpen):
        open_with(change(sealed), codes[0], codes[1])


def test_parts_of_two_copies_do_not_make_one() -> None:
    first, codes = seal(CONTENT, [1], HOLDERS, NOON)
    second, _ = seal(CONTENT, [1], HOLDERS, NOON)
    cut = first.index(b'"sealed": "', first.index(b'"salt"'))
    mixed = first[:cut] + second[second.index(b'"sealed": "', second.index(b'"salt"')) :]
    with pytest.raises(CannotOpen):
        open_with(mixed, codes[0], codes[1])


@pytest.mark.parametrize("holders", [[], ["Head of IT"], ["Head of IT", "Head of IT"]])
def test_it_takes_two_different_holders(holders: list[str]) -> None:
    with pytest.raises(ValueError, match="two or more holders"):
        seal(CONTENT, [1], holders, NOON)


def test_a_code_is_read_back_however_it_is_typed() -> None:
    code = new_code()
    assert len(written(code).split("-")) == 14
    for typed in (written(code), written(code).lower(), written(code).replace("-", " "), f" {written(code)}\n"):
        assert read(typed) == code


def test_every_slip_of_the_pen_is_noticed() -> None:
    text = written(new_code())
    for place, letter in enumerate(text):
        if letter != "-":
            with pytest.raises(BadCode, match="mistake"):
                read(text[:place] + ("A" if letter != "A" else "B") + text[place + 1 :])


@pytest.mark.parametrize("typed", ["", "no code", "A" * 55, "A" * 57, "9" * 56, "é" * 56])
def test_what_is_no_code_is_told_apart(typed: str) -> None:
    with pytest.raises(BadCode):
        read(typed)


def test_a_paper_says_in_plain_words_what_it_is_for_and_gives_its_code_back() -> None:
    code = new_code()
    paper = escrow_folder.paper("Head of IT {code}", HOLDERS, written(code), NOON).decode()
    assert on_paper(paper) == code
    assert "Head of IT {code}" in paper and "25 November 2026, 12:00" in paper and "no referral could ever" in paper
    with pytest.raises(BadCode):
        on_paper(paper.replace(written(code), ""))
    with pytest.raises(BadCode):
        on_paper(paper + written(new_code()))


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "vault" / "2026-11"
    escrow_folder.write(folder, {"escrow.json": b"sealed", "holder-1.txt": b"code"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "escrow.json": b"sealed",
        "holder-1.txt": b"code",
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "escrow.json").write_bytes(b"of last year")
    with pytest.raises(escrow_folder.Exists):
        escrow_folder.write(tmp_path, {"escrow.json": b"new"})
    with pytest.raises(escrow_folder.Exists):
        escrow_folder.write(tmp_path / "escrow.json", {"escrow.json": b"new"})
    assert (tmp_path / "escrow.json").read_bytes() == b"of last year" and len(list(tmp_path.iterdir())) == 1


def test_an_escrow_that_is_interrupted_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(KeyboardInterrupt):
        escrow_folder.write(tmp_path / "escrow", {"escrow.json": b"sealed"})
    assert list(tmp_path.iterdir()) == []


def test_a_holders_file_has_a_plain_name() -> None:
    assert escrow_folder.paper_name(1, "Head of IT") == "holder-1-head-of-it.txt"
    assert escrow_folder.paper_name(2, "../../Zoë's /etc") == "holder-2-zo-s-etc.txt"
