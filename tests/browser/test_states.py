"""Every page of a form in every state: empty, with what is missing or wrong, filled in. Axe finds nothing, nothing is
wider than a phone, and no name is in a title or an address. The states are made by the API."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from portal.domain.forms.form import FORMS, form_of
from portal.domain.services import Capacity, Service
from tests.browser.accounts import Signed, of_a_form, signed_in
from tests.browser.visiting import Visitor
from tests.domain.filling import most
from tests.portals import AMARA, JONAH, filled_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
SHORT = 120  # characters of an answer: enough to break a line
ADULT = {"given_name": "Colin", "family_name": "Marsh", "job_title": "Swimming coach"}
LONG = {
    "given_name": "Rhoswen-Angharad",
    "family_name": "Featherstonehaugh-Cholmondeley",
    "age_not_known": True,
}
PERSONAL = ("Amara", "Jonah", "Marsh", "Rhoswen")
# whose pages are looked at in which capacity: each section at least once, in the capacity that asks most of it
FORMS_LOOKED_AT = (
    (Service.SOCIAL_CARE, Capacity.PROFESSIONAL, ()),
    (Service.EARLY_HELP, Capacity.SELF, ("support", "consent", "contact", "capacity", "address", "check")),
    (Service.LADO, Capacity.PERSONAL, ("adult", "children", "allegation", "employment", "told", "address", "check")),
)
RELATIONSHIP = {Capacity.PROFESSIONAL: "professional", Capacity.SELF: "self", Capacity.PERSONAL: "neighbour"}


def some(answers: Any) -> Any:
    """What was filled in, no longer than people write."""
    if isinstance(answers, dict):
        return {name: some(given) for name, given in answers.items()}
    if isinstance(answers, list):
        return [some(given) for given in answers[:1]]
    return answers[:SHORT].strip() if isinstance(answers, str) else answers


async def draft_of(signed: Signed, service: Service, capacity: Capacity) -> tuple[str, list[str]]:
    """A form about three children and, of the LADO's, an adult; where its pages are."""
    person = signed.person
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': service}))['id']}"
    for child in (AMARA, JONAH, LONG):
        await person.do("POST", f"{draft}/children", child)
    if service is Service.LADO:
        await person.do("PUT", f"{draft}/adult", ADULT)
    people = (await person.do("POST", f"{draft}/children/confirmation"))["people"]
    first, child = people[0]["id"], next(each["id"] for each in people if each["child"])
    given = {"capacity": capacity, "relationship": RELATIONSHIP[capacity]}
    await person.do("PUT", f"{draft}/people/{child}/capacity", given)
    own = [f"/answers/{kind.NAME}" for kind in FORMS[service] if _asked(service, kind.NAME, capacity)]
    beside = ["/danger", "/children", "/children/new", f"/children/{child}", f"/children/{child}/removal"]
    about = [f"/people/{first}/capacity", f"/people/{first}/address", f"/people/{child}/whereabouts"]
    about += ["/adult"] if service is Service.LADO else ["/consent"]
    listed = ["/answers/household/people/1", "/answers/professionals/involved/1"] if "/answers/household" in own else []
    return draft, ["", *beside, *about, *own, *listed, "/check"]


def _asked(service: Service, name: str, capacity: Capacity) -> bool:
    section = form_of(service).section(name)
    return bool(section and section.asked_of(capacity))


async def look(visitor: Visitor, draft: str, path: str, state: str) -> None:
    """Judges one page as it is."""
    await visitor.go(f"{draft}{path}")
    await judged(visitor, f"{of_a_form(visitor.page.url) or 'steps'} {state}")


async def judged(visitor: Visitor, state: str) -> None:
    title, address = await visitor.title(), visitor.page.url
    assert not any(name in title or name in address for name in PERSONAL), (title, address)
    await visitor.judge(f"form {state}")


@pytest.mark.parametrize(("service", "capacity", "only"), FORMS_LOOKED_AT, ids=str)
async def test_every_page_of_a_form_in_every_state(
    visit: Visit, service: Service, capacity: Capacity, only: tuple[str, ...]
) -> None:
    visitor = await visit()
    signed = await signed_in(visitor, capacity)
    draft, pages = await draft_of(signed, service, capacity)
    pages = [path for path in pages if not only or path.rpartition("/")[2] in only]
    of = f"{service.value} {capacity.value}"
    for path in pages:
        await look(visitor, draft, path, f"{of} empty")
        button = (
            visitor.page.get_by_role("button", name="Save and continue")
            .or_(visitor.page.get_by_role("button", name="Confirm", exact=True))
            .or_(visitor.page.get_by_role("button", name="Send Report to Local Authority"))
        )
        if await button.count() == 0:
            continue
        async with visitor.page.expect_navigation():
            await button.click()
        if (await visitor.title()).startswith("Error: "):
            assert await visitor.page.evaluate("() => document.activeElement.className") == "govuk-error-summary"
            await judged(visitor, f"{of_a_form(visitor.page.url)} {of} with errors")
    for kind in FORMS[service]:
        section = form_of(service).section(kind.NAME)
        if section and section.asked_of(capacity):
            form = await signed.person.get(draft)
            token = form["state_tokens"].get(f"answers:{kind.NAME}")
            await signed.person.do("PUT", f"{draft}/answers/{kind.NAME}", some(most(section, capacity)), seen=token)
    filled = [path for path in pages if path.startswith("/answers/") or path == "/check"]
    for path in filled:
        await look(visitor, draft, path, f"{of} filled in")


async def test_what_was_sent_and_all_that_can_be_done_with_it(visit: Visit) -> None:
    visitor = await visit()
    signed = await signed_in(visitor)
    await visitor.go("/my-submitted-forms")
    await judged(visitor, "my submitted forms empty")
    sent, draft = await filled_in(signed.person), await filled_in(signed.person, "lado")
    await signed.person.do("POST", f"/referrals/{sent}/submission", {"declaration": True})
    for path in ("sent", "sent-form", "more", "withdrawal"):
        await look(visitor, f"/referrals/{sent}", f"/{path}", "as sent")
    for path, button in (("more", "Send"), ("withdrawal", "Withdraw it")):
        await visitor.go(f"/referrals/{sent}/{path}")
        await visitor.page.get_by_role("button", name=button, exact=True).click()
        await visitor.page.wait_for_function("() => document.title.startsWith('Error: ')")
        await judged(visitor, f"{path} with errors")
    await visitor.go("/my-submitted-forms")
    assert str(draft) in await visitor.page.content()
    await judged(visitor, "my submitted forms")
    await visitor.go(f"/referrals/{sent}/sent-form")
    await visitor.press("Refer again")
    assert "This is a new form about the same people." in await visitor.text()
    await judged(visitor, "steps of a form that refers again")


async def test_before_signing_in_the_steps_and_the_check_lead_to_it(visit: Visit) -> None:
    visitor = await visit()
    await visitor.go("/social-care")
    await visitor.press("Start now")
    await visitor.press("Continue")
    await judged(visitor, "steps before signing in")
    await visitor.press("Check your answers")
    await judged(visitor, "check before signing in")
    await visitor.press("Create an account")
    assert "then=/referrals/" in visitor.page.url and visitor.page.url.endswith("/check")
