"""What an account is at any moment: the state that its events make and its methods decide on."""

from collections.abc import Collection
from datetime import datetime

from portal.domain.account_details import AccountKind, OwnerDetails, Role
from portal.domain.account_events import EmailChangeAsked
from portal.domain.account_membership import Membership
from portal.domain.aggregate import Aggregate
from portal.domain.authenticator import Authenticator
from portal.domain.mailboxes import is_within, normalized
from portal.domain.referral_parts import Referrer


class AccountState(Aggregate):
    """The state of one account. `secured_at`: when its owner last proved it anew, by a password, an address or an app;
    whatever was begun before that moment is overtaken. `elsewhere_since`: when they last changed whom they work for."""

    def __init__(self, details: OwnerDetails, timestamp: datetime, password_hash: str = "") -> None:
        self.known_as: tuple[OwnerDetails, ...] = ()
        self.details = details
        self.password_hash = password_hash
        self.secured_at = timestamp
        self.elsewhere_since: datetime | None = None
        self.validated = False
        self.confirmed = False
        self.roles: frozenset[Role] = frozenset()
        self.invited_at: datetime | None = None
        self.membership: Membership | None = None  # of somebody who comes by the council's directory
        self.email_change: EmailChangeAsked | None = None
        self.offered = ""  # secret of an app that is not confirmed yet
        self.authenticator: Authenticator | None = None
        self.disabled = False
        self.closed_at: datetime | None = None

    @property
    def details(self) -> OwnerDetails:
        """What the account says of its owner now. `known_as` holds all it ever said: whoever is named on a referral
        does not stop being so by another name, phone number or address (named.py)."""
        return self.known_as[-1]

    @details.setter
    def details(self, details: OwnerDetails) -> None:
        self.known_as = (*(each for each in self.known_as if each != details), details)

    @property
    def is_invited(self) -> bool:
        """Whether the owner was invited and has not accepted yet: only the invitation opens such an account."""
        return bool(self.roles) and not self.validated

    @property
    def has_second_factor(self) -> bool:
        """Whether its owner signs in with more than a mailbox: by an app, or by the council's directory. Without, roles
        rest (security.md, finding 8)."""
        return self.authenticator is not None or self.membership is not None

    @property
    def taken(self) -> bool:
        """Whether it is somebody's for good, and not just a registration that nobody has validated."""
        return self.validated or bool(self.roles) or self.shut

    @property
    def shut(self) -> bool:
        """Whether nobody may use it: disabled by the council or closed by its owner."""
        return self.disabled or self.closed_at is not None

    def overtakes(self, instant: datetime) -> bool:
        """Whether what was begun at that instant, with the password or address of then, counts no longer."""
        return self.shut or self.secured_at > instant

    def holds(self, email: str) -> bool:
        """Whether this address is the account's: not one it had before, nor that of a closed account."""
        return self.closed_at is None and normalized(self.details.email) == normalized(email)

    def is_not_verified(self, trusted_domains: Collection[str]) -> bool:
        """Whether this is a professional of whom only they themselves say so: their address is of none of the domains
        that the council trusts, and no staff have confirmed them."""
        at_work = self.details.kind is AccountKind.PROFESSIONAL and not (self.roles or self.membership)
        return at_work and not self.confirmed and not is_within(self.details.email, trusted_domains)

    def referrer(self, trusted_domains: Collection[str]) -> Referrer:
        """Who this is, as a referral records it when it is sent."""
        details = self.details
        return Referrer(
            name=details.name,
            email=details.email,
            phone=details.phone,
            professional=details.kind is AccountKind.PROFESSIONAL,
            organisation=details.organisation,
            organisation_kind=details.organisation_kind or "",
            role=details.role,
            not_verified=self.is_not_verified(trusted_domains),
        )
