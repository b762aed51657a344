"""Loading a gazetteer, as `portal addresses load` does (checked, indexed, put in place), beside a bare COPY of the same
file into a table without any index or constraint; and a look-up by postcode in what was loaded."""

import random
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg

from benchmarks.ground import Database, Ground
from benchmarks.rounds import Result, Rounds
from benchmarks.sizes import Sizes
from portal.addresses.gazetteer import COLUMNS, Gazetteer
from portal.addresses.loading import CHUNK, load

LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
AT_A_POSTCODE = 12  # addresses
LOOK_UPS = 200
BARE = f"drop table if exists bare; create table bare ({', '.join(f'{column} text' for column in COLUMNS)})"


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    with TemporaryDirectory(prefix="portal-bench-") as folder:
        file = Path(folder) / "gazetteer.csv"
        file.write_text("\n".join([",".join(COLUMNS), *_rows(sizes.gazetteer_rows), ""]))
        async with ground.database() as database:
            await _take_turns(database, file, sizes, rounds)
    return rounds.result({"addresses": sizes.gazetteer_rows}, ratio_copy=rounds.ratio("load", "copy"))


async def _take_turns(database: Database, file: Path, sizes: Sizes, rounds: Rounds) -> None:
    owner = await asyncpg.connect(database.owner)
    try:
        for _ in range(sizes.rounds):
            await owner.execute(BARE)
            began = time.perf_counter()
            await owner.copy_to_table("bare", source=_chunks(file), format="csv", header=True)
            copied = time.perf_counter()
            await load(owner, file)
            rounds.add(copy=(copied - began) * 1000, load=(time.perf_counter() - copied) * 1000)
            await owner.execute("checkpoint")
            rounds.add(look_up=await _look_up(database, sizes.gazetteer_rows))
    finally:
        await owner.close()


async def _look_up(database: Database, addresses: int) -> float:
    """Milliseconds for one, the median of many."""
    spent = []
    async with asyncpg.create_pool(database.application, min_size=1, max_size=1) as pool:
        register = Gazetteer(pool)
        for number in range(LOOK_UPS):
            postcode = _postcode(number * 37 % max(1, addresses // AT_A_POSTCODE))
            began = time.perf_counter()
            found = await register.at_postcode(postcode)
            spent.append((time.perf_counter() - began) * 1000)
            if not found:
                raise RuntimeError("an address that was loaded is not found")
    return median(spent)


async def _chunks(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def _rows(count: int) -> Iterator[str]:
    """Streets of houses and flats, in no order, as an export has them."""
    numbers: Any = list(range(count))
    random.Random(7).shuffle(numbers)  # noqa: S311 - made-up streets
    for number in numbers:
        street = number // AT_A_POSTCODE
        flat = ("Flat", str(number % 9 + 1), "Corn Mill House") if number % 6 == 0 else ("", "", "")
        locality = "Mill End" if number % 3 == 0 else ""
        house = f"{number % AT_A_POSTCODE * 2 + 1},,Heron Row {street},{locality},Averbourne"
        yield f"{990000000000 + number},{','.join(flat)},{house},{_postcode(street)},9901"


def _postcode(street: int) -> str:
    return f"ZZ{street // 4000 + 1} {street // 400 % 10}{LETTERS[street // 20 % 20]}{LETTERS[street % 20]}"
