"""`portal passwords`: the list of breached passwords."""

import os
import sys
from pathlib import Path
from typing import TextIO

import click

from portal.application.breached_passwords import MalformedList, prepare


@click.group()
def passwords() -> None:
    """The list of passwords that were stolen elsewhere, which nobody may choose."""


@passwords.command("prepare")
@click.argument("source", type=click.File("r", encoding="ascii", errors="replace", lazy=False))
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--seen-at-least", default=1, show_default=True, help="Leave out those that were found more seldom.")
def prepare_list(source: TextIO, target: Path, seen_at_least: int) -> None:
    """Make TARGET, for PORTAL_BREACHED_PASSWORDS, from SOURCE: the text download of Have I Been Pwned, ordered by hash
    ("-" reads what is piped in)."""
    aside = target.with_name(f"{target.name}.new")  # a list that is in use is never half written
    try:
        with aside.open("wb") as file:
            held = prepare(source, file, seen_at_least)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except (OSError, MalformedList) as wrong:
        aside.unlink(missing_ok=True)
        raise click.ClickException(str(wrong)) from None
    print(f"{target} holds {held:,} passwords", file=sys.stderr)
