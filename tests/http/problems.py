"""Reading what the portal says when it refuses: every refusal has the same shape, whatever it refuses; to programs as
a problem, to people as a page."""

from typing import Any

import httpx

FIELDS = {"title", "status", "detail", "request"}


def problem(answer: httpx.Response, status: int, case: object = "") -> dict[str, Any]:
    """The problem in an answer that must have this status: JSON as RFC 9457 has it, and nothing beside."""
    assert answer.status_code == status, (case, answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8", case
    found: dict[str, Any] = answer.json()
    assert FIELDS <= found.keys() <= FIELDS | {"faults"}, (case, found)
    assert found["status"] == status and found["title"] and found["detail"], (case, found)
    assert found["request"] == answer.headers["x-request-id"], (case, found)
    return found


def places(answer: httpx.Response) -> list[str]:
    """Where the faults are that an answer names."""
    return [fault["at"] for fault in answer.json()["faults"]]


def error_page(answer: httpx.Response, status: int, case: object = "") -> str:
    """The text of the page in an answer that must have this status: what happened, whom to ring, a number to quote."""
    assert answer.status_code == status, (case, answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "text/html; charset=utf-8", case
    for said in ("<h1", "999", "01632\N{NO-BREAK SPACE}960\N{NO-BREAK SPACE}100", answer.headers["x-request-id"]):
        assert said in answer.text, (case, said)
    return answer.text


def refusal(answer: httpx.Response, status: int, case: object = "") -> None:
    """A refusal in the shape that belongs to its address."""
    if answer.request.url.path.startswith("/api"):
        problem(answer, status, case)
    else:
        error_page(answer, status, case)
