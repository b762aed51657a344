"""Every component there is, by the name that GOV.UK Frontend gives it."""

from collections.abc import Mapping

from portal.http.components import choices, fields, labelling, listing, moving, saying
from portal.http.components.writing import Component

COMPONENTS: Mapping[str, Component] = {
    "back-link": moving.back_link,
    "breadcrumbs": moving.breadcrumbs,
    "button": moving.button,
    "character-count": fields.character_count,
    "checkboxes": choices.checkboxes,
    "date-input": fields.date_input,
    "details": saying.details,
    "error-message": labelling.error_message,
    "error-summary": saying.error_summary,
    "exit-this-page": moving.exit_this_page,
    "fieldset": labelling.fieldset,
    "file-upload": fields.file_upload,
    "hint": labelling.hint,
    "input": fields.text_input,
    "inset-text": saying.inset_text,
    "label": labelling.label,
    "notification-banner": saying.notification_banner,
    "pagination": listing.pagination,
    "panel": saying.panel,
    "password-input": fields.password_input,
    "radios": choices.radios,
    "select": fields.select,
    "service-navigation": moving.service_navigation,
    "skip-link": moving.skip_link,
    "summary-list": listing.summary_list,
    "table": listing.table,
    "tabs": listing.tabs,
    "tag": saying.tag,
    "task-list": listing.task_list,
    "textarea": fields.textarea,
    "warning-text": saying.warning_text,
}


def macro_name(component: str) -> str:
    """What a component is called in a template: `date-input` is `govukDateInput`, as in GOV.UK's own documentation."""
    return "govuk" + "".join(word.capitalize() for word in component.split("-"))
