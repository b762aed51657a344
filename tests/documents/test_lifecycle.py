"""What becomes of a document when something fails, and when it has to go: nothing that was acknowledged is lost,
nothing is offered that was not checked, and nothing stays that nobody may read (security.md, F9, F11, F16)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from portal.application import attaching, document_sweeping, scanning_documents
from portal.application.document_sweeping import sweep_documents
from portal.application.erasing import erase, keep_erased
from portal.application.portal import Outcome
from portal.application.scanning_documents import documents_standing, rescan_due
from portal.documents.port import NoSuchDocument, StoreUnavailable
from portal.documents.s3 import S3DocumentStore
from portal.documents.safe import Safe
from portal.documents.scanning import ScannerAway
from portal.domain.account_details import Role
from portal.domain.referral import Referral
from portal.domain.referral_parts import EraseRule
from portal.eventstore.append import Unknown
from portal.eventstore.keyring import Keyring, KeyUnusable
from portal.eventstore.rewrapping import rewrap
from portal.eventstore.work import fresh_command
from portal.projections.document_checks import again_at
from portal.settings import S3Access
from portal.working import queues
from tests.documents.test_stores import pieces, whole
from tests.domain.policy import NOW
from tests.http.files import NOTE, TEXT, attached, pdf, send
from tests.http.problems import problem
from tests.http.scanners import VIRUS, with_scanner
from tests.http.test_documents import draft_of, left, sent_by
from tests.portals import AMARA, PRIYA, SECRETS, Person, Playground, filled_in

FULL = """
create function no_room() returns trigger language plpgsql as
$$ begin raise exception 'no room' using errcode = 'disk_full'; end $$;
"""
NO_ROOM = """
create trigger no_room before insert on document_parts for each row when (new.number = {}) execute function no_room()
"""
A_DAY = "update {table} set {column} = {column} - interval '25 hours'"
LARGE = ("map.pdf", pdf(padding=600_000), "application/pdf")


class Failing:
    """A store that fails at what it is told to."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.fails: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in self.fails:
            raise StoreUnavailable("made up")
        return getattr(self._store, name)


def with_failing_store(play: Playground) -> Failing:
    failing = Failing(play.portal.documents.store)
    play.portal.documents.store = failing
    return failing


async def content(play: Playground, document: str | UUID) -> bytes:
    return await whole(play.portal.documents.content(UUID(str(document))))


async def a_day_goes_by(play: Playground) -> None:
    await play.as_owner(A_DAY.format(table="document_parts", column="written_at"))
    await play.as_owner(A_DAY.format(table="keys", column="created_at") + " where referral is not null")


# --- uploading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_a_full_database_refuses_the_file_in_words_and_keeps_nothing_of_it(play: Playground, number: int) -> None:
    priya, draft = await draft_of(play)
    await play.as_owner(FULL)
    await play.as_owner(NO_ROOM.format(number))
    answer = await send(priya, draft, LARGE)
    assert problem(answer, 503)["faults"] == [{"at": "/documents/0", "says": attaching.TRY_AGAIN}]
    assert await play.events("referral.document_attached") == 0 and await left(play) == (0, 0)
    await sent_by(priya, draft)
    await play.as_owner("drop trigger no_room on document_parts")
    await attached(priya, draft, LARGE)


async def test_of_several_files_those_are_kept_that_the_store_took(play: Playground) -> None:
    priya, draft = await draft_of(play)
    await play.as_owner(FULL)
    await play.as_owner(NO_ROOM.format(1))
    answer = await send(priya, draft, LARGE, TEXT)
    assert answer.status_code == 201
    assert [each["name"] for each in answer.json()["referral"]["documents"]] == ["note.txt"]
    assert [fault["at"] for fault in answer.json()["faults"]] == ["/documents/0"]


async def test_an_object_store_that_is_down_stops_no_referral(play: Playground) -> None:
    priya, draft = await draft_of(play)
    nowhere = S3Access("documents", "http://127.0.0.1:9", "eu-west-2", "made-up", "made-up")
    ours = play.portal.documents.store
    play.portal.documents.store = S3DocumentStore(nowhere)
    answer = await send(priya, draft, TEXT)
    assert problem(answer, 503)["faults"][0]["says"] == attaching.TRY_AGAIN
    await sent_by(priya, draft)
    assert await play.events("referral.submitted") == 1
    play.portal.documents.store = ours
    await attached(priya, draft, TEXT)


async def test_what_was_not_kept_as_it_was_sent_becomes_no_document(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, draft = await draft_of(play)
    real = Safe.content

    async def short(self: Safe, document: UUID) -> AsyncIterator[bytes]:
        async for piece in real(self, document):
            yield piece[:-1]

    async def damaged(self: Safe, document: UUID) -> AsyncIterator[bytes]:
        yield b""
        raise KeyUnusable("made up")

    for fault in (short, damaged):
        monkeypatch.setattr(Safe, "content", fault)
        problem(await send(priya, draft, TEXT), 503)
    assert await play.events("referral.document_attached") == 0 and await left(play) == (0, 0)


async def test_a_lost_answer_loses_no_document_and_the_repeat_finds_it(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, draft = await draft_of(play)
    real, key = attaching._decide, str(uuid4())

    async def answer_lost(*arguments: Any) -> Outcome[Referral]:
        await real(*arguments)
        raise Unknown("made up")

    monkeypatch.setattr(attaching, "_decide", answer_lost)
    problem(await send(priya, draft, TEXT, key=key), 503)
    monkeypatch.setattr(attaching, "_decide", real)
    again = await send(priya, draft, TEXT, key=key)
    [document] = again.json()["referral"]["documents"]
    assert await content(play, document["id"]) == NOTE
    assert await play.events("referral.document_attached") == 1 and await left(play) == (1, 1)
    await a_day_goes_by(play)
    assert await sweep_documents(play.portal) == 0
    assert await content(play, document["id"]) == NOTE


async def test_bytes_of_a_process_that_was_killed_before_the_event_are_swept_a_day_later(play: Playground) -> None:
    priya, draft = await draft_of(play)
    kept = (await attached(priya, draft))[0]["id"]
    orphan, only_a_key = uuid4(), uuid4()
    await play.portal.documents.put(draft, orphan, pieces(b"Nobody was told of this"))
    await play.portal.documents.put(draft, only_a_key, pieces(b"x"))
    await play.as_owner("delete from document_parts where document = $1", only_a_key)
    assert await sweep_documents(play.portal) == 0
    await a_day_goes_by(play)
    assert await sweep_documents(play.portal) == 2
    assert await left(play) == (1, 1) and await content(play, kept) == NOTE
    for gone in (orphan, only_a_key):
        with pytest.raises(NoSuchDocument):
            await content(play, gone)
    assert await sweep_documents(play.portal) == 0


async def test_what_was_swept_can_never_become_a_document_afterwards(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, draft = await draft_of(play)
    real = attaching._decide
    monkeypatch.setattr("portal.eventstore.work.TRIES", 2)

    async def after_a_day(*arguments: Any) -> Outcome[Referral]:
        await a_day_goes_by(play)
        assert await sweep_documents(play.portal) == 1
        return await real(*arguments)

    monkeypatch.setattr(attaching, "_decide", after_a_day)
    problem(await send(priya, draft, TEXT), 503)
    assert await play.events("referral.document_attached") == 0


async def test_the_sweep_touches_nothing_that_this_database_has_no_key_for(play: Playground) -> None:
    someone_elses = uuid4()
    insert = "insert into document_parts (document, number, sealed) values ($1, 0, $2)"
    await play.as_owner(insert, someone_elses, b"of another portal")
    await a_day_goes_by(play)
    assert await sweep_documents(play.portal) == 0 and await left(play) == (1, 0)


async def test_another_secret_makes_no_document_one_that_is_none(play: Playground) -> None:
    priya, draft = await draft_of(play)
    [document] = await attached(priya, draft)
    await a_day_goes_by(play)
    other = msgspec.structs.replace(play.portal.secrets, blind_index=b"n" * 32)
    object.__setattr__(play.portal, "secrets", other)
    assert await sweep_documents(play.portal) == 0
    assert await content(play, document["id"]) == NOTE


async def test_a_sweep_that_would_take_far_too_much_takes_nothing(
    play: Playground, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(document_sweeping, "MOST", 3)
    for _ in range(4):
        await play.portal.documents.put(uuid4(), uuid4(), pieces(b"x"))
    await a_day_goes_by(play)
    with pytest.raises(document_sweeping.TooMany):
        await sweep_documents(play.portal)
    assert await left(play) == (4, 4)
    assert not await play.as_owner("select from claims join document_parts on stream_id = document")


async def test_the_sweep_goes_on_in_batches(play: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_sweeping, "AT_ONCE", 2)
    for _ in range(5):
        await play.portal.documents.put(uuid4(), uuid4(), pieces(b"x"))
    await a_day_goes_by(play)
    assert await sweep_documents(play.portal) == 5 and await left(play) == (0, 0)


async def test_twenty_files_of_five_people_at_once_arrive_whole(play: Playground) -> None:
    people = []
    for n in range(5):
        person = play.person()
        await play.registered(person, email=f"teacher.{n}@oakfield.example")
        form = await person.do("POST", "/referrals", {"service": "early_help"})
        child = (await person.do("POST", f"/referrals/{form['id']}/children", AMARA))["people"][0]
        path = f"/referrals/{form['id']}/people/{child['id']}/capacity"
        await person.do("PUT", path, {"capacity": "professional", "relationship": "professional"})
        people.append((person, UUID(form["id"])))
    texts = [(f"{n}.txt", f"Text {n} ".encode() * 50_000, "text/plain") for n in range(20)]
    answers = await asyncio.gather(*(send(*people[n % 5], text) for n, text in enumerate(texts)))
    assert [answer.status_code for answer in answers] == [201] * 20
    for person, draft in people:
        for document in (await person.get(f"/referrals/{draft}"))["documents"]:
            assert await content(play, document["id"]) == texts[int(document["name"].partition(".")[0])][1]


# --- scanning --------------------------------------------------------------------------------------------------------


async def again(play: Playground) -> None:
    """The queue tries again what it was to try later."""
    await play.as_owner("update jobs set run_at = now(), leased_until = null where done_at is null")
    await play.drain()


async def due_again(play: Playground, referral: UUID, days: int = 2) -> None:
    """So much time goes by that what was scanned is due to be scanned again."""
    await play.age(referral, timedelta(days=days))
    await play.as_owner("update document_checks set due_at = now() - interval '1 hour'")


def unreadable(monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    """For as long as that is not undone: the key source or the store has nothing of any document."""

    async def content(self: Safe, document: UUID) -> AsyncIterator[bytes]:
        yield b""
        raise fault("made up")

    monkeypatch.setattr(Safe, "content", content)


async def verdicts(priya: Person, referral: UUID) -> list[str]:
    return [each["verdict"] for each in (await priya.get(f"/referrals/{referral}"))["documents"]]


async def test_a_scanner_that_is_away_stops_nothing_is_seen_in_health_and_waited_for(play: Playground) -> None:
    scanner = with_scanner(play)
    scanner.away = True
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    await sent_by(priya, referral)
    await play.drain()
    for _ in range(3):
        await again(play)
    assert await verdicts(priya, referral) == ["pending"]
    health = await priya.client.get("/health")
    assert health.status_code == 503
    said = health.json()["documents"]
    assert (said["waiting"], said["scanner"], said["well"]) == (1, "away", False)
    scanner.away = False
    await again(play)
    assert await verdicts(priya, referral) == ["clean"]
    said = (await priya.client.get("/health")).json()
    assert said["documents"] == {"waiting": 0, "waiting_seconds": 0, "scanner": scanner.named, "well": True}
    assert said["well"]


async def test_what_waits_too_long_is_for_somebody_to_see(play: Playground) -> None:
    with_scanner(play)
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    while await play.portal.projector.step():
        pass
    assert (await documents_standing(play.portal)).well
    await play.as_owner("update document_checks set waiting_since = waiting_since - interval '2 hours'")
    standing = await documents_standing(play.portal)
    assert not standing.well and standing.waiting_seconds >= 7200


async def test_a_scanner_that_learns_nothing_any_more_is_for_somebody_to_see(play: Playground) -> None:
    scanner, now = with_scanner(play), await play.portal.store.now()
    for hours, well in ((47, True), (49, False)):
        scanner.named = f"ClamAV 1.4.6/27500/{now - timedelta(hours=hours):%a %b %d %H:%M:%S %Y}"
        assert (await documents_standing(play.portal)).well is well


async def test_without_a_scanner_files_wait_and_say_so_until_there_is_one(play: Playground) -> None:
    object.__setattr__(play.portal, "scanner", None)
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    await sent_by(priya, referral)
    await play.drain()
    assert await verdicts(priya, referral) == ["pending"]
    said = (await priya.client.get("/health")).json()
    assert (said["documents"]["waiting"], said["documents"]["scanner"], said["well"]) == (1, "none", True)
    with_scanner(play)
    await again(play)
    assert await verdicts(priya, referral) == ["clean"]


async def test_a_scanner_that_hangs_keeps_no_letter_from_being_sent(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner, asked = with_scanner(play), asyncio.Event()
    priya, referral = await draft_of(play)
    for number in range(3):
        await attached(priya, referral, (f"{number}.txt", f"Notes {number}".encode(), "text/plain"))
    await sent_by(priya, referral)
    for subscription in (play.portal.projector, play.running.reactions):
        while await subscription.step():
            pass

    async def hangs(*_: Any) -> Any:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(scanner, "scan", hangs)
    scans, others = queues(play.portal)
    hanging = asyncio.create_task(scans.step())
    await asked.wait()
    while await others.step():
        pass
    waiting = await play.as_owner("select kind, leased_until from jobs where done_at is null and run_at <= now()")
    assert not hanging.done() and {record["kind"] for record in waiting} == {"scan_document"}
    assert sum(record["leased_until"] is not None for record in waiting) == 2, "no more than two at once"
    assert await play.letters(PRIYA["email"])
    hanging.cancel()


async def test_a_scanner_that_does_not_say_its_version_is_away(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = with_scanner(play)
    monkeypatch.setattr(scanning_documents, "ANSWER", 0.01)
    monkeypatch.setattr(scanner, "version", asyncio.Event().wait)
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    await play.drain()
    assert await verdicts(priya, referral) == ["pending"]
    [job] = await play.as_owner("select fault from jobs where kind = 'scan_document'")
    assert job["fault"] == "ScannerAway"


async def test_a_scan_that_breaks_off_says_nothing_and_is_done_again(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = with_scanner(play)
    priya, referral = await draft_of(play)
    await attached(priya, referral, ("bad.txt", VIRUS, "text/plain"))
    real = scanner.scan

    async def killed(parts: AsyncIterator[bytes]) -> Any:
        scanner.away = True
        async for _ in parts:
            return await real(parts)

    monkeypatch.setattr(scanner, "scan", killed)
    await play.drain()
    assert await verdicts(priya, referral) == ["pending"]
    scanner.away = False
    monkeypatch.setattr(scanner, "scan", real)
    await again(play)
    assert await verdicts(priya, referral) == ["infected"]


@pytest.mark.parametrize("fault", [NoSuchDocument, KeyUnusable])
async def test_a_document_that_cannot_be_read_for_now_is_not_clean_and_is_scanned_when_it_can_be(
    play: Playground, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    with_scanner(play)
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    unreadable(monkeypatch, fault)
    await play.drain()
    await again(play)
    assert await verdicts(priya, referral) == ["pending"]
    monkeypatch.undo()
    await again(play)
    assert await verdicts(priya, referral) == ["clean"]


@pytest.mark.parametrize("fault", [NoSuchDocument, KeyUnusable])
async def test_a_clean_document_that_cannot_be_read_for_now_stays_clean(
    play: Playground, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    scanner = with_scanner(play)
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    await sent_by(priya, referral)
    await play.drain()
    await due_again(play, referral)
    scanner.named = "ClamAV 1.4.6/27501"
    unreadable(monkeypatch, fault)
    assert await rescan_due(play.portal) == 0
    assert await verdicts(priya, referral) == ["clean"]
    monkeypatch.undo()
    assert await rescan_due(play.portal) == 1


async def test_what_could_not_be_looked_at_is_scanned_again_and_written_about_once(play: Playground) -> None:
    scanner = with_scanner(play)
    priya, referral = await draft_of(play)
    await attached(priya, referral, ("long.txt", b"unscannable so far", "text/plain"))
    await play.drain()
    for days in (2, 4):
        await due_again(play, referral, days)
        scanner.named = f"ClamAV 1.4.6/{27500 + days}"
        assert await rescan_due(play.portal) == 1
        await play.drain()
    assert await verdicts(priya, referral) == ["unscannable"]
    letters = await play.letters(PRIYA["email"])
    assert len([letter for letter in letters if "file" in letter.subject]) == 1


async def test_what_still_waits_when_its_job_was_held_is_scanned_all_the_same(play: Playground) -> None:
    scanner = with_scanner(play)
    scanner.away = True
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    await play.drain()
    await play.as_owner("update jobs set held_at = now() where kind = 'scan_document'")
    scanner.away = False
    assert await rescan_due(play.portal) == 0, "not before its job has had its time"
    await play.age(referral, timedelta(days=1, hours=1))
    await play.as_owner("update document_checks set waiting_since = waiting_since - interval '25 hours'")
    assert await rescan_due(play.portal) == 1
    assert await verdicts(priya, referral) == ["clean"]


async def test_a_document_that_ends_its_scans_keeps_no_other_from_being_scanned_again(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = with_scanner(play)
    priya, referral = await draft_of(play)
    await attached(priya, referral, ("1.txt", b"breaks off", "text/plain"), ("2.txt", NOTE, "text/plain"))
    await play.drain()
    await due_again(play, referral)
    scanner.named, real = "ClamAV 1.4.6/27501", scanner.scan

    async def breaks_off(parts: AsyncIterator[bytes]) -> Any:
        whole = b"".join([part async for part in parts])
        if whole == b"breaks off":
            raise ScannerAway("made up")
        return await real(pieces(whole))

    monkeypatch.setattr(scanner, "scan", breaks_off)
    assert await rescan_due(play.portal) == 1
    scanner.away = True
    with pytest.raises(ScannerAway):
        await rescan_due(play.portal)


async def test_what_was_removed_before_it_was_scanned_is_not_scanned(play: Playground) -> None:
    scanner = with_scanner(play)
    priya, draft = await draft_of(play)
    [document] = await attached(priya, draft)
    await priya.do("DELETE", f"/referrals/{draft}/documents/{document['id']}")
    await play.drain()
    assert scanner.scans == 0 and await play.events("referral.document_checked") == 0


async def test_a_clean_document_is_scanned_again_by_a_scanner_that_has_learnt_something(play: Playground) -> None:
    scanner = with_scanner(play)
    scanner.knows = b"nothing yet"
    priya, referral = await draft_of(play)
    await attached(priya, referral, ("bad.txt", VIRUS, "text/plain"))
    await sent_by(priya, referral)
    await play.drain()
    assert await verdicts(priya, referral) == ["clean"]
    scanner.knows, scanner.named = VIRUS, "ClamAV 1.4.6/27501"
    assert await rescan_due(play.portal) == 0, "not on the same day"
    await play.age(referral, timedelta(days=1, hours=1))
    await play.as_owner("update document_checks set due_at = due_at - interval '25 hours'")
    scanner.named = "ClamAV 1.4.6/27500"
    assert await rescan_due(play.portal) == 0, "not by the same version"
    scanner.named = "ClamAV 1.4.6/27501"
    assert await rescan_due(play.portal) == 1
    await play.drain()
    assert await verdicts(priya, referral) == ["infected"]
    assert await rescan_due(play.portal) == 0


def test_a_document_is_scanned_again_five_times_in_thirty_days() -> None:
    times, at = 0, NOW + timedelta(minutes=1)
    while (following := again_at(NOW, at)) is not None:
        times, at = times + 1, following
    assert times == 5 and at - NOW < timedelta(days=30)


# --- the end ---------------------------------------------------------------------------------------------------------


async def test_a_removed_document_is_unreadable_at_once_and_its_bytes_go_when_the_store_is_back(
    play: Playground,
) -> None:
    priya, draft = await draft_of(play)
    [document] = await attached(priya, draft)
    failing = with_failing_store(play)
    failing.fails = {"delete"}
    await priya.do("DELETE", f"/referrals/{draft}/documents/{document['id']}")
    assert await left(play) == (1, 0), "without a key the bytes are noise"
    with pytest.raises(NoSuchDocument):
        await content(play, document["id"])
    await play.drain()
    assert await left(play) == (1, 0)
    failing.fails = set()
    await again(play)
    assert await left(play) == (0, 0)


async def test_erasing_a_referral_ends_keys_and_bytes_of_its_documents(play: Playground) -> None:
    priya, referral = await draft_of(play)
    [one, two] = await attached(priya, referral, TEXT, LARGE)
    other = (await attached(priya, await filled_in(priya)))[0]["id"]
    await sent_by(priya, referral)
    await play.drain()
    await erase(play.portal, fresh_command("erase"), referral, EraseRule.RETENTION_OVER)
    for document in (one, two):
        with pytest.raises(NoSuchDocument):
            await content(play, document["id"])
    assert await left(play) == (1, 1) and await content(play, other) == NOTE
    worker = await play.staff(Role.WORKER)
    problem(await worker.client.get(f"/api/v1/inbox/{referral}/documents/{one['id']}"), 410)
    problem(await send(priya, referral, TEXT), 410)
    assert await left(play) == (1, 1)


async def test_erasing_while_the_store_is_away_destroys_the_keys_and_a_worker_sees_to_the_bytes(
    play: Playground,
) -> None:
    priya, referral = await draft_of(play)
    await attached(priya, referral)
    await sent_by(priya, referral)
    failing = with_failing_store(play)
    failing.fails = {"delete"}
    await erase(play.portal, fresh_command("erase"), referral, EraseRule.RETENTION_OVER)
    assert await left(play) == (1, 0)
    await play.drain()
    failing.fails = set()
    await again(play)
    assert await left(play) == (0, 0)


async def test_a_draft_that_ends_takes_its_documents_with_it(play: Playground) -> None:
    priya, draft = await draft_of(play)
    await attached(priya, draft)
    await play.drain()
    await play.age(draft, timedelta(days=29))
    await play.drain()
    assert await play.events("referral.erased") == 1 and await left(play) == (0, 0)


async def test_a_key_that_a_backup_brings_back_is_destroyed_again_and_the_bytes_swept(play: Playground) -> None:
    priya, referral = await draft_of(play)
    [document] = await attached(priya, referral)
    await sent_by(priya, referral)
    id = UUID(document["id"])
    [kept] = await play.as_owner("select wrapped from keys where stream_id = $1", id)
    [part] = await play.as_owner("select sealed from document_parts where document = $1", id)
    await erase(play.portal, fresh_command("erase"), referral, EraseRule.RETENTION_OVER)
    bring_back = "update keys set wrapped = $2, destroyed_at = null where stream_id = $1"
    await play.as_owner(bring_back, id, kept["wrapped"])
    await play.as_owner("insert into document_parts values ($1, 0, $2)", id, part["sealed"])
    assert await content(play, id) == NOTE, "as in a backup from before"
    assert await keep_erased(play.portal) == 1
    with pytest.raises(NoSuchDocument):
        await content(play, id)
    await a_day_goes_by(play)
    assert await sweep_documents(play.portal) == 1 and await left(play) == (0, 0)


async def test_rotating_moves_the_keys_of_documents_too(play: Playground) -> None:
    priya, draft = await draft_of(play)
    [document] = await attached(priya, draft)
    keks = {**SECRETS.keks, 2: b"n" * 32}
    insert = "insert into keks (version, check_value) values (2, null)"
    await play.as_owner(insert)
    async with play.portal.pool.acquire() as connection:
        async for _ in rewrap(connection, Keyring(keks, newest=2)):
            pass
    [row] = await play.as_owner("select kek_version from keys where stream_id = $1", UUID(document["id"]))
    assert row["kek_version"] == 2
    new = Safe(play.portal.pool, Keyring({2: b"n" * 32}), play.portal.documents.store)
    assert await whole(new.content(UUID(document["id"]))) == NOTE
