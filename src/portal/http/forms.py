"""Reading the forms of pages: urlencoded, each with a token that only a page shown in the same session can carry.

The rule about where a request comes from (origins.py) stands before this and needs no token; the token is the second
lock, for browsers and extensions in which the first one fails.
"""

import hmac
from collections.abc import Collection
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request

from portal.application.portal import Portal
from portal.application.visitors import Visitor
from portal.http.reading import MOST_FAULTS, BadBody, require_type, unprintable

TOKEN = "form_token"  # noqa: S105 - the hidden field's name
MOST_FIELDS = 500
STRANGE_FIELDS = "This form has fields that do not belong to it. Go back to its page and send it again."
Form = dict[str, list[str]]


class ForgedForm(Exception):
    """The form does not carry the token of a page that was shown to whoever sends it."""


def form_token(portal: Portal, who: Visitor, purpose: str) -> str:
    """What a form of this purpose carries when it is shown to this visitor: bound to the session, or before signing in
    to the draft."""
    return portal.keyed_hash(f"form {purpose}", str(who.session or who.scope), portal.secrets.tokens).hex()


async def read_form(
    request: Request[Any, Any, Any], portal: Portal, who: Visitor, purpose: str, several: Collection[str] = ()
) -> Form:
    """The fields of a form by name; only those in `several` may come more than once. Raises ForgedForm and BadBody."""
    form = await require_form(request)
    [sent, *_] = form.pop(TOKEN, [""])
    require_token(portal, who, purpose, sent)
    if twice := [name for name, values in form.items() if len(values) > 1 and name not in several]:
        raise BadBody(f"These fields came more than once: {len(twice)}. Send the form again from its page.")
    return form


def require_token(portal: Portal, who: Visitor, purpose: str, sent: str) -> None:
    """Raises ForgedForm where this is not what a form of this purpose carries."""
    if not hmac.compare_digest(sent.encode(), form_token(portal, who, purpose).encode()):
        raise ForgedForm


async def require_form(request: Request[Any, Any, Any]) -> Form:
    """The fields of a form by name, whoever sent it. Raises BadBody where it is none, or holds characters that no text
    has."""
    require_type(request, "application/x-www-form-urlencoded", "Send this form from its page.")
    form = _fields(await request.body())
    if faults := tuple(islice(unprintable(form, ""), MOST_FAULTS)):
        raise BadBody("Some text holds characters that cannot be shown. Remove them.", faults)
    return form


def _fields(body: bytes) -> Form:
    form: Form = {}
    try:
        for name, value in parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_FIELDS
        ):
            form.setdefault(name, []).append(value)
    except ValueError:  # no pairs, too many, or no UTF-8
        raise BadBody("This form cannot be read. Go back to its page and send it again.") from None
    return form
