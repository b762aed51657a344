"""The council whose portal this is: its names, numbers, mailboxes and limits, from `council.toml`."""

from datetime import timedelta
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from portal.settings import MissingSettings

Days = Annotated[int, Meta(ge=1, le=365)]
Mailbox = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$")]
Domain = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class TeamMailboxes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where each service's team is told that something has arrived."""

    early_help: Mailbox
    social_care: Mailbox
    lado: Mailbox


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long things last. A draft ends after its last change: nobody's after hours, an account's after days; its
    owner is reminded after `first_reminder_days` and `last_reminder_days` before the end."""

    unclaimed_draft_hours: Annotated[int, Meta(ge=1, le=24 * 28)] = 24
    unsent_draft_days: Days = 28
    first_reminder_days: Days = 1
    last_reminder_days: Days = 3
    idle_minutes: Annotated[int, Meta(ge=5, le=240)] = 30
    session_hours: Annotated[int, Meta(ge=1, le=24)] = 12
    invitation_days: Days = 7

    @property
    def unclaimed_draft(self) -> timedelta:
        return timedelta(hours=self.unclaimed_draft_hours)

    @property
    def unsent_draft(self) -> timedelta:
        return timedelta(days=self.unsent_draft_days)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def session(self) -> timedelta:
        return timedelta(hours=self.session_hours)


class PasswordRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long passwords are at least, and words that must not be in them, beside those of the council's own names:
    towns, districts, what people call the portal."""

    least_public: Annotated[int, Meta(ge=12, le=64)] = 12
    least_staff: Annotated[int, Meta(ge=15, le=64)] = 15
    words: tuple[str, ...] = ()


class DirectoryRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the council's own directory says of its members, where staff sign in with it. `roles`: the roles of each
    group, by the group's name or id there; whoever is in none of them may refer, as anybody. `admits`: the group whose
    members alone come in this way; without one, everybody in the directory does. `strong`: what `amr` or `acr` says of
    a sign-in with a second factor."""

    roles: dict[str, tuple[str, ...]]
    admits: Annotated[str, Meta(min_length=1)] | None = None
    group_claim: str = "groups"
    strong: tuple[str, ...] = ("mfa",)


Times = Annotated[int, Meta(ge=1, le=100_000)]


class Allowance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often in an hour, all at once if need be: `one` account or known device, and all together behind a
    `network` address about which the portal knows nothing."""

    one: Times
    network: Times


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often things may be done. The defaults let a school on a training day register and sign in at once; what
    protects a single account is counted for it alone (application/signing_in.py)."""

    registering: Allowance = Allowance(60, 600)
    signing_in: Allowance = Allowance(120, 1200)
    codes: Allowance = Allowance(200, 2400)
    new_codes: Allowance = Allowance(60, 600)
    new_passwords: Allowance = Allowance(30, 300)
    address_searches: Allowance = Allowance(600, 3000)
    people_searches: Allowance = Allowance(600, 3000)
    drafts: Allowance = Allowance(120, 1200)
    reports: Allowance = Allowance(60, 600)  # by browsers, of what a page must not hold
    changes: Allowance = Allowance(3000, 12_000)  # everything else that changes something


class Networks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """`known`: addresses that many people share, such as a school trust's or a hospital's, as CIDR. Nobody is ever
    stopped for coming from there."""

    known: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if wrong := [each for each in self.known if not _is_network(each)]:
            raise ValueError(f"not a network like 192.0.2.0/24: {', '.join(wrong)}")

    def know(self, address: str) -> bool:
        """Whether this address is one of theirs."""
        found = ip_address(address)
        return any(found in network for network in self._parsed)

    @cached_property
    def _parsed(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(map(ip_network, self.known))


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


Colour = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")]
LEAST_CONTRAST = 4.5  # of white text on the council's colour (WCAG 2.2, 1.4.3)


class Pages(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the public pages say of the council beside its name and numbers. `open_hours`: when staff read what arrives,
    as the middle of a sentence; `support_url`: where families find help that needs no referral; `colour`: of the bar at
    the top, dark enough for white text; `background`: of the bar's neighbours, light."""

    open_hours: str
    help_email: Mailbox
    post: str
    website: Annotated[str, Meta(pattern=r"^https://[^\s\"<>]+$")]
    support_url: Annotated[str, Meta(pattern=r"^https://[^\s\"<>]+$")]
    data_protection_email: Mailbox
    colour: Colour = "#00524c"
    background: Colour = "#eef5f3"

    def __post_init__(self) -> None:
        if (contrast := 1.05 / (_luminance(self.colour) + 0.05)) < LEAST_CONTRAST:
            raise ValueError(f"white text on {self.colour} has a contrast of {contrast:.1f}: take a darker colour")


def _luminance(colour: str) -> float:
    """How bright a colour is, from 0 to 1 (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Council(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One council. `mail_sender` and `mail_service` stand in letters that others may see: they must not say what the
    forms are about. A professional whose address is of one of the `trusted_domains`, or of a domain below one, is known
    to be one; any other is "not verified" until staff confirm them."""

    name: str
    front_door_phone: str
    out_of_hours_phone: str
    help_phone: str
    mail_sender: str
    mail_service: str
    team_mailboxes: TeamMailboxes
    pages: Pages
    limits: Limits = Limits()
    passwords: PasswordRules = PasswordRules()
    directory: DirectoryRules | None = None
    trusted_domains: tuple[Domain, ...] = ("police.uk", "nhs.net", "nhs.uk", "gov.uk", "sch.uk")
    rates: Rates = Rates()
    networks: Networks = Networks()


def read_council(path: Path) -> Council:
    """The council of a configuration file. MissingSettings says which key is wrong."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Council)
    except OSError:
        raise MissingSettings(f"the council's configuration {path} cannot be read") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise MissingSettings(f"{path}: {wrong}") from None
