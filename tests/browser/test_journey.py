"""The guide's journey by keyboard alone, with JavaScript and without: all three services in all three capacities."""

import re
from collections.abc import Awaitable, Callable

import pytest

from tests.browser.accounts import of_a_form, signed_in
from tests.browser.visiting import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
either = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
WAYS = {
    "early_help": "Request services from early help family support",
    "social_care": "Refer to children's social care",
    "lado": "Report an adult who works with children",
}
CAPACITIES = {
    "self": ("Child or young person", "It is about me"),
    "personal": ("Parent or carer of the child", "Grandparent"),
    "professional": ("Professional, as part of my work", "Professional who works with them"),
}
MOST_PAGES = 25
PERSONAL = ("Amara", "Okafor", "Marsh", "Tannery", "Bruises")


class Journey:
    """One form from the start page to its reference."""

    def __init__(self, visitor: Visitor, service: str, capacity: str) -> None:
        self.visitor, self.service, self.capacity = visitor, service, capacity
        self.met: list[str] = []

    async def begin(self) -> None:
        """From the start page to the list of steps."""
        visitor = self.visitor
        await visitor.go("/")
        await visitor.press(WAYS[self.service])
        await visitor.press("Start now")
        if await visitor.heading() == "How to leave this service quickly":
            await visitor.press("Continue")
        await visitor.press("Is anyone in danger now?")

    async def fill_in(self) -> None:
        """Page after page, as the portal leads, to the check."""
        pages = {
            "/danger": self.danger,
            "/children": self.children,
            "/children/new": self.child,
            "/adult": self.adult,
            "/people//capacity": self.say_capacity,
            "/people//address": self.address,
            "/consent": self.consent,
        }
        for _ in range(MOST_PAGES):
            here = of_a_form(self.visitor.page.url)
            self.met.append(here)
            title = await self.visitor.title()
            assert not any(told in f"{title} {self.visitor.page.url}" for told in PERSONAL), title
            assert "Not sent yet: nobody at the council can read this" in await self.visitor.text(), here
            if here == "/check":
                return
            await pages.get(here, self.answers)()
        raise AssertionError(f"this never ends: {self.met}")

    async def danger(self) -> None:
        await self.visitor.pick("No")
        await self.visitor.press("Save and continue")

    async def children(self) -> None:
        if "/children/new" in self.met:
            await self.visitor.pick("No, these are the children")
            await self.visitor.press("Confirm")
        elif self.service == "lado":
            await self.visitor.pick("Yes, add a child")
            await self.visitor.press("Confirm")
        else:
            await self.visitor.press("Add a child")

    async def child(self) -> None:
        await self.visitor.enter("First name", "Amara")
        await self.visitor.enter("Last name", "Okafor")
        await self.visitor.enter("Estimated age", "9")
        await self.visitor.press("Save and continue")

    async def adult(self) -> None:
        await self.visitor.enter("First name", "Colin")
        await self.visitor.enter("Last name", "Marsh")
        await self.visitor.press("Save and continue")

    async def say_capacity(self) -> None:
        about_oneself = self.capacity == "self" and "Amara" in await self.visitor.heading()
        capacity = "personal" if self.capacity == "self" and not about_oneself else self.capacity
        what, relationship = CAPACITIES[capacity]
        await self.visitor.pick(what)
        await self.visitor.choose("What are you to this person?", relationship)
        await self.visitor.press("Save and continue")

    async def address(self) -> None:
        await self.visitor.enter("Postcode", "ZZ1 4QP")
        await self.visitor.press("Find Address")
        await self.visitor.pick("One of the addresses found")
        await self.visitor.tab_to("Addresses found")
        await self.visitor.page.keyboard.press("ArrowDown")
        await self.visitor.press("Save and continue")

    async def consent(self) -> None:
        await self.visitor.pick("Yes", AGREES[self.capacity])
        if self.capacity != "self":
            await self.visitor.pick("A parent", "Who agreed?")
            await self.visitor.enter("What is their name", "Tamsin Okafor, her mother")
            await self.visitor.pick("Yes", "Do they have parental responsibility?")
        await self.visitor.press("Save and continue")

    async def answers(self) -> None:
        """A section of questions: what must be answered is."""
        section = of_a_form(self.visitor.page.url).rpartition("/")[2]
        if section == "allegation":
            await self.visitor.tick("Harmed a child")
        for question in STORIES[section, self.capacity]:
            await self.visitor.enter(question, "Bruises on both arms.")
        await self.visitor.press("Save and continue")

    async def send(self) -> str:
        """From the check to the reference."""
        visitor = self.visitor
        await visitor.tick("What I have written is true")
        await visitor.press("Send Report to Local Authority")
        assert await visitor.heading() == "Your form has been sent"
        found = re.search(r"Your reference\s+(\S+)", await visitor.text())
        assert found
        return found[1]


AGREES = {
    "self": "Do you agree",
    "personal": "Does somebody with parental responsibility agree",
    "professional": "Has the family agreed",
}
STORIES = {
    **{("support", capacity): ("What is going on", "What would help?") for capacity in CAPACITIES},
    ("worries", "self"): ("What is happening",),
    ("worries", "personal"): ("What are you worried about", "What did you see or hear"),
    ("worries", "professional"): ("What are you worried about", "What did you see or hear"),
    **{("allegation", capacity): ("What happened?", "When did it happen?") for capacity in CAPACITIES},
}


@either
@pytest.mark.parametrize("capacity", CAPACITIES)
@pytest.mark.parametrize("service", WAYS)
async def test_a_form_goes_from_the_start_page_to_its_reference(
    visit: Visit, service: str, capacity: str, scripts: bool
) -> None:
    visitor = await visit(scripts=scripts)
    signed = await signed_in(visitor, capacity)
    journey = Journey(visitor, service, capacity)
    await journey.begin()
    await journey.fill_in()
    reference = await journey.send()
    [form] = await signed.person.get("/my-submitted-forms")
    assert (form["reference"], form["service"]) == (reference, service)
    await visitor.page.reload()
    assert reference in await visitor.text(), "the confirmation survives a reload"
