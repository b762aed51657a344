"""Twenty people attach a file of 10 MB each, all at once, against two web processes: half of the files are PDFs, half
photos. Meanwhile others read their pages.

The yardstick is the same portal when it is quiet. `grown_mib`: by how much the largest of the web processes was ever
larger than it was before the first file ever came. The files are looked at in child processes and put into the
database, all of which shares the machine with whoever measures; what sends the files is a process of its own.
"""

import asyncio
import io
import random
import secrets
import tempfile
import time
from asyncio.subprocess import Process
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
from PIL import Image

from benchmarks.flood import READERS, WEB_PROCESSES, a_portal, children_of, ms, read, resident
from benchmarks.ground import Ground
from benchmarks.processes import a_process
from benchmarks.rounds import Result, Rounds
from benchmarks.sizes import Sizes
from portal.application.portal import Portal
from portal.application.sessions import begin_session
from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OrganisationKind, OwnerDetails
from portal.domain.people import Child
from portal.domain.referral import Referral
from portal.domain.referral_parts import CapacityOf
from portal.domain.services import Capacity, Relationship, Service
from portal.eventstore.work import Work, fresh_command

LOOK = 0.02  # seconds between looks at the memory
MEGABYTE = 1024 * 1024


class Made(msgspec.Struct, frozen=True):
    """Who reads (their cookies), and who attaches: cookie and form of each."""

    readers: list[str]
    senders: list[tuple[str, UUID]]


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    for _ in range(min(3, sizes.rounds)):  # each on a fresh portal, whose memory has not grown yet
        async with (
            ground.database() as database,
            a_portal(database, lambda portal: _people(portal, sizes.uploads)) as (web, address, made),
        ):
            await read(web, address, made.readers, min(2.0, sizes.upload_seconds))  # warm
            before = {pid: resident(pid) for pid in children_of(web.pid)}
            await _upload(address, made, sizes, 1)
            times, _ = await read(web, address, made.readers, sizes.upload_seconds)
            rounds.add(quiet_p50=ms(times, 50), quiet_p95=ms(times, 95))
            await _measure_uploads(rounds, web, address, made, sizes, before)
    return rounds.result(
        {"web_processes": WEB_PROCESSES, "uploads": sizes.uploads, "megabytes": sizes.upload_megabytes},
        ratio_p95=rounds.ratio("uploading_p95", "quiet_p95"),
    )


async def _measure_uploads(
    rounds: Rounds, web: Process, address: str, made: Made, sizes: Sizes, before: dict[int, float]
) -> None:
    growing = asyncio.create_task(_most_grown(before))
    began = time.monotonic()
    uploading = asyncio.create_task(_upload(address, made, sizes, len(made.senders)))
    times: list[float] = []
    while not uploading.done():
        times += (await read(web, address, made.readers, 1.0))[0]
    counted = await uploading
    growing.cancel()
    rounds.add(uploading_p50=ms(times, 50), uploading_p95=ms(times, 95), grown_mib=(await growing), **counted)
    rounds.add(seconds=counted["took"], megabytes_a_second=sizes.uploads * sizes.upload_megabytes / counted["took"])
    if time.monotonic() - began < counted["took"]:
        raise RuntimeError("pages were not read all the time")


async def _most_grown(before: dict[int, float]) -> float:
    """Until cancelled."""
    most = 0.0
    try:
        while True:
            most = max(most, *(resident(pid) - at_first for pid, at_first in before.items()))
            await asyncio.sleep(LOOK)
    except asyncio.CancelledError:
        return most


async def _upload(address: str, made: Made, sizes: Sizes, senders: int) -> dict[str, float]:
    """What the other process says of its files: attached, failed, and how long all took."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in _files(sizes.upload_megabytes).items():
            (Path(folder) / name).write_bytes(content)
        async with a_process("benchmarks.uploader", address, folder) as uploader:
            told, _ = await uploader.communicate(msgspec.json.encode(made.senders[:senders]))
    return msgspec.json.decode(told, type=dict[str, float])


def _files(megabytes: int) -> dict[str, bytes]:
    """A PDF and a photo, each a little below so many megabytes."""
    size = megabytes * MEGABYTE - 65_536
    noise = random.Random(megabytes).randbytes(size)  # noqa: S311 - nothing secret
    return {"plan.pdf": _pdf(noise), "arm.jpg": _photo(size)}


def _photo(size: int) -> bytes:
    """Noise is the largest that a picture can be; four thirds wide, as a telephone makes it."""
    high = int((size * 0.36) ** 0.5)
    while True:
        picture = Image.frombytes("RGB", (high * 4 // 3, high), random.Random(1).randbytes(high * 4 // 3 * high * 3))  # noqa: S311
        picture.save(written := io.BytesIO(), "JPEG", quality=90)
        if len(written.getvalue()) <= size:
            return written.getvalue()
        high = high * 9 // 10


def _pdf(content: bytes) -> bytes:
    """One page, and a picture's worth of bytes in it."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/I Do\nendstream",
        b"<</Type/XObject/Subtype/Image/Width %d/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>"
        b"stream\n%s\nendstream" % (len(content), len(content), content),
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    at, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, at)


async def _people(portal: Portal, senders: int) -> Made:
    """Professionals, each with a form on which they say so."""
    made = [await _professional(portal, number) for number in range(max(senders, READERS))]
    return Made([cookie for cookie, _ in made[:READERS]], made[:senders])


async def _professional(portal: Portal, number: int) -> tuple[str, UUID]:
    command, email = fresh_command("measured"), f"person{number}@oakfield.example"
    details = OwnerDetails(
        kind=AccountKind.PROFESSIONAL,
        name="Ann Reed",
        email=email,
        phone="01632 960 017",
        organisation="Oakfield Primary School",
        organisation_kind=OrganisationKind.SCHOOL,
        role="Teacher",
    )

    async def decide(work: Work) -> Account:
        now = await work.now()
        account = Account.register(command.id_for("account"), details, "no password", now)
        account.validate_email(now)
        referral = Referral.start(command.id_for("referral"), Service.SOCIAL_CARE, account.id, "", now)
        child = Child(id=command.id_for("child"), given_name="Amara", estimated_age=9)
        referral.add_child(child, now)
        at_work = CapacityOf(capacity=Capacity.PROFESSIONAL, relationship=Relationship.PROFESSIONAL)
        referral.declare_capacity([child.id], at_work, now)
        work.add(account)
        work.add(referral)
        return account

    account = (await portal.perform(command, Account, decide)).answer
    token = secrets.token_urlsafe(32)
    await begin_session(portal.pool, token, account.id, uuid4(), "signing_in", account.created_on)
    return token, command.id_for("referral")
