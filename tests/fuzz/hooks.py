"""What schemathesis does with each request before it sends it: the ids of real things, and a real cookie."""

import os
import random
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies as some

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
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Who asks, and a name for the request where there is a good one already: each is a new one."""
    if cookie := os.environ.get("FUZZ_COOKIE"):
        case.headers["Cookie"] = cookie
    if len(case.headers.get("Idempotency-Key", "")) >= 8 and random.random() < 0.9:
        case.headers["Idempotency-Key"] = str(uuid4())
