"""The other side of documents.py, in a process of its own: files sent all at once, by as many people."""

import asyncio
import sys
import time
from pathlib import Path
from uuid import uuid4

import msgspec

PATIENCE = 300.0  # seconds for all
CHUNK = 65_536
REQUEST = """POST /api/v1/referrals/{referral}/documents HTTP/1.1\r
Host: {host}\r
Origin: http://{host}\r
Cookie: session={cookie}\r
Idempotency-Key: {key}\r
Content-Type: multipart/form-data; boundary=measured\r
Content-Length: {length}\r
Connection: close\r
\r
"""
AROUND = '--measured\r\nContent-Disposition: form-data; name="document"; filename="{name}"\r\n\r\n'
END = b"\r\n--measured--\r\n"


async def upload(host: str, cookie: str, referral: str, name: str, content: bytes) -> bool:
    """Whether one file was attached."""
    reader, writer = await asyncio.open_connection(*host.split(":"))
    head = AROUND.format(name=name).encode()
    length = len(head) + len(content) + len(END)
    asked = {"host": host, "cookie": cookie, "referral": referral, "key": uuid4(), "length": length}
    writer.write(REQUEST.format(**asked).encode() + head)
    for start in range(0, len(content), CHUNK):
        writer.write(content[start : start + CHUNK])
        await writer.drain()
    writer.write(END)
    answer = await reader.read()
    writer.close()
    return answer.startswith(b"HTTP/1.1 201 ")


async def upload_all(host: str, senders: list[tuple[str, str]], files: list[tuple[str, bytes]]) -> dict[str, float]:
    """Everybody's file, a kind each in turn."""
    began = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        sending = (upload(host, *sender, *files[n % len(files)]) for n, sender in enumerate(senders))
        done = await asyncio.gather(*sending)
    return {"attached": done.count(True), "failed": done.count(False), "took": time.monotonic() - began}


def main() -> None:
    """Read the command line and do it."""
    address, folder = sys.argv[1:]
    senders = msgspec.json.decode(sys.stdin.buffer.read(), type=list[tuple[str, str]])
    files = [(file.name, file.read_bytes()) for file in sorted(Path(folder).iterdir())]
    told = asyncio.run(upload_all(address.removeprefix("http://"), senders, files))
    sys.stdout.write(msgspec.json.encode(told).decode())


if __name__ == "__main__":
    main()
