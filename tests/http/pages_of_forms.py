"""The pages of an applicant's form: what each is called in acts.py, and how it is reached."""

from typing import NamedTuple


class Page(NamedTuple):
    """One page: what it answers its owner to a GET; and to a POST of its `purpose` with nothing in it."""

    path: str
    shows: str = ""
    takes: str = ""
    purpose: str = "questions"
    answer: int = 422
    sent: bool = False  # of a form that was sent
    files: bool = False  # it is sent as multipart/form-data


DRAFT = "/referrals/{draft}"
SENT = "/referrals/{sent}"
PAGES_OF_FORMS = (
    Page(DRAFT, "sending.show_steps"),
    Page(f"{DRAFT}/danger", "about.show_danger", "about.declare_danger"),
    Page(f"{DRAFT}/children", "children.show_children", "children.confirm_children", "children"),
    Page(f"{DRAFT}/children/new", "about.show_new_child", "about.add_child"),
    Page(f"{DRAFT}/children/{{child}}", "about.show_child", "about.give_child_details"),
    Page(f"{DRAFT}/people/{{child}}/capacity", "about.show_capacity", "about.declare_capacity"),
    Page(f"{DRAFT}/people/{{child}}/address", "addresses.show_address", "addresses.confirm_address", "address"),
    Page(
        f"{DRAFT}/people/{{child}}/whereabouts",
        "whereabouts.show_whereabouts",
        "whereabouts.give_whereabouts",
        "whereabouts",
    ),
    Page(f"{DRAFT}/consent", "about.show_consent", "about.record_consent"),
    Page(f"{DRAFT}/answers/worries", "sections.show_section", "sections.answer_section"),
    Page(f"{DRAFT}/answers/household/people/1", "sections.show_one", "sections.answer_one"),
    Page(f"{DRAFT}/answers/household/people/1/removal", "sections.show_removal", "sections.remove_one"),
    Page(f"{DRAFT}/check", "sending.show_check", "sending.send", "send"),
    Page(f"{DRAFT}/service", takes="about.change_service", purpose="change service", answer=303),
    Page(f"{DRAFT}/children/{{child}}/removal", "children.show_removal", "children.remove_child", "children", 303),
    Page(f"{DRAFT}/documents", "attaching.show_documents", "attaching.attach_documents", "documents", 303, files=True),
    Page(f"{DRAFT}/documents/{{document}}", "attaching.download_own_document"),
    Page(
        f"{DRAFT}/documents/{{document}}/removal",
        "attaching.show_removal",
        "attaching.remove_document",
        "remove a file",
        303,
    ),
    Page(f"{SENT}/sent", "sending.show_sent", sent=True),
    Page(f"{SENT}/sent-form", "afterwards.show_form", sent=True),
    Page(f"{SENT}/again", takes="afterwards.refer_again", purpose="again", answer=303, sent=True),
    Page(f"{SENT}/copy.pdf", "afterwards.save_copy", sent=True),
    Page(f"{SENT}/more", "afterwards.show_more", "afterwards.add_more", "more", sent=True),
    Page(f"{SENT}/withdrawal", "afterwards.show_withdrawal", "afterwards.withdraw", "withdrawal", sent=True),
)
OTHERS = frozenset({"about.show_adult", "about.name_adult", "afterwards.show_forms"})
PAGES = OTHERS | {name for page in PAGES_OF_FORMS for name in (page.shows, page.takes) if name}
