"""The cookies: who is signed in, who passed step one, whose draft this is, who was sent to the council's directory."""

from litestar.datastructures import Cookie

SESSION, ATTEMPT, DRAFT, DIRECTORY = "session", "attempt", "draft", "directory"


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
        samesite="lax" if name in (SESSION, DIRECTORY) else "strict",
    )


def no_cookie(name: str, address: str) -> Cookie:
    """Take a cookie back."""
    taken = cookie(name, "", address)
    taken.max_age = 0
    return taken
