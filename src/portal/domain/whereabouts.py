"""Where a child is now who is not at home."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from msgspec import Meta

from portal.domain.addresses import Address, AddressSource
from portal.domain.facts import Facts, line
from portal.domain.refusals import Fault


class Whereabouts(Facts, frozen=True, kw_only=True):
    """Where a child is staying, in words, and the address of that place if it is known."""

    staying: Annotated[str, line("Where is the child staying now?", "With her grandmother", longest=200, required=True)]
    address: Annotated[Address, Meta(title="The address of that place, if you know it")] | None = None

    def faults(self, today: date) -> Iterator[Fault]:
        if self.address is None:
            return
        if self.address.source is AddressSource.NONE:
            yield Fault("/address", "Give the address of the place, or leave it out.")
        for fault in self.address.faults(today):
            yield Fault(f"/address{fault.at}", fault.says)
