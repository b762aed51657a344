"""`python -m tests.domain.record_form`: keep today's forms as the file of their version.

A file is written once. While a version has not been shown to anybody, `--again` writes it over.
"""

import sys
from pathlib import Path

from portal.domain.forms import versions
from portal.domain.forms.form import FORM_VERSION


def main() -> int:
    """Write the file; 1 where there is one already."""
    path = Path(str(versions.FOLDER)) / f"{FORM_VERSION}.json"
    if path.exists() and "--again" not in sys.argv:
        print(f"{path.name} is there already: give FORM_VERSION the next number first")
        return 1
    path.write_bytes(versions.written())
    print(f"version {FORM_VERSION} is kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
