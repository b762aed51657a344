"""Sending letters through a council's mail server."""

import asyncio
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE_FORMAT
from email.utils import localtime
from typing import Final

import aiosmtplib

from portal.mail.port import Letter, NotDelivered, checked_message_id

_GOODBYE_SECONDS: Final = 2.0


class SmtpPost:
    """One connection a letter: a letter that fails takes no other with it."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        sender_name: str,
        starttls: bool = True,
        username: str | None = None,
        password: str | None = None,
        timeout: float = 20.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`sender` is the e-mail address letters come from, `timeout` the seconds a whole delivery may take.

        With `starttls`, a server that does not offer it gets nothing. `tls` replaces Python's own rules for
        certificates, for a council with an authority of its own. Raises ValueError for a sender that cannot stand in a
        header, and for a password that would travel in clear.
        """
        if password is not None and not starttls:
            raise ValueError("a password for the mail server needs STARTTLS")
        self._from = Address(display_name=sender_name, addr_spec=sender)
        self._host, self._port, self._starttls, self._tls = host, port, starttls, tls
        self._username, self._password, self._timeout = username, password, timeout

    async def send(self, letter: Letter, message_id: str) -> None:
        """Hand the letter to the server; it is sent when the server has answered for it. Raises NotDelivered."""
        checked_message_id(message_id)
        try:
            recipient = _address_on_the_wire(letter.to)
            await self._hand_over(self._message(letter, recipient, message_id), recipient)
            return
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            failure = _judged(error)
        # Raised out here, not in the handler: the server's answer repeats the address and must not follow as context.
        raise failure

    def _message(self, letter: Letter, recipient: str, message_id: str) -> EmailMessage:
        message = EmailMessage(WIRE_FORMAT)
        message["From"] = self._from
        message["To"] = recipient
        message["Subject"] = letter.subject
        message["Date"] = localtime()
        message["Message-ID"] = f"<{message_id}@{self._from.domain}>"
        # Keeps holiday notices from answering.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="quoted-printable")
        return message

    async def _hand_over(self, message: EmailMessage, recipient: str) -> None:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            start_tls=self._starttls,
            tls_context=self._tls,
            timeout=self._timeout,
        )
        try:
            # The library's time-out is for each step; a server that drips would hold the letter for ever.
            async with asyncio.timeout(self._timeout):
                await client.connect()
                await client.send_message(message, sender=self._from.addr_spec, recipients=[recipient])
            # The letter is accepted: whatever the goodbye brings, it must not be sent again.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=_GOODBYE_SECONDS)
        finally:
            client.close()


def _address_on_the_wire(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _judged(error: Exception) -> NotDelivered:
    """Only the recipient's or the letter's own refusal is for good; a wrong setting or a server down is mended."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            code = max(refused.code for refused in error.recipients)
            return NotDelivered(f"the mail server refused the recipient ({code})", permanent=code >= 500)
        case aiosmtplib.SMTPDataError():
            return NotDelivered(f"the mail server refused the letter ({error.code})", permanent=error.code >= 500)
        case aiosmtplib.SMTPNotSupported() | UnicodeError():
            return NotDelivered("the mail server cannot write to such an address", permanent=True)
        case aiosmtplib.SMTPResponseException():
            return NotDelivered(f"the mail server refused the portal ({error.code})", permanent=False)
        case TimeoutError():
            return NotDelivered("the mail server did not answer in time", permanent=False)
        case OSError():
            return NotDelivered("no connection to the mail server", permanent=False)
        case _:
            return NotDelivered("the mail server does not offer what the settings ask of it", permanent=False)
