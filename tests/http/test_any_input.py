"""Schemathesis makes requests from our OpenAPI, right ones and wrong ones: no answer is ever a 5xx, each is what the
description says, what is wrong is refused and what is right is not. `scripts/fuzz` sends thousands."""

import asyncio
import os
import random
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks as openapi

from portal.domain.account_details import Role
from portal.http.describing import described
from tests import fuzz
from tests.portals import ADDRESS, AMARA, JONAH, Person, Playground, filled_in

SEED = int(os.environ.get("PORTAL_SEED") or random.randrange(2**32))
EXAMPLES = 7  # of each operation, right and wrong
AT_THE_DESK = ("/inbox", "/dashboard", "/audit", "/enquiries")
ENDS_THE_GAME = ("/api/v1/sign-out", "/api/v1/sessions/{session_id}", "/api/v1/account/closure")
JUDGED_AS = str(Path(fuzz.__file__).with_name("schemathesis.toml"))
CHECKS = [
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.positive_data_acceptance,
]
OFTEN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


async def test_nothing_that_is_sent_gets_a_5xx(play: Playground) -> None:
    print(f"PORTAL_SEED={SEED}")  # shown when it fails
    person, staff = play.person(), await play.staff(Role.WORKER, Role.LADO, Role.AUDITOR, Role.SERVICE_FEEDBACK)
    await play.registered(person)
    referrals = [await filled_in(person, service, (AMARA, JONAH)) for service in ("early_help", "social_care", "lado")]
    await person.do("POST", f"/referrals/{referrals[1]}/submission", {"declaration": True})
    ids: dict[str, list[str]] = {"referral_id": [str(each) for each in referrals], "person_id": [], "child_id": []}
    for referral in referrals:
        people = (await person.get(f"/referrals/{referral}"))["people"]
        ids["person_id"] += [each["id"] for each in people]
        ids["child_id"] += [each["id"] for each in people if each["child"]]
    await person.do("POST", "/service-feedback", {"capacity": "self", "which_service": "X", "went_well": "All of it."})
    ids["enquiry_id"] = [str(await play.newest("enquiry.service_feedback_sent"))]
    player = Player(play, (person, staff), ids)
    await asyncio.to_thread(player.play, described(play.app.openapi_schema.to_schema()))
    assert player.answers.keys() >= {200, 201, 400, 404, 409, 422}, player.answers
    assert max(player.answers) < 500


class Player:
    """Sends what Hypothesis thinks of, from its thread into the loop that the portal lives in."""

    def __init__(self, play: Playground, people: tuple[Person, Person], ids: dict[str, list[str]]) -> None:
        self.client, self.ids = httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", play.app))), ids
        self.cookies = [f"session={each.client.cookies['session']}" for each in people]
        self.loop = asyncio.get_running_loop()
        self.answers: dict[int, int] = {}

    def play(self, description: dict[str, Any]) -> None:
        """Every operation but signing out, with right and with wrong requests."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            config = SchemathesisConfig.from_path(JUDGED_AS)
            for found in schemathesis.openapi.from_dict(description, config=config).get_all_operations():
                operation = cast("Any", found).ok()
                if operation.path in ENDS_THE_GAME:
                    continue
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    self._try(operation.as_strategy(generation_mode=mode))

    def _try(self, cases: Any) -> None:
        chosen = {name: some.sampled_from(each) for name, each in self.ids.items()}

        @seed(SEED)
        @OFTEN
        @given(cases, some.fixed_dictionaries(chosen))
        def once(case: Any, ids: dict[str, str]) -> None:
            sent = (case.path_parameters or {}).items()
            case.path_parameters = {name: ids.get(name, value) if an_id(value) else value for name, value in sent}
            self._send(case)

        with suppress(Unsatisfiable):  # nothing can be wrong with an operation that takes nothing
            once()

    def _send(self, case: Any) -> None:
        asked = case.as_transport_kwargs(base_url=ADDRESS)
        cookie = self.cookies[any(part in case.path for part in AT_THE_DESK)]
        headers = {**asked["headers"], "Cookie": cookie, "Origin": ADDRESS}
        body = {"json": asked["json"]} if "json" in asked else {"content": asked.get("data")}
        method, url, params = asked["method"], asked["url"], asked.get("params")
        try:
            sent = self.client.build_request(method, url, headers=headers, params=params, **body)
        except httpx.InvalidURL:  # longer than 64 KiB, which no server reads either (serving.py)
            reject()
        answer = asyncio.run_coroutine_threadsafe(self.client.send(sent), self.loop).result(30)
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        shown = (case.method, case.formatted_path, case.body, answer.text)
        assert answer.status_code < 500, shown
        if answer.status_code >= 400:
            assert answer.headers["content-type"].startswith("application/problem+json"), shown
        case.validate_response(Response.from_any(answer), checks=CHECKS)


def an_id(value: Any) -> bool:
    """Whether it could be something that is there; what is no id stays wrong."""
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False
