"""Every event that can be read back, by its topic. A class that nobody listed here can never be decoded."""

from portal.domain.access import ACCESS_EVENTS
from portal.domain.account import ACCOUNT_EVENTS
from portal.domain.aggregate import Event
from portal.domain.login_challenge import CHALLENGE_EVENTS
from portal.domain.referral_events import REFERRAL_EVENTS

CATALOGUE: dict[str, type[Event]] = {
    kind.TOPIC: kind for kind in (*REFERRAL_EVENTS, *ACCOUNT_EVENTS, *CHALLENGE_EVENTS, *ACCESS_EVENTS)
}
