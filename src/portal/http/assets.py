"""The stylesheet, scripts and icon of the pages: read once, compressed once, and served under an address that changes
when they do, so that browsers keep them for ever."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from litestar import Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from portal.council.council import Council
from portal.http.depending import AnyRequest
from portal.settings import MissingSettings

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "no-cache"  # another release's address: while two run side by side, neither goes without its style
KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "txt": "text/plain"}
MISSING = (
    "The pages' stylesheet and scripts are missing. In a checkout run scripts/environment demo, which builds them."
)
COLOURS = "colours.css"


class Asset(msgspec.Struct, frozen=True):
    """One file, as it is and compressed."""

    kind: str
    plain: bytes
    compressed: bytes


@cache
def built() -> Mapping[str, Asset]:
    """Everything that was built, by name. Raises MissingSettings where nothing was."""
    try:
        return {
            each.name: _asset(each.name, each.read_bytes()) for each in (files("portal") / "static/build").iterdir()
        }
    except OSError:
        raise MissingSettings(MISSING) from None


@cache
def colours(colour: str, background: str) -> Asset:
    """The council's colours, for the stylesheet to use."""
    rules = f":root{{--council-colour:{colour};--council-background:{background}}}"
    return _asset(COLOURS, rules.encode())


@cache
def version() -> str:
    """The same for the same files."""
    named = b"".join(name.encode() + asset.plain for name, asset in sorted(built().items()))
    return hashlib.sha256(named).hexdigest()[:16]


def address_of(council: Council) -> str:
    """Where all of it stands for this council."""
    pages = council.pages
    return f"/assets/{version()}-{pages.colour[1:]}-{pages.background[1:]}"


def _asset(name: str, data: bytes) -> Asset:
    kind = KINDS.get(name.rpartition(".")[2], "application/octet-stream")
    return Asset(kind, data, gzip.compress(data, 9, mtime=0))


@get("/assets/{release:str}/{name:str}", include_in_schema=False)
async def asset(request: AnyRequest, release: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A file, compressed for those who take that."""
    council: Council = request.app.state.portal.council
    pages = council.pages
    found = colours(pages.colour, pages.background) if name == COLOURS else built().get(name)
    if found is None:
        raise NotFoundException
    keep = FOR_EVER if address_of(council).endswith(f"/{release}") else FOR_A_MOMENT
    headers = {"Cache-Control": keep, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.plain, media_type=found.kind, headers=headers)
    return Response(found.compressed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})


ASSETS = Router("/", route_handlers=[asset])
