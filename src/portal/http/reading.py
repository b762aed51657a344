"""Reading what was sent: JSON of our shape, with every fault found at once and named by a JSON pointer.

msgspec reads the good case in one go and stops at the first fault of a bad one. So only a bad body is walked again,
field by field, along the same Structs.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Any, get_args, get_origin

import msgspec
from litestar import Request
from litestar.enums import ParamType
from litestar.exceptions import SerializationException, ValidationException
from msgspec import Meta

from portal.domain.facts import Facts
from portal.domain.refusals import Fault
from portal.domain.working_days import day_of

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
MISSING = "This is required."
ONCE = ("Idempotency-Key", "If-Match")  # headers that may come once
ABSENT = re.compile(r"Missing required (\w+) parameter '([^']+)'")  # all that Litestar says of it
MOST_FAULTS = 200  # named in one answer
ALSO_ASKED = "also_asked"  # an option of routes: parameters of the query under names that no argument can have
UNUSABLE = object()
READ = "body"  # where in the request's state the decoded body is kept


class BadBody(Exception):
    """The body is nothing that can be read, or holds characters that no text has."""

    def __init__(self, says: str, faults: tuple[Fault, ...] = (), status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(says)
        self.says = says
        self.faults = faults
        self.status = status


class PortalRequest(Request[Any, Any, Any]):
    """A request whose JSON is checked before anything else sees it."""

    async def json(self) -> Any:
        """The body as Python values. BadBody where it is not JSON in UTF-8, too deeply nested, or holds control
        characters."""
        require_type(self, "application/json", "Send JSON: Content-Type: application/json.")
        try:
            found = _whole(await super().json())
            faults = tuple(islice(unprintable(found, ""), MOST_FAULTS))
        except (SerializationException, UnicodeError, RecursionError):
            raise BadBody("The body is not JSON in UTF-8 that can be read. Check it and send it again.") from None
        if faults:
            raise BadBody("Some text holds characters that cannot be shown. Remove them.", faults)
        self.scope["state"][READ] = found
        return _strictly(found, _body_type(self))


def _whole(value: Any) -> Any:
    """6.0 is the same number as 6 to JSON and its schemas, so it is to us."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    return value


def _strictly(value: Any, kind: Any) -> Any:
    """The body as its type, without making a yes of a 1 or a date of a number, as the framework would; a value that
    nothing can be made of where it is not of that type, so that its faults are named with those of the headers."""
    if kind is None:
        return value
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return UNUSABLE


def require_type(request: Request[Any, Any, Any], media: str, says: str) -> None:
    """The body is of this type and in UTF-8; another charset is refused, not tried (RFC 8259, and UTF-7 hides
    characters). Raises BadBody."""
    kinds = request.headers.getall("content-type", [])
    kind, options = request.content_type
    if len(kinds) != 1 or kind.lower() != media or options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise BadBody(says, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def faults_of_request(request: Request[Any, Any, Any], exc: ValidationException) -> Iterator[Fault]:
    """Every fault of a request that did not pass: of its body, and of its header, query or path."""
    named = exc.extra if isinstance(exc.extra, list) else []
    if absent := ABSENT.search(exc.detail):
        named = [{"source": absent[1], "key": absent[2]}]
    body, state = _body_type(request), request.scope["state"]
    if body is not None and (READ in state or any(each.get("source") == "body" for each in named)):
        yield from faults_in(state.get(READ), body)
    for each in named:
        if (where := each.get("source", "body")) != "body":
            source = ParamType(where).value
            name = each["key"].replace("_", "-").title() if source == "header" else each["key"]
            yield Fault(f"{source}:{name}", f"Check the {source} {name}.")


async def refuse_repeats(request: Request[Any, Any, Any]) -> None:
    """A name given twice, or one that nobody asked for, could be read in two ways: say so instead of choosing. What is
    asked for as a list may be given several times."""
    handler = request.route_handler
    known = handler.parsed_fn_signature.parameters
    also = handler.opt.get(ALSO_ASKED, ())
    lists = {name for name, field in known.items() if get_origin(_bare(field.annotation)[1]) is list}
    headers = [name for name in ONCE if len(request.headers.getall(name, [])) > 1]
    given = request.query_params
    unknown = given.keys() - known.keys() - set(also)
    query = [name for name in given if name in unknown or (name not in lists and len(given.getall(name)) > 1)]
    if headers or query:
        wrong = [*(("header", name) for name in headers), *(("query", name) for name in dict.fromkeys(query))]
        raise ValidationException("repeated", extra=[{"source": source, "key": name} for source, name in wrong])


def faults_in(value: Any, kind: Any, at: str = "") -> Iterator[Fault]:
    """What is wrong with a value that ought to be of this type; nested Structs and lists field by field."""
    meta, bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        yield from _faults_in_struct(value, bare, at)
    elif get_origin(bare) in (tuple, list) and not _fault(value, Annotated[list[Any], Meta(), *meta]):
        for index, item in enumerate(value):
            yield from faults_in(item, get_args(bare)[0], f"{at}/{index}")
    elif says := _fault(value, kind):
        yield Fault(at, says)


def _faults_in_struct(value: Any, kind: type[msgspec.Struct], at: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(at, "This must be an object with named fields.")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    named: set[str] = set()
    sound: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in value:
            if field.required:
                sound[field.name] = msgspec.UNSET
                named.add(f"/{name}")
                yield Fault(f"{at}/{name}", MISSING)
            continue
        found = list(faults_in(value[name], field.type, f"{at}/{name}"))
        yield from found
        if not found:
            sound[field.name] = msgspec.convert(value[name], field.type)
        else:
            named.add(f"/{name}")
            if field.required:
                sound[field.name] = msgspec.UNSET
    for name in value:
        if name not in fields:
            named.add(name)
            yield Fault(f"{at}/{_escaped(name)}", "There is no such field. Its name may be misspelt.")
    if named and issubclass(kind, Facts):
        yield from (Fault(at + fault.at, fault.says) for fault in _contradictions(kind, sound) if fault.at not in named)


def _contradictions(kind: type[Facts], sound: dict[str, Any]) -> Iterator[Fault]:
    """Rules across the fields that are sound by themselves, so that nobody meets them only the next time. A required
    field that is not sound is UNSET; a rule that cannot do without it ends the search."""
    try:
        yield from kind(**sound).faults(day_of(datetime.now(UTC)))
    except (TypeError, AttributeError):
        return


def _fault(value: Any, kind: Any) -> str:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as wrong:
        return _in_plain_words(str(wrong))
    return ""


PLAIN = (
    (r"Expected `str` of length >= 1|regex", "Enter an answer."),
    (r"Expected `str` of length <= (\d+)", r"This must be \1 characters or fewer."),
    (r"Expected `array` of length >= (\d+)", r"Choose at least \1."),
    (r"Expected `array` of length <= (\d+)", r"Choose at most \1."),
    (r"Invalid enum value", "This is not one of the answers to choose from."),
    (r"Invalid RFC3339|Expected `(date|datetime)", "Enter a real date, like 2016-03-27."),
    (r"Invalid UUID|Expected `uuid`", "This is not an id."),
    (r"Expected `bool`", "Answer true or false."),
    (r"Expected `int` >= (-?\d+)", r"This must be \1 or more."),
    (r"Expected `int` <= (-?\d+)", r"This must be \1 or less."),
    (r"Expected `int", "Enter a whole number."),
    (r"Expected `str", "Enter text."),
    (r"Expected `array", "This must be a list."),
)


def _in_plain_words(says: str) -> str:
    for pattern, words in PLAIN:
        if found := re.search(pattern, says):
            return found.expand(words)
    return "Check this answer."


def bare_type(kind: Any) -> Any:
    """The type without Annotated and without None."""
    return _bare(kind)[1]


def _bare(kind: Any) -> tuple[tuple[Any, ...], Any]:
    """The type without Annotated and without None, and what was annotated."""
    meta: tuple[Any, ...] = ()
    while True:
        if get_origin(kind) is Annotated:
            meta += kind.__metadata__
            kind = get_args(kind)[0]
        elif type(None) in (parts := get_args(kind)) and len(parts) == 2:
            kind = next(part for part in parts if part is not type(None))
        else:
            return meta, kind


def unprintable(value: Any, at: str) -> Iterator[Fault]:
    """Where a value holds characters that no text has: PostgreSQL would refuse a NUL, and a log be torn by others."""
    if isinstance(value, str):
        if UNPRINTABLE.search(value):
            yield Fault(at, "Remove the characters that cannot be shown.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unprintable(item, f"{at}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from unprintable(name, at)
            yield from unprintable(item, f"{at}/{_escaped(name)}")


def _escaped(name: str) -> str:
    """A field's name as a JSON pointer writes it (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _body_type(request: Request[Any, Any, Any]) -> Any:
    field = request.route_handler.parsed_fn_signature.parameters.get("data")
    return field.annotation if field else None
