"""Letters through a real SMTP server, in this process, in every mood."""

import asyncio
import ssl
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.mail.port import Letter, NotDelivered, Post
from portal.mail.smtp import SmtpPost

TEXT = "Caf\u00e9 \u20ac 5\n\n.one dot\n" + "x" * 2000 + "\n"
LETTER = Letter("tamsin@example.org", "Your security code \u2013 new", TEXT)


class Server:
    """What arrived, and what the server answers to a recipient and to a letter."""

    def __init__(self, to_recipient: str = "250 OK", to_letter: str = "250 OK", to_sender: str = "250 OK") -> None:
        self.to_recipient, self.to_letter, self.to_sender = to_recipient, to_letter, to_sender
        self.arrived: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.encrypted: list[bool] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        self.recipients.append([str(address) for address in envelope.rcpt_tos])
        self.encrypted.append(session.ssl is not None)
        return self.to_letter


@asynccontextmanager
async def serving(handler: Server, **options: Any) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def post(port: int, **settings: Any) -> SmtpPost:
    plain: dict[str, Any] = {"starttls": False, "timeout": 5.0, "host": "127.0.0.1"}
    return SmtpPost(
        port=port, sender="no-reply@severnshire.example", sender_name="Severnshire online services", **plain | settings
    )


async def failure(sender: Post, letter: Letter = LETTER) -> NotDelivered:
    """The failure of sending, shown to hold neither the address nor anything the server said."""
    with pytest.raises(NotDelivered) as caught:
        await sender.send(letter, "job-1")
    told = "".join(traceback.format_exception(caught.value))
    assert "tamsin" not in told
    assert "example.org" not in told
    assert caught.value.__context__ is None
    return caught.value


async def test_a_letter_arrives_as_it_was_written() -> None:
    server = Server()
    async with serving(server) as port:
        await post(port).send(LETTER, "job-1")
    [message] = server.arrived
    assert message["From"] == "Severnshire online services <no-reply@severnshire.example>"
    assert message["To"] == LETTER.to
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == "<job-1@severnshire.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.utcoffset() is not None
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert server.recipients == [[LETTER.to]]


async def test_a_second_try_is_recognisable() -> None:
    server = Server()
    async with serving(server) as port:
        for message_id in ("job-1", "job-1", "job-2"):
            await post(port).send(LETTER, message_id)
    ids = [message["Message-ID"] for message in server.arrived]
    assert ids[0] == ids[1] != ids[2]


async def test_a_message_id_that_could_forge_a_header_is_refused_before_anything_is_sent() -> None:
    server = Server()
    async with serving(server) as port:
        with pytest.raises(ValueError, match="message id"):
            await post(port).send(LETTER, "job\r\nBcc: eve@example.net")
    assert server.arrived == []


async def test_a_domain_in_any_script_goes_out_in_its_ascii_form() -> None:
    server = Server()
    async with serving(server) as port:
        await post(port).send(Letter("tamsin@b\u00fccher.example", "Your form", "Hello\n"), "job-1")
    assert server.recipients == [["tamsin@xn--bcher-kva.example"]]
    assert server.arrived[0]["To"] == "tamsin@xn--bcher-kva.example"


@pytest.mark.parametrize("to", ["tams\u00efn@example.org", "tamsin@example..org"])
async def test_an_address_that_this_server_cannot_reach_is_for_good(to: str) -> None:
    async with serving(Server()) as port:
        assert (await failure(post(port), Letter(to, "Your form", "Hello\n"))).permanent


@pytest.mark.parametrize(
    ("server", "permanent"),
    [
        (Server(to_recipient="550 5.1.1 <tamsin@example.org> unknown"), True),
        (Server(to_recipient="451 4.7.1 <tamsin@example.org> greylisted"), False),
        (Server(to_letter="554 5.6.0 not from you to tamsin@example.org"), True),
        (Server(to_letter="451 4.3.0 tamsin@example.org later"), False),
        (Server(to_sender="550 5.7.1 relaying to example.org denied"), False),
    ],
)
async def test_what_is_refused_for_good_and_what_is_tried_again(server: Server, permanent: bool) -> None:
    async with serving(server) as port:
        assert (await failure(post(port))).permanent is permanent


async def test_starttls_asked_for_but_not_offered_sends_nothing() -> None:
    server = Server()
    async with serving(server) as port:
        assert not (await failure(post(port, starttls=True))).permanent
    assert server.arrived == []


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own for localhost, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


async def test_starttls_encrypts_signs_in_and_checks_the_certificate(tmp_path: Path) -> None:
    theirs, ours = certificate(tmp_path)
    server = Server()

    def signing_in(_: SMTP, __: Session, ___: Envelope, ____: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given == LoginPassword(b"portal", b"let me in"))

    options = {"tls_context": theirs, "require_starttls": True, "auth_required": True, "authenticator": signing_in}
    async with serving(server, **options) as port:
        settings = {"host": "localhost", "starttls": True, "username": "portal"}
        await post(port, **settings, password="let me in", tls=ours).send(LETTER, "job-1")
        assert not (await failure(post(port, **settings, password="wrong", tls=ours))).permanent
        assert not (await failure(post(port, **settings, password="let me in"))).permanent  # certificate not trusted
    assert server.encrypted == [True]


def test_a_password_is_never_sent_in_clear() -> None:
    with pytest.raises(ValueError, match="STARTTLS"):
        post(25, starttls=False, username="portal", password="let me in")


def test_a_sender_that_could_forge_a_header_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        SmtpPost(host="mail", port=25, sender="a@b.example", sender_name="x\r\nBcc: eve@example.net")


async def test_nobody_there_is_tried_again() -> None:
    async with serving(Server()) as port:
        pass
    assert not (await failure(post(port))).permanent


@pytest.mark.parametrize("greeting", [b"", b"220 here\r\n", b"220-drip\r\n"])
async def test_a_server_that_hangs_or_drips_is_given_up_in_time(greeting: bytes) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        try:
            while greeting.startswith(b"220-"):
                await asyncio.sleep(0.1)
                writer.write(greeting)
            await reader.read()
        finally:
            writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    began = time.monotonic()
    failed = await failure(post(server.sockets[0].getsockname()[1], timeout=0.4))
    server.close()
    assert not failed.permanent
    assert time.monotonic() - began < 3


async def test_a_letter_that_was_taken_is_delivered_whatever_the_goodbye_brings() -> None:
    class Rude(SMTP):
        async def smtp_QUIT(self, arg: str) -> None:
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()

    handler, loop = Server(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Rude(handler, loop=loop), "127.0.0.1", 0)
    await post(server.sockets[0].getsockname()[1]).send(LETTER, "job-1")
    server.close()
    assert len(handler.arrived) == 1
