"""The demonstration's mailbox: the letters that a council's mail server would have delivered."""

import re
from datetime import datetime

import msgspec
from litestar import Response, Router, get
from litestar.datastructures import State

from portal.http.views import PAGE_DEPENDENCIES, TheView

LINK = re.compile(r"https?://\S+")


class LetterView(msgspec.Struct, frozen=True):
    """A letter of the demonstration."""

    to: str
    subject: str
    text: str
    sent_at: datetime


@get("/mailbox", include_in_schema=False)
async def page(view: TheView, state: State) -> Response[str]:
    """The newest letters, newest first, with links that can be followed."""
    letters = await state.mailbox.latest(20)
    return view.page("mailbox.html", "Mailbox of the demonstration", letters=letters, links_in=LINK.findall)


@get("/api/v1/demonstration/letters", summary="The demonstration's letters")
async def list_demonstration_letters(state: State) -> list[LetterView]:
    """Only in the demonstration: newest first, so that a script can play the person who reads the mail."""
    return [LetterView(kept.to, kept.subject, kept.text, kept.sent_at) for kept in await state.mailbox.latest(500)]


MAILBOX = Router(
    "/", route_handlers=[page, list_demonstration_letters], dependencies=PAGE_DEPENDENCIES, tags=["Demonstration"]
)
