"""Professionals whose address the council does not know: they refer at once, and read answers once confirmed."""

from portal.domain.account_details import Role
from portal.domain.account_events import ProfessionalConfirmed
from tests.http.problems import places, problem
from tests.http.test_once import FEEDBACK
from tests.portals import PASSWORD, Person, Playground, filled_in

EMAIL = "priya.nair@freemail.example"
HOW = {"how": "Rang the school's office on its own number."}


async def sent(person: Person, service: str = "social_care") -> str:
    """A referral that was sent."""
    referral = await filled_in(person, service)
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return str(referral)


async def test_whoever_is_not_verified_refers_at_once_and_the_desk_sees_it(play: Playground) -> None:
    priya, worker = play.person(), await play.staff(Role.WORKER)
    await play.registered(priya, email=EMAIL)
    assert (await priya.get("/account"))["not_verified"]
    referral = await sent(priya)
    [line] = (await worker.get("/inbox"))["referrals"]
    assert line["referrer_not_verified"]
    opened = await worker.do("POST", f"/inbox/{referral}/opening")
    assert opened["referrer"]["not_verified"]


async def test_a_professional_the_council_trusts_is_not_marked(play: Playground) -> None:
    priya, worker = play.person(), await play.staff(Role.WORKER)
    await play.registered(priya)
    assert not (await priya.get("/account"))["not_verified"]
    await sent(priya)
    [line] = (await worker.get("/inbox"))["referrals"]
    assert not line["referrer_not_verified"]


async def test_answers_are_read_once_staff_have_confirmed_the_account(play: Playground) -> None:
    priya, worker = play.person(), await play.staff(Role.WORKER)
    await play.registered(priya, email=EMAIL)
    first, second = await sent(priya), await sent(priya)
    desk = await worker.do("POST", f"/inbox/{first}/feedback", FEEDBACK)
    assert len(desk["referral"]["feedback"]) == 1
    for shown in (
        await priya.get(f"/referrals/{first}"),
        await priya.do("POST", f"/referrals/{first}/amendments", {"text": "More.", "why": "Learned it."}),
        await priya.do("POST", f"/referrals/{first}/submission", {"declaration": True}),
    ):
        assert (shown["feedback"], shown["feedback_withheld"]) == ([], True)
        assert FEEDBACK["outcome"] not in str(shown)
    await play.drain()
    assert "There is a message for you" not in {letter.subject for letter in await play.letters(EMAIL)}

    confirmed = await worker.do("POST", f"/inbox/{first}/referrer/confirmation", HOW)
    assert not confirmed["referrer"]["not_verified"]
    form = await priya.get(f"/referrals/{first}")
    assert (len(form["feedback"]), form["feedback_withheld"]) == (1, False)
    await play.drain()
    assert "Your account has been confirmed" in {letter.subject for letter in await play.letters(EMAIL)}
    lines = (await worker.get("/inbox"))["referrals"]
    assert [line["referrer_not_verified"] for line in lines] == [False, False]
    assert not (await worker.do("POST", f"/inbox/{second}/opening"))["referrer"]["not_verified"]
    assert await play.events("account.professional_confirmed") == 1
    assert await play.events("referral.referrer_confirmed") == 2

    third = await sent(priya)
    assert not (await worker.do("POST", f"/inbox/{third}/opening"))["referrer"]["not_verified"]


async def test_nobody_reads_answers_by_calling_themselves_public_afterwards(play: Playground) -> None:
    priya, worker = play.person(), await play.staff(Role.WORKER)
    await play.registered(priya, email=EMAIL)
    referral = await sent(priya)
    await priya.do("PUT", "/account/details", {"kind": "public", "name": "Priya Nair", "current_password": PASSWORD})
    await worker.do("POST", f"/inbox/{referral}/opening")
    await worker.do("POST", f"/inbox/{referral}/feedback", FEEDBACK)
    form = await priya.get(f"/referrals/{referral}")
    assert (form["feedback"], form["feedback_withheld"]) == ([], True)
    await play.drain()
    assert "There is a message for you" not in {letter.subject for letter in await play.letters(EMAIL)}


async def test_who_confirmed_and_how_is_on_record(play: Playground) -> None:
    priya, worker = play.person(), await play.staff(Role.WORKER)
    await play.registered(priya, email=EMAIL)
    referral = await sent(priya)
    assert places(await worker.call("POST", f"/inbox/{referral}/referrer/confirmation", {"how": " "})) == ["/how"]
    await worker.do("POST", f"/inbox/{referral}/referrer/confirmation", HOW)
    history = await play.portal.store.history(await play.newest("account.professional_confirmed"))
    last = history.envelopes[-1]
    assert isinstance(last.event, ProfessionalConfirmed) and last.event.how == HOW["how"]
    assert last.metadata.actor == (await worker.get("/me"))["account"]


async def test_a_confirmation_that_is_sent_again_is_answered_like_the_first(play: Playground) -> None:
    """Also of somebody whom the council trusts by their address: then there is nothing to note on the referral."""
    worker = await play.staff(Role.WORKER)
    for email in (EMAIL, "priya.nair@oakfield.example"):
        priya = play.person()
        await play.registered(priya, email=email)
        path = f"/inbox/{await sent(priya)}/referrer/confirmation"
        first, again = [await worker.call("POST", path, HOW, key=f"the-key-of-{email}") for _ in range(2)]
        assert (first.status_code, first.content) == (again.status_code, again.content) == (200, first.content)
        await worker.do("POST", path, HOW)
    assert await play.events("account.professional_confirmed") == 2


async def test_staff_confirm_only_whose_referrals_they_see(play: Playground) -> None:
    priya, worker, auditor = play.person(), await play.staff(Role.WORKER), await play.staff(Role.AUDITOR)
    await play.registered(priya, email=EMAIL)
    about_an_adult = await sent(priya, "lado")
    problem(await worker.call("POST", f"/inbox/{about_an_adult}/referrer/confirmation", HOW), 404)
    problem(await auditor.call("POST", f"/inbox/{about_an_adult}/referrer/confirmation", HOW), 403)
    problem(await priya.call("POST", f"/inbox/{about_an_adult}/referrer/confirmation", HOW), 403)


async def test_a_member_of_the_public_has_nothing_to_be_confirmed(play: Playground) -> None:
    worker, tamsin = await play.staff(Role.WORKER), play.person()
    await play.registered(tamsin, email=EMAIL)
    referral = await sent(tamsin)
    details = {"kind": "public", "name": "Tamsin Okafor", "current_password": "coffee-otter-bicycle"}
    await tamsin.do("PUT", "/account/details", details)
    problem(await worker.call("POST", f"/inbox/{referral}/referrer/confirmation", HOW), 409)
