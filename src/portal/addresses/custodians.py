"""Which council looks after children at an address, by the custodian of its entry in the national register.

custodians.csv has every local custodian code of England, Wales and Scotland, with the council that has the children's
services there: the county's where the custodian is a district. Its source is data/local-authorities.csv of
github.com/alphagov/local-links-manager (MIT licence, August 2026), which agrees with Ordnance Survey's list of local
custodian codes for AddressBase; codes of districts that were abolished since 2019 stand for the council that took over.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path


def children_services_at(custodian: str) -> str | None:
    """The name of the council; None for a code that is no council's (Ordnance Survey keeps some entries itself)."""
    return _councils().get(custodian)


@cache
def _councils() -> Mapping[str, str]:
    with Path(__file__).with_name("custodians.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["council"] for row in csv.DictReader(file)}
