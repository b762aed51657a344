"""How often things may be done, and which networks many people share."""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated

import msgspec
from msgspec import Meta

from portal.council.keys import key

Times = Annotated[int, Meta(ge=1, le=100_000)]


class Allowance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often in an hour, all at once if need be: `one` account or known device, and all together behind a
    `network` address about which the portal knows nothing."""

    one: Times
    network: Times


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often something may be done in an hour, all at once if need be: by `one` account or known device, and by all
    together behind a `network` address about which the portal knows nothing. The defaults let a school on a training
    day register and sign in at once; what protects a single account is counted for it alone."""

    registering: Annotated[Allowance, key("Registering.")] = Allowance(60, 600)
    signing_in: Annotated[Allowance, key("Giving an e-mail address and a password.")] = Allowance(120, 1200)
    codes: Annotated[Allowance, key("Entering codes.")] = Allowance(200, 2400)
    new_codes: Annotated[Allowance, key("Asking for a new code.")] = Allowance(60, 600)
    new_passwords: Annotated[Allowance, key("Forgotten passwords and invitations.")] = Allowance(30, 300)
    address_searches: Annotated[Allowance, key("Looking up addresses.")] = Allowance(600, 3000)
    people_searches: Annotated[Allowance, key("Searching for people, by staff.")] = Allowance(600, 3000)
    reports: Annotated[Allowance, key("Reports by browsers of what a page must not hold.")] = Allowance(60, 600)
    drafts: Annotated[Allowance, key("Starting referrals.")] = Allowance(120, 1200)
    documents: Annotated[Allowance, key("Sending files, whatever their number.")] = Allowance(600, 3000)
    copies: Annotated[Allowance, key("Printing one's own copies.")] = Allowance(30, 300)
    enquiries: Annotated[Allowance, key("Sending feedback about a service or a fostering enquiry.")] = Allowance(
        20, 200
    )
    changes: Annotated[Allowance, key("Everything else that changes something.")] = Allowance(3000, 12_000)


class Networks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Networks that many people share, such as a school trust's or a hospital's."""

    known: Annotated[
        tuple[str, ...], key("Those networks, like 192.0.2.0/24. Nobody is ever stopped for coming from there.")
    ] = ()

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
