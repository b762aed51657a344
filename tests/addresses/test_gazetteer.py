"""The register that is a file."""

from pathlib import Path

import pytest

from portal.addresses.gazetteer import COLUMNS, DEMONSTRATION, Gazetteer, MalformedGazetteer
from portal.addresses.port import Addresses, FoundAddress, NotAPostcode

HEADER = ",".join(COLUMNS)
GOOD = "990000000001,,,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "gazetteer.csv"
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return file


async def lines_at(file: Path, postcode: str) -> list[tuple[str, ...]]:
    register: Addresses = Gazetteer.read(file)
    return [found.lines for found in await register.at_postcode(postcode)]


async def test_an_address_is_found_by_postcode_however_typed_and_by_uprn(tmp_path: Path) -> None:
    register = Gazetteer.read(written(tmp_path, "990000000001,,,,7,A,Heron Row,Mill End,Averbourne,zz14qp,9901"))
    found = FoundAddress("990000000001", ("7A Heron Row", "Mill End"), "Averbourne", "ZZ1 4QP", "9901")
    assert await register.at_postcode(" zz1-4qp") == [found]
    assert await register.by_uprn("990000000001") == found
    assert found.one_line == "7A Heron Row, Mill End, Averbourne, ZZ1 4QP"


async def test_nothing_known_is_an_empty_answer_and_no_postcode_is_refused(tmp_path: Path) -> None:
    register = Gazetteer.read(written(tmp_path, GOOD))
    assert await register.at_postcode("ZZ9 9ZZ") == []
    assert await register.by_uprn("990000000002") is None
    assert await register.by_uprn("no number") is None
    with pytest.raises(NotAPostcode):
        await register.at_postcode("Heron Row")


async def test_an_answer_is_the_askers_own(tmp_path: Path) -> None:
    register = Gazetteer.read(written(tmp_path, GOOD))
    (await register.at_postcode("ZZ1 4QP")).clear()
    assert len(await register.at_postcode("ZZ1 4QP")) == 1


async def test_house_order(tmp_path: Path) -> None:
    in_order = [
        ",,,2,,Heron Row",
        ",,,9,,Heron Row",
        ",,,9,A,Heron Row",
        ",,,9,B,Heron Row",
        ",,,10,,Heron Row",
        "Annexe,,,10,,Heron Row",
        "Flat,2,,10,,Heron Row",
        "Flat,10,,10,,Heron Row",
        ",,Alder Cottage,,,Heron Row",
        ",,Mill House,,,Heron Row",
        "Flat 9,,Mill House,,,Heron Row",
        "Flat 10,,Mill House,,,Heron Row",
        ",,,1,,Weir Row",
    ]
    rows = [f"{990000000000 + n},{row},,Averbourne,ZZ1 4QP,9901" for n, row in enumerate(in_order)]
    register = Gazetteer.read(written(tmp_path, *rows[::2], *reversed(rows[1::2])))
    assert [found.uprn for found in await register.at_postcode("ZZ1 4QP")] == [row.split(",")[0] for row in rows]


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ("Flat,2,Corn Mill,14,B,Weir Row,Mill End", ("Flat 2, Corn Mill", "14B Weir Row", "Mill End")),
        ("Flat 2,,Corn Mill,,,Weir Row,", ("Flat 2, Corn Mill", "Weir Row")),
        ("First Floor Flat,,,6,,Weir Row,", ("First Floor Flat", "6 Weir Row")),
        (",,Otterholt,,,Weir Row,", ("Otterholt", "Weir Row")),
        (",,,6,,Weir Row,", ("6 Weir Row",)),
        (",, Otterholt ,,,  Weir Row ,", ("Otterholt", "Weir Row")),
        (',,"Otter, Holt",,,Weir Row,', ("Otter, Holt", "Weir Row")),
    ],
)
async def test_lines_as_on_an_envelope(tmp_path: Path, row: str, lines: tuple[str, ...]) -> None:
    file = written(tmp_path, f"990000000001,{row},Averbourne,ZZ1 4QP,9901")
    assert await lines_at(file, "ZZ1 4QP") == [lines]


async def test_columns_in_another_order_more_columns_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    header = "\ufeffUSRN," + ",".join(reversed(COLUMNS))
    file = written(tmp_path, "123," + ",".join(reversed(GOOD.split(","))), header=header)
    assert await lines_at(file, "ZZ1 4QP") == [("7 Heron Row",)]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("99000000000X,,,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901", "UPRN is not a number of at most 12 digits"),
        ("9900000000012,,,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901", "UPRN is not a number of at most 12 digits"),
        (",,,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901", "UPRN is empty"),
        ("990000000002,,,,seven,,Heron Row,,Averbourne,ZZ1 4QP,9901", "PAO_START_NUMBER is not a number"),
        ("990000000002,,\u00b2,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901", "SAO_START_NUMBER is not a number"),
        ("990000000002,,,,7,,,,Averbourne,ZZ1 4QP,9901", "STREET_DESCRIPTION is empty"),
        ("990000000002,,,,7,,Heron Row,,,ZZ1 4QP,9901", "TOWN_NAME is empty"),
        ("990000000002,,,,7,,Heron Row,,Averbourne,ZZ1,9901", "POSTCODE_LOCATOR is not a postcode"),
        ("990000000002,,,,7,,Heron Row,,Averbourne,ZZ1 4QP,", "LOCAL_CUSTODIAN_CODE is empty"),
        ("990000000002,,,,,,Heron Row,,Averbourne,ZZ1 4QP,9901", "PAO_TEXT and PAO_START_NUMBER are both empty"),
        ("990000000002,,,,7,,Heron Row,,Averbourne,ZZ1 4QP", "not as many cells"),
        ("990000000002,,,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901,x", "not as many cells"),
        (GOOD, "UPRN stands on line 2 already"),
        ('990000000002,"\n\n', "unexpected end of data"),
        ('990000000002,"Flat"x', "expected after"),
    ],
)
def test_a_malformed_row_is_refused_by_file_line_and_column(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(MalformedGazetteer, match=rf"gazetteer\.csv, line 3: .*{fault}"):
        Gazetteer.read(written(tmp_path, GOOD, row))


def test_a_file_that_cannot_be_used_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedGazetteer, match=r"line 1: no column UPRN, SAO_TEXT$"):
        Gazetteer.read(written(tmp_path, header=HEADER.removeprefix("UPRN,SAO_TEXT,")))
    with pytest.raises(MalformedGazetteer, match="line 1: no address in the whole file"):
        Gazetteer.read(written(tmp_path))
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(MalformedGazetteer, match=r"empty\.csv, line 1: no column UPRN"):
        Gazetteer.read(tmp_path / "empty.csv")
    (tmp_path / "latin.csv").write_bytes(f"{HEADER}\n{GOOD}\n990000000002,,,Caf\xe9".encode("latin-1"))
    with pytest.raises(MalformedGazetteer, match=r"latin\.csv, line 3: not UTF-8"):
        Gazetteer.read(tmp_path / "latin.csv")
    with pytest.raises(FileNotFoundError, match=r"absent\.csv"):
        Gazetteer.read(tmp_path / "absent.csv")


async def test_the_demonstration_has_every_kind_of_house_and_no_address_that_is_real() -> None:
    register = Gazetteer.read(DEMONSTRATION)
    rows = [line.split(",") for line in DEMONSTRATION.read_text(encoding="utf-8").splitlines()[1:]]
    postcodes = {row[COLUMNS.index("POSTCODE_LOCATOR")] for row in rows}
    found = [address for postcode in sorted(postcodes) for address in await register.at_postcode(postcode)]
    assert len(found) == len(rows) >= 140
    assert all(address.postcode.startswith("ZZ") for address in found)
    assert len({address.town for address in found}) == 3
    assert {address.custodian for address in found} == {"9901", "9902"}
    assert {len(address.lines) for address in found} == {1, 2, 3}
    at_the_mill = [address.lines[0] for address in await register.at_postcode("ZZ1 4QT")]
    assert at_the_mill == ["Corn Mill House", *(f"Flat {n}, Corn Mill House" for n in range(1, 13))]
