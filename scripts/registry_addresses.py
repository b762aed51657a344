"""Fail when a file of the checkout has the address of a package registry in it.

Where packages come from is the business of each machine's own settings, never of this repository.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Written so that this file does not find itself.
REGISTRIES = re.compile(
    r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs[.]org|registry[.]yarnpkg[.]com|proxy[.]golang[.]org"
    r"|(?:extra-)?index-url\s*[=:]|--find-links|://[^\s\"']*/simple/?(?:[\s\"']|$)",
    re.IGNORECASE,
)


def files() -> list[Path]:
    """What is tracked, and what would be if it were added now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:  # not a clone: an unpacked archive, say
        return [ROOT / "constraints.txt", ROOT / "pyproject.toml"]
    return [ROOT / name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


def findings(file: Path) -> list[str]:
    """The lines of a file that have such an address, with their place."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [
        f"{file.relative_to(ROOT)}:{n}: {line.strip()}" for n, line in enumerate(lines, 1) if REGISTRIES.search(line)
    ]


if __name__ == "__main__":
    found = [line for file in files() if file != Path(__file__).resolve() for line in findings(file)]
    sys.exit("\n".join(["The address of a package registry:", *found]) if found else 0)
