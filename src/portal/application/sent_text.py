"""For how long its sender sees the full text of what they sent: whoever gets into their account later does not."""

from datetime import UTC, datetime, timedelta

from portal.application.portal import Portal
from portal.domain.referral import Referral
from portal.domain.refusals import Refused


def full_text_until(portal: Portal, received_at: datetime | None) -> datetime | None:
    """Until when; None for a draft, which is its owner's to go on with."""
    return received_at + timedelta(days=portal.council.limits.sent_text_days) if received_at else None


def is_put_away(portal: Portal, received_at: datetime | None) -> bool:
    """Whether its sender sees only the reference, the dates and the council's answers by now."""
    until = full_text_until(portal, received_at)
    return until is not None and until <= datetime.now(UTC)


def refuse_text_put_away(portal: Portal, referral: Referral) -> None:
    """No copy of it either. Raises Refused, in words that say where to get one."""
    if referral.submission and is_put_away(portal, referral.submission.received_at):
        raise Refused(
            f"You could see what you wrote for {portal.council.limits.sent_text_days} days. We still have all of it. "
            f"If you need a copy, call us on {portal.council.help_phone}."
        )
