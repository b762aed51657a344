"""The cookies: who is signed in, who passed step one and which address they typed, whose draft this is, which browser
is known, which was sent to the council's directory and from which page, and which sent a short form."""

from litestar.datastructures import Cookie

from portal.domain.login_challenge import WAITS

SESSION, ATTEMPT, TYPED, DRAFT = "session", "attempt", "typed", "draft"
DEVICE, DIRECTORY = "device", "directory"
OPENED = "opened"  # by staff, in this session
BACK, RECEIPT = "back", "receipt"
OURS = (SESSION, ATTEMPT, TYPED, DRAFT, DEVICE, DIRECTORY, OPENED, BACK, RECEIPT)
# When somebody leaves, their cookies are taken back one by one: the device's stays, so that they are no stranger
# next time.
LEAVING = {"Clear-Site-Data": '"cache", "storage"'}
# seconds; all others end with the browser. A device's opens nothing (application/devices.py).
LIVES = {DEVICE: 365 * 24 * 3600, TYPED: int(WAITS.total_seconds())}


def cookie_name(name: str, address: str) -> str:
    """`__Host-` binds a cookie to this host over https; the demonstration, over http, has to do without."""
    return f"__Host-{name}" if address.startswith("https://") else name


def cookie(name: str, value: str, address: str) -> Cookie:
    """A cookie that scripts cannot read. The session's is sent when a mailed link is followed, the others never."""
    return Cookie(
        key=cookie_name(name, address),
        value=value,
        path="/",
        httponly=True,
        secure=address.startswith("https://"),
        samesite="lax" if name in (SESSION, DIRECTORY, BACK) else "strict",
        max_age=LIVES.get(name),
    )


def no_cookie(name: str, address: str) -> Cookie:
    """Take a cookie back."""
    taken = cookie(name, "", address)
    taken.max_age = 0
    return taken


def taken_back(address: str) -> list[Cookie]:
    """All that somebody who leaves gives back."""
    return [no_cookie(name, address) for name in (SESSION, ATTEMPT, TYPED, DRAFT, OPENED)]
