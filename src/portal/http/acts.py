"""Which act each operation of the web is (application/policy.py). One that is not named here is refused to everybody,
so that nobody forgets to say who may do what is new."""

from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from portal.application.policy import Act
from portal.application.visitors import NotAllowed

ACTS: Mapping[Act, tuple[str, ...]] = {
    Act.LOOK_AROUND: (
        *("health.health", "health.live", "addresses.find_addresses", "council.about_council", "questions.read_form"),
        *("mailbox.page", "mailbox.list_demonstration_letters"),
        *("assets.asset", "public.page", "leaving.show_leaving", "leaving.show_staying_safe", "ways_in.way_in"),
        "home.go_home",
        "reports.receive_reports",
    ),
    Act.SIGN_IN: (
        *("accounts.register", "accounts.accept_invitation"),
        *("accounts.request_password_link", "accounts.choose_new_password"),
        *("challenges.sign_in", "challenges.enter_code", "challenges.enter_recovery_code"),
        *("challenges.request_new_code", "sessions.sign_out"),
        *("directory.set_out_to_directory", "directory.return_from_directory"),
        *("password_guidance.read_password_rules", "password_guidance.check_password"),
        *("registering.show_kinds", "registering.show_registration", "registering.register"),
        *("sign_in.show_sign_in", "sign_in.sign_in"),
        *("sign_in.show_sign_out", "sign_in.sign_out", "sign_in.show_signed_out", "leaving.leave"),
        *("codes.show_code", "codes.enter_code", "codes.request_new_code"),
        *("codes.show_recovery_code", "codes.enter_recovery_code"),
        *("passwords.show_forgotten_password", "passwords.request_password_link", "passwords.show_link_sent"),
        *("passwords.show_new_password", "passwords.choose_new_password"),
        *("passwords.show_invitation", "passwords.accept_invitation"),
        *("council_sign_in.set_out", "council_sign_in.come_back", "my_account.show_closed"),
    ),
    Act.KNOW_ONESELF: (
        *("accounts.who_is_signed_in", "own_account.read_account", "own_account.change_details"),
        *("own_account.change_password", "own_account.change_email", "own_account.confirm_email"),
        *("own_account.offer_authenticator", "own_account.confirm_authenticator"),
        *("own_account.remove_authenticator", "own_account.close_account", "proof.prove_again"),
        *("sessions.read_session", "sessions.list_sessions"),
        *("sessions.end_session", "sessions.end_other_sessions"),
        *("proof.show_proof", "proof.enter_new_code"),
        *("my_account.show_account", "my_account.show_closure", "my_account.close_account"),
        *("my_details.show_details", "my_details.change_details"),
        *("my_password.show_password", "my_password.change_password"),
        *("my_email.show_email", "my_email.change_email", "my_email.show_email_code"),
        *("my_email.confirm_email", "my_email.request_email_code"),
        *("my_app.show_app", "my_app.offer_authenticator", "my_app.confirm_app"),
        *("my_app.show_app_removal", "my_app.remove_authenticator"),
        *("my_sessions.show_sessions", "my_sessions.sign_out_elsewhere", "my_sessions.sign_out_there"),
    ),
    Act.START: ("referrals.start_referral", "ways_in.start_referral"),
    Act.READ_OWN: (
        *("referrals.read_referral", "copies.read_copy", "copies.print_copy"),
        *("sending.show_steps", "sending.show_check", "sending.show_sent"),
        *("about.show_danger", "about.show_consent", "about.show_adult", "about.show_new_child", "about.show_child"),
        *("about.show_capacity", "addresses.show_address", "whereabouts.show_whereabouts"),
        *("children.show_children", "children.show_removal"),
        *("sections.show_section", "sections.show_one", "sections.show_removal"),
        *("afterwards.show_form", "afterwards.save_copy", "afterwards.show_more", "afterwards.show_withdrawal"),
    ),
    Act.FILL_IN: (
        *("people.add_child", "people.give_child_details", "people.remove_child", "people.confirm_children"),
        *("people.no_particular_child", "people.name_adult", "people.declare_capacity"),
        *("addresses.choose_found_address", "addresses.enter_address_by_hand"),
        *("addresses.copy_address", "addresses.record_no_address"),
        *("addresses.say_child_is_elsewhere", "addresses.say_child_is_at_home"),
        *("about.declare_danger", "about.record_consent", "about.change_service", "about.name_adult"),
        *("about.add_child", "about.give_child_details", "about.declare_capacity", "addresses.confirm_address"),
        *("children.confirm_children", "children.remove_child", "whereabouts.give_whereabouts"),
        *("sections.answer_section", "sections.answer_one", "sections.remove_one"),
        *("form.declare_danger", "form.record_consent"),
        "form.change_service",
        *("form.answer_support", "form.answer_worries", "form.answer_harm", "form.answer_allegation"),
        *("form.answer_home", "form.answer_household", "form.answer_professionals", "form.answer_earlier"),
        *("form.answer_level", "form.answer_duty", "form.answer_contact", "form.answer_employment", "form.answer_told"),
    ),
    Act.ATTACH: (
        *("documents.attach_documents", "documents.describe_document", "documents.remove_document"),
        *("documents.download_own_document", "attaching.show_documents", "attaching.attach_documents"),
        *("attaching.show_removal", "attaching.remove_document", "attaching.download_own_document"),
    ),
    Act.SEND: (
        *("referrals.submit_referral", "referrals.amend_referral", "referrals.withdraw_referral"),
        *("referrals.withdraw_consent", "sending.send", "afterwards.add_more", "afterwards.withdraw"),
        *("referrals.refer_again", "afterwards.refer_again"),
    ),
    Act.LIST_OWN: ("referrals.my_submitted_forms", "afterwards.show_forms"),
    Act.LIST_DESK: ("casework.list_inbox", "inbox.show_inbox"),
    Act.SEARCH: ("casework.search_inbox", "inbox.show_search", "inbox.search_desk"),
    Act.COUNT: ("casework.read_dashboard", "dashboard.show_dashboard"),
    Act.OPEN: ("casework.open_referral", "reading.show_referral", "reading.open_referral"),
    Act.OPEN_DOCUMENT: (
        *("documents.download_document", "documents.preview_document", "reading.download_document"),
        *("looking.show_document", "looking.show_picture"),
    ),
    Act.ANSWER: (
        *("casework.acknowledge_referral", "casework.issue_feedback", "casework.record_in_case_system"),
        *("answering.acknowledge", "answering.show_feedback", "answering.issue_feedback"),
        *("answering.show_case_record", "answering.record_in_case_system"),
    ),
    Act.TAKE: ("copies.take_copy", "copies.take_bundle", "answering.take_copy", "answering.take_bundle"),
    Act.CONFIRM: ("casework.confirm_referrer", "answering.show_confirmation", "answering.confirm_referrer"),
    Act.TRAIL: ("audit.read_trail", "replaying.show_finding", "replaying.find_referral", "replaying.show_trail"),
    Act.REPLAY: ("audit.replay_referral", "replaying.replay_referral"),
    Act.LET_IN: (
        *("exceptions.let_somebody_in", "exceptions.let_nobody_in"),
        *("letting_in.show_exceptions", "letting_in.let_somebody_in"),
        *("letting_in.show_ending", "letting_in.let_nobody_in"),
    ),
    Act.ENQUIRE: (
        *("enquiries.send_service_feedback", "enquiries.send_foster_enquiry"),
        *("short_forms.show_short_form", "short_forms.send_short_form", "short_forms.show_receipt"),
    ),
    Act.LIST_ENQUIRIES: ("enquiries.list_enquiries", "short_forms.show_enquiries"),
    Act.OPEN_ENQUIRY: ("enquiries.open_enquiry", "short_forms.show_enquiry", "short_forms.open_enquiry"),
    Act.ANSWER_ENQUIRY: ("enquiries.answer_enquiry", "short_forms.answer_enquiry"),
    Act.LIST_STAFF: ("staff.list_staff", "staffing.show_staff"),
    Act.ADMINISTER: (
        *("staff.invite_staff", "staff.grant_role", "staff.revoke_role", "staff.end_sessions"),
        *("staff.correct_details",),
        *("staff.disable_account", "staff.enable_account", "staff.take_off_authenticator"),
        *("staffing.show_inviting", "staffing.invite_staff", "staffing.show_member", "staffing.change_roles"),
        *("staffing.end_sessions", "staffing.disable_account", "staffing.enable_account"),
        *("staffing.correct_details", "staffing.take_off_authenticator"),
    ),
}
OPERATIONS = {name: act for act, names in ACTS.items() for name in names}


def act_of(handler: BaseRouteHandler) -> Act | None:
    """The act of a handler; the framework's own only describe the API."""
    module = handler.fn.__module__
    if module.startswith("litestar."):
        return Act.LOOK_AROUND
    return OPERATIONS.get(f"{module.rpartition('.')[2]}.{handler.fn.__name__}")


def refuse_the_unnamed(_: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse what nobody has said who may do."""
    if act_of(handler) is None:
        raise NotAllowed
