"""What browsers say a page must not have held: two words of it are logged, nothing of the page or its reader."""

import json
import logging
from typing import Any

import msgspec
import pytest

from portal.council.rates import Allowance, Rates
from tests.portals import Playground

PAGE = "http://127.0.0.1:8000/inbox?name=Okafor"
OLD = {"csp-report": {"document-uri": PAGE, "effective-directive": "script-src-elem", "blocked-uri": "inline"}}
NEW = {"type": "csp-violation", "url": PAGE, "body": {
    "documentURL": PAGE, "effectiveDirective": "img-src", "blockedURL": "https://elsewhere.example/x.png?child=Okafor",
}}  # fmt: skip
FORGED = {"csp-report": {"effective-directive": "Okafor", "blocked-uri": "okafor://amara"}}


async def told(play: Playground, caplog: pytest.LogCaptureFixture, sent: Any) -> list[Any]:
    """What is logged of a report."""
    caplog.clear()
    content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    headers = {"Content-Type": "application/csp-report"}
    answer = await play.person().client.post("/csp-reports", content=content, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "okafor" not in caplog.text.casefold()
    return [record.facts for record in caplog.records if record.name == "portal.http.reports"]  # type: ignore[attr-defined]


async def test_a_report_leaves_which_rule_refused_what_kind_of_thing(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert await told(play, caplog, OLD) == [{"directive": "script-src-elem", "blocked": "inline"}]
    assert await told(play, caplog, [NEW, NEW]) == [{"directive": "img-src", "blocked": "https"}] * 2
    assert await told(play, caplog, FORGED) == [{"directive": "other", "blocked": "other"}]
    assert len(await told(play, caplog, [FORGED] * 30)) == 10
    for nothing in (b"", b"Okafor", b"\xff", {"csp-report": "Okafor"}, ["Okafor"], [{"body": 7}], 7, b"[" * 5000):
        assert await told(play, caplog, nothing) == []


async def test_reports_are_short_and_not_too_many_and_from_our_own_pages(play: Playground) -> None:
    person = play.person()
    assert (await person.client.post("/csp-reports", content=b"x" * 9000)).status_code == 413
    elsewhere = {"Origin": "https://x.example"}
    assert (await person.client.post("/csp-reports", content=b"{}", headers=elsewhere)).status_code == 403
    rates = Rates(reports=Allowance(one=2, network=4))  # one is used up above
    play.portal.__dict__["council"] = msgspec.structs.replace(play.portal.council, rates=rates)
    answers = [(await play.person().client.post("/csp-reports", content=b"{}")).status_code for _ in range(4)]
    assert answers == [204] * 3 + [429]


async def test_a_page_says_where_to_and_answers_that_are_no_page_do_not(play: Playground) -> None:
    person = play.person()
    page, other = await person.client.get("/mailbox"), await person.client.get("/api/v1/me")
    assert page.headers["reporting-endpoints"] == 'csp="/csp-reports"'
    assert "; report-uri /csp-reports; report-to csp" in page.headers["content-security-policy"]
    assert "reporting-endpoints" not in other.headers and "report" not in other.headers["content-security-policy"]
