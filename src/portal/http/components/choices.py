"""Radios and checkboxes."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from portal.http.components.labelling import beside, hint, in_fieldset, label, said_before
from portal.http.components.writing import NOTHING, Options, attribute, attributes, classes, content, flag


def radios(options: Options) -> Markup:
    """One of a few."""
    around = options.get("fieldset") or NOTHING
    prefix = str(options.get("idPrefix") or options.get("name"))
    said, described = said_before(options, prefix, around.get("describedBy"))
    chosen = options.get("value")
    items = "".join(
        _item(options, item, _numbered(prefix, index), "radio", _chosen(item, chosen and [chosen]))
        for index, item in enumerate(options.get("items") or (), 1)
        if item
    )
    return in_fieldset(options, said + _all(options, "radios", items), described)


def checkboxes(options: Options) -> Markup:
    """Any of a few. Without a fieldset each box is described by hint and error message."""
    around = options.get("fieldset") or NOTHING
    prefix = str(options.get("idPrefix") or options.get("name"))
    said, described = said_before(options, prefix, around.get("describedBy") or options.get("describedBy"))
    chosen = options.get("values") or ()
    items = "".join(
        _item(
            options,
            item,
            _numbered(prefix, index),
            "checkbox",
            _chosen(item, chosen),
            "" if around else described,
        )
        for index, item in enumerate(options.get("items") or (), 1)
        if item
    )
    return in_fieldset(options, said + _all(options, "checkboxes", items), described)


def _all(options: Options, kind: str, items: str) -> str:
    own = classes(f"govuk-{kind}", options.get("classes")) + attributes(options.get("attributes"))
    inside = beside(options, "beforeInputs") + items + beside(options, "afterInputs")
    return f'<div{own} data-module="govuk-{kind}">{inside}</div>'


def _numbered(prefix: str, index: int) -> str:
    """The first has no number, so that an error summary can link to it."""
    return prefix if index == 1 else f"{prefix}-{index}"


def _chosen(item: Options, values: Sequence[object] | None) -> bool:
    by_value = bool(values) and item.get("value") in (values or ())
    return bool(item.get("checked")) or (by_value and item.get("checked") is not False)


def _item(options: Options, item: Options, numbered: str, kind: str, chosen: bool, described: str = "") -> str:
    block = "govuk-radios" if kind == "radio" else "govuk-checkboxes"
    if divider := item.get("divider"):
        return f'<div class="{block}__divider">{escape(divider)}</div>'
    control = str(item.get("id") or numbered)
    given = item.get("hint") or NOTHING
    revealed = content(item.get("conditional"))
    described = f"{described} {control}-item-hint".strip() if content(given) else described
    name = (kind == "checkbox" and item.get("name")) or options.get("name")
    value = item.get("value")
    own = (
        f' class="{block}__input" id="{escape(control)}" name="{escape(name)}" type="{kind}"'
        f' value="{escape("" if value is None else value)}"{flag("checked", chosen)}'
        f"{flag('disabled', item.get('disabled'))}"
        f"{attribute('data-aria-controls', revealed and f'conditional-{control}')}"
        f"{attribute('data-behaviour', item.get('behaviour'))}{attribute('aria-describedby', described)}"
    )
    own += attributes(item.get("attributes"))
    written = f'<div class="{block}__item"><input{own}>{_named(item, block, control)}'
    if content(given):
        names = f"{block}__hint {given.get('classes') or ''}".strip()
        written += str(hint({**given, "id": f"{control}-item-hint", "classes": names}))
    return f"{written}</div>{_revealed(block, control, revealed, chosen)}"


def _named(item: Options, block: str, control: str) -> str:
    given = item.get("label") or NOTHING
    names = f"{block}__label {given.get('classes') or ''}".strip()
    inside = {"html": item.get("html"), "text": item.get("text")}
    return str(label({**inside, "classes": names, "attributes": given.get("attributes"), "for": control}))


def _revealed(block: str, control: str, inside: str, chosen: bool) -> str:
    if not inside:
        return ""
    names = classes(f"{block}__conditional", not chosen and f"{block}__conditional--hidden")
    return f'<div{names} id="conditional-{escape(control)}">{inside}</div>'
