"""How people sign in: passwords, and the council's own directory."""

from typing import Annotated

import msgspec
from msgspec import Meta

from portal.council.keys import key


class PasswordRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What passwords must be. There are no rules of composition."""

    least_public: Annotated[int, Meta(ge=12, le=64), key("The fewest characters of a password of the public.")] = 12
    least_staff: Annotated[int, Meta(ge=15, le=64), key("The fewest characters of a password of staff.")] = 15
    words: Annotated[
        tuple[str, ...],
        key(
            "Words that must not be in a password, beside those of the council's own names: towns, districts, what "
            "people call the portal."
        ),
    ] = ()


class DirectoryRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the council's own directory says of its members, where staff sign in with it. Leave it out where they do
    not."""

    roles: Annotated[
        dict[str, tuple[str, ...]],
        key(
            "The roles of each group, by the group's name or id in the directory. Whoever is in none of them may "
            "refer, as anybody."
        ),
    ]
    admits: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        key("The group whose members alone come in this way; without one, everybody in the directory does."),
    ] = None
    group_claim: Annotated[str, key("What the directory calls the list of somebody's groups.")] = "groups"
    strong: Annotated[tuple[str, ...], key("What `amr` or `acr` says of a sign-in with a second factor.")] = ("mfa",)
