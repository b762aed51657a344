"""docs/forms.md: what councils ask for, and the question that asks it. The list and the forms cannot drift apart."""

import re
from collections.abc import Iterator
from pathlib import Path

from portal.domain.forms.asked import Asked
from portal.domain.forms.form import form_of
from portal.domain.services import Service

LISTED = Path(__file__).parents[2] / "docs" / "forms.md"
QUESTION = re.compile(r"`([a-z]+(?:\.[a-z_]+)+)`")


def asked(questions: tuple[Asked, ...], within: str) -> Iterator[str]:
    for each in questions:
        yield f"{within}.{each.name}"
        yield from asked(each.group, f"{within}.{each.name}")


def in_the_forms(*services: Service) -> set[str]:
    sections = (section for service in services for section in form_of(service).sections)
    return {name for section in sections for name in asked(section.questions, section.name)}


def chapters() -> dict[str, str]:
    """The text below each heading."""
    parts = re.split(r"^## (.+)$", LISTED.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_question_of_every_form_is_listed_once_and_every_one_that_is_listed_is_asked() -> None:
    rows = [name for heading in OF for name in QUESTION.findall(chapters()[heading])]
    assert sorted(rows) == sorted(set(rows)), "listed twice"
    assert set(rows) == in_the_forms(*Service)
    named = {name for chapter in chapters().values() for name in QUESTION.findall(chapter)}
    assert named == set(rows), "named without being asked"


def test_what_is_listed_for_a_service_is_asked_by_it() -> None:
    for heading, services in OF.items():
        for service in services:
            assert set(QUESTION.findall(chapters()[heading])) <= in_the_forms(service), (heading, service)


def test_what_is_left_out_has_a_reason() -> None:
    rows = [line.split("|")[1:-1] for line in chapters()["Left out, and why"].splitlines() if line.startswith("|")]
    assert len(rows) > 4 and all(len(row) == 2 and all(cell.strip() for cell in row) for row in rows)


OF: dict[str, tuple[Service, ...]] = {
    "In every form": tuple(Service),
    "Early help and social care": (Service.EARLY_HELP, Service.SOCIAL_CARE),
    "Early help": (Service.EARLY_HELP,),
    "Children's social care": (Service.SOCIAL_CARE,),
    "LADO": (Service.LADO,),
}
