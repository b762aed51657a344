"""The child process: reads a file from its standard input, keeps it in memory, and says what it found.

Started as `python -I -m portal.documents.checking.child check|preview KIND BOUNDS PAGE`. It answers `check` with one line
of JSON, `preview` with one line of JSON and then the picture. No name or content of a file is on its command line.
"""

import json
import os
import sys
from importlib import import_module
from typing import Final

from portal.documents.checking.confinement import NICE, confine
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
    module = import_module(f"portal.documents.checking.{(SHOWING if task == 'preview' else CHECKING)[kind]}")
    os.nice(NICE)
    confine(bounds.cpu_seconds, bounds.memory)
    picture = b""
    answer: dict[str, object]
    try:
        content = sys.stdin.buffer.read()
        if task == "preview":
            picture = module.rendered(kind, content, page, bounds)
            answer = {"picture": len(picture)}
        else:
            answer = {"facts": module.facts(kind, content, bounds)}
    except Unsound as found:
        answer = {"why": found.why}
    except NoSuchPage:
        answer = {"no_such_page": page}
    except MemoryError:
        answer = {"why": Why.TOO_COMPLEX}
    except Exception:  # whatever a library finds no other word for: the file stays outside
        answer = {"why": Why.DAMAGED}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + picture)
    sys.stdout.flush()
    os._exit(0)  # nothing of it needs tidying, and tidying takes time


if __name__ == "__main__":
    main(sys.argv[1:])
