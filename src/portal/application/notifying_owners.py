"""The letters to the owner of an account: codes and links, and word of whatever was changed."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from portal.application.codes import code_for
from portal.application.emails import holder_of
from portal.application.forgotten_passwords import NEW_PASSWORD
from portal.application.notifying import Write, loaded, posted, sent
from portal.application.portal import Portal
from portal.application.registering import invitation_token
from portal.domain.account import Account
from portal.domain.account_events import EmailChanged
from portal.domain.account_roles import RoleGranted, RoleRevoked
from portal.domain.login_challenge import CODE_LIFE, LINK_LIFE, CodeReissued, Factor, LoginChallenge, Purpose
from portal.domain.staff_list import STAFF_LIST, StaffList
from portal.eventstore.envelope import Envelope
from portal.eventstore.work import Work, own_command
from portal.jobs.queue import Hopeless
from portal.mail import account_letters as letters
from portal.mail.letters import Correspondence
from portal.mail.port import Letter


async def challenge_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """What a challenge mails: a code, a link, or that there is an account already."""
    challenge = await loaded(portal, LoginChallenge, envelope.stream_id)
    account = (await portal.store.load(Account, challenge.account)).aggregate
    if challenge.accepted or challenge.factor is not Factor.MAIL or account is None:
        return None
    match challenge.purpose:
        case Purpose.ALREADY_REGISTERED:
            return letters.already_registered(portal.correspondence, account.details.email)
        case Purpose.NEW_PASSWORD:
            return _new_password_letter(portal, challenge, account)
    if challenge.given_up:
        return None
    code = code_for(portal.secrets.codes, challenge.id, _issue(envelope))
    if challenge.purpose is Purpose.CHANGING_EMAIL:
        return await _new_address_letter(portal, challenge, account, code)
    return letters.code(portal.correspondence, account.details.email, code, CODE_LIFE.seconds // 60)


async def send_challenge(portal: Portal, event_id: UUID) -> datetime | None:
    """Mail the challenge, then say so: the five minutes of a code run from the moment it was handed over."""
    if (envelope := await sent(challenge_letter, portal, event_id)) is None:
        return None

    async def decide(work: Work) -> LoginChallenge:
        challenge, now = await work.load(LoginChallenge, envelope.stream_id)
        if challenge is None:
            raise Hopeless
        challenge.note_sent(_issue(envelope), now)
        return challenge

    await portal.perform(own_command(event_id, "sent"), LoginChallenge, decide)
    return None


async def invitation_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """The link with which somebody invited chooses a password."""
    account = await loaded(portal, Account, envelope.stream_id)
    link = f"{portal.correspondence.address}/invitation#{invitation_token(portal, account)}"
    days = portal.council.limits.invitation_days
    usable = account.is_invited and not account.shut
    return letters.invitation(portal.correspondence, account.details.email, link, days) if usable else None


async def given_up_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """Somebody knew the password, and had no code. Other challenges are given up by people who know nothing."""
    challenge = await loaded(portal, LoginChallenge, envelope.stream_id)
    if challenge.purpose is not Purpose.SIGNING_IN:
        return None
    account = await loaded(portal, Account, challenge.account)
    return letters.codes_given_up(portal.correspondence, account.details.email)


async def old_address_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the address that the account had until now."""
    changed = envelope.event
    return letters.email_changed(portal.correspondence, changed.former) if isinstance(changed, EmailChanged) else None


async def staff_letters(portal: Portal, event_id: UUID) -> datetime | None:
    """A job: whoever is given or loses a role hears of it, and so does every administrator but the one who did it.
    Nobody makes themselves a second account in silence."""
    envelope = await portal.store.event(event_id)
    if envelope is None:
        return None
    listed = (await portal.store.load(StaffList, STAFF_LIST)).aggregate
    administrators = sorted(listed.administrators) if listed else []
    told: dict[UUID, Callable[[Correspondence, str], Letter]] = dict.fromkeys(administrators, letters.staff_changed)
    told.pop(envelope.stream_id, None)
    if isinstance(envelope.event, RoleGranted | RoleRevoked):  # whoever is invited has the invitation
        told[envelope.stream_id] = letters.roles_changed
    for each, words in told.items():
        if str(each) != envelope.metadata.actor:
            account = await loaded(portal, Account, each)
            await posted(portal, words(portal.correspondence, account.details.email), f"{event_id}-staff-{each}")
    return None


def telling(name: str, words: Callable[[Correspondence, str], Letter]) -> Write:
    """A letter to the owner, at the address the account has now."""

    async def write(portal: Portal, envelope: Envelope) -> Letter | None:
        account = await loaded(portal, Account, envelope.stream_id)
        return words(portal.correspondence, account.details.email)

    write.__name__ = name
    return write


password_letter = telling("password_letter", letters.password_changed)
details_letter = telling("details_letter", letters.details_changed)
confirmed_letter = telling("confirmed_letter", letters.account_confirmed)
disabled_letter = telling("disabled_letter", letters.account_disabled)
enabled_letter = telling("enabled_letter", letters.account_enabled)
closed_letter = telling("closed_letter", letters.account_closed)
app_added_letter = telling("app_added_letter", letters.app_added)
app_removed_letter = telling("app_removed_letter", letters.app_removed)
recovery_code_letter = telling("recovery_code_letter", letters.recovery_code_used)


def _new_password_letter(portal: Portal, challenge: LoginChallenge, account: Account) -> Letter | None:
    if account.shut or account.is_invited:  # the one may not sign in, the other has a link of their own
        return None
    link = f"{portal.correspondence.address}/new-password#{portal.sign(NEW_PASSWORD, challenge.id)}"
    return letters.new_password_link(portal.correspondence, account.details.email, link, LINK_LIFE.seconds // 60)


async def _new_address_letter(portal: Portal, challenge: LoginChallenge, account: Account, code: str) -> Letter | None:
    asked = account.email_change
    if asked is None or asked.challenge != challenge.id:
        return None
    holder = await holder_of(portal, asked.email)
    if holder and holder.taken:
        return letters.already_registered(portal.correspondence, asked.email)
    return letters.new_address_code(portal.correspondence, asked.email, code, CODE_LIFE.seconds // 60)


def _issue(envelope: Envelope) -> int:
    return envelope.event.issue if isinstance(envelope.event, CodeReissued) else 1
