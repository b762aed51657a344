"""Forms that came after their session had run out: kept for their owner alone, and no longer than what they are of."""

from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest

from portal.application.erasing import erase
from portal.application.keeping import MOST
from portal.domain.referral_parts import EraseRule
from portal.eventstore.work import fresh_command
from tests.http.test_journey_pages import Reader, begun
from tests.portals import PASSWORD, PRIYA, Person, Playground, filled_in

RUN_OUT = "update sessions set seen_at = now() - interval '31 minutes' where ended_at is null"


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


async def signed_in_again(play: Playground) -> Person:
    person = play.person()
    await play.as_owner("update limits set used_until = now()")
    await person.do("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
    await person.do("POST", "/challenge/code", {"code": await play.code(PRIYA["email"])})
    return person


async def kept(play: Playground) -> list[str]:
    """The pages that something is kept for."""
    return [row["path"] for row in await play.as_owner("select path from kept_forms order by path")]


async def write(person: Person, page: str, text: str = "Bruises on both arms.") -> tuple[int, str]:
    answer = await person.client.post(page, data={"worried_about": text})
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize("ends", ["everywhere else", "a new password", "that one"])
async def test_a_session_that_ran_out_keeps_nothing_after_signing_out_everywhere(
    play: Playground, priya: Person, ends: str
) -> None:
    draft = await begun(priya)
    [session] = [each["id"] for each in await priya.get("/sessions")]
    await play.as_owner(RUN_OUT)
    here = await signed_in_again(play)
    if ends == "everywhere else":
        await here.do("DELETE", "/sessions")
    elif ends == "that one":
        assert (await here.call("DELETE", f"/sessions/{session}")).status_code == 404, "it ran out before"
    else:
        await here.do("POST", "/account/password", {"current_password": PASSWORD, "password": "marble-lantern-goose"})
    assert (await write(priya, f"{draft}/answers/worries"))[0] == 303
    assert await kept(play) == []


async def test_nothing_is_kept_for_referrals_of_others_and_invented_pages_push_out_only_older_ones(
    play: Playground, priya: Person
) -> None:
    draft, other = await begun(priya), play.person()
    await play.registered(other, email="tom@oakfield.example")
    theirs = await begun(other)
    await play.as_owner(RUN_OUT)
    for page in (f"{theirs}/answers/worries", *(f"/referrals/{uuid4()}/danger" for _ in range(3))):
        assert (await write(priya, page))[0] == 303
    assert await kept(play) == []
    for number in range(MOST + 3):
        await write(priya, f"{draft}/answers/invented-{number}")
    await write(priya, f"{draft}/answers/worries")
    assert len(await kept(play)) == MOST and f"{draft}/answers/worries" in await kept(play)


async def test_it_goes_with_its_referral(play: Playground, priya: Person) -> None:
    referral, draft = await filled_in(priya), await begun(priya)
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    await play.as_owner(RUN_OUT)
    await write(priya, f"/referrals/{referral}/more")
    await write(priya, f"{draft}/answers/worries")
    assert len(await kept(play)) == 2
    await erase(play.portal, fresh_command("erase"), referral, EraseRule.RETENTION_OVER)
    assert await kept(play) == [f"{draft}/answers/worries"]
    await play.age(UUID(draft.rpartition("/")[2]), play.portal.council.limits.unsent_draft)
    await play.drain()
    await play.drain()
    assert await play.events("referral.draft_ended") == 1
    assert await kept(play) == []


async def test_it_goes_with_its_account(play: Playground, priya: Person) -> None:
    draft = await begun(priya)
    await play.as_owner(RUN_OUT)
    await write(priya, f"{draft}/answers/worries")
    here = await signed_in_again(play)
    assert len(await kept(play)) == 1
    await here.do("POST", "/account/closure", {"current_password": PASSWORD})
    assert await kept(play) == []


async def test_whoever_comes_next_to_the_same_computer_reports_without_an_account(
    play: Playground, priya: Person
) -> None:
    await play.as_owner(RUN_OUT)
    old, reader = priya.client.cookies["session"], Reader(priya)
    await reader.go("/social-care")
    draft = unquote((await reader.send("/social-care")).headers["location"].rpartition("then=")[2])
    assert "session" not in priya.client.cookies
    for cookie in ("", old):  # also where the browser has kept it all the same
        if cookie:
            priya.client.cookies.set("session", cookie)
        await reader.go(f"{draft}/answers/worries")
        answer = await reader.send(f"{draft}/answers/worries", worried_about=cookie or "Bruises.", seen_or_heard="x")
        assert not answer.headers["location"].startswith("/sign-in")
    assert await kept(play) == [] and await play.events("referral.answers_given") == 2


@pytest.mark.parametrize("odd", ["%00", "a" * 8_000, "%ff", "%0d%0aX", "%E2%80%AE"])
async def test_odd_pages_are_not_there(play: Playground, priya: Person, odd: str) -> None:
    draft = await begun(priya)
    answers = [await write(priya, f"{draft}/answers/{odd}")]
    await play.as_owner(RUN_OUT)
    answers.append(await write(priya, f"{draft}/answers/{odd}"))
    assert all(status < 500 for status, _ in answers) and await kept(play) == []
