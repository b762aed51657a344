"""What a document looks like, without opening it: pictures and pages of PDFs, made anew in a child process."""

from collections.abc import AsyncIterator
from typing import Final

from portal.documents.checking.children import CHILDREN, Children, Task
from portal.documents.checking.kinds import MIB, SHOWN, Bounds, Kind, Unsound, Why

MEDIA_TYPE: Final = "image/jpeg"  # of every preview
_JPEG: Final = b"\xff\xd8\xff"
_LARGEST_PICTURE: Final = 16 * MIB
_LARGEST: Final = 100 * MIB  # no document is larger: a limit of what is handed over, not a rule


class NotShown(Exception):
    """There is no preview of documents of this kind."""


async def preview(kind: Kind, parts: AsyncIterator[bytes], page: int = 1, children: Children = CHILDREN) -> bytes:
    """A JPEG of a picture or of one page, counted from 1, re-encoded from its pixels: nothing of the original's bytes
    is in it. Raises NotShown, NoSuchPage, Unsound where it cannot be drawn, CheckUnavailable, and what `parts` raises.
    """
    if kind not in SHOWN:
        raise NotShown(f"there is no preview of {kind}")
    task = Task(
        name="preview", kind=kind, bounds=Bounds(), largest=_LARGEST, longest_answer=_LARGEST_PICTURE, page=page
    )
    _, picture = await children.ask(task, parts)
    if not picture.startswith(_JPEG):  # the file has taken over the process that drew it
        raise Unsound(Why.DAMAGED)
    return picture
