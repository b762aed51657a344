"""What stands around a control: label, hint, error message, fieldset, and the group of a form that holds them."""

from typing import Any

from markupsafe import Markup

from portal.http.components.writing import NOTHING, Options, attribute, attributes, classes, content


def label(options: Options) -> Markup:
    """A label, which may be the page's heading."""
    if not (inside := content(options)):
        return Markup()
    own = f"{classes('govuk-label', options.get('classes'))}{attributes(options.get('attributes'))}"
    written = f"<label{own}{attribute('for', options.get('for'))}>{inside}</label>"
    return Markup(f'<h1 class="govuk-label-wrapper">{written}</h1>' if options.get("isPageHeading") else written)


def hint(options: Options) -> Markup:
    """Help beside a question."""
    own = classes("govuk-hint", options.get("classes")) + attributes(options.get("attributes"))
    return Markup(f"<div{attribute('id', options.get('id'))}{own}>{content(options)}</div>")


def error_message(options: Options) -> Markup:
    """What is wrong with one answer."""
    own = classes("govuk-error-message", options.get("classes")) + attributes(options.get("attributes"))
    unseen = options.get("visuallyHiddenText", "Error")
    said = f'<span class="govuk-visually-hidden">{content({"text": unseen})}:</span> ' if unseen else ""
    return Markup(f"<p{attribute('id', options.get('id'))}{own}>{said}{content(options)}</p>")


def fieldset(options: Options) -> Markup:
    """Several controls under one legend."""
    own = (
        classes("govuk-fieldset", options.get("classes"))
        + attribute("role", options.get("role"))
        + attribute("aria-describedby", options.get("describedBy"))
        + attributes(options.get("attributes"))
    )
    return Markup(f"<fieldset{own}>{_legend(options.get('legend') or NOTHING)}{content(options)}</fieldset>")


def _legend(options: Options) -> str:
    if not (inside := content(options)):
        return ""
    if options.get("isPageHeading"):
        inside = f'<h1 class="govuk-fieldset__heading">{inside}</h1>'
    return f"<legend{classes('govuk-fieldset__legend', options.get('classes'))}>{inside}</legend>"


def group(options: Options, inside: str) -> Markup:
    """The element around a control with all that belongs to it."""
    own = options.get("formGroup") or NOTHING
    names = ("govuk-form-group", options.get("errorMessage") and "govuk-form-group--error", own.get("classes"))
    return Markup(f"<div{classes(*names)}{attributes(own.get('attributes'))}>{inside}</div>")


def in_fieldset(options: Options, inside: str, described_by: str, **more: Any) -> Markup:
    """The group of several controls, in a fieldset where one is asked for."""
    if given := options.get("fieldset"):
        inside = fieldset({**given, "describedBy": described_by, "html": Markup(inside), **more})
    return group(options, inside)


def said_before(options: Options, prefix: str, described_by: str | None) -> tuple[str, str]:
    """Hint and error message, and the ids that the control is described by."""
    written, described = "", described_by or ""
    if given := options.get("hint"):
        written += str(hint({**given, "id": f"{prefix}-hint"}))
        described = f"{described} {prefix}-hint".strip()
    if given := options.get("errorMessage"):
        written += str(error_message({**given, "id": f"{prefix}-error"}))
        described = f"{described} {prefix}-error".strip()
    return written, described


def label_for(options: Options, control: str) -> str:
    """The label of a control."""
    return str(label({**(options.get("label") or NOTHING), "for": control}))


def beside(options: Options, where: str) -> str:
    """What a caller puts before or after the control."""
    return content((options.get("formGroup") or NOTHING).get(where))
