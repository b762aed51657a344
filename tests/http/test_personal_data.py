"""Personal data stands nowhere in clear: not in a table, a log, a header, an address, or the answer to a mistake."""

import json
import logging
from uuid import uuid4

import httpx
import pytest

from portal.domain.account_details import Role
from tests.journey import MARK, NUMBERS, TAIL, marked, mistakes, whole_journey
from tests.portals import Person, Playground

PARTS = "document_parts"  # of a megabyte of noise some three letters are any mark
TABLES = """
select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""


class Listening:
    """Hears every answer that a person gets."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response] = []

    async def __call__(self, answer: httpx.Response) -> None:
        await answer.aread()
        self.answers.append(answer)

    def to(self, *people: Person) -> None:
        """Begin to hear these people."""
        for person in people:
            person.client.event_hooks["response"].append(self)


async def test_after_a_whole_journey_nothing_personal_stands_anywhere_in_clear(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    staff = [await play.staff(role) for role in (Role.WORKER, Role.LADO_MANAGER, Role.AUDITOR)]
    priya, visitor, heard = play.person(), play.person(), Listening()
    heard.to(priya, visitor, *staff)
    await whole_journey(play, priya, staff[0], staff[1], staff[2])
    await mistakes(visitor)

    rows = await every_row(play)
    assert {table for table, _ in rows} >= {
        "events",
        "keys",
        "jobs",
        "mailbox",
        "sessions",
        "staff_inbox",
        "people_index",
        "document_checks",
        PARTS,
    }
    found = [f"{table}: {row[:200]}" for table, row in rows if _personal(row, TAIL if table == PARTS else MARK)]
    found += [f"log {record.name}" for record in caplog.records if _ours(record) and _personal(record.getMessage())]
    for answer in heard.answers:
        headers = str([item for item in answer.headers.multi_items() if item[0] != "content-disposition"])
        if _personal(str(answer.request.url)) and "inbox?" not in str(answer.request.url):
            found.append(f"address {answer.request.url}")
        if _personal(headers):
            found.append(f"headers {headers}")
        if answer.status_code >= 400 and _personal(answer.text):
            found.append(f"problem {answer.text}")
    assert not found, "\n".join(found)
    assert len([answer for answer in heard.answers if answer.status_code >= 400]) == 20
    assert any(_ours(record) for record in caplog.records)


async def test_letters_give_away_nothing_but_codes_and_links(play: Playground) -> None:
    priya = play.person()
    await whole_journey(
        play, priya, *[await play.staff(role) for role in (Role.WORKER, Role.LADO_MANAGER, Role.AUDITOR)]
    )
    assert play.running.mailbox is not None
    letters = await play.running.mailbox.latest(500)
    assert len({letter.subject for letter in letters}) >= 8
    for letter in letters:
        assert not _personal(f"{letter.subject} {letter.text}"), letter.text
        for word in ("child", "social care", "referral", "safeguarding", "abuse", "LADO", "Early Help"):
            assert word.casefold() not in f"{letter.subject} {letter.text}".casefold(), (word, letter.text)


async def test_this_would_notice_a_name_in_a_table_or_a_log(play: Playground, caplog: pytest.LogCaptureFixture) -> None:
    event = {"given_name": marked("Given")}
    insert = "insert into events (id, stream_id, version, topic, state, metadata) values ($1, $1, 1, 'x', $2, '{}')"
    await play.as_owner(insert, uuid4(), json.dumps(event).encode())
    await play.as_owner("insert into parked values ('x', $1, 1, 'ZqxWhy')", uuid4())
    assert {table for table, row in await every_row(play) if _personal(row)} == {"events", "parked"}
    caplog.set_level(logging.DEBUG)
    logging.getLogger("portal.anything").debug("about %s", "ZqxGiven")
    assert [record for record in caplog.records if _ours(record) and _personal(record.getMessage())]


async def every_row(play: Playground) -> list[tuple[str, str]]:
    """Every row of every table, its bytes as the text they may be."""
    rows: list[tuple[str, str]] = []
    for table in await play.as_owner(TABLES):
        for record in await play.as_owner(f"select * from {table['name']}"):  # noqa: S608 - the catalogue's own names
            values = [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in record.values()]
            rows.append((table["name"], "|".join(values)))
    return rows


def _personal(text: str, mark: str = MARK) -> bool:
    return any(each.casefold() in text.casefold() for each in (mark, *NUMBERS.values()))


def _ours(record: logging.LogRecord) -> bool:
    return record.name.startswith("portal")
