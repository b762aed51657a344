"""The controls that are typed into or chosen from a list: input, password, textarea, select, date, file."""

from typing import Any

from markupsafe import Markup, escape

from portal.http.components.labelling import beside, group, in_fieldset, label_for, said_before
from portal.http.components.moving import button
from portal.http.components.writing import (
    NOTHING,
    Options,
    attribute,
    attributes,
    classes,
    content,
    flag,
    spoken,
    translations,
)

DATE: tuple[Options, ...] = (
    {"name": "day", "classes": "govuk-input--width-2"},
    {"name": "month", "classes": "govuk-input--width-2"},
    {"name": "year", "classes": "govuk-input--width-4"},
)


def text_input(options: Options) -> Markup:
    """One line of text."""
    control = str(options.get("id") or options.get("name"))
    said, described = said_before(options, control, options.get("describedBy"))
    written = _in_wrapper(options, _input(options, control, described))
    return group(options, label_for(options, control) + said + written)


def _input(options: Options, control: str, described: str) -> str:
    value, spelling = options.get("value"), options.get("spellcheck")
    names = ("govuk-input", options.get("classes"), options.get("errorMessage") and "govuk-input--error")
    own = (
        f'{classes(*names)} id="{escape(control)}" name="{escape(options.get("name"))}"'
        f"{attribute('type', options.get('type') or 'text')}"
    )
    if isinstance(spelling, bool):
        own += f' spellcheck="{spoken(spelling)}"'
    if value is not None and value is not False:
        own += f' value="{escape(value)}"'
    own += flag("disabled", options.get("disabled")) + attribute("aria-describedby", described)
    for name in ("autocomplete", "autocapitalize", "pattern", "inputmode"):
        own += attribute(name, options.get(name))
    return f"<input{own}{attributes(options.get('attributes'))}>"


def _in_wrapper(options: Options, control: str) -> str:
    """Prefix and suffix, and what a caller puts around the control."""
    prefix, suffix = _affix(options, "prefix"), _affix(options, "suffix")
    before, after = beside(options, "beforeInput"), beside(options, "afterInput")
    if not (prefix or suffix or before or after):
        return control
    wrapper = options.get("inputWrapper") or NOTHING
    own = classes("govuk-input__wrapper", wrapper.get("classes")) + attributes(wrapper.get("attributes"))
    return f"<div{own}>{before}{prefix}{control}{suffix}{after}</div>"


def _affix(options: Options, which: str) -> str:
    given = options.get(which) or NOTHING
    if not (inside := content(given)):
        return ""
    own = classes(f"govuk-input__{which}", given.get("classes")) + ' aria-hidden="true"'
    return f"<div{own}{attributes(given.get('attributes'))}>{inside}</div>"


def password_input(options: Options) -> Markup:
    """A password, which can be shown and hidden where there are scripts."""
    control = str(options.get("id") or options.get("name"))
    given = options.get("formGroup") or NOTHING
    words = "".join(
        translations(key, options.get(name))
        for key, name in (
            ("show-password", "showPasswordText"),
            ("hide-password", "hidePasswordText"),
            ("show-password-aria-label", "showPasswordAriaLabelText"),
            ("hide-password-aria-label", "hidePasswordAriaLabelText"),
            ("password-shown-announcement", "passwordShownAnnouncementText"),
            ("password-hidden-announcement", "passwordHiddenAnnouncementText"),
        )
    )
    around = {
        **given,
        "classes": f"govuk-password-input {given.get('classes') or ''}".strip(),
        "attributes": Markup(f' data-module="govuk-password-input"{words}{attributes(given.get("attributes"))}'),
        "afterInput": {"html": _toggle(options, control) + Markup(beside(options, "afterInput"))},
    }
    own = {
        "type": "password",
        "spellcheck": False,
        "autocapitalize": "none",
        "autocomplete": options.get("autocomplete") or "current-password",
        "classes": f"govuk-password-input__input govuk-js-password-input-input {options.get('classes') or ''}".strip(),
        "inputWrapper": {"classes": "govuk-password-input__wrapper"},
        "formGroup": around,
    }
    return text_input({**options, **own})


def _toggle(options: Options, control: str) -> Markup:
    more = (options.get("button") or NOTHING).get("classes") or ""
    names = f"govuk-button--secondary govuk-password-input__toggle govuk-js-password-input-toggle {more}"
    return button(
        {
            "type": "button",
            "classes": names.strip(),
            "text": options.get("showPasswordText") or "Show",
            "attributes": {
                "aria-controls": control,
                "aria-label": options.get("showPasswordAriaLabelText") or "Show password",
                "hidden": {"value": True, "optional": True},
            },
        }
    )


def textarea(options: Options) -> Markup:
    """Several lines of text."""
    control = str(options.get("id") or options.get("name"))
    said, described = said_before(options, control, options.get("describedBy"))
    names = ("govuk-textarea", options.get("errorMessage") and "govuk-textarea--error", options.get("classes"))
    spelling, value = options.get("spellcheck"), options.get("value")
    own = (
        f'{classes(*names)} id="{escape(control)}" name="{escape(options.get("name"))}" '
        f'rows="{escape(options.get("rows") or 5)}"'
    )
    if isinstance(spelling, bool):
        own += f' spellcheck="{spoken(spelling)}"'
    own += flag("disabled", options.get("disabled")) + attribute("aria-describedby", described)
    own += attribute("autocomplete", options.get("autocomplete")) + attributes(options.get("attributes"))
    # The first line break after the tag is not part of the text, so one that was typed needs one before it.
    typed = "" if value is None else str(escape(value))
    written = f"<textarea{own}>{chr(10) if typed.startswith(chr(10)) else ''}{typed}</textarea>"
    return group(options, label_for(options, control) + said + _between(options, written))


def character_count(options: Options) -> Markup:
    """A textarea that says how much may be typed, and with scripts how much is left."""
    control = str(options.get("id") or options.get("name"))
    words, characters = options.get("maxwords"), options.get("maxlength")
    most, unit = words or characters, "words" if words else "characters"
    says = options.get("textareaDescriptionText") or f"You can enter up to %{{count}} {unit}"
    given, shown = options.get("formGroup") or NOTHING, options.get("countMessage") or NOTHING
    own = attributes(
        {"data-module": "govuk-character-count"}
        | {
            f"data-{name}": {"value": options.get(name), "optional": True}
            for name in ("maxlength", "threshold", "maxwords")
        }
    )
    if not most and options.get("textareaDescriptionText"):
        own += translations("textarea-description", plurals={"other": says})
    own += "".join(_counting(options, which) for which in ("characters", "words"))
    names = classes("govuk-hint", "govuk-character-count__message", shown.get("classes"))
    says = says.replace("%{count}", str(most)) if most else ""
    message = f'<div id="{escape(control)}-info"{names}>{escape(says)}</div>'
    around: dict[str, Any] = {
        **given,
        "classes": f"govuk-character-count {given.get('classes') or ''}".strip(),
        "attributes": Markup(own + attributes(given.get("attributes"))),
        "afterInput": {"html": Markup(message + beside(options, "afterInput"))},
    }
    typed = f"govuk-js-character-count {options.get('classes') or ''}".strip()
    return textarea({**options, "describedBy": f"{control}-info", "classes": typed, "formGroup": around})


def _counting(options: Options, unit: str) -> str:
    return (
        translations(f"{unit}-under-limit", plurals=options.get(f"{unit}UnderLimitText"))
        + translations(f"{unit}-at-limit", options.get(f"{unit}AtLimitText"))
        + translations(f"{unit}-over-limit", plurals=options.get(f"{unit}OverLimitText"))
    )


def select(options: Options) -> Markup:
    """One of a long list."""
    control = str(options.get("id") or options.get("name"))
    said, described = said_before(options, control, options.get("describedBy"))
    names = ("govuk-select", options.get("classes"), options.get("errorMessage") and "govuk-select--error")
    own = (
        f'{classes(*names)} id="{escape(control)}" name="{escape(options.get("name"))}"'
        f"{flag('disabled', options.get('disabled'))}{attribute('aria-describedby', described)}"
        f"{attributes(options.get('attributes'))}"
    )
    items = "".join(_option(item, options.get("value")) for item in options.get("items") or () if item)
    return group(options, label_for(options, control) + said + _between(options, f"<select{own}>{items}</select>"))


def _option(item: Options, chosen: object) -> str:
    value, text = item.get("value"), item.get("text")
    own = f' value="{escape(spoken(value) if isinstance(value, bool) else value)}"' if value is not None else ""
    same = bool(chosen) and (text if value is None else value) == chosen and item.get("selected") is not False
    own += flag("selected", item.get("selected") or same) + flag("disabled", item.get("disabled"))
    return f"<option{own}{attributes(item.get('attributes'))}>{escape('' if text is None else text)}</option>"


def date_input(options: Options) -> Markup:
    """A date in three boxes."""
    prefix, around = options.get("id"), options.get("fieldset") or NOTHING
    said, described = said_before(options, str(prefix), around.get("describedBy"))
    own = classes("govuk-date-input", options.get("classes")) + attributes(options.get("attributes"))
    boxes = "".join(_box(options, item) for item in options.get("items") or DATE)
    inside = beside(options, "beforeInputs") + boxes + beside(options, "afterInputs")
    written = f"{said}<div{own}{attribute('id', prefix)}>{inside}</div>"
    return in_fieldset(options, written, described, role="group")


def _box(options: Options, item: Options) -> str:
    name, prefix = item.get("name") or "", options.get("namePrefix")
    box = text_input(
        {
            **{each: item.get(each) for each in ("value", "autocomplete", "pattern", "attributes")},
            "label": {"text": item.get("label") or name.capitalize(), "classes": "govuk-date-input__label"},
            "id": item.get("id") or f"{options.get('id')}-{name}",
            "classes": f"govuk-date-input__input {item.get('classes') or ''}".strip(),
            "name": f"{prefix}-{name}" if prefix else name,
            "inputmode": item.get("inputmode") or "numeric",
        }
    )
    return f'<div class="govuk-date-input__item">{box}</div>'


def file_upload(options: Options) -> Markup:
    """A file, or with `multiple` several; with `javascript` they can be dropped there."""
    control = str(options.get("id") or options.get("name"))
    said, described = said_before(options, control, options.get("describedBy"))
    names = ("govuk-file-upload", options.get("classes"), options.get("errorMessage") and "govuk-file-upload--error")
    own = (
        f'{classes(*names)} id="{escape(control)}" name="{escape(options.get("name"))}" type="file"'
        f"{flag('disabled', options.get('disabled'))}{flag('multiple', options.get('multiple'))}"
        f"{attribute('aria-describedby', described)}{attributes(options.get('attributes'))}"
    )
    written = f"<input{own}>"
    if options.get("javascript"):
        around = classes("govuk-file-upload-wrapper", options.get("wrapperClasses"))
        words = _dropping(options) + attributes(options.get("wrapperAttributes"))
        written = f'<div{around} data-module="govuk-file-upload"{words}>{written}</div>'
    return group(options, label_for(options, control) + said + _between(options, written))


def _dropping(options: Options) -> str:
    return (
        translations("choose-files-button", options.get("chooseFilesButtonText"))
        + translations("no-file-chosen", options.get("noFileChosenText"))
        + translations("multiple-files-chosen", plurals=options.get("multipleFilesChosenText"))
        + translations("drop-instruction", options.get("dropInstructionText"))
        + translations("entered-drop-zone", options.get("enteredDropZoneText"))
        + translations("left-drop-zone", options.get("leftDropZoneText"))
    )


def _between(options: Options, control: str) -> str:
    return beside(options, "beforeInput") + control + beside(options, "afterInput")
