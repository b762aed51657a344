"""The portal as a council runs it: `portal serve` on a database, behind the proxy configuration that we ship."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.keys.secrets import new_secrets

NAME = "forms.severnshire.example"
SHIPPED = Path(__file__).parents[2] / "deploy" / "nginx.conf"
START = 30.0  # seconds
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/shipped.conf;
}}
"""


class Site:
    """Where everything listens, and the ways to speak to it."""

    def __init__(self, folder: Path, portal: int, http: int, https: int) -> None:
        self.folder, self.portal, self.http, self.https = folder, portal, http, https
        self.address = f"https://{NAME}:{https}"
        self.web: subprocess.Popen[bytes] | None = None

    def client(self, **headers: str) -> httpx.Client:
        """A browser that trusts the certificate; names lead to this machine by themselves."""
        trusting = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.https}",
            headers={"Host": f"{NAME}:{self.https}", **headers},
            verify=trusting,
            trust_env=False,
            timeout=20,
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A GET over TLS, under the right name."""
        with self.client(**headers) as client:
            return client.get(path, extensions={"sni_hostname": NAME})

    def raw(self, sent: bytes, port: int = 0, name: str = NAME, wait: float = 10) -> bytes:
        """Bytes as they are, over TLS unless a port is named, and all that is answered."""
        with socket.create_connection(("127.0.0.1", port or self.https), timeout=wait) as plain:
            if port:
                return _spoken(plain, sent)
            trusting = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
            with trusting.wrap_socket(plain, server_hostname=name) as secure:
                return _spoken(secure, sent)


def _spoken(connection: socket.socket, sent: bytes) -> bytes:
    connection.sendall(sent)
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
    except (TimeoutError, ConnectionResetError):
        pass
    return answer


@contextmanager
def proxied(folder: Path, database_url: str) -> Iterator[Site]:
    """Both running. `folder` takes their files."""
    site = Site(folder, *_free_ports(3))
    _certificate(folder)
    (folder / "secrets.json").touch(0o600)
    (folder / "secrets.json").write_bytes(new_secrets())
    _write_configuration(site)
    with _running(_serve_command(site), _environment(site, database_url)) as site.web, _running(_nginx_command(site)):
        until = time.monotonic() + START
        while not _answers(site):
            if time.monotonic() > until:
                raise AssertionError("the portal behind its proxy did not answer")
            time.sleep(0.1)
        yield site


def _write_configuration(site: Site) -> None:
    """What we ship, with this machine's ports and names and with less patience; each is there to be replaced."""
    text = SHIPPED.read_text()
    for shipped, here in {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{site.portal};",
        "listen 80 default_server;": f"listen 127.0.0.1:{site.http} default_server;",
        "listen 443 ssl default_server;": f"listen 127.0.0.1:{site.https} ssl default_server;",
        "listen 80;": f"listen 127.0.0.1:{site.http};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{site.https} ssl http2;",
        "/etc/ssl/portal/": f"{site.folder}/",
        "/var/log/nginx/": f"{site.folder}/",
        "client_header_timeout 10s;": "client_header_timeout 1s;",
        "client_body_timeout 15s;": "client_body_timeout 1s;",
    }.items():
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    (site.folder / "shipped.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (site.folder / "nginx.conf").write_text(AROUND.format(folder=site.folder, user=user))


def _serve_command(site: Site) -> list[str]:
    return [sys.executable, "-m", "portal.cli", "serve", "--port", str(site.portal)]


def _nginx_command(site: Site) -> list[str]:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return [program, "-p", str(site.folder), "-c", str(site.folder / "nginx.conf")]


def _environment(site: Site, database_url: str) -> dict[str, str]:
    demonstration = str(files("portal") / "demonstration.toml")
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "PORTAL_SECRETS": str(site.folder / "secrets.json"),
        "PORTAL_ADDRESS": site.address,
        "PORTAL_PROXIES": "127.0.0.1",
        "PORTAL_LEDGER": str(site.folder / "ledger.jsonl"),
        "PORTAL_COUNCIL": demonstration,
        "PORTAL_SCANNER": "none",
        "PORTAL_ADDRESSES": "gazetteer",
        "PORTAL_SMTP_HOST": "127.0.0.1",
        "PORTAL_MAIL_FROM": "forms@severnshire.example",
    }


@contextmanager
def _running(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _answers(site: Site) -> bool:
    try:
        return site.get("/health/live").status_code == 200
    except httpx.HTTPError:
        return False


def _certificate(folder: Path) -> None:
    """A certificate for the name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=2),
        extensions=[
            x509.Extension(x509.SubjectAlternativeName.oid, False, x509.SubjectAlternativeName([x509.DNSName(NAME)]))
        ],
    )
    (folder / "fullchain.pem").write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)


def _free_ports(count: int) -> list[int]:
    bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in bound]
    for each in bound:
        each.close()
    return ports
