"""The demonstration's mailbox: the letters that a council's mail server would have delivered."""

from datetime import datetime

import msgspec
from jinja2 import Environment, PackageLoader, select_autoescape
from litestar import MediaType, Response, Router, get
from litestar.datastructures import State

TEMPLATES = Environment(loader=PackageLoader("portal.http"), autoescape=select_autoescape(), trim_blocks=True)
STYLE = "body{font:1.1rem/1.5 Helvetica,Arial,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}"


class LetterView(msgspec.Struct, frozen=True):
    """A letter of the demonstration."""

    to: str
    subject: str
    text: str
    sent_at: datetime


@get("/mailbox", media_type=MediaType.HTML, include_in_schema=False)
async def page(state: State) -> Response[str]:
    """The newest letters, newest first."""
    text = TEMPLATES.get_template("mailbox.html").render(letters=await state.mailbox.latest(50))
    return Response(text, media_type=MediaType.HTML)


@get("/mailbox.css", media_type=MediaType.CSS, include_in_schema=False)
async def style() -> Response[str]:
    """Enough to be readable."""
    return Response(STYLE, media_type=MediaType.CSS)


@get("/api/v1/demonstration/letters", summary="The demonstration's letters")
async def list_demonstration_letters(state: State) -> list[LetterView]:
    """Only in the demonstration: newest first, so that a script can play the person who reads the mail."""
    return [LetterView(kept.to, kept.subject, kept.text, kept.sent_at) for kept in await state.mailbox.latest(500)]


MAILBOX = Router("/", route_handlers=[page, style, list_demonstration_letters], tags=["Demonstration"])
