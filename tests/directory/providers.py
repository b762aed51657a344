"""A directory for tests: oidc-provider-mock on loopback, whose members come and go, and whose answers can be changed on
their way, as an attacker or a broken directory would."""

import base64
import io
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import httpx
import oidc_provider_mock
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "portal", "s3cret of the portal & the directory"
ANOTHER = RSAKey.generate_key(2048, {"kid": "another", "use": "sig", "alg": "RS256"})
Change = Callable[[Any], Any]


class Provider:
    """A running directory. `asked`: what it was asked, by path; `changes`: what is done to its answers, by path."""

    def __init__(self) -> None:
        self.asked: dict[str, list[dict[str, str]]] = {}
        self.changes: dict[str, Change] = {}
        self.delay = 0.0
        self.key = ANOTHER
        self._app = oidc_provider_mock.app()
        self._server = make_server("localhost", 0, self._answer, threaded=True)
        self.issuer = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()

    def has(self, subject: str, **claims: Any) -> None:
        """Somebody is in the directory, and this is what it says of them."""
        said = {"name": "Dana Osei", "email": f"{subject}@severnshire.example", "amr": ["pwd", "mfa"], **claims}
        httpx.put(f"{self.issuer}/users/{subject}", json=said).raise_for_status()

    def removes(self, subject: str) -> None:
        """Somebody is in it no more."""
        httpx.post(f"{self.issuer}/users/{subject}/revoke-tokens").raise_for_status()

    def signs_otherwise(self, claims: Change = lambda said: said, key: RSAKey | None = None, **header: Any) -> None:
        """Its ID tokens say something else, signed by another key than its own (which its key set does not hold)."""

        def change(tokens: Any) -> Any:
            said = json.loads(_decoded(tokens["id_token"].split(".")[1]))
            signed = jwt.encode({"alg": "RS256", "kid": "another", **header}, claims(said), key or self.key)
            return {**tokens, "id_token": signed}

        self.changes["/oauth2/token"] = change

    def shows_both_keys(self) -> None:
        """Its key set holds the other key too."""
        public = self.key.as_dict(private=False)
        self.changes["/jwks"] = lambda found: {"keys": [*found["keys"], public]}

    def _answer(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        headers = {"authorization": request.headers.get("Authorization", "")}
        self.asked.setdefault(request.path, []).append({**request.args.to_dict(), **form, **headers})
        time.sleep(self.delay)
        answer = Response.from_app(self._app, environ)
        if change := self.changes.get(request.path):
            answer = _changed(answer, change)
        return answer(environ, start_response)


def _changed(answer: Response, change: Change) -> Response:
    found = json.loads(answer.get_data(as_text=True))
    changed = change(found)
    return changed if isinstance(changed, Response) else Response(json.dumps(changed), answer.status_code)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@contextmanager
def running() -> Iterator[Provider]:
    """A directory, for as long as it is needed."""
    provider = Provider()
    try:
        yield provider
    finally:
        provider.close()
