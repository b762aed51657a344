"""What a directory says of itself: its addresses and its keys, fetched when needed and kept for a while."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.directory.port import DirectoryUnavailable

WITHIN: Final = 5.0  # seconds for one question and its whole answer
MOST: Final = 1_000_000  # bytes of an answer
KEPT: Final = 3600.0  # seconds
ASKED_AGAIN_AFTER: Final = 30.0  # seconds, for keys that are not known yet


class Metadata(msgspec.Struct, frozen=True):
    """The part of the discovery document that we use (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Provider:
    """One directory's description and keys. `issuer` is where it is and what it calls itself, to the letter."""

    def __init__(self, issuer: str, http: httpx.AsyncClient) -> None:
        self.issuer = issuer
        self._http = http
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def metadata(self) -> Metadata:
        """Where to ask what. Raises DirectoryUnavailable."""
        if self._metadata is None or time.monotonic() - self._metadata[0] > KEPT:
            found = await self.ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._metadata = time.monotonic(), self._checked(found)
        return self._metadata[1]

    async def keys(self, newer: bool = False) -> KeySet:
        """The keys that sign for the directory. `newer`: those at hand lack one, as after it has changed them; asked at
        most twice a minute, whatever comes in."""
        age = time.monotonic() - self._keys[0] if self._keys else KEPT + 1
        if self._keys is None or age > (ASKED_AGAIN_AFTER if newer else KEPT):
            found = await self.ask("GET", (await self.metadata()).jwks_uri)
            try:
                self._keys = time.monotonic(), KeySet.import_key_set({"keys": found["keys"]})
            except (JoseError, KeyError, TypeError, ValueError):
                raise DirectoryUnavailable("its keys cannot be read") from None
        return self._keys[1]

    async def ask(self, method: str, url: str, **sent: Any) -> Mapping[str, Any]:
        """One question; the answer as JSON, or its error as `{"error": ...}`. Never follows a redirect."""
        try:
            async with asyncio.timeout(WITHIN), self._http.stream(method, url, **sent) as answer:
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > MOST:
                        raise DirectoryUnavailable("its answer is too long")
            found = msgspec.json.decode(body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, msgspec.DecodeError) as wrong:
            raise DirectoryUnavailable(type(wrong).__name__) from None
        if not isinstance(found, dict) or not (answer.is_success or "error" in found):
            raise DirectoryUnavailable(f"it answered {answer.status_code}")
        return found

    def _checked(self, found: Mapping[str, Any]) -> Metadata:
        """Its description, if it is its own and as safe as its address."""
        try:
            metadata = msgspec.convert(found, Metadata)
        except msgspec.ValidationError:
            raise DirectoryUnavailable("its description lacks what we need") from None
        urls = [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri]
        scheme = urlsplit(self.issuer).scheme
        if metadata.issuer != self.issuer:
            raise DirectoryUnavailable("its description is somebody else's")
        if any(urlsplit(url).scheme != scheme for url in (*urls, metadata.userinfo_endpoint) if url):
            raise DirectoryUnavailable("its description leads away from https")
        return metadata
