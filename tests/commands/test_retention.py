"""`portal retention`: what an operator types, and what they are told."""

import asyncio
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.keys.ledger import Ledger
from portal.settings import DEMONSTRATION
from tests.portals import ADDRESS, SECRETS, Playground, filled_in

ALIVE = "select wrapped is not null as alive from keys where stream_id = $1"


@pytest.fixture
def environment(play: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of an operator at this portal, with a ledger of its own."""
    (tmp_path / "secrets.json").write_bytes(msgspec.json.encode(SECRETS))
    (tmp_path / "secrets.json").chmod(0o600)
    for name, value in {
        "DATABASE_URL": play.database.application,
        "PORTAL_SECRETS": str(tmp_path / "secrets.json"),
        "PORTAL_ADDRESS": ADDRESS,
        "PORTAL_LEDGER": str(tmp_path / "ledger.jsonl"),
        DEMONSTRATION: "yes",
    }.items():
        monkeypatch.setenv(name, value)


async def retention(*arguments: str, answer: str = "") -> Result:
    """`portal retention ...`, as a process of its own would run it: it makes an event loop for itself."""
    return await asyncio.to_thread(CliRunner().invoke, main, ["retention", *arguments], input=answer)


@pytest.fixture
async def sent(play: Playground, environment: None) -> tuple[UUID, str]:
    """A referral, and its reference."""
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    form = await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return referral, form["submission"]["reference"]


async def is_alive(play: Playground, referral: UUID) -> bool:
    return bool((await play.as_owner(ALIVE, referral))[0]["alive"])


async def test_a_referral_is_erased_by_its_reference_however_it_is_typed(
    play: Playground, sent: tuple[UUID, str], tmp_path: Path
) -> None:
    referral, reference = sent
    typed = reference.replace("-", " ").lower()
    done = await retention("erase", typed, "--rule", "retention_over", "--yes")
    assert (done.exit_code, "has been erased and its key destroyed" in done.output) == (0, True), done.output
    assert not await is_alive(play, referral)
    assert [entry.stream_id for entry in Ledger(tmp_path / "ledger.jsonl").read().entries] == [referral]


async def test_who_erases_sees_what_it_is_and_is_asked(play: Playground, sent: tuple[UUID, str]) -> None:
    referral, reference = sent
    asked = await retention("erase", str(referral), "--rule", "request_granted", answer="n\n")
    assert asked.exit_code == 1
    assert f"{reference}, for social_care, received on " in asked.output and ", new. Erase it?" in asked.output
    assert "Amara" not in asked.output
    assert await is_alive(play, referral)
    done = await retention("erase", str(referral), "--rule", "request_granted", answer="y\n")
    assert done.exit_code == 0 and not await is_alive(play, referral)


async def test_erasing_again_sees_to_the_key_and_says_so(play: Playground, sent: tuple[UUID, str]) -> None:
    _, reference = sent
    for _ in range(2):
        done = await retention("erase", reference, "--rule", "sent_in_error", "--yes")
        assert done.exit_code == 0, done.output
    assert await play.events("referral.erased") == 1


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("2222-2222", "There is no referral"),
        ("no reference", "There is no referral"),
        (str(UUID(int=7)), "no referral"),
    ],
)
async def test_what_is_not_there_is_not_erased(environment: None, named: str, says: str) -> None:
    refused = await retention("erase", named, "--rule", "retention_over", "--yes")
    assert refused.exit_code == 1 and says in refused.output


async def test_a_draft_is_not_erased_by_hand(play: Playground, environment: None) -> None:
    priya = play.person()
    await play.registered(priya)
    draft = await filled_in(priya)
    refused = await retention("erase", str(draft), "--rule", "retention_over", "--yes")
    assert refused.exit_code == 1 and "has not been sent yet" in refused.output
    assert "draft_not_sent" not in (await retention("erase", "--help")).output


async def test_without_a_ledger_no_key_is_destroyed_and_the_operator_is_told_what_to_do(
    play: Playground, sent: tuple[UUID, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral, reference = sent
    monkeypatch.setenv("PORTAL_LEDGER", str(tmp_path / "nowhere" / "ledger.jsonl"))
    refused = await retention("erase", reference, "--rule", "retention_over", "--yes")
    assert refused.exit_code == 1 and "Run this again" in refused.output
    assert await is_alive(play, referral)
    for command in (["worker"], ["serve"]):
        start = await asyncio.to_thread(CliRunner().invoke, main, command)
        assert start.exit_code == 1 and "PORTAL_LEDGER" in start.output and "cannot be written" in start.output


async def test_reapplying_takes_the_ledgers_of_other_machines_too(
    play: Playground, sent: tuple[UUID, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral, reference = sent
    nothing = await retention("reapply")
    assert (nothing.exit_code, nothing.output) == (0, "Nothing to do: what was erased is erased.\n")
    await play.as_owner("create table kept as table keys")
    await retention("erase", reference, "--rule", "retention_over", "--yes")
    bring_back = "update keys set (wrapped, destroyed_at) = (kept.wrapped, null) from kept where kept.id = keys.id"
    await play.as_owner(bring_back)
    monkeypatch.setenv("PORTAL_LEDGER", str(tmp_path / "second.jsonl"))
    assert (await retention("reapply")).output == "Nothing to do: what was erased is erased.\n"
    done = await retention("reapply", str(tmp_path / "ledger.jsonl"))
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "1 erased again."), done.output
    assert not await is_alive(play, referral)
    assert (await retention("reapply", str(tmp_path / "nowhere"))).exit_code == 2


async def test_feedback_about_a_service_is_erased_by_its_reference(
    play: Playground, environment: None, tmp_path: Path
) -> None:
    said = {"capacity": "personal", "which_service": "Family support", "went_well": "All of it."}
    receipt = await play.person().do("POST", "/service-feedback", said)
    enquiry = await play.newest("enquiry.service_feedback_sent")
    asked = ("erase-enquiry", receipt["reference"], "--rule", "request_granted")
    assert (await retention(*asked, answer="n\n")).exit_code == 1
    assert await is_alive(play, enquiry)
    done = await retention(*asked, answer="y\n")
    assert done.exit_code == 0 and not await is_alive(play, enquiry)
    assert [entry.stream_id for entry in Ledger(tmp_path / "ledger.jsonl").read().entries] == [enquiry]
    nobody = await retention("erase-enquiry", "2222-2222", "--rule", "request_granted", "--yes")
    assert nobody.exit_code == 1 and "There is no enquiry 2222-2222." in nobody.output
