"""How long things last, and by when the council means to have done something."""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from portal.council.keys import Days, key


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long things last. A draft ends after its last change."""

    unclaimed_draft_hours: Annotated[
        int, Meta(ge=1, le=24 * 28), key("Hours after which a draft ends that nobody has signed in for.")
    ] = 24
    unsent_draft_days: Annotated[Days, key("Days after which an account's draft ends that was not sent.")] = 28
    first_reminder_days: Annotated[
        Days, key("Days after which somebody is reminded of a draft they have not sent.")
    ] = 1
    last_reminder_days: Annotated[Days, key("Days before a draft ends when its owner is reminded again.")] = 3
    sent_text_days: Annotated[
        Days,
        key(
            "Days for which senders see the full text of what they sent; afterwards its reference, dates and the "
            "council's answers. It keeps what they wrote from whoever gets into their account later."
        ),
    ] = 28
    enquiry_days: Annotated[
        int,
        Meta(ge=1, le=3650),
        key("Days after which feedback about a service, and an enquiry about fostering, is erased."),
    ] = 365
    idle_minutes: Annotated[int, Meta(ge=5, le=240), key("Minutes of inactivity that end a session.")] = 30
    session_hours: Annotated[int, Meta(ge=1, le=24), key("Hours that end a session in any case.")] = 12
    invitation_days: Annotated[Days, key("Days for which an invitation to staff can be accepted.")] = 7

    @property
    def unclaimed_draft(self) -> timedelta:
        return timedelta(hours=self.unclaimed_draft_hours)

    @property
    def unsent_draft(self) -> timedelta:
        return timedelta(days=self.unsent_draft_days)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def session(self) -> timedelta:
        return timedelta(hours=self.session_hours)


class Clocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Within how many working days the council means to answer. It is a promise to whoever writes, not a rule that
    stops anything."""

    feedback_working_days: Annotated[
        int, Meta(ge=1, le=45), key("Working days within which a referrer is told what was decided.")
    ] = 5
    enquiry_working_days: Annotated[
        int, Meta(ge=1, le=45), key("Working days within which feedback and fostering enquiries are answered.")
    ] = 10
