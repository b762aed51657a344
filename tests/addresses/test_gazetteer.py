"""The register that is a file, loaded into a table."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from portal.addresses.gazetteer import AT_POSTCODE, BY_UPRN, COLUMNS, EMPTY, OPTIONAL, Gazetteer
from portal.addresses.gazetteer_file import MalformedGazetteer
from portal.addresses.loading import DEMONSTRATION, BeingLoaded, FarFewer, load
from portal.addresses.port import Addresses, FoundAddress, LookupUnavailable, NotAPostcode
from tests.databases import Database

HEADER = ",".join(COLUMNS)
AFTER = "990000000099,,,,9,,Heron Row,,Averbourne,ZZ1 4QP,9901"
GOOD = "990000000001,,,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "gazetteer.csv"
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return file


class Council:
    """A council with a gazetteer table: its owner loads files, its portal looks addresses up."""

    def __init__(self, owner: "asyncpg.Connection[asyncpg.Record]", register: Addresses) -> None:
        self.owner = owner
        self.register = register

    async def has(self, file: Path) -> Addresses:
        """What is looked up in once this file is loaded."""
        await load(self.owner, file, fewer=True)
        return self.register

    async def lines_at(self, file: Path, postcode: str) -> list[tuple[str, ...]]:
        return [found.lines for found in await (await self.has(file)).at_postcode(postcode)]


@pytest_asyncio.fixture
async def council(database: Database) -> AsyncIterator[Council]:
    owner = await asyncpg.connect(database.owner)
    async with asyncpg.create_pool(database.application, min_size=1, max_size=2) as pool:
        yield Council(owner, Gazetteer(pool))
    await owner.close()


async def test_an_address_is_found_by_postcode_however_typed_and_by_uprn(council: Council, tmp_path: Path) -> None:
    register = await council.has(written(tmp_path, "990000000001,,,,7,A,Heron Row,Mill End,Averbourne,zz14qp,9901"))
    found = FoundAddress("990000000001", ("7A Heron Row", "Mill End"), "Averbourne", "ZZ1 4QP", "9901")
    assert await register.at_postcode(" zz1-4qp") == [found]
    assert await register.by_uprn("990000000001") == found
    assert found.one_line == "7A Heron Row, Mill End, Averbourne, ZZ1 4QP"


async def test_nothing_known_is_an_empty_answer_and_no_postcode_is_refused(council: Council, tmp_path: Path) -> None:
    register = await council.has(written(tmp_path, GOOD))
    assert await register.at_postcode("ZZ9 9ZZ") == []
    assert await register.by_uprn("990000000002") is None
    assert await register.by_uprn("no number") is None
    with pytest.raises(NotAPostcode):
        await register.at_postcode("Heron Row")


async def test_an_answer_is_the_askers_own(council: Council, tmp_path: Path) -> None:
    register = await council.has(written(tmp_path, GOOD))
    (await register.at_postcode("ZZ1 4QP")).clear()
    assert len(await register.at_postcode("ZZ1 4QP")) == 1


async def test_house_order(council: Council, tmp_path: Path) -> None:
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
    register = await council.has(written(tmp_path, *rows[::2], *reversed(rows[1::2])))
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
async def test_lines_as_on_an_envelope(council: Council, tmp_path: Path, row: str, lines: tuple[str, ...]) -> None:
    file = written(tmp_path, f"990000000001,{row},Averbourne,ZZ1 4QP,9901")
    assert await council.lines_at(file, "ZZ1 4QP") == [lines]


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ("Flat,2,,14,,Weir Row,A,,,,", ("Flat 2A", "14 Weir Row")),
        ("Flat,2,,14,B,Weir Row,A,4,C,16,", ("Flat 2A-4C", "14B-16 Weir Row")),
        (",,Corn Mill,12,,Weir Row,,,,16,D", ("Corn Mill", "12-16D Weir Row")),
        (",,,12,,Weir Row,,,,,", ("12 Weir Row",)),
    ],
)
async def test_letters_of_flats_and_ranges_of_numbers_are_kept_where_the_file_has_them(
    council: Council, tmp_path: Path, row: str, lines: tuple[str, ...]
) -> None:
    house, *more = row.split("Weir Row")
    file = written(
        tmp_path,
        f"990000000001,{house}Weir Row,,Averbourne,ZZ1 4QP,9901{more[0]}",
        header=f"{HEADER},{','.join(OPTIONAL)}",
    )
    assert await council.lines_at(file, "ZZ1 4QP") == [lines]


async def test_of_each_property_the_live_and_official_entry_is_offered(council: Council, tmp_path: Path) -> None:
    entries = [
        (1, 8, "Y", "Otterholt"),
        (1, 1, "Y", "Heron House"),
        (1, 3, "N", "The Herons"),
        (2, 1, "N", "Alder End"),
        (2, 1, "Y", "Alder Cottage"),
        (3, 8, "Y", "Old Forge"),
        (4, "", "", "Mill House"),
        (5, 6, "Y", "Plot Nine"),
    ]
    rows = [f"{n},,,{name},,,Weir Row,,Averbourne,ZZ1 4QP,9901,{status},{flag}" for n, status, flag, name in entries]
    file = written(tmp_path, *rows, header=f"{HEADER},LOGICAL_STATUS,OFFICIAL_FLAG")
    offered = [lines[0] for lines in await council.lines_at(file, "ZZ1 4QP")]
    assert offered == ["Alder Cottage", "Heron House", "Mill House"]
    with pytest.raises(MalformedGazetteer, match="line 2: LOGICAL_STATUS is not a number"):
        await council.has(written(tmp_path, f"{GOOD},live,Y", header=f"{HEADER},LOGICAL_STATUS,OFFICIAL_FLAG"))
    with pytest.raises(MalformedGazetteer, match="no address in the whole file"):
        await council.has(written(tmp_path, f"{GOOD},8", header=f"{HEADER},LOGICAL_STATUS"))


async def test_a_file_that_is_cut_short_is_refused_unless_it_is_meant(council: Council, tmp_path: Path) -> None:
    rows = [f"99000000000{n},,,,{n},,Heron Row,,Averbourne,ZZ1 4QP,9901" for n in range(1, 10)]
    await council.has(written(tmp_path, *rows))
    with pytest.raises(FarFewer, match="has 4 addresses, fewer than half of the 9 there are"):
        await load(council.owner, written(tmp_path, *rows[:4]))
    assert len(await council.register.at_postcode("ZZ1 4QP")) == 9
    assert await load(council.owner, written(tmp_path, *rows[:5])) == 5
    assert await load(council.owner, written(tmp_path, *rows[:1]), fewer=True) == 1


async def test_columns_in_another_order_more_columns_and_a_byte_order_mark_are_fine(
    council: Council, tmp_path: Path
) -> None:
    header = "\ufeffUSRN," + ",".join(reversed(COLUMNS))
    file = written(tmp_path, "123," + ",".join(reversed(GOOD.split(","))), header=header)
    assert await council.lines_at(file, "ZZ1 4QP") == [("7 Heron Row",)]


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
        ('990000000002,"\n\n', "a quotation mark is opened and not closed"),
        ("990000000002,,,,70000,,Heron Row,,Averbourne,ZZ1 4QP,9901", "PAO_START_NUMBER is not a number of at most 4"),
        ("-99000000002,,,,7,,Heron Row,,Averbourne,ZZ1 4QP,9901", "UPRN is not a number of at most 12 digits"),
        ('990000000002,,,,7,,"",,Averbourne,ZZ1 4QP,9901', "STREET_DESCRIPTION is empty"),
        ("990000000002,,,,7,,  ,,Averbourne,ZZ1 4QP,9901", "STREET_DESCRIPTION is empty"),
    ],
)
async def test_a_malformed_row_is_refused_by_file_line_and_column(
    council: Council, tmp_path: Path, row: str, fault: str
) -> None:
    with pytest.raises(MalformedGazetteer, match=rf"gazetteer\.csv, line 3: .*{fault}") as refusal:
        await council.has(written(tmp_path, GOOD, row, AFTER))
    assert not any(cell in str(refusal.value) for cell in ("Heron", "seven", "99000000000"))


async def test_a_file_that_cannot_be_used_at_all_is_refused(council: Council, tmp_path: Path) -> None:
    with pytest.raises(MalformedGazetteer, match=r"line 1: no column UPRN, SAO_TEXT$"):
        await council.has(written(tmp_path, header=HEADER.removeprefix("UPRN,SAO_TEXT,")))
    with pytest.raises(MalformedGazetteer, match="line 1: no address in the whole file"):
        await council.has(written(tmp_path))
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(MalformedGazetteer, match=r"empty\.csv, line 1: no column UPRN"):
        await council.has(tmp_path / "empty.csv")
    (tmp_path / "latin.csv").write_bytes(f"{HEADER}\n{GOOD}\n990000000002,,,Caf\xe9".encode("latin-1"))
    with pytest.raises(MalformedGazetteer, match=r"latin\.csv, line 3: not UTF-8"):
        await council.has(tmp_path / "latin.csv")
    with pytest.raises(FileNotFoundError, match=r"absent\.csv"):
        await council.has(tmp_path / "absent.csv")


async def test_the_demonstration_has_every_kind_of_house_and_no_address_that_is_real(council: Council) -> None:
    register = await council.has(DEMONSTRATION)
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


async def test_a_load_replaces_what_there_was_and_one_with_a_fault_changes_nothing(
    council: Council, tmp_path: Path
) -> None:
    register = await council.has(written(tmp_path, GOOD))
    assert await register.at_postcode("ZZ1 4QT") == []  # the demonstration's
    with pytest.raises(MalformedGazetteer):
        await council.has(written(tmp_path, AFTER, AFTER))
    assert [found.uprn for found in await register.at_postcode("ZZ1 4QP")] == ["990000000001"]
    await council.has(written(tmp_path, AFTER))
    assert [found.uprn for found in await register.at_postcode("ZZ1 4QP")] == ["990000000099"]


async def test_people_find_the_old_addresses_until_all_of_the_new_ones_are_there(
    council: Council, database: Database, tmp_path: Path
) -> None:
    register = await council.has(written(tmp_path, GOOD))
    other, transaction = await asyncpg.connect(database.owner), council.owner.transaction()
    await transaction.start()
    await load(council.owner, written(tmp_path, AFTER), fewer=True)
    with pytest.raises(BeingLoaded):
        await load(other, written(tmp_path, AFTER), fewer=True)
    await transaction.rollback()  # as if it had been killed
    assert [found.uprn for found in await register.at_postcode("ZZ1 4QP")] == ["990000000001"]
    await load(other, written(tmp_path, AFTER), fewer=True)
    assert [found.uprn for found in await register.at_postcode("ZZ1 4QP")] == ["990000000099"]
    await other.close()


async def test_a_load_waits_for_those_who_are_looking_something_up(
    council: Council, database: Database, tmp_path: Path
) -> None:
    reader = await asyncpg.connect(database.application)
    transaction = reader.transaction()
    await transaction.start()
    await reader.fetch(AT_POSTCODE, "ZZ1 4QP")
    loading = asyncio.create_task(council.has(written(tmp_path, GOOD)))
    await asyncio.wait([loading], timeout=0.6)
    assert not loading.done()
    await transaction.rollback()
    await loading
    await reader.close()


async def test_a_look_up_is_one_indexed_query(council: Council, tmp_path: Path) -> None:
    rows = (
        f"{n},,,,{n % 200 + 1},,Heron Row,,Averbourne,ZZ{n // 1000 + 1} {n // 100 % 10}AA,9901" for n in range(9000)
    )
    await council.has(written(tmp_path, *rows))
    for query, value, index in ((AT_POSTCODE, "ZZ1 4AA", "gazetteer_postcode"), (BY_UPRN, 77, "gazetteer_pkey")):
        plan = "\n".join(row[0] for row in await council.owner.fetch(f"explain {query}", value))
        assert index in plan and "Seq Scan" not in plan, plan
    asked: list[str] = []
    pool = council.register._pool  # type: ignore[attr-defined]
    async with pool.acquire() as connection:
        for look_up in (Gazetteer(connection).at_postcode("ZZ1 4AA"), Gazetteer(connection).by_uprn("77")):
            with connection.query_logger(lambda record: asked.append(record.query)):
                await look_up
            await asyncio.sleep(0)
    assert asked == [AT_POSTCODE, BY_UPRN]


async def test_nothing_loaded_and_nothing_that_answers_are_told_apart(council: Council) -> None:
    assert await council.register.trouble() is None
    await council.owner.execute("truncate gazetteer")
    assert await council.register.trouble() == EMPTY
    assert await council.register.at_postcode("ZZ1 4QP") == []
    await council.owner.execute("alter table gazetteer rename to elsewhere")
    with pytest.raises(LookupUnavailable, match=r"^UndefinedTableError$"):
        await council.register.at_postcode("ZZ1 4QP")


async def test_the_application_only_reads_before_and_after_a_load(council: Council, database: Database) -> None:
    for _ in range(2):
        application = await asyncpg.connect(database.application)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute("delete from gazetteer")
        await application.close()
        await council.has(DEMONSTRATION)


async def test_progress_is_told_in_bytes(council: Council) -> None:
    told: list[int] = []
    await load(council.owner, DEMONSTRATION, told.append)
    assert sum(told) == DEMONSTRATION.stat().st_size
