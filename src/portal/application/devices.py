"""Browsers that the portal has seen somebody sign in with: what a stranger tries does not count against them.

The cookie opens nothing. It holds a name that cannot be guessed, for each account that signed in there a keyed hash,
and one of all that, so that whoever reads it learns neither who the account is nor how to make another. What is tried
there counts for the account that signed in last: signing in with ever more browsers gives nobody more tries.
"""

import base64
import hmac
import re
from uuid import UUID

import msgspec

from portal.application.portal import Portal

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}(\.[0-9a-f]{64})(\.[0-9a-f]{64}){1,8}")
MOST_ACCOUNTS = 8  # of one browser: a family's, or those who share a computer on a ward


class Device(msgspec.Struct, frozen=True):
    """A browser by its random name, and the hashes of the accounts that it is known to."""

    id: str
    accounts: tuple[str, ...] = ()


def read_device(portal: Portal, token: str) -> Device | None:
    """The device in a cookie of ours; None where it is not one."""
    if not TOKEN.fullmatch(token):
        return None
    id, signature, *accounts = token.split(".")
    return Device(id, tuple(accounts)) if hmac.compare_digest(signature, _hash(portal, id, *accounts)) else None


def device_token(portal: Portal, device: Device | None, account: UUID, occasion: str) -> str:
    """The cookie of a browser in which somebody has just shown that the account is theirs. One that is new has its name
    from the occasion, a token nobody else has: so that an answer which is sent again is the same."""
    device = device or Device(_new_name(portal, occasion))
    newest = _hash(portal, str(account))
    others = [each for each in device.accounts if each != newest][: MOST_ACCOUNTS - 1]
    return ".".join([device.id, _hash(portal, device.id, newest, *others), newest, *others])


def known_device(portal: Portal, device: Device | None, account: UUID | None) -> str:
    """A name for this account on browsers that it has signed in with, if this is one of them; otherwise empty. It is
    one for all of them."""
    if device is None or account is None:
        return ""
    known = _hash(portal, str(account))
    return known if known in device.accounts else ""


def _new_name(portal: Portal, occasion: str) -> str:
    drawn = portal.keyed_hash("new device", occasion, portal.secrets.links)[:16]
    return base64.urlsafe_b64encode(drawn).decode().rstrip("=")


def _hash(portal: Portal, *parts: str) -> str:
    return portal.keyed_hash("device", "\0".join(parts), portal.secrets.links).hex()
