"""Opaque tokens of the state a page showed: so that nobody overwrites what they have not seen.

Stream versions are never shown to referrers; a token is a keyed hash of one.
"""

from datetime import datetime

from portal.application.portal import Portal
from portal.domain.referral import Referral


class MustSayWhatYouSaw(Exception):
    """Something is there already, and the request did not say which state of it was seen."""


class ChangedSince(Exception):
    """The part was changed after the page was shown, at `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__("changed since")
        self.at = at


def state_token(portal: Portal, referral: Referral, part: str) -> str:
    """The token of a part as it stands now; of a part never answered, the empty state's."""
    change = referral.changed.get(part)
    text = f"{referral.id}|{part}|{change.version if change else 0}"
    return portal.keyed_hash("state", text, portal.secrets.tokens).hex()[:24]


def refuse_if_changed(portal: Portal, referral: Referral, part: str, seen: str | None) -> None:
    """Raise MustSayWhatYouSaw or ChangedSince where replacing the part would overwrite what was not seen."""
    change = referral.changed.get(part)
    if change is None:
        return
    if not seen:
        raise MustSayWhatYouSaw
    if seen != state_token(portal, referral, part):
        raise ChangedSince(change.at)
