"""`portal docs data-map`: every question with its purpose and lawful basis."""

from click.testing import CliRunner

from portal.cli import main
from portal.domain.forms.form import form_of
from portal.domain.forms.question import BASIS
from portal.domain.services import Service


def test_the_data_map_names_every_question_with_why_it_is_asked_and_on_what_basis() -> None:
    told = CliRunner().invoke(main, ["docs", "data-map"])
    assert told.exit_code == 0
    for service in Service:
        for section in form_of(service).sections:
            for each in section.questions:
                [*rows] = [line for line in told.output.splitlines() if f"`{section.name}.{each.name}`" in line]
                assert rows and all(each.why in row for row in rows), each.name
    assert all(basis in told.output for basis in BASIS.values())
