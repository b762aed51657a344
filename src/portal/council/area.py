"""The council's area and its neighbours, from council.toml ([area]): what tells whether an address is outside."""

from collections import Counter
from typing import Annotated

import msgspec
from msgspec import Meta

from portal.council.keys import key

Code = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3}$")]
PostcodePart = Annotated[str, Meta(pattern=r"^[A-Z]{1,2}([0-9][0-9A-Z]?( [0-9])?)?$")]


class Neighbour(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another council. Its codes are known by its name already (addresses/custodians.csv), unless it is named otherwise
    there."""

    name: Annotated[str, key("What people call it, like Herefordshire Council.")]
    custodian_codes: Annotated[tuple[Code, ...], key("Its local custodian codes.")] = ()
    postcodes: Annotated[tuple[PostcodePart, ...], key("Postcodes that are wholly there, as above.")] = ()
    phone: Annotated[str, key("The number of its children's services.")] = ""
    lado_phone: Annotated[str, key("The number of its LADO, if that is another.")] = ""


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the council looks after children. Without these keys no address is ever said to be outside."""

    custodian_codes: Annotated[
        tuple[Code, ...],
        key("The local custodian codes of the council, or of all of a county's districts."),
    ] = ()
    postcodes: Annotated[
        tuple[PostcodePart, ...],
        Meta(
            description="The postcode areas, districts or sectors there (WR, WR10, WR10 2), for addresses by hand: the "
            "longest that fits decides. Any other postcode is outside."
        ),
    ] = ()
    neighbours: Annotated[tuple[Neighbour, ...], key("Councils to name, with their numbers.")] = ()

    def __post_init__(self) -> None:
        ours_and_theirs: tuple[Area | Neighbour, ...] = (self, *self.neighbours)
        claimed = Counter(each for one in ours_and_theirs for each in (*one.custodian_codes, *one.postcodes))
        if twice := [each for each, times in claimed.items() if times > 1]:
            raise ValueError(f"stands more than once: {', '.join(twice)}")
