"""Every event that can be read back, by its topic. A class that nobody listed here can never be decoded."""

from portal.domain import access, account, login_challenge
from portal.domain import referral_events as referral
from portal.domain.aggregate import Event

EVENTS: tuple[type[Event], ...] = (
    referral.ReferralStarted,
    referral.ReferralClaimed,
    referral.ChildAdded,
    referral.ChildDetailsGiven,
    referral.ChildRemoved,
    referral.NoParticularChild,
    referral.ChildrenConfirmed,
    referral.AdultOfConcernNamed,
    referral.CapacityDeclared,
    referral.DangerDeclared,
    referral.AddressConfirmed,
    referral.AnswersGiven,
    referral.ConsentRecorded,
    referral.ReferralSubmitted,
    referral.ReferralAmended,
    referral.ReferralWithdrawn,
    referral.Acknowledged,
    referral.FeedbackIssued,
    referral.DraftEnded,
    referral.ReferralErased,
    account.AccountRegistered,
    account.RegistrationReplaced,
    account.AccountInvited,
    account.InvitedInstead,
    account.InvitationAccepted,
    account.EmailValidated,
    account.PasswordChanged,
    login_challenge.ChallengeIssued,
    login_challenge.CodeReissued,
    login_challenge.CodeSent,
    login_challenge.CodeTried,
    login_challenge.ChallengeAccepted,
    access.Opened,
)
CATALOGUE: dict[str, type[Event]] = {kind.TOPIC: kind for kind in EVENTS}
