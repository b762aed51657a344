"""Where a person on the referral lives, or works: found, by hand, copied, or a recorded reason why there is none."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from portal.domain.facts import Facts, line
from portal.domain.options import Option
from portal.domain.refusals import Fault


class AddressSource(StrEnum):
    """How we came to know an address."""

    FOUND = "found"
    MANUAL = "manual"
    COPIED = "copied"
    NONE = "none"


class WhyNoAddress(Option):
    """Answers that stand for an address (guide G26)."""

    NO_FIXED_ABODE = "no_fixed_abode", "No fixed abode"
    NOT_KNOWN = "not_known", "Not known"


class Place(Option):
    """Whether the address is a home or a workplace; for the adult of concern the workplace counts."""

    HOME = "home", "Home"
    WORKPLACE = "workplace", "Workplace"


class AddressByHand(Facts, frozen=True, kw_only=True):
    """An address as somebody typed it."""

    lines: Annotated[
        tuple[Annotated[str, line("Address line", "14 Tannery Row", longest=120)], ...],
        Meta(title="Address lines", max_length=4),
    ]
    town: Annotated[str, line("Town or city", "Severnmouth")] = ""
    postcode: Annotated[str, line("Postcode, if you know it", "ZZ1 4QP", longest=10)] = ""

    def faults(self, today: date) -> Iterator[Fault]:
        if not any(text.strip() for text in self.lines):
            yield Fault("/lines", "Enter the first line of the address.")
        if not self.town and not self.postcode:
            yield Fault("/town", "Enter a town or a postcode, so that we can find the place.")


class Address(AddressByHand, frozen=True, kw_only=True):
    """What is recorded for a person. `secret`: nobody in the family may learn it."""

    source: AddressSource
    lines: tuple[str, ...] = ()
    place: Place = Place.HOME
    secret: bool = False
    why_none: WhyNoAddress | None = None
    copied_from: UUID | None = None
    uprn: str = ""
    custodian: str = ""  # local custodian code: which council the address belongs to

    def faults(self, today: date) -> Iterator[Fault]:
        if self.source is AddressSource.NONE:
            if self.why_none is None:
                yield Fault("/why_none", "Say why there is no address.")
        else:
            yield from super().faults(today)
