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
    "no-files-kept": "You were signed out, so your files were not uploaded. Sign in, and select them again.",
    "uploaded": "Your files have been uploaded. You can say below what each of them shows.",
    "file-removed": "The file has been removed.",
    "saved": "Your answers have been saved.",
    "removed": "It has been removed.",
    "moved": "This form now goes to children's social care. Your answers are kept.",
    "again": "This is a new form about the same people. Check what was taken over, and tell us the rest.",
    "added": "What you added has been sent.",
    "withdrawn": "You have withdrawn it.",
    "acknowledged": "You have acknowledged it. The referrer can see that it was read.",
    "answered": "Your feedback has been given. The referrer is told by email that it is there.",
    "confirmed": "You have confirmed who sent it.",
    "recorded": "The number has been noted.",
    "enquiry-answered": "It is marked as answered.",
    "proved": "Thank you. For the next five minutes you will not be asked again.",
    "invited": "They have been sent a link that works once.",
    "staff-changed": "It has been changed, from their next page on.",
    "let-in": "They have been let in. It is on record.",
    "let-in-no-more": "They have been let in no longer. It is on record.",
    "start-again": "We are no longer waiting for a code here. Please start again.",
    "new-code": "We have sent you a new code.",
    "new-password": "Your password has been changed. Sign in with the new one.",
    "details-changed": "Your details have been changed.",
    "password-changed": "Your password has been changed. You are signed out everywhere else.",
    "email-changed": "Your email address has been changed. You are signed out everywhere else.",
    "app-removed": "Your authenticator app has been removed. We will email you codes again.",
    "signed-out-there": "You have signed out there.",
    "signed-out-elsewhere": "You have signed out everywhere else.",
    "invitation": "Your password is set. Sign in, and set up an authenticator app.",
}


def notice_cookie(name: str, address: str) -> Cookie:
    """Leave word for the next page. A name that is not in NOTICES is a fault of ours."""
    assert name in NOTICES  # noqa: S101 - no input
    return cookie(NOTICE, name, address)


def notice_taken(address: str) -> Cookie:
    """Said once."""
    return no_cookie(NOTICE, address)
