"""The register on the network: what it answers is read, and whatever goes wrong with it keeps nobody waiting."""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import pytest_asyncio

from portal.addresses.circuit import LONGEST_PAUSE, MOST_FAILURES, PAUSE, TRIAL, Circuit
from portal.addresses.os_places import REFUSED, OsPlaces
from portal.addresses.port import Addresses, FoundAddress, LookupUnavailable, NotAPostcode
from tests.addresses.places import KEY, Clock, Entry, Places, dpa, lpi, places

POSTCODE = "ZZ1 4QP"


@pytest.fixture
def remote() -> Iterator[Places]:
    with places() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def register(remote: Places, clock: Clock) -> AsyncIterator[Addresses]:
    places = OsPlaces(remote.url, KEY, Circuit(clock), patience=10)
    yield places
    await places.close()


async def fails(register: Addresses, postcode: str = POSTCODE) -> str:
    """How it says that it cannot be asked."""
    with pytest.raises(LookupUnavailable) as unavailable:
        await register.at_postcode(postcode)
    return str(unavailable.value)


async def test_an_address_is_found_by_postcode_however_typed_and_by_uprn(remote: Places, register: Addresses) -> None:
    remote.has = [dpa(101), dpa(102, POSTCODE="ZZ1 4QR")]
    found = FoundAddress("101", ("7 HERON ROW",), "AVERBOURNE", "ZZ1 4QP", "1850")
    assert await register.at_postcode(" zz1-4qp") == [found]
    assert await register.by_uprn("101") == found
    assert await register.by_uprn("000000000101") is None  # as it says itself, it knows no zeros in front


async def test_nothing_known_is_an_empty_answer_and_no_postcode_is_never_asked_for(
    remote: Places, register: Addresses
) -> None:
    assert await register.at_postcode(POSTCODE) == []
    assert await register.by_uprn("101") is None
    asked = len(remote.asked)
    with pytest.raises(NotAPostcode):
        await register.at_postcode("Heron Row")
    assert len(remote.asked) == asked


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        (dpa(1), ("7 HERON ROW",)),
        (dpa(1, BUILDING_NUMBER="", BUILDING_NAME="14A"), ("14A HERON ROW",)),
        (dpa(1, BUILDING_NUMBER="", BUILDING_NAME="12-16"), ("12-16 HERON ROW",)),
        (dpa(1, BUILDING_NUMBER="", BUILDING_NAME="OTTERHOLT"), ("OTTERHOLT", "HERON ROW")),
        (
            dpa(1, SUB_BUILDING_NAME="FLAT 2", BUILDING_NAME="CORN MILL", DEPENDENT_LOCALITY="MILL END"),
            ("FLAT 2, CORN MILL", "7 HERON ROW", "MILL END"),
        ),
        (
            dpa(1, ORGANISATION_NAME="AVERBOURNE SCHOOL", DEPENDENT_THOROUGHFARE_NAME="WEIR YARD"),
            ("AVERBOURNE SCHOOL", "7 WEIR YARD, HERON ROW"),
        ),
        (
            dpa(1, BUILDING_NUMBER="", THOROUGHFARE_NAME="", PO_BOX_NUMBER=12, ORGANISATION_NAME="SWIMMING CLUB"),
            ("SWIMMING CLUB, PO Box 12",),
        ),
        (dpa(1, BUILDING_NUMBER=9), ("9 HERON ROW",)),
        (lpi(1), ("7 HERON ROW",)),
        (
            lpi(1, SAO_TEXT="FLAT", SAO_START_NUMBER="2", PAO_TEXT="MILL", PAO_START_SUFFIX="B", LOCALITY_NAME="AVER"),
            ("FLAT 2, MILL", "7B HERON ROW", "AVER"),
        ),
        (lpi(1, PAO_START_NUMBER=12, PAO_END_NUMBER=16, PAO_END_SUFFIX="A"), ("12-16A HERON ROW",)),
        (lpi(1, PAO_TEXT="AVER SCHOOL", ORGANISATION="AVER SCHOOL"), ("AVER SCHOOL", "7 HERON ROW")),
    ],
)  # fmt: skip
async def test_lines_as_on_an_envelope(
    remote: Places, register: Addresses, entry: Entry, lines: tuple[str, ...]
) -> None:
    remote.has = [entry]
    [found] = await register.at_postcode(POSTCODE)
    assert found.lines == lines


async def test_each_address_comes_once_and_only_where_post_is_delivered(remote: Places, register: Addresses) -> None:
    remote.has = [
        lpi(1, TOWN_NAME="OF THE COUNCIL"),
        dpa(1),
        lpi(2, PAO_START_NUMBER="8"),
        lpi(3, POSTAL_ADDRESS_CODE="N", PAO_TEXT="BARN"),
        lpi(4, LOGICAL_STATUS_CODE="8", PAO_TEXT="PULLED DOWN"),
        lpi(5, LOGICAL_STATUS_CODE="3", PAO_TEXT="ALSO KNOWN AS"),
        lpi(6, LOGICAL_STATUS_CODE="6", PAO_START_NUMBER="9"),
        lpi(7, TOWN_NAME="", LOCAL_CUSTODIAN_CODE="", PAO_START_NUMBER="10"),
    ]
    found = await register.at_postcode(POSTCODE)
    assert [(each.uprn, each.town) for each in found] == [
        ("1", "AVERBOURNE"), ("2", "AVERBOURNE"), ("6", "AVERBOURNE"), ("7", "HEREFORDSHIRE"),
    ]  # fmt: skip
    assert [each.custodian for each in found] == ["1850", "1850", "1850", ""]


async def test_all_pages_are_read_and_come_in_house_order(remote: Places, register: Addresses) -> None:
    remote.has = [dpa(number, BUILDING_NUMBER=str(number)) for number in reversed(range(1, 251))]
    assert [found.uprn for found in await register.at_postcode(POSTCODE)] == [str(number) for number in range(1, 251)]
    assert [asked.rpartition("=")[2] for asked in remote.asked] == ["0", "100", "200"]


async def test_a_register_whose_pages_never_end_is_asked_for_ten(remote: Places, register: Addresses) -> None:
    remote.body = b'{"header": {"totalresults": 1000000}}'
    assert await register.at_postcode(POSTCODE) == []
    assert len(remote.asked) == 10


async def test_a_postcode_that_it_does_not_take_is_for_the_person_to_mend(remote: Places, register: Addresses) -> None:
    says = (
        b'{"error":{"statuscode":400,"message":"Requested postcode must contain ... Requested postcode was ZZ1 4QP"}}'
    )
    remote.fails(400, says)
    for _ in range(MOST_FAILURES + 1):
        with pytest.raises(NotAPostcode) as refusal:
            await register.at_postcode(POSTCODE)
        assert "full UK postcode" in str(refusal.value) and POSTCODE not in str(refusal.value)
    assert await register.trouble() is None


async def test_a_uprn_that_it_does_not_take_is_not_known(remote: Places, register: Addresses) -> None:
    remote.fails(400, b'{"error":{"statuscode":400,"message":"Requested uprn must be a number of up to 12 digits"}}')
    for _ in range(MOST_FAILURES + 1):
        assert await register.by_uprn("0") is None
    assert await register.trouble() is None


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (400, b'{"error":{"statuscode":400,"message":"Parameter maxresults is invalid"}}', "status 400"),
        (400, b"<html>", "an answer that cannot be read (DecodeError)"),
        (404, b"", "status 404"),
        (302, b"", "status 302"),
        (500, b"ZZ1 4QP", "status 500"),
        (503, b"", "status 503"),
        (200, b"<html>We are moving</html>", "an answer that cannot be read (DecodeError)"),
        (200, b'{"header": {}}', "an answer that cannot be read (ValidationError)"),
        (200, b'{"header": {"totalresults": 1}, "results": [{"DPA": {"UPRN": 7}}]}', "that cannot be read (Validation"),
    ],
)
async def test_whatever_else_it_answers_is_no_answer(
    remote: Places, register: Addresses, status: int, body: bytes, fault: str
) -> None:
    remote.fails(status, body)
    assert fault in await fails(register)
    assert fault in str(await register.trouble())


async def test_nobody_waits_long_for_a_slow_register(remote: Places) -> None:
    remote.delay = 60
    slow = OsPlaces(remote.url, KEY, patience=0.3)
    assert "Time" in await fails(slow)
    await slow.close()


async def test_a_register_that_is_not_there_is_noticed_at_once(clock: Clock) -> None:
    with places() as gone:
        url = gone.url
    register = OsPlaces(url, KEY, Circuit(clock))
    assert await fails(register) == "ConnectError"
    await register.close()


async def test_after_some_failures_it_is_left_alone_until_a_trial_succeeds(
    remote: Places, register: Addresses, clock: Clock
) -> None:
    remote.fails(503)
    for _ in range(MOST_FAILURES):
        assert await fails(register) == "status 503"
    assert "not asked again yet" in await fails(register)
    assert len(remote.asked) == MOST_FAILURES
    clock.now += PAUSE
    assert await fails(register) == "status 503"  # the trial
    assert "not asked again yet" in await fails(register)
    clock.now += PAUSE
    remote.recovers()
    assert await register.at_postcode(POSTCODE) == []
    assert await register.trouble() is None
    assert len(remote.asked) == MOST_FAILURES + 2


def test_while_a_trial_runs_nobody_else_asks(clock: Clock) -> None:
    circuit = Circuit(clock)
    circuit.failed("away", pause=5)
    clock.now += 5
    circuit.enter()
    with pytest.raises(LookupUnavailable):
        circuit.enter()
    clock.now += TRIAL  # whoever tried has gone away
    circuit.enter()


async def test_a_failure_now_and_then_stops_nothing(remote: Places, register: Addresses) -> None:
    for _ in range(2 * MOST_FAILURES):
        remote.fails(503)
        await fails(register)
        remote.recovers()
        await register.at_postcode(POSTCODE)


@pytest.mark.parametrize("after", ["seconds", "date", "unreadable", "ages"])
async def test_too_many_requests_are_followed_by_as_long_a_pause_as_it_asks_for(
    remote: Places, register: Addresses, clock: Clock, after: str
) -> None:
    seconds = {"seconds": 20.0, "date": 20.0, "unreadable": 1.0, "ages": LONGEST_PAUSE}[after]
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=21), usegmt=True)
    remote.fails(429, Retry_After={"seconds": "20", "date": date, "unreadable": "soon", "ages": "86400"}[after])
    assert await fails(register) == "too many requests"
    remote.recovers()
    clock.now += seconds - 10 if seconds > 10 else 0.5
    assert "not asked again yet" in await fails(register)
    clock.now += 12
    assert await register.at_postcode(POSTCODE) == []


async def test_a_key_that_is_refused_is_not_tried_again_at_once(remote: Places, clock: Clock) -> None:
    stranger = OsPlaces(remote.url, "key-of-somebody", Circuit(clock))
    assert await fails(stranger) == "the key is refused"
    clock.now += REFUSED - 1
    assert "not asked again yet" in await fails(stranger)
    assert len(remote.asked) == 1
    await stranger.close()


async def test_each_failure_is_one_line_without_what_was_looked_up_or_the_key(
    remote: Places, register: Addresses, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    remote.fails(500, b"about ZZ1 4QP")
    await fails(register)
    ours = [record for record in caplog.records if record.name.startswith("portal")]
    [line] = ours
    assert line.levelno == logging.WARNING
    assert line.facts == {"fault": "status 500"}  # type: ignore[attr-defined]
    assert POSTCODE not in line.getMessage() and KEY not in line.getMessage()
    assert not any(KEY in asked for asked in remote.asked)
    assert KEY not in repr(register)


@pytest.mark.parametrize(
    "uprn", ["9" * 13, "9" * 9_000, "9" * 70_000, "", "abc", "١٢", "101 ", "101&key=x", "-1", "1e3"]
)
async def test_what_can_be_no_uprn_is_never_asked_for(remote: Places, register: Addresses, uprn: str) -> None:
    assert await register.by_uprn(uprn) is None
    assert remote.asked == []


@pytest.mark.parametrize("status", [413, 414, 422, 431])
async def test_what_it_finds_wrong_with_one_request_keeps_nobody_else_from_asking(
    remote: Places, register: Addresses, status: int
) -> None:
    remote.fails(status)
    for _ in range(MOST_FAILURES + 1):
        assert await fails(register) == f"status {status}"
    assert await register.trouble() is None
    remote.recovers()
    assert await register.at_postcode(POSTCODE) == []
