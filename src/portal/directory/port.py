"""What the portal asks of a council's directory, whichever one it is."""

from datetime import datetime
from typing import Protocol

import msgspec


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the directory. `subject` is its own lasting name for them; everything else may change."""

    subject: str
    name: str
    email: str
    groups: frozenset[str]
    phone: str = ""
    job_title: str = ""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A member who has just signed in, or still may. `renewal` asks again whether they do (empty: it cannot be asked);
    `strong`: with a second factor; `entered`: when they showed it and their password there (None: it does not say)."""

    member: Member
    renewal: str
    strong: bool
    entered: datetime | None

    def __repr__(self) -> str:
        return "Arrival(...)"


class WayIn(msgspec.Struct, frozen=True, kw_only=True):
    """What binds one sign-in together, all of it made by the portal: `state` to the browser, `nonce` to the answer,
    `verifier` to whoever fetches it. `fresh`: ask them for password and second factor even if they are signed in."""

    state: str
    nonce: str
    verifier: str
    fresh: bool = False

    def __repr__(self) -> str:
        return "WayIn(...)"


class NoMember(Exception):
    """The directory says no, or what came in its name is not from it. The text is for the log: it names no person."""


class DirectoryUnavailable(Exception):
    """The directory does not answer in time, or not in a way that can be used. Try again later."""


class Directory(Protocol):
    """A directory in which staff sign in."""

    @property
    def issuer(self) -> str:
        """The directory's own name, which never changes."""
        ...

    async def address_of(self, way: WayIn) -> str:
        """Where to send the browser. Raises DirectoryUnavailable."""
        ...

    async def arrived(self, code: str, way: WayIn, issuer: str | None) -> Arrival:
        """Who came back with this code; `issuer` is who says to have sent them. Raises NoMember and
        DirectoryUnavailable."""
        ...

    async def still(self, subject: str, renewal: str) -> Arrival:
        """The same member as they are now. Raises NoMember where they may not sign in any more, DirectoryUnavailable
        where that is not known."""
        ...
