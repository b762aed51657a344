"""Whoever chose a file that is refused is told what is wrong with it, and another way to send it."""

import pytest

from portal.documents.checking.checker import Rejected, check
from portal.documents.checking.kinds import MIB, Kind, Why
from portal.documents.checking.limits import CheckLimits, asked_for, labels, size
from portal.documents.checking.words import says
from tests.documents.streams import parts

ALL = CheckLimits()
FEW = CheckLimits(kinds=frozenset({Kind.PDF, Kind.DOCX, Kind.JPEG}), largest=7 * MIB)
ONE = CheckLimits(kinds=frozenset({Kind.JPEG}))


def test_formats_and_sizes_are_named_as_people_name_them() -> None:
    assert labels(FEW.kinds) == "PDF, JPG or DOCX"
    assert labels(ONE.kinds) == "JPG"
    assert [size(10 * MIB), size(MIB * 5 // 2), size(512 * 1024)] == ["10MB", "2.5MB", "512KB"]


@pytest.mark.parametrize(
    ("name", "limits", "said"),
    [
        ("a.doc", FEW, "must be a PDF, JPG or DOCX. Open it, save a copy as PDF or DOCX and select that"),
        ("a.xlsm", ALL, "Open it, save a copy as PDF or XLSX and select that"),
        ("a.msg", FEW, "Open the email, print it to PDF and select that and its attachments"),
        ("a.zip", FEW, "Unpack it and select the files in it one by one"),
        ("a.HEIC", FEW, "Open it, save a copy as PDF or JPG and select that"),
        ("a.mp4", FEW, "Say in the form that you have a recording, and we will ask you for it"),
        ("a.doc", ONE, "must be a JPG"),
        ("a", FEW, "must be a PDF, JPG or DOCX"),
    ],
)
async def test_a_format_that_is_not_listed(name: str, limits: CheckLimits, said: str) -> None:
    found = await check(name, "", parts(b"Notes"), limits)
    assert isinstance(found, Rejected)
    assert found.why is Why.NOT_LISTED
    assert found.says.endswith(said)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Why.EMPTY, "The selected file is empty"),
        (Why.TOO_LARGE, "The selected file must be smaller than 7MB"),
        (Why.ENCRYPTED, "The selected file is password protected"),
    ],
)
def test_the_words_are_those_of_the_govuk_design_system(why: Why, said: str) -> None:
    assert says(why, FEW, "pdf").partition(". ")[0] == said


@pytest.mark.parametrize("why", Why)
def test_there_are_words_for_whatever_is_wrong(why: Why) -> None:
    for limits in (ALL, FEW, ONE):
        for extension in ("pdf", "jpg", "docx", "txt", ""):
            said = says(why, limits, extension)
            assert said.startswith("The ")
            assert not said.endswith(".")
            assert "{" not in said


def test_browsers_ask_telephones_for_jpeg() -> None:
    asked = asked_for(ALL.kinds).split(",")
    assert {".pdf", ".jpg", ".jpeg", "image/jpeg", ".txt"} <= set(asked)
    assert not {".heic", "image/heic"} & set(asked)
    assert ".heic" in asked_for({Kind.HEIC})
