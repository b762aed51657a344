"""The demonstration's mailbox, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeAlias

import asyncpg
import pytest
import pytest_asyncio

from portal.mail.mailbox import CannotBeOpened, Kept, Mailbox
from portal.mail.port import Letter, NotDelivered

KEY = bytes(range(32))
LETTER = Letter("tamsin@example.org", "Your security code", "It is 083214 \u2013 caf\u00e9\n")

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


class Database(Protocol):
    """What is used of the fixture `database`: the URLs of a fresh, migrated database."""

    @property
    def owner(self) -> str: ...

    @property
    def application(self) -> str: ...


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    async with asyncpg.create_pool(database.owner, min_size=1, max_size=4) as pool:
        yield pool


async def test_letters_are_kept_newest_first(pool: Pool) -> None:
    mailbox = Mailbox(pool, KEY)
    for n in range(5):
        await mailbox.send(Letter(LETTER.to, f"Letter {n}", LETTER.text), f"job-{n}")
    kept = await mailbox.latest(3)
    assert [letter.subject for letter in kept] == ["Letter 4", "Letter 3", "Letter 2"]
    assert kept[0].id > kept[1].id > kept[2].id
    assert (kept[0].to, kept[0].text) == (LETTER.to, LETTER.text)
    assert abs(datetime.now(UTC) - kept[0].sent_at) < timedelta(minutes=1)
    assert len(await mailbox.latest()) == 5


async def test_the_applications_own_role_is_enough(database: Database) -> None:
    async with asyncpg.create_pool(database.application, min_size=1, max_size=1) as pool:
        mailbox = Mailbox(pool, KEY)
        for _ in range(2):
            await mailbox.send(LETTER, "job-1")
        assert [letter.text for letter in await mailbox.latest()] == [LETTER.text]


async def test_the_same_letter_twice_is_kept_once(pool: Pool) -> None:
    mailbox = Mailbox(pool, KEY)
    await mailbox.send(LETTER, "job-1")
    await mailbox.send(Letter(LETTER.to, "Another", "Text"), "job-1")
    assert [letter.subject for letter in await mailbox.latest()] == [LETTER.subject]


async def test_nothing_personal_stands_in_the_table(pool: Pool) -> None:
    await Mailbox(pool, KEY).send(LETTER, "job-1")
    await Mailbox(pool, KEY).send(LETTER, "job-2")
    rows = await pool.fetch("select * from mailbox")
    everything = b"".join(bytes(row["sealed"]) for row in rows) + repr(rows).encode()
    for word in (b"tamsin", b"083214", b"security"):
        assert word not in everything
    first, second = (row["sealed"] for row in rows)
    assert first[0] == second[0] == 1
    assert first[1:13] != second[1:13]


async def test_a_letter_opens_only_in_its_own_row_unchanged_and_with_its_key(pool: Pool) -> None:
    mailbox = Mailbox(pool, KEY)
    await mailbox.send(LETTER, "job-1")
    with pytest.raises(CannotBeOpened, match=r"letter \d+ does not open"):
        await Mailbox(pool, bytes(32)).latest()
    for tampering in (
        "update mailbox set message_id = 'job-2'",
        "update mailbox set message_id = 'job-1', sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
        "update mailbox set sealed = '\\x02'::bytea || substr(sealed, 2)",
        "update mailbox set sealed = '\\x01'",
    ):
        await pool.execute(tampering)
        with pytest.raises(CannotBeOpened):
            await mailbox.latest()


async def test_a_database_that_does_not_answer_is_tried_again(pool: Pool) -> None:
    async with pool.acquire() as holder, holder.transaction():
        await holder.execute("lock table mailbox")
        with pytest.raises(NotDelivered) as slow:
            await Mailbox(pool, KEY, timeout=0.3).send(LETTER, "job-1")
        with pytest.raises(TimeoutError):
            await Mailbox(pool, KEY, timeout=0.3).latest()
    await pool.execute("drop table mailbox")
    with pytest.raises(NotDelivered) as broken:
        await Mailbox(pool, KEY).send(LETTER, "job-1")
    assert not slow.value.permanent
    assert not broken.value.permanent


async def test_a_message_id_of_another_shape_and_a_short_key_are_refused(pool: Pool) -> None:
    with pytest.raises(ValueError, match="message id"):
        await Mailbox(pool, KEY).send(LETTER, "tamsin@example.org")
    with pytest.raises(ValueError, match="32 bytes"):
        Mailbox(pool, b"short")


def test_a_kept_letter_in_a_traceback_says_nothing() -> None:
    kept = Kept(7, LETTER.to, LETTER.subject, LETTER.text, datetime.now(UTC))
    assert repr(kept) == "Kept(id=7, ...)"
