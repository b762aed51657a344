"""Where a referral came from, as the Department for Education counts it, out of what the portal knows of its sender."""

from portal.domain.codes.code_sets import code_set
from portal.domain.services import Capacity, Relationship

SELF, ACQUAINTANCE, UNKNOWN = "1C", "1B", "10"


def referral_source(capacity: Capacity, relationship: Relationship, organisation_kind: str = "") -> str:
    """The code that staff are offered, and may correct: of a young person, of somebody in a personal capacity by what
    they are to the child, of a professional by where they work (domain.md 7.1)."""
    if capacity is Capacity.SELF:
        return SELF
    if capacity is Capacity.PERSONAL:
        return _meant("relationship", relationship.value) or ACQUAINTANCE
    return _meant("organisation_kind", organisation_kind) or UNKNOWN


def _meant(name: str, code: str) -> str | None:
    found = code_set(name).find(code)
    return found.means.get("referral_source") if found else None
