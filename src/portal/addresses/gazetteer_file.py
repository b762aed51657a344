"""A gazetteer file and its faults: where they are and what is wrong, never what stands there.

Most faults the database finds while it reads the file (loading.py), and names their line; for those that it cannot
place the file is read here as well.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import asyncpg

from portal.addresses.gazetteer import COLUMNS, OPTIONAL
from portal.addresses.port import NotAPostcode
from portal.addresses.postcode import canonical

STATUS: Final = ("LOGICAL_STATUS", "OFFICIAL_FLAG")
"""Which of a property's entries counts: 1 is approved, 3 alternative, 6 provisional, 8 historical; Y is official."""
READ: Final = (*COLUMNS, *OPTIONAL, *STATUS)
WHERE: Final = re.compile(r"COPY \w+, line (\d+)(?:, column (\w+))?")
DIGITS: Final = {"uprn": 12, "sao_start_number": 4, "pao_start_number": 4, "local_custodian_code": 4}


class MalformedGazetteer(ValueError):
    """The file cannot be used. The text names the file, the line and the column, never what stands there."""


def header_of(path: Path) -> list[str]:
    """The names in the first line."""
    with path.open("rb") as file:
        first = file.readline()
    try:
        names = next(csv.reader([first.decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error):
        raise MalformedGazetteer(f"{path}, line 1: not a header line in UTF-8") from None
    names = [name.strip().upper() for name in names]
    if missing := [column for column in COLUMNS if column not in names]:
        raise MalformedGazetteer(f"{path}, line 1: no column {', '.join(missing)}")
    if twice := [column for column in READ if names.count(column) > 1]:
        raise MalformedGazetteer(f"{path}, line 1: more than one column {', '.join(twice)}")
    return names


def in_words(fault: asyncpg.PostgresError, path: Path) -> str:
    """Where and what is wrong. Of what the database says only names and numbers are used: the rest quotes the file."""
    if isinstance(fault, asyncpg.BadCopyFileFormatError) and "quote" in str(fault):
        return f"line {_last_whole_line(path) + 1}: a quotation mark is opened and not closed"
    found = WHERE.search(fault.context or "")
    line, column = found.groups() if found else ("?", None)
    return f"line {line}: {_what(fault, column)}"


def _what(fault: asyncpg.PostgresError, column: str | None) -> str:
    match fault:
        case asyncpg.CheckViolationError() if fault.constraint_name == "pao_empty":
            return "PAO_TEXT and PAO_START_NUMBER are both empty"
        case asyncpg.CheckViolationError() if (fault.constraint_name or "").endswith("_digits"):
            return _no_number((fault.constraint_name or "").removesuffix("_digits"))
        case asyncpg.CheckViolationError():
            return f"{(fault.constraint_name or '').removesuffix('_empty').upper()} is empty"
        case asyncpg.NotNullViolationError():
            return f"{(fault.column_name or '').upper()} is empty"
        case asyncpg.BadCopyFileFormatError():
            return "not as many cells as the header has"
        case asyncpg.CharacterNotInRepertoireError():
            return "not UTF-8"
        case _:
            return _no_number(column or "")


def _no_number(column: str) -> str:
    return f"{column.upper()} is not a number of at most {DIGITS.get(column, 4)} digits"


def first_repeated(path: Path) -> str:
    """Where a UPRN stands for the second time."""
    seen: dict[str, int] = {}
    for line, row in _rows(path):
        if (before := seen.setdefault(row["UPRN"].strip().lstrip("0"), line)) != line:
            return f"line {line}: UPRN stands on line {before} already"
    return "line ?: a UPRN stands in it twice"


def first_no_postcode(path: Path) -> str:
    """Where a postcode stands that is none."""
    for line, row in _rows(path):
        try:
            canonical(row["POSTCODE_LOCATOR"])
        except NotAPostcode:
            return f"line {line}: POSTCODE_LOCATOR is not a postcode"
    return "line ?: a POSTCODE_LOCATOR is not a postcode"


def _last_whole_line(path: Path) -> int:
    """Where the last row ends before one that ends nowhere."""
    line = 1
    with suppress(csv.Error):
        for last, _ in _rows(path, strict=True):
            line = last
    return line


def _rows(path: Path, strict: bool = False) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file that the database could read, each with its last line."""
    names = header_of(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=strict)
        next(reader)
        for cells in reader:
            yield reader.line_num, dict(zip(names, cells, strict=False))
