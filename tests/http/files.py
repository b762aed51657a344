"""Made-up files, and sending them as a browser does."""

import zlib
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.portals import Person

NOTE = b"Amara said at registration that her arm hurt.\n"
TEXT = ("note.txt", NOTE, "text/plain")


def pdf(text: bytes = b"Body map", padding: int = 0) -> bytes:
    """A small, sound PDF of one page; `padding`: bytes that make it larger."""
    page = b"BT /F1 12 Tf 72 720 Td (" + text + b") Tj ET\n%" + b"x" * padding
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, at = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, at)


def png(red: int = 200) -> bytes:
    """A picture of four by four pixels."""
    rows = (b"\0" + bytes((red, 40, 40)) * 4) * 4

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (4).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


async def send(
    person: Person, referral: UUID, *files: tuple[str, bytes, str], said: str = "", key: str = ""
) -> httpx.Response:
    """Attach these: name, content and media type; `said` of the first."""
    parts: list[Any] = [("description", (None, said.encode()))] if said else []
    parts += [("document", file) for file in files]
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await person.client.post(f"/api/v1/referrals/{referral}/documents", files=parts, headers=headers)


async def send_as_a_browser(person: Person, referral: UUID, *parts: tuple[str, str | None, bytes]) -> httpx.Response:
    """Parts by name, with a file's name (empty: an input in which nothing was chosen) and content, as browsers write
    them."""
    body = b""
    for name, filename, content in parts:
        file = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: application/octet-stream'
        body += f'--made-up\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "multipart/form-data; boundary=made-up"}
    path = f"/api/v1/referrals/{referral}/documents"
    return await person.client.post(path, content=body + b"--made-up--\r\n", headers=headers)


async def attached(person: Person, referral: UUID, *files: tuple[str, bytes, str], said: str = "") -> list[Any]:
    """What the referral has after attaching these, which must succeed."""
    answer = await send(person, referral, *(files or (TEXT,)), said=said)
    assert answer.status_code == 201 and not answer.json()["faults"], answer.text
    documents: list[Any] = answer.json()["referral"]["documents"]
    return documents
