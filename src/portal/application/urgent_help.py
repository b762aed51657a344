"""What somebody is told who waits for the council: whom to ring in danger, and when what they sent is read."""

from datetime import datetime, timedelta

from portal.application.portal import Portal
from portal.domain.front_door import WhomToRing, moment_in_words, whom_to_ring
from portal.domain.referral import Referral
from portal.domain.referral_parts import Submission
from portal.domain.working_days import after_working_days, in_words


def ring_at(portal: Portal, at: datetime) -> WhomToRing:
    """Whom to ring at an instant, by this council's hours and numbers."""
    council = portal.council
    return whom_to_ring(at, council.hours, council.front_door_phone, council.out_of_hours_phone)


def help_in_danger(portal: Portal, referral: Referral, now: datetime) -> WhomToRing | None:
    """Whom its referrer should ring now; None where nobody is said to be in danger, or the council has acted."""
    in_danger = referral.danger is not None and referral.danger.in_danger
    return ring_at(portal, now) if in_danger and referral.acknowledged_at is None else None


def what_happens_next(portal: Portal, sent: Submission) -> str:
    """When what was sent is read, and by when its sender is told what was decided. Whom to ring is said beside it,
    by the time at which it is read (`help_in_danger`)."""
    ring = ring_at(portal, sent.received_at)
    if ring.open:
        read = "Our office was open when you sent it, and reads what arrives."
    else:
        read = f"Our office was closed when you sent it. It will be read on {moment_in_words(ring.read_from)}."
    days = portal.council.clocks.feedback_working_days
    last = in_words(after_working_days(sent.received_at, days) - timedelta(minutes=1))
    return f"{read} We mean to tell you what we decided by {last}."
