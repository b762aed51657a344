"""Documents over HTTP: attaching, reading, removing; what is refused, and that it leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from portal.council.documents import DocumentRules, Documents
from portal.council.rates import Allowance, Rates
from portal.domain.access import access_stream
from portal.domain.account_details import Role
from portal.http import guard
from tests.http.files import NOTE, TEXT, attached, pdf, png, send, send_as_a_browser
from tests.http.problems import places, problem
from tests.http.scanners import VIRUS, with_scanner
from tests.http.test_limits import council
from tests.portals import Person, Playground, filled_in

LARGE = ("large.pdf", pdf(padding=11 * 1024 * 1024), "application/pdf")
LEFT = """
select (select count(*) from document_parts) as parts, (select count(*) from keys where referral is not null
  and wrapped is not null) as keys
"""


async def draft_of(play: Playground, service: str = "social_care") -> tuple[Person, UUID]:
    priya = play.person()
    await play.registered(priya)
    return priya, await filled_in(priya, service)


async def sent_by(priya: Person, referral: UUID) -> None:
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})


async def left(play: Playground) -> tuple[int, int]:
    """Parts in the store, and keys of documents that are alive."""
    [row] = await play.as_owner(LEFT)
    return row["parts"], row["keys"]


async def test_a_professional_attaches_files_with_a_description_each_reads_and_removes_them(play: Playground) -> None:
    priya, draft = await draft_of(play)
    [first] = await attached(priya, draft, said="What Amara said")
    assert (first["name"], first["description"], first["kind"]) == ("note.txt", "What Amara said", "txt")
    assert (first["size"], first["verdict"], first["after_sending"]) == (len(NOTE), "pending", False)
    two = await attached(priya, draft, ("Body map.pdf", pdf(), "application/pdf"), ("arm.png", png(), "image/png"))
    assert [each["kind"] for each in two] == ["txt", "pdf", "png"]
    answer = await priya.client.get(f"/api/v1/referrals/{draft}/documents/{first['id']}")
    assert answer.content == NOTE
    form = await priya.do("DELETE", f"/referrals/{draft}/documents/{first['id']}")
    assert [each["kind"] for each in form["documents"]] == ["pdf", "png"]
    problem(await priya.client.get(f"/api/v1/referrals/{draft}/documents/{first['id']}"), 404)
    assert await left(play) == (2, 2), "bytes and key of the first are gone"


async def test_a_description_is_that_of_the_file_after_it_and_an_empty_input_is_passed_over(play: Playground) -> None:
    priya, draft = await draft_of(play)
    answer = await send_as_a_browser(
        priya,
        draft,
        ("description", None, b"Nothing chosen here"),
        ("document", "", b""),
        ("document", "C:\\Users\\Priya\\a.txt", b"one"),
        ("description", None, "Café, two".encode()),
        ("document", "b.txt", b"two"),
    )
    documents = answer.json()["referral"]["documents"]
    assert [(each["name"], each["description"]) for each in documents] == [("a.txt", ""), ("b.txt", "Café, two")]


async def test_the_good_files_of_a_batch_are_kept_and_the_others_named(play: Playground) -> None:
    priya, draft = await draft_of(play)
    answer = await send(
        priya,
        draft,
        LARGE,
        ("good.png", png(), "image/png"),
        ("empty.txt", b"", "text/plain"),
        ("program.exe", b"MZ", "application/octet-stream"),
        ("renamed.pdf", png(), "application/pdf"),
    )
    assert answer.status_code == 201
    assert [each["name"] for each in answer.json()["referral"]["documents"]] == ["good.png"]
    says = {fault["at"]: fault["says"] for fault in answer.json()["faults"]}
    assert says["/documents/0"] == "The selected file must be smaller than 10MB"
    assert says["/documents/2"] == "The selected file is empty"
    assert says["/documents/3"].startswith("The selected file must be a PDF, JPG, PNG, DOCX, XLSX or TXT")
    assert says["/documents/4"].startswith("The selected file ")
    assert says.keys() == {f"/documents/{number}" for number in (0, 2, 3, 4)}
    assert await left(play) == (1, 1), "nothing is left of what was refused"


async def test_where_no_file_is_good_nothing_happens(play: Playground) -> None:
    priya, draft = await draft_of(play)
    events = await play.events()
    answer = await send(priya, draft, ("empty.txt", b"", "text/plain"))
    problem(answer, 422)
    assert places(answer) == ["/documents/0"]
    nothing = await send_as_a_browser(priya, draft, ("document", "", b""))
    problem(nothing, 422)
    assert places(nothing) == ["/documents"] and nothing.json()["faults"][0]["says"] == "Select a file"
    assert await play.events() == events and await left(play) == (0, 0)


async def test_what_is_no_upload_of_ours_is_refused_in_words(play: Playground) -> None:
    priya, draft = await draft_of(play)
    path, key = f"/api/v1/referrals/{draft}/documents", {"Idempotency-Key": str(uuid4())}
    problem(await priya.client.post(path, json={}, headers=key), 415)
    file = b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.txt"\r\n\r\n'
    other = b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n1\r\n--x--\r\n'
    for boundary, body in (
        ("", b""),
        ("; boundary=x", b"nothing like it"),
        ("; boundary=x", file),
        ("; boundary=x", other),
    ):
        kind = f"multipart/form-data{boundary}"
        answer = await priya.client.post(path, content=body, headers={**key, "Content-Type": kind})
        problem(answer, 400, (kind, body))
    long = await send(priya, draft, TEXT, said="x" * 501)
    assert "500 characters" in problem(long, 400)["detail"]
    assert await left(play) == (0, 0)


async def test_a_request_that_is_too_long_is_refused_unread_and_one_that_lies_is_cut_off(play: Playground) -> None:
    priya, draft = await draft_of(play)
    council(play, documents=Documents(social_care=DocumentRules(most=2, megabytes=1, together=1)))
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.txt"\r\n\r\n'
        for _ in range(64):
            read += 1
            yield b"a" * 65_536

    path = f"/api/v1/referrals/{draft}/documents"
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "multipart/form-data; boundary=x"}
    answer = await priya.client.post(path, content=body(), headers={**headers, "Content-Length": "9000000"})
    problem(answer, 413)
    problem(await priya.client.post(path, content=body(), headers=headers), 413)
    assert await left(play) == (0, 0)


async def test_only_professionals_attach(play: Playground) -> None:
    tamsin = play.person()
    await play.registered(tamsin, kind="public", email="tamsin@oakfield.example", organisation="", role="")
    draft = UUID((await tamsin.do("POST", "/referrals", {"service": "early_help"}))["id"])
    refusal = problem(await send(tamsin, draft, TEXT), 409)
    assert refusal["detail"].startswith("Only professionals can attach documents")
    priya, _ = await draft_of(play)
    undeclared = UUID((await priya.do("POST", "/referrals", {"service": "early_help"}))["id"])
    assert "First say on the form" in problem(await send(priya, undeclared, TEXT), 409)["detail"]
    problem(await send(play.person(), draft, TEXT), 401)
    problem(await send(priya, draft, TEXT), 404)
    assert await left(play) == (0, 0)


async def test_the_limits_are_the_councils_for_each_service_and_shown_before_choosing(play: Playground) -> None:
    few = DocumentRules(most=2, megabytes=1, together=1, kinds=("txt",))
    council(play, documents=Documents(lado=few))
    priya, draft = await draft_of(play, "lado")
    form = await priya.get(f"/referrals/{draft}")
    assert form["document_limits"] == {"most": 2, "megabytes": 1, "together": 1, "kinds": ["txt"]}
    answer = await send(priya, draft, TEXT, ("arm.png", png(), "image/png"), TEXT)
    says = [fault["says"] for fault in answer.json()["faults"]]
    assert says[0].startswith("The selected file must be a TXT")
    assert says[1] == "You can only select up to 2 files at the same time"
    await attached(priya, draft, TEXT)
    full = problem(await send(priya, draft, TEXT), 422)
    assert full["detail"] == "You can only attach up to 2 files to one form."
    other = await filled_in(priya)
    assert (await priya.get(f"/referrals/{other}"))["document_limits"]["most"] == 10


async def test_the_same_request_sent_twice_attaches_once(play: Playground) -> None:
    priya, draft = await draft_of(play)
    key = str(uuid4())
    first, again = [await send(priya, draft, TEXT, said="Once", key=key) for _ in range(2)]
    assert again.status_code == 201
    assert [each["id"] for each in again.json()["referral"]["documents"]] == [
        each["id"] for each in first.json()["referral"]["documents"]
    ]
    assert await left(play) == (1, 1), "the second copy is gone"
    other = await send(priya, draft, ("note.txt", b"Other words", "text/plain"), said="Once", key=key)
    problem(other, 422)
    assert await play.events("referral.document_attached") == 1
    assert await left(play) == (1, 1)


async def test_a_sender_who_stops_is_let_go_and_nothing_stays(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BODY_WITHIN", 0.05)
    priya, draft = await draft_of(play)

    async def stops() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.txt"\r\n\r\n' + b"a" * 400_000
        await asyncio.sleep(60)

    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "multipart/form-data; boundary=x"}
    answer = await priya.client.post(f"/api/v1/referrals/{draft}/documents", content=stops(), headers=headers)
    problem(answer, 408)
    assert await left(play) == (0, 0)


async def test_files_may_come_as_slowly_as_a_telephone_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_WITHIN", 0.2)
    monkeypatch.setattr(guard, "SLOWEST", 1000)
    messages = 10

    async def receive() -> Any:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    slowly = guard._in_time(receive, brings_files=True)
    assert [len((await slowly())["body"]) for _ in range(messages)] == [1000] * messages  # type: ignore[typeddict-item]
    other = guard._in_time(receive, brings_files=False)
    with pytest.raises(Exception, match="took too long"):
        for _ in range(messages):
            await other()


async def test_so_many_files_at_once_are_told_to_come_again(play: Playground) -> None:
    priya, draft = await draft_of(play)
    play.portal.doorman._free = 0
    answer = await send(priya, draft, TEXT)
    assert "Try again" in problem(answer, 503)["detail"] and answer.headers["Retry-After"] == "5"
    play.portal.doorman._free = 1
    await attached(priya, draft, TEXT)
    assert play.portal.doorman._free == 1


async def test_requests_that_bring_files_have_a_rate_of_their_own(play: Playground) -> None:
    priya, draft = await draft_of(play)
    council(play, rates=Rates(documents=Allowance(1, 1)))
    await attached(priya, draft, TEXT)
    problem(await send(priya, draft, TEXT), 429)


# --- at the desk -----------------------------------------------------------------------------------------------------


async def opening(play: Playground, referral: UUID) -> list[Any]:
    """What is on record of who looked at documents."""
    history = await play.portal.store.history(access_stream(referral))
    return [each for each in history.envelopes if getattr(each.event, "document", None)]


async def test_staff_see_what_waits_and_open_it_once_it_is_clean_on_record(play: Playground) -> None:
    scanner = with_scanner(play)
    scanner.away = True
    priya, referral = await draft_of(play)
    [document] = await attached(priya, referral, ("Körper-Karte „links“.pdf", pdf(), "application/pdf"))
    await sent_by(priya, referral)
    await play.drain()
    worker = await play.staff(Role.WORKER)
    line = (await worker.get("/inbox"))["referrals"][0]
    assert (line["documents"], line["documents_waiting"], line["documents_infected"]) == (1, 1, 0)
    opened = await worker.do("POST", f"/inbox/{referral}/opening")
    assert opened["referral"]["documents"][0]["says"] == "Waiting to be checked for viruses"
    path = f"/api/v1/inbox/{referral}/documents/{document['id']}"
    for way in ("", "/preview"):
        assert "waiting to be checked" in problem(await worker.client.get(path + way), 409)["detail"]
    assert not await opening(play, referral)

    scanner.away = False
    await play.as_owner("update jobs set run_at = now() where kind = 'scan_document'")
    await play.drain()
    assert (await worker.get("/inbox"))["referrals"][0]["documents_waiting"] == 0
    answer = await worker.client.get(path)
    assert answer.content == pdf() and answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="K_rper-Karte _links_.pdf"; '
        "filename*=UTF-8''K%C3%B6rper-Karte%20%E2%80%9Elinks%E2%80%9C.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["cache-control"] == "no-store"
    [on_record] = await opening(play, referral)
    me = (await worker.get("/me"))["account"]
    assert (str(on_record.event.document), on_record.metadata.actor) == (document["id"], me)

    picture = await worker.client.get(f"{path}/preview?page=1")
    assert picture.headers["content-type"] == "image/jpeg" and picture.content.startswith(b"\xff\xd8")
    problem(await worker.client.get(f"{path}/preview?page=2"), 404)
    problem(await worker.client.get(f"{path}/preview?page=0"), 400)
    assert len(await opening(play, referral)) == 3


async def test_of_a_text_there_is_no_picture(play: Playground) -> None:
    priya, referral = await draft_of(play)
    [document] = await attached(priya, referral)
    await sent_by(priya, referral)
    await play.drain()
    worker = await play.staff(Role.WORKER)
    answer = await worker.client.get(f"/api/v1/inbox/{referral}/documents/{document['id']}/preview")
    assert "Download it instead" in problem(answer, 409)["detail"]


async def test_an_infected_file_reaches_nobody_and_sender_and_staff_learn_which_and_why(play: Playground) -> None:
    with_scanner(play)
    priya, referral = await draft_of(play)
    await attached(priya, referral, ("bad.txt", VIRUS, "text/plain"), TEXT)
    await sent_by(priya, referral)
    await play.drain()
    form = await priya.get(f"/referrals/{referral}")
    assert [(each["name"], each["verdict"], each["says"]) for each in form["documents"]] == [
        ("bad.txt", "infected", "The selected file contains a virus"),
        ("note.txt", "clean", "No virus was found"),
    ]
    worker = await play.staff(Role.WORKER)
    opened = await worker.do("POST", f"/inbox/{referral}/opening")
    assert opened["referral"]["documents"] == form["documents"]
    assert (await worker.get("/inbox"))["referrals"][0]["documents_infected"] == 1
    bad = form["documents"][0]["id"]
    assert (
        "contains a virus"
        in problem(await worker.client.get(f"/api/v1/inbox/{referral}/documents/{bad}"), 409)["detail"]
    )
    for to in ("priya.nair@oakfield.example", "team-two@severnshire.example"):
        [letter] = [each for each in await play.letters(to) if "virus" in each.text]
        assert "bad.txt" not in letter.text + letter.subject


async def test_an_infected_file_of_a_draft_is_not_handed_back(play: Playground) -> None:
    with_scanner(play)
    priya, draft = await draft_of(play)
    [bad] = await attached(priya, draft, ("bad.txt", VIRUS, "text/plain"))
    assert (await priya.client.get(f"/api/v1/referrals/{draft}/documents/{bad['id']}")).content == VIRUS
    await play.drain()
    refusal = problem(await priya.client.get(f"/api/v1/referrals/{draft}/documents/{bad['id']}"), 409)
    assert "contains a virus" in refusal["detail"]


async def test_files_added_to_what_was_sent_are_on_the_desk_and_its_team_is_told_once(play: Playground) -> None:
    priya, referral = await draft_of(play)
    await sent_by(priya, referral)
    await play.drain()
    documents = await attached(priya, referral, TEXT, ("arm.png", png(), "image/png"))
    assert all(each["after_sending"] for each in documents)
    await play.drain()
    told = [each for each in await play.letters("team-two@severnshire.example") if "changed" in each.subject]
    assert len(told) == 1
    worker = await play.staff(Role.WORKER)
    line = (await worker.get("/inbox"))["referrals"][0]
    assert line["documents"] == 2 and line["changed_at"]
    answer = await worker.client.get(f"/api/v1/inbox/{referral}/documents/{documents[0]['id']}")
    assert answer.content == NOTE
    problem(await priya.call("DELETE", f"/referrals/{referral}/documents/{documents[0]['id']}"), 409)
    own = await priya.client.get(f"/api/v1/referrals/{referral}/documents/{documents[0]['id']}")
    assert "has been sent" in problem(own, 409)["detail"]


async def test_only_the_desk_of_its_service_opens_a_document(play: Playground) -> None:
    priya, referral = await draft_of(play, "lado")
    [document] = await attached(priya, referral)
    await sent_by(priya, referral)
    await play.drain()
    path = f"/api/v1/inbox/{referral}/documents/{document['id']}"
    lado = await play.staff(Role.LADO)
    assert (await lado.client.get(path)).content == NOTE
    for role, status in ((Role.WORKER, 404), (Role.AUDITOR, 403)):
        problem(await (await play.staff(role)).client.get(path), status)
    problem(await priya.client.get(path), 403)
    problem(await lado.client.get(f"/api/v1/inbox/{referral}/documents/{uuid4()}"), 404)
    assert len(await opening(play, referral)) == 1


async def test_whoever_is_named_on_a_referral_opens_no_document_of_it(play: Playground) -> None:
    priya, referral = await draft_of(play)
    [document] = await attached(priya, referral)
    await sent_by(priya, referral)
    await play.drain()
    named = await play.staff(Role.WORKER, name="Amara Okafor")
    problem(await named.client.get(f"/api/v1/inbox/{referral}/documents/{document['id']}"), 403)
    assert not await opening(play, referral)
