"""An authenticator app instead of mailed codes: offered as a square code, confirmed, taken off again."""

import hmac

import msgspec
import segno

from portal.application.codes import app_address, app_codes, hashed_recovery_code, new_secret, recovery_codes
from portal.application.limits import refuse_beyond
from portal.application.own_account import (
    change_own,
    prove_owner,
    prove_owner_twice,
    read_own_account,
    secure_session,
)
from portal.application.portal import Portal
from portal.application.visitors import Visitor, account_of
from portal.domain.account import Account
from portal.eventstore.work import Command

CONFIRMATIONS_AN_HOUR = 20


class Offer(msgspec.Struct, frozen=True):
    """What an app needs: the secret to type, the same as an address, and that as a square code (SVG)."""

    secret: str
    address: str
    square_code: str


async def offer_authenticator(portal: Portal, who: Visitor, command: Command, current: str) -> Offer:
    """A secret for an app. It counts once a code of the app has come back."""
    await prove_owner(portal, who, command, current)
    secret = new_secret()
    account = await change_own(portal, who, command, lambda account, now: account.offer_authenticator(secret, now))
    return _drawn(portal, account)


async def offered_before(portal: Portal, who: Visitor, secret: str) -> Offer | None:
    """The same offer once more, for whoever knows its secret already; None where another is offered, or none."""
    account = await read_own_account(portal, who)
    same = hmac.compare_digest(secret.encode(), account.offered.encode())
    return _drawn(portal, account) if account.offered and same else None


def _drawn(portal: Portal, account: Account) -> Offer:
    address = app_address(account.offered, portal.council.mail_service, account.details.email)
    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=4)
    return Offer(account.offered, address, drawn)


async def confirm_authenticator(portal: Portal, who: Visitor, command: Command, code: str) -> tuple[list[str], str]:
    """The app shows the right code: from now on it takes the place of mailed codes. The answer is the recovery codes,
    which nobody can show again, and this session's new token. Every other session ends."""
    await refuse_beyond(portal, "confirming app", str(account_of(who)), CONFIRMATIONS_AN_HOUR)
    recovery = recovery_codes(portal.secrets.codes, command.id_for("recovery"))
    hashes = [hashed_recovery_code(each) for each in recovery]
    await change_own(
        portal,
        who,
        command,
        lambda account, now: account.enrol_authenticator(
            code, app_codes(account.offered, now.timestamp()) if account.offered else {}, hashes, now
        ),
    )
    return recovery, await secure_session(portal, who, command)


async def remove_authenticator(portal: Portal, who: Visitor, command: Command, current: str) -> str:
    """Mailed codes again. Every other session ends; the answer is the new token of this one."""
    await prove_owner_twice(portal, who, command, current)
    await change_own(portal, who, command, lambda account, now: account.give_up_authenticator(now))
    return await secure_session(portal, who, command)
