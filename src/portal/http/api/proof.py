"""Step-up: showing the second factor once more, for what is dangerous."""

from datetime import timedelta

import msgspec
from litestar import Response, Router, post
from litestar.params import JSONBody

from portal.application import stepping_up
from portal.http import cookies
from portal.http.api.challenges import Code
from portal.http.depending import DEPENDENCIES, Asking, TheCommand, ThePortal


class Proved(msgspec.Struct, frozen=True):
    """For how many minutes what needs a fresh code may be done."""

    minutes: int


@post("/me/proof", status_code=200, summary="Enter a new code from your authenticator app")
async def prove_again(portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[Code]) -> Response[Proved]:
    """For what changes what others may do, takes data out or destroys it. Sets a new session cookie; the old one is
    dead. Members of the council's directory sign in there once more instead."""
    token = await stepping_up.prove_again(portal, who, command, data.code)
    given = cookies.cookie(cookies.SESSION, token, portal.correspondence.address)
    return Response(Proved(stepping_up.FRESH // timedelta(minutes=1)), cookies=[given])


PROOF = Router("/", route_handlers=[prove_again], dependencies=DEPENDENCIES, tags=["Signing in"])
