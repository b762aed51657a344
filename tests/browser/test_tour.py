"""The pages of docs/tour.md as a grandmother meets them, and afterwards a teacher.
With PORTAL_TOUR=docs/tour its pictures are taken anew."""

import os
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.accounts import signed_in
from tests.browser.visiting import Visitor
from tests.portals import AMARA, JONAH, filled_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
FOLDER = os.environ.get("PORTAL_TOUR", "")
WIDTH, TALLEST = 640, 1000  # pixels of a picture
COLOURS = 32  # are enough for text, in a quarter of the bytes
# picture -> where, and the heading that is there
BEFORE = {
    "start": ("/", "Refer a child or report a concern"),
    "way-in": ("/social-care", "Refer to children's social care"),
    "leaving-quickly": ("/leaving-quickly", "How to leave this service quickly"),
    "staying-safe": ("/staying-safe", "Staying safe online"),
    "emergency": ("/emergency", "What to do in an emergency, and when we read what you send"),
    "register": ("/register/public", "Create an account for yourself or your family"),
    "sign-in": ("/sign-in", "Sign in"),
}
DRAFT = {
    "steps": ("", "Children's Social Care"),
    "danger": ("/danger", "Is anyone in danger now?"),
    "children": ("/children", "Who is this about?"),
    "child": ("/children/{child}", "Amara Okafor"),
    "capacity": ("/people/{child}/capacity", "You and Amara Okafor"),
    "worries": ("/answers/worries", "What you are worried about"),
    "consent": ("/consent", "Agreement"),
    "household": ("/answers/household", "The family and other important people"),
    "check": ("/check", "Check your answers before sending"),
}
SENT = {
    "sent": ("/sent", "Your form has been sent"),
    "sent-form": ("/sent-form", "Children's Social Care"),
    "more": ("/more", "Add to what you sent"),
}
STORY = {"worried_about": "She comes to school hungry, and is afraid to go home.", "seen_or_heard": "Since October."}
FAMILY = {"people": [{"given_name": "Tamsin", "family_name": "Okafor", "what_they_are": "Their mother"}]}


async def stop(visitor: Visitor, name: str, heading: str) -> None:
    """One stop of the tour: it is there; its picture is taken if pictures are wanted."""
    assert await visitor.heading() == heading, name
    if FOLDER:
        height = min(TALLEST, await visitor.page.evaluate("() => document.documentElement.scrollHeight"))
        await visitor.page.set_viewport_size({"width": WIDTH, "height": height})
        picture = Image.open(BytesIO(await visitor.page.screenshot()))
        picture.convert("RGB").quantize(COLOURS).save(Path(FOLDER) / f"{name}.png", optimize=True)


async def test_the_tour_goes_from_the_start_page_to_what_was_sent(visit: Visit) -> None:
    visitor = await visit()
    await visitor.page.set_viewport_size({"width": WIDTH, "height": TALLEST})
    for name, (path, heading) in BEFORE.items():
        await visitor.go(path)
        await stop(visitor, name, heading)
    signed = await signed_in(visitor, "personal")
    form = await signed.person.do("POST", "/referrals", {"service": "social_care"})
    draft = f"/referrals/{form['id']}"
    for each in (AMARA, JONAH):
        form = await signed.person.do("POST", f"{draft}/children", each)
    child = form["people"][0]["id"]
    relative = {"capacity": "personal", "relationship": "grandparent"}
    await signed.person.do("PUT", f"{draft}/people/{child}/capacity", relative)
    await signed.person.do("PUT", f"{draft}/answers/worries", STORY)
    await signed.person.do("PUT", f"{draft}/answers/household", FAMILY)
    for name, (path, heading) in DRAFT.items():
        await visitor.go(draft + path.format(child=child))
        await stop(visitor, name, heading)
    await visitor.go(f"{draft}/people/{child}/address")
    await visitor.enter("Postcode", "ZZ1 4QP")
    await visitor.press("Find Address")
    await stop(visitor, "address", "Where does Amara Okafor live?")
    await visitor.press("Save and continue")
    await stop(visitor, "errors", "Where does Amara Okafor live?")
    assert await visitor.page.locator("#uprn").is_visible(), "the list is still there"
    signed = await signed_in(visitor)
    sent = f"/referrals/{await filled_in(signed.person)}"
    await signed.person.do("POST", f"{sent}/submission", {"declaration": True})
    for name, (path, heading) in SENT.items():
        await visitor.go(sent + path)
        await stop(visitor, name, heading)
    await visitor.go("/my-submitted-forms")
    await stop(visitor, "my-submitted-forms", "My submitted forms")
