"""Who may see and send the pages of a form: its owner, and nobody else of whatever role."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from portal.application.policy import Act
from portal.domain.account_details import Role
from portal.http.acts import OPERATIONS
from tests.http.files import attached
from tests.http.pages_of_forms import OTHERS, PAGES, PAGES_OF_FORMS, Page
from tests.portals import Person, Playground, filled_in, form_fields


@pytest.fixture
async def owner(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


async def places(owner: Person) -> dict[str, str]:
    """A draft of hers with somebody on its list, and a form that she sent."""
    draft, sent = await filled_in(owner), await filled_in(owner)
    await owner.do("PUT", f"/referrals/{draft}/answers/household", {"people": [{"given_name": "Tamsin"}]})
    await owner.do("POST", f"/referrals/{sent}/submission", {"declaration": True})
    [child] = [each["id"] for each in (await owner.get(f"/referrals/{draft}"))["people"]]
    [document] = await attached(owner, draft)
    return {"draft": str(draft), "sent": str(sent), "child": child, "document": document["id"]}


async def test_every_page_of_a_form_is_an_act_on_ones_own(play: Playground) -> None:
    assert all(OPERATIONS[name] in (Act.READ_OWN, Act.FILL_IN, Act.SEND, Act.LIST_OWN, Act.ATTACH) for name in PAGES)


async def test_its_owner_reads_and_sends_every_page(play: Playground, owner: Person) -> None:
    names = await places(owner)
    for page in PAGES_OF_FORMS:
        path = page.path.format(**names)
        if page.shows:
            assert (await owner.client.get(path)).status_code == 200, path
        if page.takes:
            answer = await _post(play, owner, path, page)
            assert answer.status_code == page.answer, (path, answer.text[:500])


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: str(role or "applicant"))
async def test_nobody_else_finds_any_of_them(play: Playground, owner: Person, role: Role | None) -> None:
    names = await places(owner)
    other = await play.staff(role) if role else play.person()
    if role is None:
        await play.registered(other, email="efua.mensah@x.example")
    for path, page in ((page.path.format(**names), page) for page in PAGES_OF_FORMS):
        await _refused(play, other, path, page)


async def test_nor_does_whoever_is_not_signed_in(play: Playground, owner: Person) -> None:
    names = await places(owner)
    for page in PAGES_OF_FORMS:
        await _refused(play, play.person(), page.path.format(**names), page)


async def test_forms_of_the_lados_ask_for_the_adult_and_others_do_not(play: Playground, owner: Person) -> None:
    assert {"about.show_adult", "about.name_adult"} <= OTHERS
    for service, status in (("lado", 200), ("social_care", 404)):
        form = await owner.do("POST", "/referrals", {"service": service})
        assert (await owner.client.get(f"/referrals/{form['id']}/adult")).status_code == status
    answer = await owner.client.get("/my-submitted-forms")
    assert answer.status_code == 200 and str(UUID(form["id"])) in answer.text


async def test_a_list_of_forms_is_for_those_who_are_signed_in(play: Playground) -> None:
    answer = await play.person().client.get("/my-submitted-forms")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?then=/my-submitted-forms")


async def _refused(play: Playground, person: Person, path: str, page: Page) -> None:
    events = await play.events()
    if page.shows:
        assert (await person.client.get(path)).status_code in (303, 403, 404), path
    if page.takes:
        answer = await _post(play, person, path, page)
        assert answer.status_code in (401, 403, 404), (path, answer.status_code)
    assert await play.events() == events


async def _post(play: Playground, person: Person, path: str, page: Page) -> httpx.Response:
    fields: Any = await form_fields(play, person, page.purpose)
    if page.files:
        return await person.client.post(path, files=[(name, (None, value)) for name, value in fields.items()])
    return await person.client.post(path, data=fields)
