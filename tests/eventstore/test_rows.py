"""What was written is read back as it was; what is not what was written is `Damaged`, and never an exception."""

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from portal.domain.aggregate import Event
from portal.domain.catalogue import CATALOGUE, EVENTS
from portal.domain.login_challenge import ChallengeIssued, CodeReissued, Purpose
from portal.domain.people import Child
from portal.domain.referral import Referral
from portal.domain.referral_events import AnswersGiven, ChildAdded, ReferralStarted
from portal.domain.services import Service
from portal.eventstore.envelope import CannotRead, Damaged, Envelope, Metadata, Unreadable
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import to_envelopes, to_row
from portal.eventstore.store import replay
from tests.eventstore.logbook import KEYRING, NOON

RELEASED = {
    "access.opened",
    "account.email_validated",
    "account.invitation_accepted",
    "account.invited",
    "account.invited_instead",
    "account.password_changed",
    "account.registered",
    "account.registration_replaced",
    "login_challenge.accepted",
    "login_challenge.code_reissued",
    "login_challenge.code_sent",
    "login_challenge.code_tried",
    "login_challenge.issued",
    "referral.acknowledged",
    "referral.address_confirmed",
    "referral.adult_of_concern_named",
    "referral.amended",
    "referral.answers_given",
    "referral.capacity_declared",
    "referral.child_added",
    "referral.child_details_given",
    "referral.child_removed",
    "referral.children_confirmed",
    "referral.claimed",
    "referral.consent_recorded",
    "referral.danger_declared",
    "referral.draft_ended",
    "referral.feedback_issued",
    "referral.no_particular_child",
    "referral.started",
    "referral.submitted",
    "referral.withdrawn",
}

texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)
children = some.builds(
    Child,
    id=some.uuids(),
    given_name=texts,
    family_name=texts,
    name_not_known=some.booleans(),
    description=texts,
    born=some.none() | some.dates(min_value=date(1900, 1, 1)),
    estimated_age=some.none() | some.integers(0, 25),
)
answers = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | texts,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
versions = some.integers(1, 2**31 - 1)


def written(event: Event, keyring: Keyring = KEYRING, sealed: bool = True) -> dict[str, Any]:
    """The row of an event as the database would give it back."""
    key, wrapped = keyring.mint(event.originator_id)
    row = to_row(uuid4(), event, key if sealed else None, Metadata(actor="account:tested", digest="abc"))
    kept = {"kek_version": wrapped.kek_version, "wrapped": wrapped.wrapped} if sealed else {}
    columns = msgspec.structs.asdict(row)
    return {"position": 1, "recorded_at": NOON, "kek_version": None, "wrapped": None, **columns, **kept}


def read(record: dict[str, Any], keyring: Keyring = KEYRING) -> Envelope:
    [envelope] = to_envelopes(CATALOGUE, keyring, [record])
    return envelope


def child_added(version: int = 2) -> ChildAdded:
    child = Child(id=uuid4(), given_name="Amara", family_name="Okafor", estimated_age=6)
    return ChildAdded(originator_id=uuid4(), originator_version=version, timestamp=NOON, child=child)


def code_reissued() -> CodeReissued:
    return CodeReissued(originator_id=uuid4(), originator_version=2, timestamp=NOON, issue=2)


@settings(deadline=None)
@given(children, versions)
def test_any_child_is_read_back_as_it_was_written(child: Child, version: int) -> None:
    event = ChildAdded(originator_id=uuid4(), originator_version=version, timestamp=NOON, child=child)
    assert read(written(event)).event == event


@settings(deadline=None)
@given(texts, some.dictionaries(texts, answers, max_size=4))
def test_any_answers_are_read_back_as_they_were_written(section: str, given: dict[str, Any]) -> None:
    event = AnswersGiven(
        originator_id=uuid4(), originator_version=3, timestamp=NOON, section=section, answers=given, form_version=1
    )
    assert read(written(event)).event == event


def test_an_event_that_somebody_put_in_clear_where_it_should_be_sealed_is_not_believed() -> None:
    envelope = read(written(child_added(), sealed=False))
    assert isinstance(envelope.event, Damaged)
    assert "clear" in envelope.event.why


def test_what_has_nothing_personal_in_it_is_in_clear_whether_or_not_there_is_a_key() -> None:
    for sealed in (True, False):
        assert written(code_reissued(), sealed=sealed)["key_id"] is None
    assert {kind.TOPIC for kind in CATALOGUE.values() if kind.IN_CLEAR} == {
        "referral.erased",
        "enquiry.erased",
        *(topic for topic in CATALOGUE if topic.startswith(("login_challenge.", "staff_list."))),
    }


def test_the_first_event_of_a_stream_is_read_back_and_makes_its_aggregate() -> None:
    started = ReferralStarted(
        originator_id=uuid4(),
        originator_version=1,
        timestamp=NOON,
        originator_topic="referral",
        service=Service.LADO,
        owner=uuid4(),
    )
    envelope = read(written(started))
    assert envelope.event == started
    referral = replay(Referral, [envelope])
    assert referral is not None
    assert (referral.id, referral.service, referral.owner) == (started.originator_id, Service.LADO, started.owner)


def test_what_the_store_knows_about_an_event_comes_with_it() -> None:
    event = child_added(version=7)
    record = written(event)
    assert read(record) == Envelope(
        1,
        record["id"],
        event.originator_id,
        7,
        "referral.child_added",
        event,
        Metadata(actor="account:tested", digest="abc"),
        NOON,
    )


def test_nothing_of_a_sealed_event_stands_in_its_row_in_clear() -> None:
    record = written(child_added())
    assert b"Amara" not in b"".join(value for value in record.values() if isinstance(value, bytes))
    assert "Amara" not in repr({name: value for name, value in record.items() if name != "state"})
    assert b"Amara" in written(child_added(), sealed=False)["state"], "this test could not fail"


def test_the_same_event_is_never_sealed_to_the_same_bytes_twice() -> None:
    event = child_added()
    key, _ = KEYRING.mint(event.originator_id)
    assert len({to_row(uuid4(), event, key, Metadata()).state for _ in range(100)}) == 100


def bits(state: bytes) -> Iterator[bytes]:
    """The same bytes with one bit of one of them turned."""
    for at in range(len(state)):
        yield state[:at] + bytes([state[at] ^ 1 << at % 8]) + state[at + 1 :]


def test_a_ciphertext_with_any_byte_changed_is_damaged() -> None:
    record = written(child_added())
    changed = list(bits(record["state"]))
    assert len(changed) > 100
    for state in changed:
        assert isinstance(read({**record, "state": state}).event, Damaged)


def test_a_ciphertext_cut_short_or_grown_is_damaged() -> None:
    record = written(child_added())
    for end in range(len(record["state"])):
        assert isinstance(read({**record, "state": record["state"][:end]}).event, Damaged)
    assert isinstance(read({**record, "state": record["state"] + b"\0"}).event, Damaged)


def test_a_wrapped_key_with_any_byte_changed_damages_its_events() -> None:
    record = written(child_added())
    for wrapped in [*bits(record["wrapped"]), record["wrapped"][:-1], record["wrapped"][:8], b""]:
        assert isinstance(read({**record, "wrapped": wrapped}).event, Damaged)


@pytest.mark.parametrize(
    "moved",
    [{"stream_id": uuid4()}, {"version": 3}, {"topic": "referral.child_details_given"}, {"key_id": uuid4()}],
    ids=lambda moved: next(iter(moved)),
)
def test_a_ciphertext_in_another_place_is_damaged(moved: dict[str, Any]) -> None:
    record = written(child_added())
    assert isinstance(read(record).event, ChildAdded)
    assert isinstance(read({**record, **moved}).event, Damaged)


def test_a_ciphertext_under_the_key_of_another_stream_is_damaged() -> None:
    record, other = written(child_added()), written(child_added())
    assert isinstance(read({**record, "wrapped": other["wrapped"]}).event, Damaged)


def test_a_sealed_event_that_pretends_to_be_in_clear_is_damaged() -> None:
    assert isinstance(read({**written(child_added()), "key_id": None}).event, Damaged)


@pytest.mark.parametrize("keks", [{2: b"k" * 32}, {1: b"x" * 32}], ids=["missing", "another"])
def test_without_the_right_key_encryption_key_an_event_is_damaged(keks: dict[int, bytes]) -> None:
    assert isinstance(read(written(child_added()), Keyring(keks)).event, Damaged)


def test_an_older_key_encryption_key_still_opens_what_it_wrapped() -> None:
    record = written(child_added())
    newer = Keyring({1: b"k" * 32, 2: b"n" * 32})
    assert isinstance(read(record, newer).event, ChildAdded)
    assert written(child_added(), newer)["kek_version"] == 2


def test_an_event_whose_key_was_destroyed_is_unreadable() -> None:
    record = {**written(child_added()), "wrapped": None}
    assert read(record).event == Unreadable("referral.child_added")


def test_an_event_in_clear_with_any_byte_changed_never_raises() -> None:
    record = written(code_reissued(), sealed=False)
    for state in (*bits(record["state"]), *(record["state"][:end] for end in range(len(record["state"])))):
        assert isinstance(read({**record, "state": state}).event, CodeReissued | Damaged)


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xff",
        b'{"issue": "\xff"}',
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"[1, 2]",
        b"{}",
        b'{"timestamp": "2026-11-16T12:00:00Z", "issue": "two"}',
        b'{"timestamp": "2026-11-16T12:00:00Z", "issue": 2, "more": 1}',
        b'{"timestamp": "2026-11-16T12:00:00Z", "issue": 2, "class_version": "x"}',
        b'{"timestamp": "2026-11-16T12:00:00Z", "issue": 2, "class_version": 0}',
        b"[" * 100_000,
    ],
    ids=lambda state: repr(state[:70]),
)
@pytest.mark.parametrize("topic", ["login_challenge.code_reissued", "login_challenge.issued"])
def test_bytes_that_are_no_such_event_are_damaged(state: bytes, topic: str) -> None:
    envelope = read({**written(code_reissued(), sealed=False), "state": state, "topic": topic})
    assert isinstance(envelope.event, Damaged)


def test_why_an_event_is_damaged_does_not_repeat_what_it_says() -> None:
    state = b'{"timestamp": "2026-11-16T12:00:00Z", "issue": "Amara Okafor"}'
    envelope = read({**written(code_reissued(), sealed=False), "state": state})
    assert isinstance(envelope.event, Damaged)
    assert "Amara" not in repr(envelope)


@pytest.mark.parametrize("metadata", ["null", "7", "[]", '{"actor": 7}', '{"actor": null}'])
def test_metadata_that_is_none_of_ours_damages_the_event(metadata: str) -> None:
    envelope = read({**written(child_added()), "metadata": metadata})
    assert isinstance(envelope.event, Damaged)
    assert envelope.metadata == Metadata()


def test_one_bad_row_does_not_keep_the_others_from_being_read() -> None:
    good, bad = written(child_added()), written(child_added())
    envelopes = to_envelopes(CATALOGUE, KEYRING, [good, {**bad, "state": b"\x01"}, good])
    assert [type(envelope.event) for envelope in envelopes] == [ChildAdded, Damaged, ChildAdded]


def test_a_topic_that_nobody_knows_is_damaged() -> None:
    record = {**written(code_reissued(), sealed=False), "topic": "referral.praised"}
    assert read(record).event == Damaged("referral.praised", "its topic is not in the catalogue")


@pytest.mark.parametrize("topic", ["os:system", "this:d", "portal.domain.referral:Referral"])
def test_a_topic_that_names_code_imports_nothing(topic: str) -> None:
    before = set(sys.modules)
    assert isinstance(read({**written(code_reissued(), sealed=False), "topic": topic}).event, Damaged)
    assert set(sys.modules) == before


def test_stored_bytes_cannot_choose_which_aggregate_they_make() -> None:
    issued = ChallengeIssued(
        originator_id=uuid4(),
        originator_version=1,
        timestamp=NOON,
        originator_topic="login_challenge",
        account=uuid4(),
        purpose=Purpose.SIGNING_IN,
    )
    record = written(issued, sealed=False)
    lying = msgspec.json.encode({**msgspec.json.decode(record["state"]), "originator_topic": "os:system"})
    assert read({**record, "state": lying}).event == issued


def test_an_unreadable_event_in_a_stream_that_is_asked_for_says_where_and_never_what() -> None:
    record = written(child_added(version=4))
    with pytest.raises(CannotRead, match=r"event 4 of stream .* its key was destroyed"):
        replay(Referral, [read({**record, "wrapped": None})])
    with pytest.raises(CannotRead, match=r"event 4 of stream .* cannot be read") as refused:
        replay(Referral, [read({**record, "state": b"\x01Amara"})])
    assert "Amara" not in str(refused.value)


def test_every_topic_ever_released_can_still_be_read() -> None:
    assert CATALOGUE.keys() >= RELEASED, "a topic may be added, never taken away or renamed"


def test_every_topic_belongs_to_one_event_and_every_event_is_in_the_catalogue() -> None:
    listed = EVENTS
    assert len(CATALOGUE) == len(listed) == len({kind.TOPIC for kind in listed})
    assert [kind.TOPIC for kind in CATALOGUE.values()] == list(CATALOGUE)
    assert set(listed) == {kind for kind in kinds(Event) if kind.TOPIC and kind.__module__.startswith("portal.")}


def kinds(parent: type[Event]) -> Iterator[type[Event]]:
    """All events that there are."""
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)
