"""What every component is written with: attributes, classes, and content that is escaped unless it is markup."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

Options = Mapping[str, Any]
Component = Callable[[Options], Markup]
NOTHING: Options = {}


def attribute(name: str, value: object) -> str:
    """One attribute, or none where there is no value."""
    return f' {name}="{escape(value)}"' if value not in (None, "", False) else ""


def flag(name: str, on: object) -> str:
    """An attribute that is there or not."""
    return f" {name}" if on else ""


def attributes(given: object) -> str:
    """The attributes that a caller adds: a mapping, whose values may be `{"value": ..., "optional": True}`. A text is
    used as it is only if it is markup."""
    if not given:
        return ""
    if not isinstance(given, Mapping):
        return str(escape(given))
    return "".join(_added(str(name), value) for name, value in given.items())


def _added(name: str, value: Any) -> str:
    optional = isinstance(value, Mapping) and value.get("optional") is True
    if isinstance(value, Mapping):
        value = value.get("value")
    if optional and (value is None or value is False):
        return ""
    if optional and value is True:
        return f" {escape(name)}"
    value = "" if value is None else str(value).lower() if isinstance(value, bool) else value
    return f' {escape(name)}="{escape(value)}"'


def classes(*names: object) -> str:
    """The class attribute."""
    return f' class="{" ".join(str(escape(name)) for name in names if name)}"'


def content(part: Options | None, html: str = "html", text: str = "text") -> str:
    """What stands in an element: markup, or else text. Escaped, whichever it is, unless it says that it is markup."""
    if not part:
        return ""
    found = part.get(html) or part.get(text)
    return "" if found is None else str(escape(found)).strip()


def within(element: str, inside: str, name: str = "") -> str:
    """An element around something, or nothing where there is nothing to put in it."""
    return f"<{element}{classes(name) if name else ''}>{inside}</{element}>" if inside else ""


def translations(key: str, message: object = None, plurals: Mapping[str, str] | None = None) -> str:
    """Words that GOV.UK Frontend's scripts would otherwise choose themselves."""
    if plurals:
        return "".join(f' data-i18n.{key}.{rule}="{escape(words)}"' for rule, words in plurals.items())
    return f' data-i18n.{key}="{escape(message)}"' if message else ""


def spoken(value: object) -> str:
    """A yes or no as an attribute's value."""
    return str(value).lower()
