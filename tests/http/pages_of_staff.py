"""The pages of staff: what each is called in acts.py, how it is reached, and what it answers to those who may."""

from typing import NamedTuple

from tests.http.test_once import FEEDBACK


class Page(NamedTuple):
    """One page: what it answers to a GET (`shows`, with 200); and to a POST (`takes`) of its `purpose` with what is
    `typed`."""

    path: str
    shows: str = ""
    takes: str = ""
    purpose: str = ""
    typed: dict[str, str] = {}  # noqa: RUF012 - read only
    answer: int = 303


DESK, AUDIT, ENQUIRY, STAFF = "/desk/{referral}", "/audit/{referral}", "/enquiries/{enquiry}", "/staff/{account}"
PAGES_OF_STAFF = (
    Page("/desk", "inbox.show_inbox"),
    Page("/desk/search", "inbox.show_search", "inbox.search_desk", "search", {"family_name": "Okafor"}, 200),
    Page(DESK, "reading.show_referral"),
    Page(f"{DESK}/documents/{{enquiry}}", "reading.download_document"),  # before it is opened: the door
    Page(f"{DESK}/documents/{{enquiry}}/look", "looking.show_document"),
    Page(f"{DESK}/documents/{{enquiry}}/look/picture", "looking.show_picture"),
    Page(f"{DESK}/opening", takes="reading.open_referral", purpose="opening"),
    Page(f"{DESK}/acknowledgement", takes="answering.acknowledge", purpose="acknowledge"),
    Page(f"{DESK}/feedback", "answering.show_feedback", "answering.issue_feedback", "feedback", FEEDBACK),
    Page(
        f"{DESK}/case-record",
        "answering.show_case_record",
        "answering.record_in_case_system",
        "case record",
        {"system": "Mosaic", "number": "2026-004711"},
    ),
    Page(
        f"{DESK}/confirmation",
        "answering.show_confirmation",
        "answering.confirm_referrer",
        "confirmation",
        {"how": "Called the school"},
    ),
    Page(f"{DESK}/copy.pdf", takes="answering.take_copy", purpose="take a copy", answer=200),
    Page(f"{DESK}/bundle.json", takes="answering.take_bundle", purpose="take the bundle", answer=200),
    Page("/dashboard", "dashboard.show_dashboard"),
    Page("/enquiries", "short_forms.show_enquiries"),
    Page(ENQUIRY, "short_forms.show_enquiry"),
    Page(f"{ENQUIRY}/opening", takes="short_forms.open_enquiry", purpose="opening"),
    Page(f"{ENQUIRY}/answer", takes="short_forms.answer_enquiry", purpose="answer", typed={"how": "Called them"}),
    Page("/audit", "replaying.show_finding", "replaying.find_referral", "find", {"reference": "{reference}"}),
    Page(AUDIT, "replaying.show_trail"),
    Page(f"{AUDIT}/replay", takes="replaying.replay_referral", purpose="replay", typed={"reason": "S"}, answer=200),
    Page("/exceptions", "letting_in.show_exceptions", "letting_in.let_somebody_in", "let in", {}, 422),
    Page("/exceptions/end", "letting_in.show_ending", "letting_in.let_nobody_in", "let in no more", {}, 422),
    Page("/staff", "staffing.show_staff"),
    Page("/staff/new", "staffing.show_inviting", "staffing.invite_staff", "invite", {}, 422),
    Page(STAFF, "staffing.show_member"),
    Page(f"{STAFF}/roles", takes="staffing.change_roles", purpose="roles", typed={"roles": "manager"}),
    Page(f"{STAFF}/details", takes="staffing.correct_details", purpose="details", typed={"name": "Dana Osei-Hall"}),
    Page(f"{STAFF}/sessions", takes="staffing.end_sessions", purpose="sessions"),
    Page(f"{STAFF}/authenticator", takes="staffing.take_off_authenticator", purpose="authenticator"),
    Page(f"{STAFF}/disabling", takes="staffing.disable_account", purpose="disable", typed={"why": "Has left"}),
    Page(f"{STAFF}/enabling", takes="staffing.enable_account", purpose="enable"),
)
OTHERS = frozenset({"home.go_home"})
PAGES = OTHERS | {name for page in PAGES_OF_STAFF for name in (page.shows, page.takes) if name}
