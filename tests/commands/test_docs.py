"""`portal docs data-map`: every question with its purpose and lawful basis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from click.testing import CliRunner
from litestar import Litestar

from portal.application.searching import Sought
from portal.cli import main
from portal.commands.beside_forms import BESIDE
from portal.domain.enquiry_forms import SHORT_FORMS
from portal.domain.forms.asked import questions_of
from portal.domain.forms.form import form_of
from portal.domain.forms.question import BASIS, Data
from portal.domain.forms.social_care import Worries
from portal.domain.referral_parts import Amendment
from portal.domain.services import Service
from portal.http.api.accounts import NewPassword, PasswordLinkRequest, Registration
from portal.http.api.addresses import ChildElsewhere, Postcode
from portal.http.api.challenges import Code, RecoveryCode, SignIn
from portal.http.api.directory import SetOut
from portal.http.api.form import ChangedService
from portal.http.api.own_account import ChangedPassword, WithPassword
from portal.http.api.password_guidance import TypedPassword
from portal.http.app import create_app


def test_the_data_map_names_every_question_with_why_it_is_asked_and_on_what_basis() -> None:
    told = CliRunner().invoke(main, ["docs", "data-map"])
    assert told.exit_code == 0
    for service in Service:
        for section in form_of(service).sections:
            for each in section.questions:
                [*rows] = [line for line in told.output.splitlines() if f"`{section.name}.{each.name}`" in line]
                assert rows and all(each.why in row for row in rows), each.name
    assert all(basis in told.output for basis in BASIS.values())


NOT_KEPT = {NewPassword, PasswordLinkRequest, ChangedPassword, Code, WithPassword, TypedPassword, SignIn, RecoveryCode}
NOT_KEPT |= {SetOut, Postcode, Sought, ChangedService}
"""Passwords, codes, and what is only looked up with, or says which service it is now."""
SECRETS = {"password", "current_password"}


def bodies() -> set[type[msgspec.Struct]]:
    """What the API takes, with the Structs in it."""

    @asynccontextmanager
    async def idle(app: Litestar) -> AsyncIterator[None]:
        yield

    app = create_app(idle, "https://forms.severnshire.example", False)
    handlers = [each for route in app.routes for each in getattr(route, "route_handlers", [])]
    taken = [each.parsed_data_field.annotation for each in handlers if each.parsed_data_field]
    return {each for each in taken if isinstance(each, type) and issubclass(each, msgspec.Struct)}


def test_every_field_that_a_person_can_fill_has_its_line_in_the_data_map() -> None:
    told = CliRunner().invoke(main, ["docs", "data-map"]).output
    found = bodies()
    assert {Amendment, Registration, ChildElsewhere} <= found
    for kind in found - NOT_KEPT:
        asked = {question.name for question in questions_of(kind)}
        for name in set(kind.__struct_fields__) - asked - SECRETS:
            [*within] = [beside for beside in BESIDE if kind in beside.taken_by and name in beside.given]
            assert within, f"{kind.__name__}.{name} has no line"
            assert within[0].titled(name), f"{kind.__name__}.{name} has no words"
            assert f"| `{within[0].name}.{name}` | {within[0].given[name].why} |" in told
        assert all(f".{name}`" in told for name in asked)
    assert "`document.description`" in told and "`address.secret`" in told


def test_enquiries_do_not_stand_on_the_duty_to_protect_children() -> None:
    for short in SHORT_FORMS:
        assert {each.data for each in questions_of(short)} <= {Data.ENQUIRY, Data.ENQUIRY_SPECIAL}
    assert not any("section" in BASIS[kind] and "47" in BASIS[kind] for kind in (Data.ENQUIRY, Data.ENQUIRY_SPECIAL))


def test_what_child_and_parents_say_is_special_category_data() -> None:
    kinds = {each.name: each.data for each in questions_of(Worries)}
    assert {kinds[name] for name in ("child_says", "parents_say", "done_already")} == {Data.SPECIAL}
