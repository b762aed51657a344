"""A yardstick: `pgbench`, PostgreSQL's own load generator in C, appending three events a transaction."""

import asyncio
import os
import re
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from portal.database.programs import programs
from portal.eventstore.append import APPEND

STREAMS_A_CLIENT = 32
TURN = 1_000_000  # commands of one client that no turn exceeds: so no two turns write the same versions
BARE = """
insert into events (id, stream_id, version, topic, state, key_id, metadata)
select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::bytea[], $6::uuid[], $7::jsonb[])
returning id, position
"""
TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
PARAMETER = re.compile(r"\$(\d+)::(\w+)\[\]")
COMMENT = re.compile(r"--.*")


def stream(number: int) -> UUID:
    """The streams that pgbench writes to; each one's key has the same id."""
    return UUID(f"00000000-0000-4000-8000-{number:012d}")


def script(statement: str, state: bytes) -> str:
    """A statement of ours, with its parameters made by pgbench: three sealed events for one of the client's streams."""
    which = "('00000000-0000-4000-8000-' || lpad((:stream)::text, 12, '0'))::uuid"
    three = {
        1: "gen_random_uuid(), gen_random_uuid(), gen_random_uuid()",
        2: ", ".join([which] * 3),
        3: "(:version)::int, (:version)::int + 1, (:version)::int + 2",
        4: ", ".join(["'referral.answers_given'"] * 3),
        5: ", ".join([f"'\\x{state.hex()}'::bytea"] * 3),
        6: ", ".join([which] * 3),
        7: ", ".join(["""'{"actor": "account, measured", "request": "0d6f1c9e"}'::jsonb"""] * 3),
    }
    filled = PARAMETER.sub(
        lambda found: f"array[{three.get(int(found[1]), '')}]::{found[2]}[]", COMMENT.sub("", statement)
    )
    choosing = f"\\set n :n + 1\n\\set stream :client_id * {STREAMS_A_CLIENT} + :n % {STREAMS_A_CLIENT}\n"
    return f"{choosing}\\set version :n * 3 + 1\n{filled.strip()};\n"


async def per_second(url: str, text: str, clients: int, seconds: float, turn: int) -> float:
    """Transactions a second."""
    async with running(url, text, clients, seconds, turn) as process:
        told, _ = await process.communicate()
    found = TPS.search(told.decode())
    if process.returncode or not found:
        raise RuntimeError(f"pgbench failed: {told.decode()[:300]}")
    return float(found[1])


@asynccontextmanager
async def running(url: str, text: str, clients: int, seconds: float, turn: int) -> AsyncIterator[Process]:
    """pgbench at work; stopped on the way out."""
    at = urlsplit(url)
    with tempfile.TemporaryDirectory(prefix="portal-pgbench-") as folder:
        file = Path(folder) / "script.sql"
        file.write_text(text)
        whole = str(max(1, round(seconds)))
        options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", whole, "-f", str(file)]
        process = await asyncio.create_subprocess_exec(
            programs() / "pgbench", *options, "-D", f"n={turn * TURN}", at.path.lstrip("/"),
            stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=_environment(url)
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


def _environment(url: str) -> dict[str, str]:
    at = urlsplit(url)
    plans = "-c plan_cache_mode=force_generic_plan"  # as our appender has them
    names = {
        "PGOPTIONS": plans,
        "PGHOST": at.hostname,
        "PGPORT": at.port,
        "PGUSER": at.username,
        "PGPASSWORD": unquote(at.password or ""),
    }
    return {**os.environ, **{name: str(value) for name, value in names.items()}}


__all__ = ["APPEND", "BARE", "STREAMS_A_CLIENT", "per_second", "running", "script", "stream"]
