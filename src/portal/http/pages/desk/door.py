"""The door before what staff read in full: it opens by a button, not by a link.

The button leaves a cookie that is good in this session only. With it the page may be shown, and each time it is, that
is on record; without it, as after following a link that a colleague sent, there is the door again.
"""

from uuid import UUID

from litestar import Response
from litestar.datastructures import Cookie

from portal.http.answers import answers_in
from portal.http.cookies import OPENED, cookie
from portal.http.depending import sent_cookie
from portal.http.pages.codes import NoFields
from portal.http.views import View

MOST = 20  # doors that stand open at once; the one opened first closes first
PURPOSE = "opening"


def stands_open(view: View, what: UUID) -> bool:
    """Whether this was opened in this session."""
    return _key(view, what) in _keys(view)


def door(view: View, what: UUID, at: str, title: str) -> Response[str]:
    """The page before it, which says what opening means. `at`: where the thing itself is."""
    onwards = view.request.scope["path"]
    return view.page("desk/door.html", title, at=at, onwards="" if onwards == at else onwards, what=what)


async def opened(view: View, what: UUID, at: str) -> Response[str]:
    """Through the door, to the page that was asked for first, if it is one behind this door."""
    form, _ = await view.form(PURPOSE)
    answers_in(form, NoFields)
    onwards = view.then if view.then.startswith(f"{at}/") else at
    return view.to(onwards, cookies=[_with(view, what)])


def _with(view: View, what: UUID) -> Cookie:
    key = _key(view, what)
    others = [each for each in _keys(view) if each != key]
    return cookie(OPENED, ".".join([*others, key][-MOST:]), view.address)


def _keys(view: View) -> list[str]:
    return sent_cookie(view.request, view.portal, OPENED).split(".")[-MOST:]


def _key(view: View, what: UUID) -> str:
    return view.portal.keyed_hash("opened", f"{view.who.session}:{what}", view.portal.secrets.tokens).hex()[:32]
