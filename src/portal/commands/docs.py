"""`portal docs`: what the portal knows of itself, for those who answer for it."""

from collections.abc import Iterator

import click

from portal.commands.beside_forms import BESIDE, Beside
from portal.domain.enquiry_forms import SHORT_FORMS, asked
from portal.domain.forms.asked import Asked
from portal.domain.forms.form import form_of
from portal.domain.forms.question import BASIS, EVERYONE
from portal.domain.services import Service

HEAD = "| Question | Asked of | Kept as | Why it is asked | Kind of data |\n|---|---|---|---|---|"
BESIDE_HEAD = "| What is told | Kept as | Why | Kind of data |\n|---|---|---|---|"


@click.group()
def docs() -> None:
    """What is asked, why, and on what basis."""


@docs.command("data-map")
def data_map() -> None:
    """Print all that people tell, with purpose and lawful basis (Markdown), for a data protection impact assessment."""
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
    for short in SHORT_FORMS:
        yield f"\n## {short.TITLE}\n\n{HEAD}"
        for question in asked(short).questions:
            yield from _rows(question, short.KIND.value)
    for beside in BESIDE:
        yield f"\n## {beside.title}\n\n{BESIDE_HEAD}"
        yield from _rows_beside(beside)


def _rows(question: Asked, within: str) -> Iterator[str]:
    whom = "everyone" if question.of == EVERYONE else ", ".join(each.value for each in question.of)
    name = f"{within}.{question.name}"
    cells = (question.title, whom, f"`{name}`", question.why, _spoken(question.data.value))
    yield f"| {' | '.join(each.replace('|', '/') for each in cells)} |"
    for inner in question.group:
        yield from _rows(inner, name)


def _rows_beside(beside: Beside) -> Iterator[str]:
    for name, given in beside.given.items():
        cells = (beside.titled(name), f"`{beside.name}.{name}`", given.why, _spoken(given.data.value))
        yield f"| {' | '.join(cells)} |"


def _spoken(value: str) -> str:
    return value.replace("_", " ").capitalize()
