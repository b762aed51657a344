"""The folder that an escrow is handed out from: the sealed file, and for each holder a paper with their code."""

import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from portal.keys.durable import sync_folder, write_new

SEALED = "escrow.json"
PAPER = """\
THE REFERRAL PORTAL: A SEALED COPY OF ITS KEYS

Holder: {holder}
Made:   {made:%d %B %Y, %H:%M} UTC, for {holders}

Your code:

{code}

What it is for. Every referral is encrypted. If the portal's keys were lost, no referral could ever be read again. The
file {sealed} holds a copy of the keys. It opens with the codes of any two of its holders, and with no single one.

What to do. Print this or write the code down, keep it in a sealed envelope in a safe of your own, and delete this file.
Do not keep it together with another holder's code or with {sealed}, and tell it to nobody.

When it is needed. Somebody asks you and another holder to come to the computer, for a drill (`portal keys drill`) or
after a loss. You type the code yourself.
"""


class Exists(Exception):
    """There is something in that place already; nothing was written."""


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the folder: all of it, or none. Each file is for its owner alone. Raises Exists and OSError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Exists
    aside = folder.with_name(f".{folder.name}.unfinished-{secrets.token_hex(4)}")
    aside.mkdir(mode=0o700, parents=True)
    try:
        for name, content in files.items():
            write_new(aside / name, content)
        sync_folder(aside)
        aside.rename(folder)  # onto an empty folder at most
        sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def paper(holder: str, holders: Sequence[str], code: str, made: datetime) -> bytes:
    """What stands on a holder's paper."""
    return PAPER.format(holder=holder, holders=", ".join(holders), code=code, made=made, sealed=SEALED).encode()


def paper_name(place: int, holder: str) -> str:
    """What a holder's file is called."""
    return f"holder-{place}-{re.sub(r'[^a-z0-9]+', '-', holder.lower()).strip('-')[:40]}.txt"
