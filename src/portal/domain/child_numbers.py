"""The two numbers that say which child this is, whatever the child is called: UPN and NHS number."""

from collections.abc import Iterator
from typing import Annotated

from msgspec.structs import force_setattr
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.gb import nhs, upn

from portal.domain.facts import Facts
from portal.domain.forms.question import AT_WORK, Data, ask_line
from portal.domain.refusals import Fault

WHY = "It says which child this is, however the name is written."
Upn = Annotated[
    str,
    ask_line(
        "Unique pupil number (UPN), if you know it",
        example="H801200001001",
        longest=30,
        why=WHY,
        data=Data.PERSONAL,
        of=AT_WORK,
    ),
]
NhsNumber = Annotated[
    str,
    ask_line("NHS number, if you know it", example="999 000 0018", longest=30, why=WHY, data=Data.SPECIAL, of=AT_WORK),
]
ONE_FORM = {"upn": upn.compact, "nhs_number": nhs.compact}


def put_in_one_form(facts: Facts) -> None:
    """Both numbers of a new value, without spaces and in capitals: however they are typed, they are the same."""
    for name, compact in ONE_FORM.items():
        force_setattr(facts, name, compact(getattr(facts, name)))


def faults_of_numbers(pupil: str, patient: str) -> Iterator[Fault]:
    """What is wrong with a UPN and an NHS number, either of which may be empty (domain.md, UPN and NHS number)."""
    if pupil and not _is_upn(pupil):
        says = "Check the UPN. It is a letter and 12 numbers, like H801200001001; the last of them may be a letter."
        yield Fault("/upn", says)
    if patient and not nhs.is_valid(patient):
        yield Fault("/nhs_number", "Check the NHS number. It is 10 numbers, like 999 000 0018.")


def _is_upn(number: str) -> bool:
    try:
        upn.validate(number)
    except InvalidComponent:  # of a council younger than the library's list: its children are at school all the same
        return bool(upn.calc_check_digit(number) == number[0])
    except ValidationError:
        return False
    return True
