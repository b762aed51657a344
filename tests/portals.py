"""A whole portal for a test: on a fresh database, its web application in this process, its mail in reach.

Nothing runs by itself: `drain` does what a worker would, so that a test says when.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import httpx
import msgspec
from litestar import Litestar

from portal.application.codes import STEP, app_codes
from portal.application.portal import Portal
from portal.application.reactions import LAPSING, handlers
from portal.application.registering import invite, invited_by
from portal.application.signing_in import visitor_of
from portal.demonstration import APP_SECRET, give_app
from portal.domain.account_details import Role
from portal.eventstore.rows import to_row
from portal.eventstore.work import fresh_command
from portal.http.app import create_app, nothing
from portal.http.depending import hashed_token
from portal.http.forms import form_token
from portal.jobs.queue import Queue
from portal.keys.secrets import Secrets
from portal.settings import Settings
from portal.wiring import Running, opened
from tests.databases import Database

ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "coffee-otter-bicycle"
SECRETS = Secrets(
    keks={1: b"k" * 32},
    blind_index=b"b" * 32,
    codes=b"c" * 32,
    links=b"l" * 32,
    peppers={1: b"p" * 32},
    tokens=b"t" * 32,
    mailbox=b"m" * 32,
)
PRIYA = {
    "kind": "professional",
    "name": "Priya Nair",
    "email": "priya.nair@oakfield.example",
    "phone": "01632 960 017",
    "organisation": "Oakfield Primary School",
    "organisation_kind": "school",
    "role": "Designated safeguarding lead",
}
LONG_AGO = "delete from proofs where session in (select id from sessions where account = $1)"
AMARA = {"given_name": "Amara", "family_name": "Okafor", "born": "2017-03-27"}
JONAH = {"given_name": "Jonah", "family_name": "Okafor", "estimated_age": 4}


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def call(
        self, method: str, path: str, body: Any = None, key: str | None = None, seen: str | None = None
    ) -> httpx.Response:
        """A request to the API, `path` below /api/v1, under a fresh idempotency key unless one is given."""
        headers = {"Idempotency-Key": key or str(uuid4()), **({"If-Match": seen} if seen else {})}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def get(self, path: str) -> Any:
        """What a GET answers."""
        answer = await self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, method: str, path: str, body: Any = None, seen: str | None = None) -> Any:
        """A request that must succeed, and what it answers."""
        answer = await self.call(method, path, body, seen=seen)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


class Playground:
    """A portal and the people at it."""

    def __init__(self, running: Running, app: Litestar, database: Database, settings: Settings) -> None:
        self.running = running
        self.settings = settings
        self.portal: Portal = running.portal
        self.app = app
        self.database = database
        self._queue = Queue(running.portal.pool, handlers(running.portal), LAPSING)

    def person(self, at: str = "127.0.0.1") -> Person:
        """Somebody new, with no cookies, who comes from this network address."""
        app = cast("Any", self.app)  # the two describe ASGI in types of their own
        transport = httpx.ASGITransport(app, client=(at, 4711))
        address = self.portal.correspondence.address
        return Person(httpx.AsyncClient(transport=transport, base_url=address, headers={"Origin": address}))

    async def drain(self) -> None:
        """What a worker would do now: projections, reactions, jobs that are due."""
        for subscription in (self.portal.projector, self.running.reactions):
            while await subscription.step():
                pass
        while await self._queue.step():
            await self.drain()

    async def letters(self, to: str) -> list[Any]:
        """The letters to an address, newest first."""
        assert self.running.mailbox is not None
        return [letter for letter in await self.running.mailbox.latest(500) if letter.to == to]

    async def code(self, email: str) -> str:
        """The six digits of the newest letter with a code."""
        await self.drain()
        return next(found[0] for letter in await self.letters(email) if (found := re.search(r"\b\d{6}\b", letter.text)))

    async def link_token(self, email: str) -> str:
        """The token of the newest letter with a link."""
        await self.drain()
        return next(found[1] for letter in await self.letters(email) if (found := re.search(r"#(\S+)", letter.text)))

    async def registered(self, person: Person, **details: Any) -> None:
        """Register with the code that is mailed; Priya, unless other details are given. Signed in afterwards."""
        account = {**PRIYA, "password": PASSWORD, **details}
        await person.do("POST", "/accounts", account)
        await person.do("POST", "/challenge/code", {"code": await self.code(account["email"])})

    async def staff(self, *roles: Role, email: str = "", name: str = "Sam Holt") -> Person:
        """A signed-in member of staff with these roles."""
        email = email or f"{'.'.join(roles)}.{uuid4().hex[:6]}@severnshire.example"
        outcome = await invite(self.portal, fresh_command("invite"), name, email, frozenset(roles))
        person = self.person()
        await person.do("POST", "/accounts/invitation", {"token": outcome.answer, "password": PASSWORD})
        account = invited_by(outcome.answer)
        assert account is not None
        await give_app(self.portal, account)
        await person.do("POST", "/sign-in", {"email": email, "password": PASSWORD})
        await person.do("POST", "/challenge/code", {"code": await self.app_code()})
        await self.portal.pool.execute(LONG_AGO, account)
        return person

    async def app_code(self, step: int = 0, secret: str = APP_SECRET) -> str:
        """What the app of all staff, or one of its own, shows now by the database's clock, or some half minutes from
        now."""
        now = (await self.portal.store.now()).timestamp()
        return app_codes(secret, now + step * STEP)[int(now) // STEP + step]

    async def prove(self, person: Person) -> None:
        """They show their second factor once more: what the app shows next, since this one may be used."""
        await person.do("POST", "/me/proof", {"code": await self.app_code(1)})

    async def events(self, topic: str = "%") -> int:
        """How many events there are, of one topic or in all."""
        found: int = await self.portal.pool.fetchval("select count(*) from events where topic like $1", topic)
        return found

    async def newest(self, topic: str) -> UUID:
        """The stream that the newest event of this topic stands in."""
        query = "select stream_id from events where topic = $1 order by position desc limit 1"
        found: UUID = await self.portal.pool.fetchval(query, topic)
        return found

    async def as_owner(self, statement: str, *values: Any) -> list[Any]:
        """What only the database's owner may do."""
        owner = await asyncpg.connect(self.database.owner)
        try:
            return list(await owner.fetch(statement, *values))
        finally:
            await owner.close()

    async def rewrite(self, stream: UUID, change: Callable[[Any], Any], earlier: timedelta = timedelta()) -> None:
        """A stream's events as `change` makes them, and `earlier`, with the jobs they caused."""
        history = await self.portal.store.history(stream)
        for each in history.envelopes:
            state = to_row(each.id, change(each.event), history.key, each.metadata).state
            update = "update events set state = $2, recorded_at = recorded_at - $3::interval where id = $1"
            await self.as_owner(update, each.id, state, earlier)
            update = "update jobs set run_at = run_at - $2::interval, deadline = deadline - $2 where event_id = $1"
            await self.as_owner(update, each.id, earlier)

    async def age(self, stream: UUID, by: timedelta) -> None:
        """As if everything in a stream had happened so much earlier."""
        await self.rewrite(stream, lambda event: msgspec.structs.replace(event, timestamp=event.timestamp - by), by)


@asynccontextmanager
async def playground(
    database: Database, address: str = ADDRESS, ledger: Path | None = None, **otherwise: Any
) -> AsyncIterator[Playground]:
    """A portal on a database, with other settings if some are given; a ledger that is not is thrown away afterwards."""
    with TemporaryDirectory(prefix="portal-ledger-") as folder:
        settings = Settings(
            database_url=database.application,
            secrets=SECRETS,
            address=address,
            ledger=ledger or Path(folder) / "ledger.jsonl",
            demonstration=True,
            **otherwise,
        )
        async with _played(database, settings) as ground:
            yield ground


@asynccontextmanager
async def _played(database: Database, settings: Settings) -> AsyncIterator[Playground]:
    async with opened(settings) as running:
        app = create_app(nothing, settings.address, demonstration=True)
        app.state.portal, app.state.mailbox = running.portal, running.mailbox
        yield Playground(running, app, database, settings)


async def filled_in(person: Person, service: str = "social_care", children: tuple[Any, ...] = (AMARA,)) -> UUID:
    """A complete draft of a professional, ready to be sent; its id."""
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': service}))['id']}"
    for child in children:
        await person.do("POST", f"{draft}/children", child)
    if service == "lado":
        await person.do("PUT", f"{draft}/adult", {"given_name": "Colin", "family_name": "Marsh", "job_title": "Coach"})
    if not children:
        await person.do("PUT", f"{draft}/children/none")
    form = await person.do("POST", f"{draft}/children/confirmation") if children else await person.get(draft)
    first, *others = [each["id"] for each in form["people"]]
    capacity = {"capacity": "professional", "relationship": "professional", "also_for": others}
    await person.do("PUT", f"{draft}/people/{first}/capacity", capacity)
    address = {"lines": ["14 Tannery Row"], "town": "Severnmouth"}
    await person.do("PUT", f"{draft}/people/{first}/address/manual", address)
    for other in others:
        await person.do("PUT", f"{draft}/people/{other}/address/copied", {"from_person": first})
    await person.do("PUT", f"{draft}/danger", {"in_danger": False})
    await person.do("PUT", f"{draft}/answers/{ANSWERS[service][0]}", ANSWERS[service][1])
    if service != "lado":
        await person.do("PUT", f"{draft}/consent", AGREED)
    return UUID(draft.rpartition("/")[2])


AGREED = {"agreed": True, "giver": "parent", "agreed_by": "The children's mother", "responsibility": "yes"}
ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "early_help": ("support", {"going_on": "Mornings are hard.", "would_help": "Somebody to talk to."}),
    "social_care": ("worries", {"worried_about": "Bruises on both arms.", "seen_or_heard": "At registration."}),
    "lado": ("allegation", {"limbs": ["harmed"], "what_happened": "Held under water.", "when": "14 November"}),
}


async def form_fields(play: Playground, person: Person, purpose: str, **typed: str) -> dict[str, str]:
    """The fields of a page's form as this person's browser sends them, with those that nobody sees."""
    held = person.client.cookies
    draft = held.get("draft") or ""
    who = await visitor_of(play.portal, held.get("session") or "", hashed_token(draft) if draft else "")
    return {"form_token": form_token(play.portal, who, purpose), "form_key": str(uuid4()), **typed}
