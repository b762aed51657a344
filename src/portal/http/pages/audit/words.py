"""What each event of a referral and of its access stream is called on the auditor's pages."""

from collections.abc import Mapping

from portal.domain import access
from portal.domain import referral_events as happened
from portal.domain.referral_parts import EraseRule

EVENTS: Mapping[str, str] = {
    happened.ReferralStarted.TOPIC: "Form started",
    happened.ReferralClaimed.TOPIC: "Form taken over by the account that signed in",
    happened.ChildAdded.TOPIC: "Child added",
    happened.ChildDetailsGiven.TOPIC: "Details of a child changed",
    happened.ChildRemoved.TOPIC: "Child removed",
    happened.NoParticularChild.TOPIC: "Said to be about no particular child",
    happened.ChildrenConfirmed.TOPIC: "Children confirmed",
    happened.AdultOfConcernNamed.TOPIC: "Adult of concern named",
    happened.CapacityDeclared.TOPIC: "Capacity and relationship declared",
    happened.DangerDeclared.TOPIC: "Danger declared",
    happened.AddressConfirmed.TOPIC: "Address confirmed",
    happened.WhereaboutsGiven.TOPIC: "Where a child is now",
    happened.AnswersGiven.TOPIC: "Answers given",
    happened.ConsentRecorded.TOPIC: "Agreement recorded",
    happened.DocumentAttached.TOPIC: "Document attached",
    happened.DocumentChecked.TOPIC: "Document checked for viruses",
    happened.DocumentDescribed.TOPIC: "Said what a document shows",
    happened.DocumentRemoved.TOPIC: "Document removed",
    happened.ServiceChanged.TOPIC: "Moved to another service",
    happened.ReferralSubmitted.TOPIC: "Sent to the council",
    happened.ReferralAmended.TOPIC: "Added to by the referrer",
    happened.ReferralWithdrawn.TOPIC: "Withdrawn by the referrer",
    happened.ConsentWithdrawn.TOPIC: "Agreement taken back",
    happened.Acknowledged.TOPIC: "Acknowledged",
    happened.FeedbackIssued.TOPIC: "Feedback given",
    happened.ReferrerConfirmed.TOPIC: "Referrer confirmed",
    happened.RecordedInCaseSystem.TOPIC: "Number in the case system noted",
    happened.DraftEnded.TOPIC: "Draft ended",
    happened.ReferralErased.TOPIC: "Erased",
}
LOOKS: Mapping[str, str] = {
    access.Opened.TOPIC: "Opened",
    access.Exported.TOPIC: "Taken out",
    access.OpeningRefused.TOPIC: "Refused to open",
    access.AccessGranted.TOPIC: "Let in by way of exception",
    access.AccessRevoked.TOPIC: "Let in no longer",
}
LOOKED_AT: Mapping[access.Looked, str] = {
    access.Looked.REFERRAL: "the referral",
    access.Looked.REPLAY: "the replay",
    access.Looked.DOCUMENT: "a document",
    access.Looked.ENQUIRY: "the enquiry",
    access.Looked.TRAIL: "the trail",
}
TAKEN: Mapping[access.Taken, str] = {
    access.Taken.PDF: "as a PDF",
    access.Taken.BUNDLE: "into the case system",
}
BARRED: Mapping[access.Barred, str] = {
    access.Barred.NAMED: "It names them.",
    access.Barred.NO_GRANT: "No LADO manager has let them in.",
}
RULES: Mapping[EraseRule, str] = {
    EraseRule.RETENTION_OVER: "Its time was over",
    EraseRule.REQUEST_GRANTED: "A request to erase it was granted",
    EraseRule.SENT_IN_ERROR: "It was sent in error",
    EraseRule.DRAFT_NOT_SENT: "The draft was not sent in time",
}
