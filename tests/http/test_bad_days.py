"""Bad days: damaged rows and keys, lists that cannot be brought up to date, guessing, overtaken sign-ins."""

from uuid import UUID

from portal.application import signing_in
from portal.application.forgotten_passwords import LINKS_AN_HOUR
from portal.application.proving import TRIES_AN_HOUR
from portal.application.registering import invite
from portal.domain.account_details import Role
from portal.eventstore.work import fresh_command
from tests.portals import AMARA, JONAH, PASSWORD, PRIYA, Playground, filled_in

CODE = {"code": "000000"}


async def sent(play: Playground) -> tuple[object, UUID]:
    """A sent referral and its sender."""
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return priya, referral


async def test_what_is_sent_is_sent_although_a_list_cannot_be_brought_up_to_date(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    await play.as_owner("revoke insert, update on dashboard, staff_inbox from portal_application")
    answer = await priya.call("POST", f"/referrals/{referral}/submission", {"declaration": True})
    assert answer.status_code == 200
    assert answer.json()["submission"]["reference"]


async def test_a_row_of_a_newer_version_stops_neither_the_inbox_nor_anybody_else(play: Playground) -> None:
    _, odd = await sent(play)
    worker = await play.staff(Role.WORKER)
    await play.as_owner("update staff_inbox set status = 'triaged' where id = $1", odd)
    other = play.person()
    await play.registered(other, email="other@oakfield.example")
    referral = await filled_in(other)
    answer = await other.call("POST", f"/referrals/{referral}/submission", {"declaration": True})
    assert answer.status_code == 200
    assert [line["id"] for line in (await worker.get("/inbox"))["referrals"]] == [str(referral)]


async def test_a_damaged_key_is_a_clear_answer_and_never_a_fault(play: Playground) -> None:
    _, referral = await sent(play)
    worker, auditor = await play.staff(Role.WORKER), await play.staff(Role.AUDITOR)
    await play.as_owner(
        "update keys set wrapped = overlay(wrapped placing '\\x00' from 5) where stream_id = $1", referral
    )
    assert (await worker.call("POST", f"/inbox/{referral}/opening")).status_code == 409
    replay = await auditor.call("POST", f"/audit/{referral}/replay", {"reason": "It cannot be read"})
    assert replay.status_code == 200
    assert replay.json()["referral"] is None
    assert "cannot be read" in replay.json()["why_no_referral"]
    assert all(event["why_unreadable"] for event in replay.json()["events"])


async def test_an_auditor_does_not_read_what_was_never_sent(play: Playground) -> None:
    priya, auditor = play.person(), await play.staff(Role.AUDITOR)
    await play.registered(priya)
    referral = await filled_in(priya)
    answer = await auditor.call("POST", f"/audit/{referral}/replay", {"reason": "Curious"})
    assert (answer.status_code, await play.events("access.opened")) == (404, 0)


async def test_nobody_guesses_codes_by_asking_for_challenge_after_challenge(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    tried = 0
    for _ in range(signing_in.CHALLENGES_AN_HOUR):
        answer = await priya.call("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
        if answer.status_code == 429:
            break
        for _ in range(5):
            guess = await priya.call("POST", "/challenge/code", CODE)
            tried += guess.status_code == 422
            if guess.status_code == 429:
                assert 0 < int(guess.headers["Retry-After"]) <= 3600 / TRIES_AN_HOUR
                assert tried <= TRIES_AN_HOUR
                return
    raise AssertionError("nothing ever stopped the guessing")


async def test_letters_to_choose_a_new_password_do_not_flood_a_mailbox(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    for _ in range(LINKS_AN_HOUR + 5):
        answer = await priya.call("POST", "/accounts/forgotten-password", {"email": PRIYA["email"]})
        assert answer.status_code == 202
    await play.drain()
    letters = [letter for letter in await play.letters(PRIYA["email"]) if letter.subject == "Choose a new password"]
    assert len(letters) == LINKS_AN_HOUR


async def test_an_expired_invitation_is_not_opened_by_a_forgotten_password(play: Playground) -> None:
    email = "sam.holt@severnshire.example"
    await invite(play.portal, fresh_command("invite"), "Sam Holt", email, frozenset({Role.WORKER}))
    await play.person().do("POST", "/accounts/forgotten-password", {"email": email})
    await play.drain()
    assert "Choose a new password" not in {letter.subject for letter in await play.letters(email)}


async def test_nobody_keeps_a_colleagues_address_from_being_invited(play: Playground) -> None:
    email = "sam.holt@severnshire.example"
    await play.person().do("POST", "/accounts", {**PRIYA, "email": email, "password": PASSWORD})
    await play.drain()  # the code of that registration is mailed first
    outcome = await invite(play.portal, fresh_command("invite"), "Sam Holt", email, frozenset({Role.WORKER}))
    sam = play.person()
    await sam.do("POST", "/accounts/invitation", {"token": outcome.answer, "password": "lantern-gravel-tuba"})
    wrong = await sam.call("POST", "/sign-in", {"email": email, "password": PASSWORD})
    assert wrong.status_code == 422
    await sam.do("POST", "/sign-in", {"email": email, "password": "lantern-gravel-tuba"})
    await sam.do("POST", "/challenge/code", {"code": await play.code(email)})
    assert (await sam.get("/me"))["must_enrol"] is True


async def test_an_answer_for_others_too_overwrites_nothing_unseen(play: Playground) -> None:
    priya = play.person()
    draft = f"/referrals/{(await priya.do('POST', '/referrals', {'service': 'social_care'}))['id']}"
    for child in (AMARA, JONAH):
        form = await priya.do("POST", f"{draft}/children", child)
    first, second = [person["id"] for person in form["people"]]
    mother = {"capacity": "personal", "relationship": "mother"}
    neighbour = {"capacity": "personal", "relationship": "neighbour"}
    await priya.do("PUT", f"{draft}/people/{second}/capacity", mother)
    unseen = await priya.call("PUT", f"{draft}/people/{first}/capacity", {**neighbour, "also_for": [second]})
    assert unseen.status_code == 428
    together = await priya.do("PUT", f"{draft}/people/{first}/capacity", {**mother, "also_for": [second]})
    seen = together["state_tokens"][f"capacity:{first}"]
    changed = {**neighbour, "also_for": [second]}
    form = await priya.do("PUT", f"{draft}/people/{first}/capacity", changed, seen=seen)
    assert [person["capacity"]["relationship"] for person in form["people"]] == ["neighbour", "neighbour"]


async def test_an_address_no_letter_can_be_sent_to_is_refused_at_once(play: Playground) -> None:
    account = {**PRIYA, "email": "a[]@oakfield.example", "password": PASSWORD}
    assert (await play.person().call("POST", "/accounts", account)).status_code == 400


async def test_a_code_that_could_not_be_sent_in_time_alarms_nobody(play: Playground) -> None:
    priya = play.person()
    await priya.do("POST", "/accounts", {**PRIYA, "password": PASSWORD})
    while await play.running.reactions.step():
        pass
    await play.as_owner("update jobs set run_at = now() - interval '1 hour', deadline = now() - interval '1 minute'")
    await play.drain()
    assert await play.letters(PRIYA["email"]) == []
    assert (await priya.client.get("/health")).json()["well"]


async def test_whoever_registers_with_somebodys_address_does_not_use_up_their_tries(play: Playground) -> None:
    priya, stranger = play.person(), play.person()
    await play.registered(priya)
    statuses = set()
    for _ in range(TRIES_AN_HOUR // 5 + 1):
        await stranger.do("POST", "/accounts", {**PRIYA, "password": PASSWORD})
        for _ in range(5):
            statuses.add((await stranger.call("POST", "/challenge/code", CODE)).status_code)
    assert 422 in statuses and statuses <= {422, 429}
    await priya.do("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
    await priya.do("POST", "/challenge/code", {"code": await play.code(PRIYA["email"])})
