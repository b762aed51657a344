"""How often something may happen, counted exactly over all processes.

One statement, the generic cell rate algorithm (security.md 2.7): a row holds the instant until which somebody has used
their share. The table is unlogged, so counting waits neither for a disk nor for a standby.

Whoever is signed in is counted by account, a browser that signed in before by its device, and everybody else by
network address; but never those on a network that the council knows to be shared. So nobody is stopped for what others
behind the same address do, once the portal knows the least thing about them.
"""

import logging
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

import msgspec

from portal.application.devices import Device
from portal.application.portal import Portal
from portal.application.visitors import Visitor
from portal.council.rates import Allowance
from portal.logs import facts

log = logging.getLogger(__name__)
NOWHERE = "no address"  # whom all are counted with whose address nobody can read
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TAKE = """
with taken as (
  insert into limits as l (key, used_until) values ($1, clock_timestamp() + $2::interval)
  on conflict (key) do update set used_until = greatest(l.used_until, clock_timestamp()) + $2::interval
    where greatest(l.used_until, clock_timestamp()) + $2::interval - clock_timestamp() <= $3::interval
  returning interval '0' as wait
)
select coalesce(
  (select wait from taken),
  (select greatest(used_until + $2::interval - $3::interval - clock_timestamp(), interval '1 second')
   from limits where key = $1),
  $2::interval)
"""
GIVE_BACK = "update limits set used_until = used_until - $2::interval where key = $1"


class TooOften(Exception):
    """Too many. Try again after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request comes from: the client's address, empty where it is not known, and the device cookie."""

    address: str = ""
    device: Device | None = None


async def refuse_beyond(portal: Portal, what: str, whose: str, times: int, within: timedelta = HOUR) -> None:
    """Count it, or raise TooOften."""
    key = portal.keyed_hash(what, whose)
    if wait := await portal.pool.fetchval(TAKE, key, within / times, within):
        log.warning("a limit was reached", extra=facts(limit=what))
        raise TooOften(wait)


async def is_within(portal: Portal, what: str, whose: str, times: int, within: timedelta = HOUR) -> bool:
    """Count it, where too many are not refused but not heard."""
    try:
        await refuse_beyond(portal, what, whose, times, within)
    except TooOften:
        return False
    return True


async def give_back(portal: Portal, what: str, whose: str, times: int, within: timedelta = HOUR) -> None:
    """What was counted beforehand does not count after all."""
    await portal.pool.execute(GIVE_BACK, portal.keyed_hash(what, whose), within / times)


async def keep_within(portal: Portal, what: str, allowance: Allowance, caller: Caller, who: Visitor) -> None:
    """Count a request for whoever sends it, or raise TooOften."""
    if who.account:
        await refuse_beyond(portal, f"{what} account", str(who.account), allowance.one)
    elif caller.device:
        await refuse_beyond(portal, f"{what} device", caller.device.accounts[0], allowance.one)
    elif network := shared_network(portal, caller.address):
        await refuse_beyond(portal, f"{what} network", network, allowance.network)


def stranger(portal: Portal, caller: Caller) -> str:
    """What tells somebody who is not signed in from others, also on a network that the council knows to be shared."""
    if caller.device:
        return caller.device.accounts[0]
    return shared_network(portal, caller.address) or caller.address


def shared_network(portal: Portal, address: str) -> str:
    """The network that an address is counted under: IPv6 by /64, which is one household or office; all whose
    address cannot be read by one name. Empty where nobody is counted: the council knows the network to be shared."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return NOWHERE
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if portal.council.networks.know(str(found)):
        return ""
    return str(found) if found.version == 4 else found.packed[:8].hex()
