"""For how long its sender sees the full text of what they sent: whoever gets into their account later does not, and
whoever works elsewhere by now has no more business with it."""

from datetime import UTC, datetime, timedelta

from portal.application.portal import Portal
from portal.application.visitors import Visitor
from portal.domain.referral import Referral
from portal.domain.refusals import Refused


def full_text_until(portal: Portal, who: Visitor, received_at: datetime | None) -> datetime | None:
    """Until when; None for a draft, which is its owner's to go on with. What was sent for another organisation than
    theirs is put away from the moment they said so."""
    if received_at is None:
        return None
    until = received_at + timedelta(days=portal.council.limits.sent_text_days)
    left = who.elsewhere_since
    return min(until, left) if left and received_at <= left else until


def is_put_away(portal: Portal, who: Visitor, received_at: datetime | None) -> bool:
    """Whether its sender sees only the reference, initials, how it stands and the council's answers by now."""
    until = full_text_until(portal, who, received_at)
    return until is not None and until <= datetime.now(UTC)


def refuse_text_put_away(portal: Portal, who: Visitor, referral: Referral) -> None:
    """No copy of it either. Raises Refused, in words that say where to get one."""
    if referral.submission and is_put_away(portal, who, referral.submission.received_at):
        raise Refused(why_put_away(portal, who, referral.submission.received_at))


def why_put_away(portal: Portal, who: Visitor, received_at: datetime) -> str:
    """Why the text is not shown any more, and where to get a copy."""
    left = who.elsewhere_since and received_at <= who.elsewhere_since
    why = (
        "You sent this for another organisation, so what you wrote is not shown any more."
        if left
        else f"You could see what you wrote for {portal.council.limits.sent_text_days} days."
    )
    return f"{why} We still have all of it. If you need a copy, call us on {portal.council.help_phone}."
