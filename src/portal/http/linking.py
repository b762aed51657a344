"""Links in the OpenAPI description: which answers hold the ids that other requests need."""

from typing import Any

Operation = dict[str, Any]

# operation -> (where its answer, or the request itself, holds each id)
HOLDS: dict[str, dict[str, str]] = {
    "start_referral": {"referral_id": "$response.body#/id"},
    "read_referral": {"referral_id": "$response.body#/id"},
    "add_child": {
        "referral_id": "$response.body#/id",
        "child_id": "$response.body#/people/0/id",
        "person_id": "$response.body#/people/0/id",
    },
    "list_inbox": {"referral_id": "$response.body#/referrals/0/id"},
    "open_referral": {"referral_id": "$request.path.referral_id"},
    "acknowledge_referral": {"referral_id": "$request.path.referral_id"},
    "list_sessions": {"session_id": "$response.body#/0/id"},
}
# of an id of a form its owner's requests are made, of one in the inbox the desk's
OF_ITS_OWNER = "/api/v1/referrals/"
AT_THE_DESK = ("/api/v1/inbox/", "/api/v1/audit/")
LEADS_TO = {"list_inbox": AT_THE_DESK, "open_referral": AT_THE_DESK, "acknowledge_referral": AT_THE_DESK}


def link(paths: dict[str, dict[str, Operation]]) -> None:
    """Put links on the successful answers of those operations."""
    named = {operation["operationId"]: (path, operation) for path, each in paths.items() for operation in each.values()}
    for name, held in HOLDS.items():
        answers = named[name][1]["responses"]
        success = answers[min(answers.keys() - {"default"})]
        prefixes = LEADS_TO.get(name, (OF_ITS_OWNER, "/api/v1/sessions/"))
        for other, (path, operation) in named.items():
            needed = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            if needed and needed <= held.keys() and path.startswith(prefixes):
                parameters = {each: held[each] for each in sorted(needed)}
                success.setdefault("links", {})[other] = {"operationId": other, "parameters": parameters}
