"""`portal docs`: what the portal knows of itself, for those who answer for it."""

from collections.abc import Iterator

import click

from portal.domain.forms.asked import Asked
from portal.domain.forms.form import form_of
from portal.domain.forms.question import BASIS, EVERYONE
from portal.domain.services import Service

HEAD = "| Question | Asked of | Kept as | Why it is asked | Kind of data |\n|---|---|---|---|---|"


@click.group()
def docs() -> None:
    """What is asked, why, and on what basis."""


@docs.command("data-map")
def data_map() -> None:
    """Print every question with its purpose and lawful basis (Markdown), for a data protection impact assessment."""
    click.echo("\n".join(_data_map()))


def _data_map() -> Iterator[str]:
    yield "# What the forms ask, and why\n"
    yield "## Lawful bases\n"
    for kind, basis in BASIS.items():
        yield f"- **{_spoken(kind.value)}**: {basis}."
    for service in Service:
        form = form_of(service)
        yield f"\n## {_spoken(service.value)} (version {form.version})"
        for section in form.sections:
            yield f"\n### {section.title}\n\n{HEAD}"
            for question in section.questions:
                yield from _rows(question, section.name)


def _rows(asked: Asked, within: str) -> Iterator[str]:
    whom = "everyone" if asked.of == EVERYONE else ", ".join(each.value for each in asked.of)
    name = f"{within}.{asked.name}"
    cells = (asked.title, whom, f"`{name}`", asked.why, _spoken(asked.data.value))
    yield f"| {' | '.join(each.replace('|', '/') for each in cells)} |"
    for inner in asked.group:
        yield from _rows(inner, name)


def _spoken(value: str) -> str:
    return value.replace("_", " ").capitalize()
