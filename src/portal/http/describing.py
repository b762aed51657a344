"""The OpenAPI description, made fit for strangers: names, what types are for, examples, and every way to fail."""

import inspect
import re
from copy import deepcopy
from typing import Any

from litestar import Request
from litestar.handlers import BaseRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin

from portal.http.linking import link
from portal.http.refusing import exact_schemas, our_types

PROBLEM = {"$ref": "#/components/schemas/Problem"}
FAILING = {
    "description": "What is wrong and what to do. 400: it cannot be read. 401: sign in first. 403: your account may "
    "not, or the request seems to come from another site. 404: there is nothing here, or it is not yours. 409: the "
    "state of the referral does not allow it. 410: it was erased. 412: it was changed since. 413: too long. 415: not "
    "JSON. 422: answers to put right. 428: say which state you saw. 429: too often, Retry-After says when again. 503: "
    "not known whether it was done; send it again with the same Idempotency-Key.",
    "content": {"application/problem+json": {"schema": PROBLEM}},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "An error (RFC 9457). `faults` names every place to put right, as JSON pointers.",
    "properties": {
        "title": {"type": "string", "examples": ["Unprocessable Entity"]},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string", "examples": ["There is a problem with some of your answers."]},
        "request": {"type": "string", "description": "Quote it when you ask for help."},
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "at": {"type": "string", "examples": ["/given_name"]},
                    "says": {"type": "string", "examples": ["Enter the name, or say that you do not know it."]},
                },
                "required": ["at", "says"],
            },
        },
    },
    "required": ["title", "status", "detail", "request"],
}
EXAMPLES: dict[str, Any] = {
    "StartReferral": {"service": "social_care"},
    "ChildDetails": {"given_name": "Amara", "family_name": "Okafor", "born": "2017-03-27"},
    "AdultDetails": {"given_name": "Colin", "family_name": "Marsh", "job_title": "Swimming coach"},
    "DeclareCapacity": {"capacity": "professional", "relationship": "professional", "also_for": []},
    "Postcode": {"postcode": "ZZ1 7BE"},
    "FoundAddressChosen": {"uprn": "990000001093", "secret": True},
    "AddressTyped": {"lines": ["14 Tannery Row"], "town": "Severnmouth", "postcode": "ZZ1 4QP"},
    "NoAddress": {"why": "no_fixed_abode"},
    "Danger": {"in_danger": False},
    "Consent": {
        "agreed": True,
        "giver": "parent",
        "agreed_by": "Tamsin Okafor, Amara's mother",
        "responsibility": "yes",
        "how": "spoken",
        "on": "2026-11-20",
    },
    "ChangedService": {"service": "social_care"},
    "Declaration": {"declaration": True},
    "Sought": {"family_name": "Okafor", "born": "2017-03-27"},
    "Registration": {
        "kind": "professional",
        "name": "Priya Nair",
        "email": "priya.nair@oakfield.example",
        "phone": "01632 960 017",
        "organisation": "Oakfield Primary School",
        "organisation_kind": "school",
        "role": "Designated safeguarding lead",
        "password": "coffee-otter-bicycle",
    },
    "ChangedDetails": {
        "kind": "professional",
        "name": "Priya Nair",
        "phone": "01632 960 017",
        "organisation": "Oakfield Primary School",
        "organisation_kind": "school",
        "role": "Head teacher",
        "current_password": "coffee-otter-bicycle",
    },
    "TypedPassword": {"password": "coffee-otter", "name": "Priya Nair", "email": "priya.nair@oakfield.example"},
    "ServiceFeedback": {
        "capacity": "personal",
        "which_service": "Family support in Averbourne",
        "went_well": "She listened to us.",
    },
    "FosterEnquiry": {"name": "Kamil Nowak", "phone": "01632 960 055", "best_time": "Weekdays after 4pm"},
    "Description": {"description": "Where the bruises are"},
    "Confirmation": {"how": "Rang the school's office on its own number"},
}
FILES: dict[str, Any] = {
    "attach_documents": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "description": {
                            "type": "array",
                            "description": "What the file after it shows.",
                            "items": {"type": "string", "maxLength": 500},
                        },
                        "document": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1},
                    },
                    "required": ["document"],
                }
            }
        },
    }
}

SOURCES = re.compile(r"\s*\((?:LADO, )?(?:guide G|domain\.md|security\.md)[^)]*\)")


class DescribedPlugin(JsonRenderPlugin):
    """Serves the description."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The description as JSON."""
        return super().render(request, described(openapi_schema))


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The description that the framework drew from the handlers, completed."""
    schema = deepcopy(schema)
    schemas = schema["components"]["schemas"]
    schemas |= exact_schemas(set(schemas))
    purposes = _purposes()
    for name, body in schemas.items():
        if purpose := body.get("description") or purposes.get(name):
            body["description"] = for_strangers(purpose)
        if name in EXAMPLES:
            body["examples"] = [EXAMPLES[name]]
    schemas["Problem"] = PROBLEM_SCHEMA
    for operations in schema["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            answers.pop("400", None)
            answers.get("204", {}).pop("content", None)
            answers["default"] = FAILING
            if body := FILES.get(operation["operationId"]):
                operation["requestBody"] = body
    link(schema["paths"])
    return schema


def _purposes() -> dict[str, str]:
    """What each of our types is for, as its docstring says."""
    return {name: kind.__doc__ for name, kind in our_types().items() if kind.__doc__}


def for_strangers(doc: str) -> str:
    """A docstring without the sources of its rules, which are our own papers."""
    return SOURCES.sub("", inspect.cleandoc(doc))


def operation_id(handler: BaseRouteHandler, method: object, path: object) -> str:
    """The handler's own name: what a generated client calls the operation."""
    own = handler.fn.__module__.startswith("portal.")
    return str(handler.fn.__name__) if own else f"{method} {sorted(handler.paths)}"
