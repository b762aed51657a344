"""A referral that was tampered with is seen to be, and the portal goes on for everybody else."""

from uuid import UUID

from portal.domain.account_details import Role
from tests.portals import Person, Playground, filled_in

FLIP = """
update events set state = set_byte(state, 30, get_byte(state, 30) # 4)
where stream_id = $1 and topic = 'referral.submitted'
"""
FLIP_KEY = "update keys set wrapped = set_byte(wrapped, 3, get_byte(wrapped, 3) # 4) where stream_id = $1"
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


async def test_a_referral_whose_key_cannot_be_used_is_listed_as_one_that_cannot_be_read(play: Playground) -> None:
    worker = await play.staff(Role.WORKER)
    _, referral = await sent(play, "tamsin@oakfield.example")
    await play.drain()
    await play.as_owner(FLIP_KEY, referral)
    [line] = (await worker.get("/inbox"))["referrals"]
    assert (line["children"], line["cannot_be_read"]) == ([], True)


async def test_letters_about_what_cannot_be_read_just_now_are_sent_once_it_can(play: Playground) -> None:
    _, referral = await sent(play, "tamsin@oakfield.example")
    before = len(await play.letters("tamsin@oakfield.example"))
    await play.as_owner(FLIP_KEY, referral)
    await play.drain()
    assert len(await play.letters("tamsin@oakfield.example")) == before
    assert await play.as_owner("select from jobs where kind = 'receipt_letter' and done_at is null and held_at is null")
    await play.as_owner(FLIP_KEY, referral)  # flipped back
    await play.as_owner("update jobs set run_at = now() where done_at is null and kind like '%_letter'")
    await play.drain()
    assert len(await play.letters("tamsin@oakfield.example")) == before + 1


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
