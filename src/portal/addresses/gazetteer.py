"""A council's own gazetteer: a table in the shape of BS 7666, filled by `portal addresses load` (loading.py)."""

from collections.abc import Mapping
from typing import Any, Final

import asyncpg

from portal.addresses.house import House, in_house_order, span
from portal.addresses.port import FoundAddress, LookupUnavailable
from portal.addresses.postcode import canonical
from portal.addresses.uprn import is_uprn
from portal.eventstore.connection import Pool

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
"""What every file has."""
OPTIONAL: Final = ("SAO_START_SUFFIX", "SAO_END_NUMBER", "SAO_END_SUFFIX", "PAO_END_NUMBER", "PAO_END_SUFFIX")
"""Letters of flats, and ranges of numbers."""
_SELECT: Final = f"select {', '.join(COLUMNS + OPTIONAL).lower()} from gazetteer"  # noqa: S608 - names of our own
AT_POSTCODE: Final = f"{_SELECT} where postcode_locator = $1"
BY_UPRN: Final = f"{_SELECT} where uprn = $1"
ANY: Final = "select exists (select from gazetteer)"
PATIENCE: Final = 3.0  # seconds: a person waits
EMPTY: Final = "no gazetteer is loaded: portal addresses load"


class Gazetteer:
    """See `port.Addresses`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def at_postcode(self, postcode: str) -> list[FoundAddress]:
        """All addresses at a postcode, in house order. Raises NotAPostcode and LookupUnavailable."""
        return in_house_order(map(_house, await self._rows(AT_POSTCODE, canonical(postcode))))

    async def by_uprn(self, uprn: str) -> FoundAddress | None:
        """The address with this UPRN, if the gazetteer has it. Raises LookupUnavailable."""
        if not is_uprn(uprn):
            return None
        rows = await self._rows(BY_UPRN, int(uprn))
        return _house(rows[0]).address if rows else None

    async def trouble(self) -> str | None:
        """That nothing is loaded."""
        return None if await self._pool.fetchval(ANY) else EMPTY

    async def close(self) -> None:
        """The connections are the portal's."""

    async def _rows(self, query: str, value: object) -> list[Any]:
        try:
            return list(await self._pool.fetch(query, value, timeout=PATIENCE))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
            raise LookupUnavailable(type(fault).__name__) from None


def _house(row: Any) -> House:
    cell = {name: "" if value is None else str(value).strip() for name, value in row.items()}
    return House(
        uprn=cell["uprn"],
        within=" ".join(filter(None, (cell["sao_text"], _span(cell, "sao")))),
        building=cell["pao_text"],
        number=_span(cell, "pao"),
        street=cell["street_description"],
        locality=cell["locality"],
        town=cell["town_name"],
        postcode=cell["postcode_locator"],
        custodian=cell["local_custodian_code"],
    )


def _span(cell: Mapping[str, str], of: str) -> str:
    parts = (cell[f"{of}_{part}"] for part in ("start_number", "start_suffix", "end_number", "end_suffix"))
    return span(*parts)
