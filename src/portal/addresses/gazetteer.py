"""A council's own gazetteer: a CSV file in the shape of BS 7666, read once and kept in memory."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Final, Self

from portal.addresses.port import FoundAddress, NotAPostcode
from portal.addresses.postcode import canonical

DEMONSTRATION: Final = Path(__file__).with_name("demonstration.csv")
"""Made-up streets: two towns of Severnshire (custodian 9901) and one just outside it (9902)."""

COLUMNS: Final = (
    "UPRN",
    "SAO_TEXT",
    "SAO_START_NUMBER",
    "PAO_TEXT",
    "PAO_START_NUMBER",
    "PAO_START_SUFFIX",
    "STREET_DESCRIPTION",
    "LOCALITY",
    "TOWN_NAME",
    "POSTCODE_LOCATOR",
    "LOCAL_CUSTODIAN_CODE",
)
_DIGITS: Final = {"UPRN": 12, "SAO_START_NUMBER": 4, "PAO_START_NUMBER": 4, "LOCAL_CUSTODIAN_CODE": 4}
_NEEDED: Final = ("UPRN", "STREET_DESCRIPTION", "TOWN_NAME", "POSTCODE_LOCATOR", "LOCAL_CUSTODIAN_CODE")


class MalformedGazetteer(ValueError):
    """The file cannot be used. The text names the file, the line and the column, never what stands there."""


class Gazetteer:
    """Addresses from a file. It answers from memory, so it is always available and needs no time-out."""

    def __init__(self, addresses: dict[str, list[FoundAddress]]) -> None:
        """`addresses` by canonical postcode, each list in house order."""
        self._at_postcode = addresses
        self._by_uprn = {found.uprn: found for there in addresses.values() for found in there}

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the whole file. It blocks (a county takes seconds): call it once, before serving.

        The file is UTF-8 with a header line; it has at least COLUMNS, in any order. Raises MalformedGazetteer at the
        first line that cannot be used, and OSError, which names the file, when it cannot be opened.
        """
        return cls(_in_house_order(_rows(path)))

    async def at_postcode(self, postcode: str) -> list[FoundAddress]:
        """All addresses at a postcode, in house order. Raises NotAPostcode."""
        return list(self._at_postcode.get(canonical(postcode), ()))

    async def by_uprn(self, uprn: str) -> FoundAddress | None:
        """The address with this UPRN, if the file has it."""
        return self._by_uprn.get(uprn)


def _in_house_order(rows: Iterator[dict[str, str]]) -> dict[str, list[FoundAddress]]:
    at_postcode: defaultdict[str, list[FoundAddress]] = defaultdict(list)
    for row in sorted(rows, key=_house_order):
        at_postcode[row["POSTCODE_LOCATOR"]].append(_address(row))
    return dict(at_postcode)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of the file, each checked, cells stripped and the postcode canonical."""
    reader = csv.DictReader(StringIO(_text(path), newline=""), strict=True)
    first_seen: dict[str, int] = {}
    try:
        if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
            raise ValueError(f"no column {', '.join(missing)}")
        for cells in reader:
            row = _checked(cells)
            before = first_seen.setdefault(row["UPRN"], reader.line_num)
            if before != reader.line_num:
                raise ValueError(f"UPRN stands on line {before} already")
            yield row
    except ValueError as fault:
        raise MalformedGazetteer(f"{path}, line {max(reader.line_num, 1)}: {fault}") from None
    except csv.Error as fault:
        # The reader counts whole rows: the broken one, maybe an open quote up to the file's end, begins after them.
        raise MalformedGazetteer(f"{path}, line {reader.line_num + 1}: {fault}") from None
    if not first_seen:
        raise MalformedGazetteer(f"{path}, line {reader.line_num}: no address in the whole file")


def _text(path: Path) -> str:
    written = path.read_bytes()
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = written.count(b"\n", 0, fault.start) + 1
    raise MalformedGazetteer(f"{path}, line {line}: not UTF-8")


def _checked(cells: dict[str, str]) -> dict[str, str]:
    # The csv module puts surplus cells under None, and None where cells are missing.
    if None in cells or None in cells.values():
        raise ValueError("not as many cells as the header has")
    row = {column: cells[column].strip() for column in COLUMNS}
    if empty := [column for column in _NEEDED if not row[column]]:
        raise ValueError(f"{', '.join(empty)} is empty")
    for column, most in _DIGITS.items():
        if row[column] and not re.fullmatch(f"[0-9]{{1,{most}}}", row[column]):
            raise ValueError(f"{column} is not a number of at most {most} digits")
    if not row["PAO_TEXT"] and not row["PAO_START_NUMBER"]:
        raise ValueError("PAO_TEXT and PAO_START_NUMBER are both empty")
    try:
        row["POSTCODE_LOCATOR"] = canonical(row["POSTCODE_LOCATOR"])
    except NotAPostcode:
        raise ValueError("POSTCODE_LOCATOR is not a postcode") from None
    return row


def _address(row: dict[str, str]) -> FoundAddress:
    within = " ".join(filter(None, (row["SAO_TEXT"], row["SAO_START_NUMBER"])))
    number = row["PAO_START_NUMBER"] + row["PAO_START_SUFFIX"]
    lines = (
        ", ".join(filter(None, (within, row["PAO_TEXT"]))),
        " ".join(filter(None, (number, row["STREET_DESCRIPTION"]))),
        row["LOCALITY"],
    )
    return FoundAddress(
        uprn=row["UPRN"],
        lines=tuple(filter(None, lines)),
        town=row["TOWN_NAME"],
        postcode=row["POSTCODE_LOCATOR"],
        custodian=row["LOCAL_CUSTODIAN_CODE"],
    )


def _house_order(row: dict[str, str]) -> tuple[object, ...]:
    """As one walks down the street: by number, then the houses that only have names, each before the flats in it."""
    number = row["PAO_START_NUMBER"]
    return (
        row["STREET_DESCRIPTION"].casefold(),
        (0, int(number)) if number else (1, 0),
        row["PAO_START_SUFFIX"].casefold(),
        _numbers_by_size(row["PAO_TEXT"]),
        _numbers_by_size(row["SAO_TEXT"]),
        int(row["SAO_START_NUMBER"] or 0),
        row["UPRN"],
    )


def _numbers_by_size(text: str) -> tuple[tuple[int, str], ...]:
    """Sorts "Flat 9" before "Flat 10", however the council splits the flat's name from its number."""
    return tuple((int(digits or -1), words.casefold()) for digits, words in re.findall("([0-9]+)|([^0-9]+)", text))
