"""Word of what has just been done, on the page that comes after it: one of a few sentences, named in a cookie, so that
nothing personal is in any address and a page that is loaded again does not say it again."""

from collections.abc import Mapping

from litestar.datastructures import Cookie

from portal.http.cookies import cookie, no_cookie

NOTICE = "notice"
# name -> what it says; a page adds its own here
NOTICES: Mapping[str, str] = {
    "kept": "You were signed out because nothing reached us for a while. What you typed is kept: sign in to carry on.",
    "not-kept": "You were signed out. Sign in again to carry on: what you had saved before is kept.",
    "saved": "Your answers have been saved.",
    "removed": "It has been removed.",
    "moved": "This form now goes to children's social care. Your answers are kept.",
    "added": "What you added has been sent.",
    "withdrawn": "You have withdrawn it.",
    "start-again": "We are no longer waiting for a code here. Please start again.",
    "new-code": "We have sent you a new code.",
    "new-password": "Your password has been changed. Sign in with the new one.",
    "invitation": "Your password is set. Sign in, and set up an authenticator app.",
}


def notice_cookie(name: str, address: str) -> Cookie:
    """Leave word for the next page. A name that is not in NOTICES is a fault of ours."""
    assert name in NOTICES  # noqa: S101 - no input
    return cookie(NOTICE, name, address)


def notice_taken(address: str) -> Cookie:
    """Said once."""
    return no_cookie(NOTICE, address)
