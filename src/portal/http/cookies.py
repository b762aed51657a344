"""The cookies: who is signed in, who passed step one, whose draft this is, which browser is known, and which was sent
to the council's directory."""

from litestar.datastructures import Cookie

SESSION, ATTEMPT, DRAFT, DEVICE, DIRECTORY = "session", "attempt", "draft", "device", "directory"
OPENED = "opened"  # by staff, in this session
OURS = (SESSION, ATTEMPT, DRAFT, DEVICE, DIRECTORY, OPENED)
# When somebody leaves, their cookies are taken back one by one: the device's stays, so that they are no stranger
# next time.
LEAVING = {"Clear-Site-Data": '"cache", "storage"'}
A_YEAR = 365 * 24 * 3600  # seconds; it opens nothing (application/devices.py)


def cookie_name(name: str, address: str) -> str:
    """`__Host-` binds a cookie to this host over https; the demonstration, over http, has to do without."""
    return f"__Host-{name}" if address.startswith("https://") else name


def cookie(name: str, value: str, address: str) -> Cookie:
    """A cookie that scripts cannot read. The session's is sent when a mailed link is followed, the others never. All
    end with the browser, but the device's."""
    return Cookie(
        key=cookie_name(name, address),
        value=value,
        path="/",
        httponly=True,
        secure=address.startswith("https://"),
        samesite="lax" if name in (SESSION, DIRECTORY) else "strict",
        max_age=A_YEAR if name == DEVICE else None,
    )


def no_cookie(name: str, address: str) -> Cookie:
    """Take a cookie back."""
    taken = cookie(name, "", address)
    taken.max_age = 0
    return taken


def taken_back(address: str) -> list[Cookie]:
    """All that somebody who leaves gives back."""
    return [no_cookie(name, address) for name in (SESSION, ATTEMPT, DRAFT, OPENED)]
