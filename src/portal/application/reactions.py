"""Which event puts which job on the queue. The only place where something happens because of an event."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from portal.application import (
    confirming,
    document_sweeping,
    ending_drafts,
    ending_enquiries,
    erasing,
    notifying,
    scanning_documents,
)
from portal.application import notifying_of_documents as about_documents
from portal.application import notifying_owners as owners
from portal.application.portal import Portal
from portal.council.limits import Limits
from portal.domain import account_events as account
from portal.domain import account_roles as roles
from portal.domain import authenticator as app
from portal.domain.catalogue import CATALOGUE, EVENTS
from portal.domain.enquiry import FosterEnquirySent, ServiceFeedbackSent
from portal.domain.login_challenge import CODE_LIFE, ChallengeGivenUp, ChallengeIssued, CodeReissued
from portal.domain.referral_events import (
    DocumentAttached,
    DocumentChecked,
    DocumentRemoved,
    FeedbackIssued,
    ReferralAmended,
    ReferralStarted,
    ReferralSubmitted,
    ReferralWithdrawn,
)
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope, Erased, Unreadable
from portal.jobs.queue import Handler, Job, put

SOON = timedelta()
DAYS = timedelta(days=3)  # how long a letter is worth sending
MONTH = timedelta(days=30)  # how long a scanner that is away is waited for before somebody has to look
WEEKS = timedelta(days=60)  # drafts are looked after and keys destroyed, however long the portal was away

# event -> (kind of job, when, for how long it is worth trying)
JOBS: dict[type, tuple[tuple[str, timedelta, timedelta], ...]] = {
    ChallengeIssued: (("send_challenge", SOON, CODE_LIFE),),
    CodeReissued: (("send_challenge", SOON, CODE_LIFE),),
    ChallengeGivenUp: (("given_up_letter", SOON, DAYS),),
    account.AccountInvited: (("invitation_letter", SOON, DAYS), ("staff_letters", SOON, DAYS)),
    account.InvitedInstead: (("invitation_letter", SOON, DAYS), ("staff_letters", SOON, DAYS)),
    roles.RoleGranted: (("staff_letters", SOON, DAYS),),
    roles.RoleRevoked: (("staff_letters", SOON, DAYS),),
    account.PasswordChanged: (("password_letter", SOON, DAYS),),
    account.DetailsChanged: (("details_letter", SOON, DAYS),),
    account.DetailsCorrected: (("details_letter", SOON, DAYS),),
    account.EmailChanged: (("old_address_letter", SOON, DAYS),),
    account.ProfessionalConfirmed: (("confirmed_letter", SOON, DAYS), ("confirm_referrals", SOON, WEEKS)),
    account.AccountDisabled: (("disabled_letter", SOON, DAYS),),
    account.AccountEnabled: (("enabled_letter", SOON, DAYS),),
    account.AccountClosed: (("closed_letter", SOON, DAYS), ("end_drafts_of_closed", SOON, WEEKS)),
    app.AuthenticatorEnrolled: (("app_added_letter", SOON, DAYS),),
    app.AuthenticatorRemoved: (("app_removed_letter", SOON, DAYS),),
    app.RecoveryCodeUsed: (("recovery_code_letter", SOON, DAYS),),
    ReferralSubmitted: (("arrival_letter", SOON, DAYS), ("receipt_letter", SOON, DAYS)),
    ReferralAmended: (("change_letter", SOON, DAYS),),
    ReferralWithdrawn: (("change_letter", SOON, DAYS),),
    FeedbackIssued: (("feedback_letter", SOON, DAYS),),
    DocumentAttached: (("scan_document", SOON, MONTH), ("addition_letter", SOON, DAYS)),
    DocumentChecked: (("not_offered_letter", SOON, DAYS), ("not_offered_notice", SOON, DAYS)),
    DocumentRemoved: (("drop_document", SOON, WEEKS),),
    ServiceFeedbackSent: (("enquiry_letter", SOON, DAYS),),
    FosterEnquirySent: (("enquiry_letter", SOON, DAYS),),
    **{kind: (("destroy_key", SOON, WEEKS),) for kind in EVENTS if kind.ENDS_KEY},
}

LAPSING = frozenset({"send_challenge"})  # a code that could not be sent in time: its reader asks for another


def handlers(portal: Portal) -> Mapping[str, Handler]:
    """What does each kind of job."""
    written = (
        owners.invitation_letter,
        owners.given_up_letter,
        owners.old_address_letter,
        owners.password_letter,
        owners.details_letter,
        owners.confirmed_letter,
        owners.disabled_letter,
        owners.enabled_letter,
        owners.closed_letter,
        owners.app_added_letter,
        owners.app_removed_letter,
        owners.recovery_code_letter,
        notifying.arrival_letter,
        notifying.receipt_letter,
        notifying.change_letter,
        notifying.feedback_letter,
        about_documents.addition_letter,
        about_documents.not_offered_letter,
        about_documents.not_offered_notice,
        notifying.enquiry_letter,
    )
    done = (
        owners.send_challenge,
        owners.staff_letters,
        confirming.confirm_referrals,
        ending_drafts.end_draft,
        ending_drafts.end_drafts_of_closed,
        ending_drafts.remind_first,
        ending_drafts.remind_last,
        erasing.destroy_key,
        scanning_documents.scan_document,
        document_sweeping.drop_document,
        ending_enquiries.erase_enquiry,
    )
    ways = {
        **{write.__name__: partial(notifying.send, write, portal) for write in written},
        **{do.__name__: partial(do, portal) for do in done},
    }
    return {kind: partial(_unless_erased, way) for kind, way in ways.items()}


def jobs_of(envelope: Envelope, limits: Limits) -> list[Job]:
    """The jobs that one event asks for; one that has been erased asks for none. Damaged is another matter: it may be
    read again by the time the job is tried, and if not, somebody sees the job."""
    kind = None if isinstance(envelope.event, Unreadable) else CATALOGUE.get(envelope.topic)
    if kind is None:
        return []
    at = envelope.recorded_at
    asked = [*JOBS.get(kind, ()), *_watching(kind, limits)]
    return [Job(envelope.id, kind, at + delay, patience) for kind, delay, patience in asked]


async def react(limits: Limits, connection: Connection, envelopes: Sequence[Envelope]) -> None:
    """The handler of the reactions' subscription: jobs and checkpoint in one transaction."""
    await put(connection, [job for envelope in envelopes for job in jobs_of(envelope, limits)])


async def _unless_erased(do: Handler, event_id: UUID) -> datetime | None:
    """Of what has been erased there is nobody to write to and nothing to end."""
    try:
        return await do(event_id)
    except Erased:
        return None


def _watching(kind: type, limits: Limits) -> list[tuple[str, timedelta, timedelta]]:
    if kind in (ServiceFeedbackSent, FosterEnquirySent):
        return [("erase_enquiry", timedelta(days=limits.enquiry_days), WEEKS)]
    if kind is not ReferralStarted:
        return []
    last = limits.unsent_draft - timedelta(days=limits.last_reminder_days)
    return [
        ("remind_first", timedelta(days=limits.first_reminder_days), WEEKS),
        ("remind_last", last, WEEKS),
        ("end_draft", limits.unclaimed_draft, WEEKS),
    ]
