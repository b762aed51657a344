"""The child process: reads a file from its standard input, keeps it in memory, and says what it found.

Started as `python -I -m portal.documents.checking.child check|preview KIND BOUNDS PAGE`. It answers `check` with one
line of JSON, `preview` with one line of JSON and then the picture. Neither name nor content of a file is on its command
line.
"""

import json
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Final

from portal.documents.checking.confinement import confine
from portal.documents.checking.kinds import Bounds, Kind, NoSuchPage, Unsound, Why

# Each imports all that it will ever need, since no file can be opened afterwards.
CHECKING: Final = {  # has facts(kind, content, bounds)
    Kind.PDF: "pdf",
    Kind.JPEG: "pictures",
    Kind.PNG: "pictures",
    Kind.HEIC: "heic",
    Kind.DOCX: "office",
    Kind.XLSX: "office",
    Kind.TXT: "text",
}
SHOWING: Final = {  # has rendered(kind, content, page, bounds)
    Kind.PDF: "pdf_pages",
    Kind.JPEG: "pictures",
    Kind.PNG: "pictures",
    Kind.HEIC: "heic",
}


def main(arguments: list[str]) -> None:
    """Confine this process, then look at what comes on standard input. `arguments`: as in the module's text."""
    task, kind, bounds, page = arguments[0], Kind(arguments[1]), Bounds(*json.loads(arguments[2])), int(arguments[3])
    module = module_for(task, kind)
    shut = confine(bounds.cpu_seconds, bounds.memory)
    try:
        said, picture = looked_at(module, task, kind, sys.stdin.buffer.read(), page, bounds)
    except MemoryError:
        said, picture = {"why": Why.TOO_COMPLEX}, b""
    sys.stdout.buffer.write(json.dumps({**said, "shut": sorted(shut)}).encode() + b"\n" + picture)
    sys.stdout.flush()
    os._exit(0)  # nothing of it needs tidying, and tidying takes time


def module_for(task: str, kind: Kind) -> ModuleType:
    """The module that checks or shows this kind."""
    return import_module(f"portal.documents.checking.{(SHOWING if task == 'preview' else CHECKING)[kind]}")


def looked_at(
    module: ModuleType, task: str, kind: Kind, content: bytes, page: int, bounds: Bounds
) -> tuple[dict[str, object], bytes]:
    """What to say of a file, and its picture if that is the task."""
    try:
        if task == "preview":
            picture = module.rendered(kind, content, page, bounds)
            return {"picture": len(picture)}, picture
        return {"facts": module.facts(kind, content, bounds)}, b""
    except Unsound as found:
        return {"why": found.why}, b""
    except NoSuchPage:
        return {"no_such_page": True}, b""
    except MemoryError:
        raise
    except Exception:  # whatever a library finds no other word for: the file stays outside
        return {"why": Why.DAMAGED}, b""


if __name__ == "__main__":
    main(sys.argv[1:])
