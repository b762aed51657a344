"""A referral that was tampered with is seen to be, and the portal goes on for everybody else."""

from uuid import UUID

from portal.domain.account_details import Role
from tests.portals import Person, Playground, filled_in

FLIP = """
update events set state = set_byte(state, 30, get_byte(state, 30) # 4)
where stream_id = $1 and topic = 'referral.submitted'
"""
FORGE = """
update events set metadata = metadata || '{"actor": "account:somebody-else"}'
where stream_id = $1 and topic = 'referral.submitted'
"""
ANEW = (
    "delete from staff_inbox",
    "delete from dashboard",
    "delete from submitted_forms",
    "update checkpoints set position = 0 where name <> 'reactions'",
)


async def sent(play: Playground, email: str) -> tuple[Person, UUID]:
    """Somebody, and the referral they have sent."""
    person = play.person()
    await play.registered(person, email=email)
    referral = await filled_in(person)
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return person, referral


async def test_the_desk_the_health_page_and_the_letters_go_on_beside_what_was_tampered_with(play: Playground) -> None:
    worker = await play.staff(Role.WORKER)
    flipped, forged = [(await sent(play, f"{name}@oakfield.example"))[1] for name in ("tamsin", "robin")]
    _, good = await sent(play, "priya@oakfield.example")
    await play.drain()
    assert (await worker.client.get("/health")).status_code == 200
    await play.as_owner(FLIP, flipped)
    await play.as_owner(FORGE, forged)
    for statement in ANEW:
        await play.as_owner(statement)
    await play.drain()

    health = await worker.client.get("/health")
    assert health.status_code == 503
    assert health.json()["readers"]["staff_inbox"] == {"behind": 0, "parked": 2}
    listed = {line["id"]: line["cannot_be_read"] for line in (await worker.get("/inbox"))["referrals"]}
    assert listed[str(good)] is False
    for bad in (flipped, forged):
        assert listed[str(bad)] is True
        assert (await worker.call("POST", f"/inbox/{bad}/opening")).status_code == 409
    await worker.do("POST", f"/inbox/{good}/opening")
    await worker.do("POST", f"/inbox/{good}/acknowledgement")

    before = len(await play.letters("new@oakfield.example"))
    _, new = await sent(play, "new@oakfield.example")
    await play.drain()
    assert str(new) in {line["id"] for line in (await worker.get("/inbox"))["referrals"]}
    assert len(await play.letters("new@oakfield.example")) > before + 1, "a code, and that it was received"
