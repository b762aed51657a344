"""The schemas of our types for the OpenAPI description: msgspec's own, which say exactly what it refuses (unknown
fields, the rules of each item of a list, a zero), and the characters that reading.py refuses in any text."""

from collections.abc import Iterator
from typing import Any

import msgspec

PRINTABLE = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
ONE_OF_FEW = frozenset({"format", "enum", "const"})
Schema = dict[str, Any]


def exact_schemas(names: set[str]) -> Schema:
    """The schemas of those of our types that have these names, and of what stands in them."""
    kinds = [kind for name, kind in our_types().items() if name in names]
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    for text in _texts(schemas):
        own = {"pattern": _as_python_reads_it(text.pop("pattern"))} if "pattern" in text else {}
        text.update({**own, "allOf": [{"pattern": PRINTABLE}]} if own else {"pattern": PRINTABLE})
    return schemas


def _as_python_reads_it(pattern: str) -> str:
    """To Python U+0085 is a space, to the regular expressions of JSON Schema it is not."""
    return pattern.replace(r"\S", r"[^\s]").replace(r"\s", r"\s\u0085")


def our_types() -> dict[str, type[msgspec.Struct]]:
    """Every Struct of ours, by its name; of two that share one, the one that requests and answers are made of."""
    found: dict[str, type[msgspec.Struct]] = {}
    kinds: list[type[msgspec.Struct]] = [msgspec.Struct]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        at_the_door = found.get(kind.__name__, kind).__module__.startswith("portal.http.")
        if kind.__module__.startswith("portal.") and not (at_the_door and kind.__name__ in found):
            found[kind.__name__] = kind
    return found


def _texts(schema: Any) -> Iterator[Schema]:
    """Wherever any text would do."""
    if isinstance(schema, dict):
        for name, part in schema.items():
            if name not in ("examples", "default"):
                yield from _texts(part)
        if schema.get("type") == "string" and not ONE_OF_FEW & schema.keys():
            yield schema
    elif isinstance(schema, list):
        for part in schema:
            yield from _texts(part)
