"""scripts/bench: measure, and print it for people or for programs."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from benchmarks import alike, append, delay, documents, feed, flood, gazetteer, inbox, page, rebuild, replay
from benchmarks.ground import Ground, a_server, prepared
from benchmarks.rounds import Result, as_json
from benchmarks.sizes import FULL, QUICK, Sizes
from benchmarks.table import as_table

MEASURES: dict[str, Callable[[Ground, Sizes], Awaitable[Result]]] = {
    "append": append.measure,
    "feed": feed.measure,
    "rebuild": rebuild.measure,
    "delay": delay.measure,
    "inbox": inbox.measure,
    "replay": replay.measure,
    "flood": flood.measure,
    "documents": documents.measure,
    "alike": alike.measure,
    "gazetteer": gazetteer.measure,
    "page": page.measure,
}


def main() -> None:
    """Read the command line and do it."""
    about = "Measure the event store beside its yardsticks. Rates are a second, times in milliseconds."
    parser = argparse.ArgumentParser(prog="scripts/bench", description=about)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--quick", action="store_true", help="smaller sizes: under two minutes")
    parser.add_argument("--only", choices=MEASURES, help="one measure alone")
    asked = parser.parse_args()
    names, sizes = [asked.only] if asked.only else list(MEASURES), QUICK if asked.quick else FULL
    with a_server() as server:
        results = asyncio.run(_measure_on(server.url, names, sizes))
    print(as_json(results) if asked.json else as_table(results))


async def measure(ground: Ground, names: list[str], sizes: Sizes) -> dict[str, Result]:
    """These measures, one after the other."""
    return {name: await MEASURES[name](ground, sizes) for name in names}


async def _measure_on(url: str, names: list[str], sizes: Sizes) -> dict[str, Result]:
    return await measure(await prepared(url), names, sizes)


if __name__ == "__main__":
    main()
