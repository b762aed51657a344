"""Documents on the applicant's pages, without JavaScript: limits first, good files kept, others named, nothing stored
for whoever may not send it."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from portal.council.documents import DocumentRules, Documents
from tests.http.files import NOTE, TEXT, attached, pdf, png
from tests.http.scanners import VIRUS, with_scanner
from tests.http.test_documents import LARGE, draft_of, left, sent_by
from tests.http.test_limits import council
from tests.portals import AMARA, Person, Playground, form_fields

NOTHING_CHOSEN = ("", b"", "application/octet-stream")


async def post(
    play: Playground, person: Person, referral: UUID, *files: tuple[str, bytes, str], go: str = "upload", **typed: str
) -> httpx.Response:
    """The form of the page as a browser sends it: what nobody sees, the files, what was typed, the button."""
    hidden = await form_fields(
        play, person, "documents", **{each: typed.pop(each) for each in ("form_key",) if each in typed}
    )
    parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in hidden.items()]
    parts += [("document", file) for file in files or (NOTHING_CHOSEN,)]
    parts += [(name.replace("_", "-"), (None, value)) for name, value in typed.items()]
    return await person.client.post(f"/referrals/{referral}/documents", files=[*parts, ("go", (None, go))])


async def page(person: Person, referral: UUID) -> str:
    answer = await person.client.get(f"/referrals/{referral}/documents")
    assert answer.status_code == 200, answer.text
    return answer.text


async def documents(person: Person, referral: UUID) -> list[Any]:
    found: list[Any] = (await person.get(f"/referrals/{referral}"))["documents"]
    return found


def seen(html: str, document: str) -> str:
    """The state of what was said of a document, as the page carries it."""
    return html.partition(f'name="seen-{document}" value="')[2].partition('"')[0]


async def test_limits_and_formats_are_shown_before_choosing(play: Playground) -> None:
    few = DocumentRules(most=3, megabytes=5, together=10, kinds=("pdf", "jpeg", "heic"))
    council(play, documents=Documents(social_care=few))
    priya, draft = await draft_of(play)
    html = await page(priya, draft)
    assert "Select up to 3 files in all. Each must be a PDF, JPG or HEIC, smaller than 5MB" in html
    assert "all together smaller than 10MB" in html
    assert 'accept=".pdf,.jpg,.jpeg,application/pdf,image/jpeg"' in html, "telephones hand over a JPEG"
    assert 'enctype="multipart/form-data"' in html and " multiple" in html


async def test_several_files_are_attached_at_once_and_then_described(play: Playground) -> None:
    priya, draft = await draft_of(play)
    answer = await post(play, priya, draft, TEXT, ("Body map.pdf", pdf(), "application/pdf"), go="on")
    assert answer.headers["location"] == f"/referrals/{draft}/documents", "here again, to describe them"
    html = await page(priya, draft)
    assert "Your files have been uploaded." in html and "Being checked" in html and "PDF, 1KB" in html
    note, _ = await documents(priya, draft)
    said = {f"said_{note['id']}": "What Amara said", f"seen_{note['id']}": seen(html, note["id"])}
    answer = await post(play, priya, draft, go="on", **said)
    assert answer.headers["location"] == f"/referrals/{draft}/check"
    assert [each["description"] for each in await documents(priya, draft)] == ["What Amara said", ""]
    assert "What Amara said" in await page(priya, draft)
    assert (await priya.client.get(f"/referrals/{draft}/documents/{note['id']}")).content == NOTE


async def test_the_good_files_of_a_batch_are_kept_and_each_other_is_named_with_its_reason(play: Playground) -> None:
    priya, draft = await draft_of(play)
    files = (LARGE, ("good.png", png(), "image/png"), ("empty <b>.txt", b"", "text/plain"))
    answer = await post(play, priya, draft, *files)
    assert answer.status_code == 422 and "<title>Error: Documents" in answer.text
    for says in ("“large.pdf” must be smaller than 10MB", "“empty &lt;b&gt;.txt” is empty"):
        assert f'<a href="#document">{says}</a>' in answer.text
    assert [each["name"] for each in await documents(priya, draft)] == ["good.png"]
    assert await left(play) == (1, 1)


async def test_of_a_single_file_the_words_are_those_of_govuk(play: Playground) -> None:
    priya, draft = await draft_of(play)
    answer = await post(play, priya, draft, ("empty.txt", b"", "text/plain"))
    assert '<a href="#document">The selected file is empty</a>' in answer.text
    answer = await post(play, priya, draft)
    assert answer.status_code == 422 and '<a href="#document">Select a file</a>' in answer.text


async def test_what_is_too_long_as_a_whole_is_said_on_the_page(play: Playground) -> None:
    priya, draft = await draft_of(play)
    council(play, documents=Documents(social_care=DocumentRules(most=2, megabytes=1, together=1)))
    answer = await post(play, priya, draft, LARGE)
    assert answer.status_code == 422 and "must be smaller than 1MB together" in answer.text


@pytest.mark.parametrize("forged", ["another token", "no token", "token behind the files"])
async def test_nothing_is_stored_before_the_token_was_checked(play: Playground, forged: str) -> None:
    priya, draft = await draft_of(play)
    fields = await form_fields(play, priya, "documents" if "behind" in forged else "send")
    token = [("form_token", (None, fields["form_token"]))] if forged != "no token" else []
    file: list[Any] = [("document", TEXT)]
    parts = [*file, *token] if "behind" in forged else [*token, *file]
    events = await play.events()
    answer = await priya.client.post(f"/referrals/{draft}/documents", files=parts)
    assert answer.status_code == 403
    assert await play.events() == events and await left(play) == (0, 0)
    keys = await play.as_owner("select 1 from keys where referral is not null")
    assert not keys, "not even for a moment"


async def test_the_same_form_twice_attaches_once_and_another_file_from_the_same_page_is_another(
    play: Playground,
) -> None:
    priya, draft = await draft_of(play)
    key = str(uuid4())
    for file in (TEXT, TEXT, ("other.txt", b"Other words", "text/plain")):
        assert (await post(play, priya, draft, file, form_key=key)).status_code == 303
    assert [each["name"] for each in await documents(priya, draft)] == ["note.txt", "other.txt"]


async def test_a_description_that_was_changed_in_another_window_is_not_overwritten_unseen(play: Playground) -> None:
    priya, draft = await draft_of(play)
    [note] = await attached(priya, draft)
    html = await page(priya, draft)
    path = f"/referrals/{draft}/documents/{note['id']}/description"
    await priya.do("PUT", path, {"description": "First"})
    said = {f"said_{note['id']}": "Second", f"seen_{note['id']}": seen(html, note["id"])}
    answer = await post(play, priya, draft, go="on", **said)
    assert (
        answer.status_code == 422 and "was changed after you opened" in answer.text and 'value="Second"' in answer.text
    )
    assert [each["description"] for each in await documents(priya, draft)] == ["First"]
    said[f"seen_{note['id']}"] = seen(answer.text, note["id"])
    assert (await post(play, priya, draft, go="on", **said)).status_code == 303
    assert [each["description"] for each in await documents(priya, draft)] == ["Second"]


async def test_a_file_is_removed_once_that_was_confirmed(play: Playground) -> None:
    priya, draft = await draft_of(play)
    [note] = await attached(priya, draft)
    at = f"/referrals/{draft}/documents/{note['id']}/removal"
    assert "Remove note.txt?" in (await priya.client.get(at)).text
    assert len(await documents(priya, draft)) == 1
    answer = await priya.client.post(at, data=await form_fields(play, priya, "remove a file"))
    assert answer.headers["location"] == f"/referrals/{draft}/documents"
    assert await documents(priya, draft) == [] and await left(play) == (0, 0)


async def test_a_file_that_cannot_be_accepted_says_why(play: Playground) -> None:
    with_scanner(play)
    priya, draft = await draft_of(play)
    files = (("bad.txt", VIRUS, "text/plain"), ("odd.txt", b"unscannable", "text/plain"), TEXT)
    await attached(priya, draft, *files)
    await play.drain()
    html = await page(priya, draft)
    assert html.count("Cannot be accepted") == 2 and html.count(">Checked<") == 1
    assert "It contains a virus" in html and "could not be checked for viruses" in html


async def test_only_professionals_are_offered_it_and_others_are_told_another_way(play: Playground) -> None:
    tamsin = play.person()
    await play.registered(tamsin, kind="public", email="tamsin@oakfield.example", organisation="", role="")
    draft = UUID((await tamsin.do("POST", "/referrals", {"service": "early_help"}))["id"])
    form = await tamsin.do("POST", f"/referrals/{draft}/children", AMARA)
    assert "letters, photos or messages" not in (await tamsin.client.get(f"/referrals/{draft}")).text
    mother = {"capacity": "personal", "relationship": "mother"}
    await tamsin.do("PUT", f"/referrals/{draft}/people/{form['people'][0]['id']}/capacity", mother)
    steps = (await tamsin.client.get(f"/referrals/{draft}")).text
    assert "You can post copies to" in steps and f"/referrals/{draft}/documents" not in steps
    html = await page(tamsin, draft)
    assert "Only professionals can attach documents." in html and 'type="file"' not in html
    answer = await post(play, tamsin, draft, TEXT)
    assert answer.status_code == 422 and "Only professionals can attach documents." in answer.text
    assert await left(play) == (0, 0)
    priya, draft = await draft_of(play)
    assert f"/referrals/{draft}/documents" in (await priya.client.get(f"/referrals/{draft}")).text


async def test_files_are_added_to_what_was_sent_and_stay_there(play: Playground) -> None:
    priya, referral = await draft_of(play)
    [note] = await attached(priya, referral, said="What she said")
    await sent_by(priya, referral)
    form = f"/referrals/{referral}"
    assert f"{form}/documents" in (await priya.client.get(f"{form}/sent-form")).text
    assert f"{form}/documents" in (await priya.client.get(f"{form}/more")).text
    assert (await post(play, priya, referral, ("arm.png", png(), "image/png"))).status_code == 303
    html = await page(priya, referral)
    assert "The council has them at once" in html and "/removal" not in html and "Not sent yet" not in html
    arm = (await documents(priya, referral))[1]
    typed = {f"said_{arm['id']}": "Her arm", f"said_{note['id']}": "Something else"}
    answer = await post(play, priya, referral, go="on", **typed)
    assert "what you said of its files stays as it is" in answer.text
    assert [each["description"] for each in await documents(priya, referral)] == ["What she said", "Her arm"]
    assert (await priya.client.get(f"{form}/documents/{note['id']}/removal")).status_code == 404


async def test_every_copy_lists_the_documents_and_how_they_stand(play: Playground) -> None:
    priya, draft = await draft_of(play)
    assert "None attached." in (await priya.client.get(f"/referrals/{draft}/check")).text
    await attached(priya, draft, said="What she said")
    check = (await priya.client.get(f"/referrals/{draft}/check")).text
    for each in ("note.txt", "What she said", "TXT, 1KB", "Waiting to be checked for viruses"):
        assert each in check
    assert f'href="/referrals/{draft}/documents?from=check">Change' in check
    parts = {part["name"]: part for part in (await priya.get(f"/referrals/{draft}/copy"))["parts"]}
    [told] = parts["documents"]["told"]
    assert told["title"] == "note.txt" and NOTE.decode().strip() not in told["answer"]


async def test_files_that_come_after_the_session_ran_out_are_asked_for_again(play: Playground) -> None:
    priya, draft = await draft_of(play)
    fields = await form_fields(play, priya, "documents")
    await play.as_owner("update sessions set seen_at = now() - interval '31 minutes'")
    parts: list[Any] = [*((name, (None, value)) for name, value in fields.items()), ("document", TEXT)]
    answer = await priya.client.post(f"/referrals/{draft}/documents", files=parts)
    assert answer.headers["location"] == f"/sign-in?then=/referrals/{draft}/documents"
    assert "your files were not uploaded" in (await priya.client.get(answer.headers["location"])).text
    assert await left(play) == (0, 0)
