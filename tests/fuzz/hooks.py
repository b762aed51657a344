"""What schemathesis does with each request before it sends it: the ids of real things, and a real cookie."""

import os
import random
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import schemathesis
from hypothesis import strategies as some

LONGEST = 60_000  # of an address: a longer one is the web server's to refuse, and the proxy's before it
COOKIES = Path(os.environ["FUZZ_COOKIES"])  # a line for each; empty for nobody
IDS: dict[str, list[str]] = {}
for pair in filter(None, os.environ.get("FUZZ_IDS", "").split(",")):
    name, _, id = pair.partition("=")
    IDS.setdefault(name, []).append(id)


@schemathesis.hook
def flatmap_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Three times of four, something that is there."""
    names = sorted((path_parameters or {}).keys() & IDS.keys())
    made_up = some.just(path_parameters)
    if not names:
        return made_up
    real = some.fixed_dictionaries({name: some.sampled_from(IDS[name]) for name in names})
    there = real.map(lambda chosen: {**(path_parameters or {}), **chosen})
    return some.one_of(there, there, there, made_up)


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """What reaches the portal at all: the web server answers a longer address by itself, in no form of ours."""
    asked = urlencode(case.query or {}, doseq=True, errors="replace")
    return len(case.formatted_path) + len(asked) < LONGEST


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Who asks, and a name for the request where there is a good one already: each is a new one."""
    if cookies := COOKIES.read_text().split():
        case.headers["Cookie"] = "; ".join(cookies)
    if len(case.headers.get("Idempotency-Key", "")) >= 8 and random.random() < 0.9:
        case.headers["Idempotency-Key"] = str(uuid4())


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """A session that goes on under a new token: a browser keeps the new one, and so does whoever is played."""
    cookies = COOKIES.read_text().split()
    for line in response.headers.get("set-cookie", []):
        name, _, value = line.partition(";")[0].partition("=")
        if name == "session" and value and cookies:
            cookies = [each for each in cookies if not each.startswith("session=")] + [f"session={value}"]
            COOKIES.write_text("\n".join(cookies))
