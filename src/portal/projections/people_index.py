"""Whom the referrals are about and who else is in the family, found again without their names standing anywhere: a
blind index.

What is known of a person becomes terms: HMACs under a key that the database never sees, one for each combination of
what may be asked for, within the services that the same staff see: those for families, and the LADO. So a draft that
goes from early help to social care keeps its terms, one and the same person is all that was asked for, and a child and
an adult of concern share no term.
Terms stand outside of the sealed content only once the referral is sent.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from types import SimpleNamespace
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec

from portal.domain import referral_events as happened
from portal.domain.comparing import compared
from portal.domain.forms.household import MOST_PEOPLE, Household
from portal.domain.services import Service
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.eventstore.keyring import Keyring
from portal.projections.projection import WITH_KEYS, Projection, read_rows
from portal.projections.staff_inbox import STAFF_INBOX, InboxRow

ASKED_FOR = ("family_name", "given_name", "born", "upn", "nhs_number")
TERM = 16  # bytes of the HMAC that are kept: enough that no two are the same by chance
PLACES = tuple(uuid5(NAMESPACE_OID, f"household {place}") for place in range(MOST_PEOPLE))
GONE = (happened.DraftEnded, happened.ReferralErased)  # after these nobody is found any more


class IndexContent(msgspec.Struct, frozen=True):
    """The terms of each person, so that one can be taken off again, and the service they were made for."""

    service: Service | None = None
    people: dict[UUID, tuple[str, ...]] = {}


class IndexedPeople(msgspec.Struct, frozen=True, kw_only=True):
    """The people of one referral. `terms`: in hex with spaces between, none while it is a draft."""

    id: UUID
    received_at: datetime | None = None
    terms: str = ""
    cannot_read: int | None = None
    content: IndexContent | None = None


def people_index(key: bytes) -> Projection[IndexedPeople]:
    """The projection, its terms made with the blind-index key."""

    def evolve_with_key(row: IndexedPeople | None, envelope: Envelope) -> IndexedPeople | None:
        return evolve(key, row, envelope)  # in here, not in a partial, which would show the key when it is printed

    return Projection("people_index", IndexedPeople, evolve_with_key, stub, set_aside)


def evolve(key: bytes, row: IndexedPeople | None, envelope: Envelope) -> IndexedPeople | None:
    """The row after this event."""
    event = envelope.event
    if isinstance(event, happened.ReferralStarted):
        return IndexedPeople(id=envelope.stream_id, content=IndexContent(event.service))
    if row is None or isinstance(event, GONE):
        return None
    content, received_at = row.content or IndexContent(), row.received_at
    match event:
        case happened.ChildAdded(child=person) | happened.ChildDetailsGiven(child=person):
            content = _with(content, person.id, terms_of(key, content.service, person))
        case happened.AdultOfConcernNamed(adult=person):
            content = _with(content, person.id, terms_of(key, content.service, person))
        case happened.ChildRemoved(child_id=gone):
            content = _with(content, gone, ())
        case happened.AnswersGiven(section=Household.NAME, answers=answers):
            content = _with_household(key, content, answers.get("people") or ())
        case happened.ReferralSubmitted():
            received_at = event.received_at
        case _:
            return row
    return _indexed(row, content, received_at)


def _indexed(row: IndexedPeople, content: IndexContent, received_at: datetime | None) -> IndexedPeople:
    terms = sorted({term for person in content.people.values() for term in person}) if received_at else ()
    return msgspec.structs.replace(row, received_at=received_at, terms=" ".join(terms), content=content)


def _with(content: IndexContent, person: UUID, terms: tuple[str, ...]) -> IndexContent:
    people = {other: theirs for other, theirs in content.people.items() if other != person}
    return IndexContent(content.service, {**people, person: terms} if terms else people)


def _with_household(key: bytes, content: IndexContent, household: Sequence[Mapping[str, Any]]) -> IndexContent:
    """The people in the family in place of those who were said to be; they have no ids but their places."""
    people = {person: terms for person, terms in content.people.items() if person not in PLACES}
    for place, person in zip(PLACES, household, strict=False):
        if terms := terms_of(key, content.service, SimpleNamespace(**person)):
            people[place] = terms
    return IndexContent(content.service, people)


def stub(envelope: Envelope) -> IndexedPeople:
    """A referral whose beginning cannot be read: nobody on it is found, the inbox shows it."""
    return IndexedPeople(id=envelope.stream_id)


def set_aside(row: IndexedPeople, envelope: Envelope) -> IndexedPeople:
    """Whoever was known before something could not be read is found all the same once the referral is sent, unless they
    were taken off it."""
    content = row.content or IndexContent()
    match envelope.event:
        case happened.ChildRemoved(child_id=gone):
            return _indexed(row, _with(content, gone, ()), row.received_at)
        case happened.ReferralSubmitted(received_at=received_at):
            return _indexed(row, content, received_at)
    return row


def terms_of(key: bytes, service: Service | None, person: object) -> tuple[str, ...]:
    """The terms of a person: one for each combination of what is known of them."""
    known = facts_of(person)
    return tuple(
        _term(key, service, {name: known[name] for name in names})
        for size in range(1, len(known) + 1)
        for names in combinations(known, size)
    )


def term_for(key: bytes, service: Service, sought: object) -> str:
    """The term that somebody has of whom all of this is known."""
    return _term(key, service, facts_of(sought))


def facts_of(person: object) -> dict[str, str]:
    """What is known of a person, or asked for, as it is compared."""
    given = ((name, getattr(person, name, None)) for name in ASKED_FOR)
    return {name: text for name, value in given if value and (text := compared(str(value)))}


def _term(key: bytes, service: Service | None, facts: Mapping[str, str]) -> str:
    whose = "lado" if service is Service.LADO else "families"
    text = "\0".join((f"person:{whose}:{'+'.join(facts)}", *facts.values()))
    return hmac.digest(key, text.encode(), hashlib.sha256)[:TERM].hex()


SEARCH = f"""
select p.*, {WITH_KEYS}
from (
  select id, received_at from people_index
  where received_at is not null and string_to_array(terms, ' ') && $1::text[]
  order by received_at desc, id limit {{size}}
) found
join staff_inbox p on p.id = found.id left join keys k on k.stream_id = p.id
where p.received_at is not null and p.service = any($2::text[]) and p.status <> 'erased'
order by found.received_at desc, p.id
"""  # noqa: S608 - names of our own


async def find_people(
    connection: Connection, keyring: Keyring, key: bytes, services: Sequence[Service], sought: object, size: int
) -> list[InboxRow]:
    """The inbox rows of those referrals to these services on which there is such a person, the newest first."""
    terms = sorted({term_for(key, service, sought) for service in services})
    query = SEARCH.format(size=int(size))
    return await read_rows(connection, keyring, STAFF_INBOX, query, terms, list(services))
