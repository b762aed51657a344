"""A directory that speaks OpenID Connect: the authorization code flow with PKCE, state and nonce.

The portal is a confidential client: the code is fetched with its secret and the verifier, over its own connection.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import httpx
import msgspec
from joserfc.errors import InvalidKeyIdError

from portal.directory.id_tokens import LEEWAY, accepted_claims
from portal.directory.port import Arrival, DirectoryUnavailable, Member, NoMember, WayIn
from portal.directory.provider import Provider

SCOPE: Final = "openid profile email offline_access"  # the last: a token to ask again with
LONGEST_SUBJECT: Final = 255


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """How the directory knows this portal. `redirect`: the one address it sends browsers back to. `group_claim`: where
    its tokens name groups; `strong`: what `amr` or `acr` says of a sign-in with a second factor."""

    issuer: str
    id: str
    secret: str
    redirect: str
    group_claim: str = "groups"
    strong: frozenset[str] = frozenset({"mfa"})

    def __repr__(self) -> str:
        return f"Client(issuer={self.issuer!r})"


class OpenIdDirectory:
    """See `port.Directory`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._http = httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=5.0)
        self._provider = Provider(client.issuer, self._http)

    @property
    def issuer(self) -> str:
        """The directory's own name."""
        return self._client.issuer

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.aclose()

    async def address_of(self, way: WayIn) -> str:
        """Where to send the browser. Raises DirectoryUnavailable."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(way.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.redirect,
            "scope": SCOPE,
            "state": way.state,
            "nonce": way.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if way.fresh else {}),
        }
        endpoint = (await self._provider.metadata()).authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def arrived(self, code: str, way: WayIn, issuer: str | None) -> Arrival:
        """Who came back. Raises NoMember and DirectoryUnavailable."""
        if issuer not in (None, self._client.issuer):  # RFC 9207
            raise NoMember("the code is from another directory")
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._client.redirect}
        tokens = await self._tokens({**grant, "code_verifier": way.verifier})
        if not isinstance(tokens.get("id_token"), str):
            raise NoMember("there is no ID token")
        claims = await self._claims(tokens["id_token"], way.nonce)
        return await self._arrival(tokens, claims, str(tokens.get("refresh_token") or ""))

    async def still(self, subject: str, renewal: str) -> Arrival:
        """The member as they are now. Raises NoMember and DirectoryUnavailable."""
        tokens = await self._tokens({"grant_type": "refresh_token", "refresh_token": renewal})
        claims: Mapping[str, Any] = {"sub": subject}
        if isinstance(tokens.get("id_token"), str):
            claims = await self._claims(tokens["id_token"], None)
        if claims["sub"] != subject:
            raise NoMember("a renewed token is about somebody else")
        now = await self._arrival(tokens, claims, str(tokens.get("refresh_token") or renewal))
        return msgspec.structs.replace(now, strong=False, entered=None)  # renewing asks nobody for a password or factor

    async def _tokens(self, grant: Mapping[str, str]) -> Mapping[str, Any]:
        metadata, client = await self._provider.metadata(), self._client
        sent, headers = dict(grant), {"Accept": "application/json"}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            sent |= {"client_id": client.id, "client_secret": client.secret}
        found = await self._provider.ask("POST", metadata.token_endpoint, data=sent, headers=headers)
        if found.get("error") == "invalid_grant":
            raise NoMember("the code or token is not good any more")
        if "error" in found or not isinstance(found.get("access_token"), str):  # ours to mend: nobody is put out for it
            raise DirectoryUnavailable(f"it gives no token: {str(found.get('error'))[:40]}")
        return found

    async def _claims(self, token: str, nonce: str | None) -> Mapping[str, Any]:
        for newer in (False, True):
            try:
                keys = await self._provider.keys(newer)
                return accepted_claims(token, keys, self._client.issuer, self._client.id, nonce, time.time())
            except InvalidKeyIdError:
                continue
        raise NoMember("an ID token is signed by a key that the directory does not have")

    async def _arrival(self, tokens: Mapping[str, Any], claims: Mapping[str, Any], renewal: str) -> Arrival:
        """What is known of them from the ID token and, where it says little, from the directory's answer about them."""
        subject = claims["sub"]
        if self._client.group_claim not in claims:
            claims = {**claims, **await self._told_of(subject, tokens["access_token"])}
        said = {*_texts(claims.get("amr")), *_texts(claims.get("acr"))}
        return Arrival(
            member=_member(subject, claims, self._client.group_claim),
            renewal=renewal,
            strong=not said.isdisjoint(self._client.strong),
            entered=_instant(claims.get("auth_time")),
        )

    async def _told_of(self, subject: str, access_token: str) -> Mapping[str, Any]:
        endpoint = (await self._provider.metadata()).userinfo_endpoint
        if not endpoint:
            return {}
        told = await self._provider.ask("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
        if "error" in told:
            raise DirectoryUnavailable("it does not say who its member is")
        if not secrets.compare_digest(str(told.get("sub")).encode(), str(subject).encode()):
            raise NoMember("the directory speaks of somebody else")
        return {name: value for name, value in told.items() if name not in ("sub", "amr", "acr", "auth_time")}


def _member(subject: Any, claims: Mapping[str, Any], group_claim: str) -> Member:
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NoMember("the directory does not say who they are")

    def text(*names: str) -> str:
        return next((value for name in names if isinstance(value := claims.get(name), str) and value), "")

    return Member(
        subject=subject,
        name=text("name", "preferred_username", "email"),
        email=text("email", "preferred_username"),
        groups=frozenset(_texts(claims.get(group_claim))),
        phone=text("phone_number"),
        job_title=text("job_title", "jobTitle"),
    )


def _instant(value: Any) -> datetime | None:
    """A claim in seconds of Unix time, if it is one that has been."""
    if not isinstance(value, int) or not 0 < value <= time.time() + LEEWAY:
        return None
    return datetime.fromtimestamp(value, UTC)


def _texts(value: Any) -> list[str]:
    """A claim that is one text or a list of them."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, str)]
