"""The proxy configuration that we ship, on a real nginx before a real `portal serve`: what is malformed, slow or
unencrypted ends at the proxy, and what reaches the portal says truly where it comes from."""

import asyncio
import os
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.databases import Database
from tests.deploy.proxied import NAME, Site, proxied

pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") or os.access("/usr/sbin/nginx", os.X_OK)), reason="needs nginx (Debian: nginx-light)"
)
HEADERS = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
}
BODY = b'{"service": "lado"}'


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    """Both running, on a fresh database."""
    with proxied(tmp_path, database.application) as running:
        yield running


def status(answer: bytes) -> int:
    """Of an answer as it came; 0 where the connection was closed without one."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def post(site: Site, *headers: str, body: bytes = BODY, host: str = "") -> bytes:
    """A request to begin a form, with these header lines beside its own."""
    own = ("Content-Type: application/json", "Connection: close", f"Idempotency-Key: {uuid4()}")
    lines = (f"POST /api/v1/referrals HTTP/1.1\r\nHost: {host or f'{NAME}:{site.https}'}", *own, *headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def length(body: bytes = BODY) -> str:
    return f"Content-Length: {len(body)}"


async def test_what_is_malformed_slow_or_too_long_ends_at_the_proxy(site: Site) -> None:
    chunked = b"13\r\n" + BODY + b"\r\n0\r\n\r\n"
    here = f"Host: {NAME}:{site.https}"
    multipart = ("Content-Type: multipart/form-data; boundary=x", f"Idempotency-Key: {uuid4()}", "Connection: close")
    to_a_form = (f"POST /api/v1/referrals/{uuid4()}/documents HTTP/1.1", here, *multipart, "Content-Length: 2000000")
    files = "\r\n".join(to_a_form).encode() + b"\r\n\r\n"
    for case, sent, right in (
        ("a good one", post(site, length()), {201}),
        ("a good one in chunks", post(site, "Transfer-Encoding: chunked", body=chunked), {201}),
        (
            "Content-Length and Transfer-Encoding",
            post(site, length(), "Transfer-Encoding: chunked", body=chunked),
            {400},
        ),
        ("an odd Transfer-Encoding", post(site, "Transfer-Encoding: xchunked", body=chunked), {400, 501}),
        ("two Content-Lengths", post(site, length(), "Content-Length: 5"), {400}),
        ("two Hosts", post(site, length(), here), {400}),
        ("another Host beside", post(site, length(), "Host: evil.example"), {400}),
        ("another Host", post(site, length(), host="evil.example"), {421}),
        ("another port", post(site, length(), host=f"{NAME}:1"), {421}),
        ("no Host", b"GET /api/v1/me HTTP/1.1\r\nConnection: close\r\n\r\n", {400}),
        ("a header of 20 KB", post(site, length(), f"X-Long: {'x' * 20_000}"), {400, 431}),
        ("60 headers of 1 KB", post(site, length(), *(f"X-{n}: {'x' * 1000}" for n in range(60))), {400, 431}),
        ("an address of 20 KB", f"GET /{'x' * 20_000} HTTP/1.1\r\n{here}\r\n\r\n".encode(), {414}),
        ("a header that never ends", b"GET /api/v1/me HTTP/1.1\r\nHost: " + NAME.encode(), {0, 408}),
        ("a body that is withheld", post(site, "Content-Length: 500"), {0, 408}),
        ("a body of 2 MB", post(site, "Content-Length: 2000000", body=b""), {413}),
        ("files of 2 MB from a stranger", files, {401}),
        ("files of 200 MB", files.replace(b"2000000", b"200000000"), {413}),
        ("TRACE", f"TRACE / HTTP/1.1\r\n{here}\r\nConnection: close\r\n\r\n".encode(), {405}),
        ("no HTTP", b"\x16\x03\x01\x00\r\n\r\n", {400}),
    ):
        answer = await asyncio.to_thread(site.raw, sent)
        assert status(answer) in right, (case, answer[:300])
        assert b"granian" not in answer.lower() and b"nginx/" not in answer, case
    assert site.get("/health/live").status_code == 200, "it lives"


def test_nothing_goes_unencrypted(site: Site) -> None:
    here = f"Host: {NAME}\r\nConnection: close\r\n\r\n"
    redirect = site.raw(f"GET /mailbox?x=1 HTTP/1.1\r\n{here}".encode(), site.http)
    assert status(redirect) == 301 and f"location: https://{NAME}/mailbox?x=1" in redirect.decode().lower()
    for method in ("GET", "POST"):
        refusal = site.raw(f"{method} /api/v1/sign-in HTTP/1.1\r\n{here}".encode(), site.http)
        assert status(refusal) == 403 and b"Use https." in refusal
    assert status(site.raw(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", site.http)) == 421


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_only_the_portals_own_name_and_tls_of_today_open_a_connection(site: Site) -> None:
    with pytest.raises(ssl.SSLError):
        site.raw(b"", name="evil.example")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert _spoken_version(site, version) == version.name.replace("_", ".")
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        _spoken_version(site, ssl.TLSVersion.TLSv1_1)


def _spoken_version(site: Site, version: ssl.TLSVersion) -> str | None:
    context = ssl.create_default_context(cafile=str(site.folder / "fullchain.pem"))
    context.set_ciphers("ALL:@SECLEVEL=0")  # an old browser, which would still speak TLS 1.1
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", site.https), timeout=5) as plain:
        return context.wrap_socket(plain, server_hostname=NAME).version()


def test_each_header_comes_once_on_the_portals_answers_and_on_the_proxys_own(site: Site) -> None:
    answers = [site.get(path) for path in ("/api/v1/me", "/api/openapi.json", "/nope", "/health/live")]
    with site.client(Origin=site.address) as client:
        sni = {"sni_hostname": NAME}
        answers.append(client.post("/api/v1/referrals", content=b"x" * 2_000_000, extensions=sni))
    assert [answer.status_code for answer in answers] == [401, 200, 404, 200, 413]
    assert site.web is not None
    site.web.terminate()
    site.web.wait(20)
    answers.append(away := site.get("/api/v1/me"))
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], (answer.status_code, name)
        assert len(answer.headers.get_list("content-security-policy")) == 1
        assert answer.headers["server"] == "nginx"
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert away.headers["content-type"] == "application/problem+json"
    assert "Idempotency-Key" in away.json()["detail"]


async def test_who_asks_is_who_the_proxy_sees_whatever_they_say_of_themselves(site: Site, database: Database) -> None:
    async def begun(address: str, url: str, origin: str) -> int:
        headers = {"X-Forwarded-For": address, "Forwarded": f"for={address}", "Idempotency-Key": str(uuid4())}
        with site.client(**headers, Origin=origin) as client:
            sent = client.post(url, json={"service": "lado"}, extensions={"sni_hostname": NAME})
        assert sent.status_code == 201, sent.text
        counted: int = await connection.fetchval("select count(*) from limits")
        return counted

    connection = await asyncpg.connect(database.owner)
    try:
        through = [await begun(f"203.0.113.{n}", "/api/v1/referrals", site.address) for n in range(3)]
        assert through == [1, 1, 1], "counted under the one address that they have"
        direct = f"http://127.0.0.1:{site.portal}/api/v1/referrals"
        assert await begun("203.0.113.9", direct, site.address) == 2, "the proxy itself is believed"
    finally:
        await connection.close()


def test_the_logs_hold_json_lines_of_the_portal_and_no_address_of_anybody(site: Site) -> None:
    site.get("/api/v1/me?name=Amara", **{"X-Forwarded-For": "203.0.113.7"})
    log = _logged(site, " 400 GET ")
    assert not [told for told in ("Amara", "127.0.0.1", "203.0.113.7") if told in log]


def test_no_log_of_the_proxy_holds_what_was_asked_for_or_who_asked(site: Site) -> None:
    """Also where it fails: at a portal that is away, under another name, too long."""
    back = "/api/v1/sign-in/directory/return?code=hush-code&state=hush-state"
    assert site.get(back).status_code == 404
    assert (
        status(
            site.raw(f"GET {back} HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n".encode(), site.http)
        )
        == 421
    )
    assert site.get(f"{back}&more={'x' * 9000}").status_code == 414
    with pytest.raises(ssl.SSLError):
        site.raw(b"", name="elsewhere.example")
    assert site.web is not None
    site.web.terminate()
    site.web.wait(20)
    assert site.get(back).status_code == 503
    _logged(site, " 503 GET ")
    written = {path.name: path.read_text() for path in site.folder.glob("*.log")}
    assert written.keys() >= {"portal.log", "error.log"}
    for name, log in written.items():
        assert not [told for told in ("hush", "directory/return", "127.0.0.1") if told in log], name


def _logged(site: Site, line: str) -> str:
    """The log as soon as the line is in it: nginx writes after it has answered."""
    until = time.monotonic() + 5
    while line not in (log := (site.folder / "portal.log").read_text()):
        assert time.monotonic() < until, f"nothing like {line!r} in the log"
        time.sleep(0.02)
    return log


def test_this_is_a_client_that_can_tell(site: Site) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://127.0.0.1:{site.https}/", trust_env=False)
