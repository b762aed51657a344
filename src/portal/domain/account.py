"""The account: one person, one e-mail address, for the public, for professionals and for staff."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

import msgspec

from portal.domain import account_events as happened
from portal.domain import authenticator as app
from portal.domain.account_details import AccountKind, OwnerDetails, PersonDetails, Role
from portal.domain.account_roles import RoleHolder
from portal.domain.refusals import Fault, Refused, refuse_if

WRONG_CODE = "That is not the right code. Check that your phone shows the right time, and enter the code it shows now."


class Account(RoleHolder):
    """One person's account. Roles are empty for applicants."""

    TOPIC = "account"

    # --- opening it ------------------------------------------------------------------------------------------------

    @classmethod
    def register(cls, id: UUID, details: OwnerDetails, password_hash: str, now: datetime) -> Self:
        """A new account; it opens nothing until its address is validated."""
        refuse_if(details.faults(now.date()))
        return cls._create(
            happened.AccountRegistered, id=id, details=details, password_hash=password_hash, timestamp=now
        )

    @classmethod
    def invite(cls, id: UUID, details: OwnerDetails, roles: frozenset[Role], now: datetime) -> Self:
        """An account for staff, opened by the council."""
        return cls._create(happened.AccountInvited, id=id, details=details, roles=roles, timestamp=now)

    def invite_over(self, details: OwnerDetails, roles: frozenset[Role], now: datetime) -> None:
        """An invitation replaces a registration that was never validated: nobody can keep a colleague's address. It
        also replaces an older invitation, which may have run out; what that granted is granted no more."""
        if self.taken and (self.shut or not self.is_invited):
            fault = Fault("/email", "Choose another address.")
            raise Refused("This address has an account already.", [fault])
        self.trigger_event(happened.InvitedInstead, details=details, roles=roles, timestamp=now)

    def register_again(self, details: OwnerDetails, password_hash: str, now: datetime) -> None:
        """Registering over an account that was never validated replaces what it says."""
        if self.taken:
            raise Refused("This account exists already.")
        refuse_if(details.faults(now.date()))
        self.trigger_event(happened.RegistrationReplaced, details=details, password_hash=password_hash, timestamp=now)

    def give_way(self, now: datetime) -> None:
        """Somebody else proved that the address is theirs, and nobody ever did here."""
        if self.taken:
            raise Refused("This account is somebody's.")
        self.trigger_event(happened.RegistrationGaveWay, timestamp=now)

    def accept_invitation(self, password_hash: str, now: datetime) -> None:
        """The first password of somebody invited; the link works once."""
        if self.validated or not self.roles or self.shut:
            raise Refused("This link has been used. Sign in, or choose a new password under “Forgotten password?”.")
        self.trigger_event(happened.InvitationAccepted, password_hash=password_hash, timestamp=now)

    def validate_email(self, now: datetime) -> None:
        """The code came back: the address is the owner's."""
        if not self.validated:
            self.trigger_event(happened.EmailValidated, timestamp=now)

    # --- what its owner changes ------------------------------------------------------------------------------------

    def change_password(self, password_hash: str, now: datetime) -> None:
        """A new password. A reset also proves the address, so it validates an account that never was."""
        self._open()
        self.trigger_event(happened.PasswordChanged, password_hash=password_hash, timestamp=now)
        self.validate_email(now)

    def rehash_password(self, former: str, password_hash: str, now: datetime) -> None:
        """The same password under a newer pepper or at a higher cost, if it is still the same."""
        if self.password_hash == former:
            self.trigger_event(happened.PasswordRehashed, password_hash=password_hash, timestamp=now)

    def change_details(self, details: PersonDetails, now: datetime) -> None:
        """Other details. The e-mail address has a way of its own, since it has to be proved. Whoever works for the
        council keeps the name and phone number that it knows them by: nobody opens a referral that names them."""
        self._open()
        if self.roles:
            refuse_if(self._renamed(details))
        refuse_if(details.faults(now.date()))
        changed = OwnerDetails(email=self.details.email, **msgspec.structs.asdict(details))
        if changed != self.details:
            self.trigger_event(happened.DetailsChanged, details=changed, timestamp=now)

    def ask_for_email(self, email: str, challenge: UUID, now: datetime) -> None:
        """Another address: its code is mailed there, and nothing changes until it comes back."""
        self._open()
        if self.holds(email):
            raise Refused("This is your address already.", [Fault("/email", "Enter another e-mail address.")])
        self.trigger_event(happened.EmailChangeAsked, email=email, challenge=challenge, timestamp=now)

    def change_email(self, challenge: UUID, now: datetime) -> str:
        """The code of this challenge came back from the new address, which is the answer."""
        self._open()
        asked = self.email_change
        if asked is None or asked.challenge != challenge:
            raise Refused("You have asked for another address since. Use the newest code.")
        self.trigger_event(happened.EmailChanged, email=asked.email, former=self.details.email, timestamp=now)
        return asked.email

    def close(self, now: datetime) -> None:
        """By its owner. What was sent stays with the council."""
        if self.roles:
            raise Refused("This account is the council's. Ask an administrator to disable it.")
        if self.closed_at is None:
            self.trigger_event(happened.AccountClosed, timestamp=now)

    # --- the authenticator app -------------------------------------------------------------------------------------

    def offer_authenticator(self, secret: str, now: datetime) -> None:
        """A secret for an app, which counts once a code has come back. A newer offer replaces an older one."""
        self._open()
        if self.authenticator:
            raise Refused("You use an authenticator app already. Remove it first if you have a new phone.")
        self.trigger_event(app.AuthenticatorOffered, secret=secret, timestamp=now)

    def enrol_authenticator(
        self, code: str, codes: Mapping[int, str], recovery: Collection[str], now: datetime
    ) -> None:
        """The first code of the app (`codes`: step -> code) and the hashes of the recovery codes."""
        self._open()
        if not self.offered:
            raise Refused("Begin again: no authenticator app is waiting to be confirmed.")
        step = app.matching_step(code, codes)
        if step is None:
            raise Refused(WRONG_CODE, [Fault("/code", WRONG_CODE)])
        self.trigger_event(
            app.AuthenticatorEnrolled, secret=self.offered, step=step, recovery=tuple(recovery), timestamp=now
        )

    def give_up_authenticator(self, now: datetime) -> None:
        """By its owner. Whoever has roles asks an administrator, so that no open browser takes the app off."""
        if self.roles:
            raise Refused("This account is the council's. Ask an administrator to take the app off.")
        self.remove_authenticator(now)

    def remove_authenticator(self, now: datetime) -> None:
        """Mailed codes again."""
        if self.authenticator:
            self.trigger_event(app.AuthenticatorRemoved, timestamp=now)

    def use_authenticator(self, code: str, codes: Mapping[int, str], now: datetime) -> bool:
        """Whether this is a code of the app that was not used before (`codes`: step -> code); then it is used up."""
        step = self.authenticator.step_of(code, codes) if self.authenticator else None
        if step is not None:
            self.trigger_event(app.AuthenticatorUsed, step=step, timestamp=now)
        return step is not None

    def use_recovery_code(self, hashed: str, now: datetime) -> bool:
        """Whether this is a recovery code that was not used before; then it is used up."""
        kept = self.authenticator.recovery_code(hashed) if self.authenticator else None
        if kept:
            self.trigger_event(app.RecoveryCodeUsed, hashed=kept, timestamp=now)
        return kept is not None

    # --- the council's side ----------------------------------------------------------------------------------------

    def confirm_professional(self, how: str, now: datetime) -> None:
        """Staff made sure that they work where they say. A second time changes nothing."""
        self._open()
        if self.details.kind is not AccountKind.PROFESSIONAL:
            raise Refused("This is not the account of a professional: there is nothing to confirm.")
        if not self.confirmed:
            self.trigger_event(happened.ProfessionalConfirmed, how=how, timestamp=now)

    def disable(self, why: str, now: datetime) -> None:
        """Nobody signs in with it any more."""
        if self.closed_at:
            raise Refused("This account has been closed by its owner.")
        if not self.disabled:
            self.trigger_event(happened.AccountDisabled, why=why, timestamp=now)

    def enable(self, now: datetime) -> None:
        """Its owner may sign in again."""
        if self.closed_at:
            raise Refused("This account has been closed by its owner. They can register again.")
        if self.disabled:
            self.trigger_event(happened.AccountEnabled, timestamp=now)

    def correct_details(self, name: str, phone: str, now: datetime) -> None:
        """The name and phone number by which the council knows somebody who works for it. Whoever was named on a
        referral by the former ones still is."""
        if self.membership:
            raise Refused("This person's details come from the council's directory. Change them there.")
        self._open()
        corrected = msgspec.structs.replace(self.details, name=name, phone=phone)
        refuse_if(corrected.faults(now.date()))
        if corrected != self.details:
            self.trigger_event(happened.DetailsCorrected, details=corrected, timestamp=now)

    def end_sessions(self, now: datetime) -> None:
        """Somebody at the council signs the owner out everywhere."""
        self.trigger_event(happened.SessionsEnded, timestamp=now)

    def _renamed(self, details: PersonDetails) -> Iterator[Fault]:
        if details.name != self.details.name:
            yield Fault("/name", "An administrator changes the names of staff.")
        if self.details.phone and details.phone != self.details.phone:
            yield Fault("/phone", "An administrator changes the phone numbers of staff.")

    def _open(self) -> None:
        if self.shut:
            raise Refused("This account cannot be used any more. Call us if you think that is wrong.")
