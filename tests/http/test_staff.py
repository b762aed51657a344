"""Administrators: the list of staff, invitations, roles that act at once, sessions that end. Never for oneself."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from portal.application.administering import revoke_role
from portal.application.codes import app_codes
from portal.application.registering import invitation_token
from portal.application.sessions import begin_session
from portal.application.stepping_up import PROOFS_AN_HOUR
from portal.application.visitors import NotAllowed, Visitor
from portal.demonstration import give_app
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.refusals import Refused
from portal.domain.staff_list import STAFF_LIST, StaffList
from portal.eventstore.work import fresh_command
from tests.http.problems import places, problem
from tests.portals import PASSWORD, Person, Playground

ADMIN = frozenset({Role.ADMINISTRATOR})
DANA: dict[str, Any] = {"name": "Dana Osei", "email": "dana.osei@severnshire.example", "roles": ["worker"]}


async def administrator(play: Playground) -> Person:
    found = await play.staff(Role.ADMINISTRATOR)
    await play.prove(found)
    return found


async def account_of(person: Person) -> str:
    return str((await person.get("/me"))["account"])


async def test_whoever_is_invited_is_mailed_a_link_that_the_administrator_never_sees(play: Playground) -> None:
    admin = await administrator(play)
    answer = await admin.call("POST", "/staff", DANA)
    assert (answer.status_code, answer.json().keys()) == (201, {"account"})
    token = await play.link_token(DANA["email"])
    assert token not in answer.text
    [dana] = [each for each in await admin.get("/staff") if each["name"] == "Dana Osei"]
    assert (dana["standing"], dana["roles"], dana["account"]) == ("invited", ["worker"], answer.json()["account"])
    person = play.person()
    await person.do("POST", "/accounts/invitation", {"token": token, "password": PASSWORD})
    assert "invited" in [each["standing"] for each in await admin.get("/staff") if each["name"] == "Dana Osei"]
    await give_app(play.portal, UUID(dana["account"]))
    assert "active" in [each["standing"] for each in await admin.get("/staff") if each["name"] == "Dana Osei"]


async def test_an_invitation_says_who_and_for_what(play: Playground) -> None:
    admin = await administrator(play)
    assert places(await admin.call("POST", "/staff", {**DANA, "roles": []})) == ["/roles"]
    problem(await admin.call("POST", "/staff", {**DANA, "email": "no address"}), 409)
    await admin.do("POST", "/staff", DANA)
    person = play.person()
    await person.do(
        "POST", "/accounts/invitation", {"token": await play.link_token(DANA["email"]), "password": PASSWORD}
    )
    assert places(await admin.call("POST", "/staff", DANA)) == ["/email"]


async def test_an_invitation_that_ran_out_is_sent_again_and_the_old_link_is_dead(play: Playground) -> None:
    admin = await administrator(play)
    account = UUID((await admin.do("POST", "/staff", DANA))["account"])
    days = play.portal.council.limits.invitation_days
    await play.age(account, timedelta(days=days + 1))
    invited = (await play.portal.store.load(Account, account)).aggregate
    assert invited is not None
    old = {"token": invitation_token(play.portal, invited), "password": PASSWORD}
    problem(await play.person().call("POST", "/accounts/invitation", old), 409)
    assert (await admin.do("POST", "/staff", DANA))["account"] == str(account)
    new = {"token": await play.link_token(DANA["email"]), "password": PASSWORD}
    problem(await play.person().call("POST", "/accounts/invitation", old), 404)
    await play.person().do("POST", "/accounts/invitation", new)


async def test_a_role_acts_on_the_next_request_and_so_does_its_end(play: Playground) -> None:
    admin, worker = await administrator(play), await play.staff(Role.WORKER)
    account = await account_of(worker)
    problem(await worker.client.get("/api/v1/staff"), 403)
    granted = await admin.do("PUT", f"/staff/{account}/roles/lado_manager")
    assert granted["roles"] == ["lado_manager", "worker"]
    await worker.get("/staff")
    await admin.do("DELETE", f"/staff/{account}/roles/lado_manager")
    problem(await worker.client.get("/api/v1/staff"), 403)
    await admin.do("DELETE", f"/staff/{account}/roles/worker")
    problem(await worker.client.get("/api/v1/inbox"), 403)
    assert (await worker.get("/me"))["roles"] == []
    assert (await play.events("account.role_granted"), await play.events("account.role_revoked")) == (1, 2)


async def test_what_an_administrator_changes_is_told_to_the_others_and_to_its_owner(play: Playground) -> None:
    admin, worker = await administrator(play), await play.staff(Role.WORKER)
    other = await play.staff(Role.ADMINISTRATOR)
    await play.drain()
    addresses = {each["account"]: each["email"] for each in await admin.get("/staff")}
    mine, theirs, others = [addresses[await account_of(each)] for each in (admin, worker, other)]

    async def told(to: str) -> list[str]:
        await play.drain()
        subjects = [letter.subject for letter in await play.letters(to)]
        return [
            each
            for each in subjects
            if each in ("What you can do has been changed", "A staff account has been changed")
        ]

    before = len(await told(others)), len(await told(mine))
    for times, method in enumerate(("PUT", "DELETE"), 1):
        await admin.do(method, f"/staff/{await account_of(worker)}/roles/lado")
        assert await told(theirs) == ["What you can do has been changed"] * times
        assert len(await told(others)) == before[0] + times
    await admin.do("POST", "/staff", DANA)
    assert len(await told(others)) == before[0] + 3
    assert len(await told(mine)) == before[1], "who did it knows"


async def test_a_grant_that_changes_nothing_is_refused_with_words(play: Playground) -> None:
    admin, worker = await administrator(play), await play.staff(Role.WORKER)
    path = f"/staff/{await account_of(worker)}/roles"
    assert "already" in problem(await admin.call("PUT", f"{path}/worker"), 409)["detail"]
    assert "do not have" in problem(await admin.call("DELETE", f"{path}/lado"), 409)["detail"]
    twice = {**DANA, "roles": ["worker", "lado", "worker"]}
    assert places(await admin.call("POST", "/staff", twice)) == ["/roles"]
    key = "the-same-key"
    first, again = [await admin.call("PUT", f"{path}/lado", key=key) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 200


async def test_nobody_changes_their_own_account_this_way(play: Playground) -> None:
    admin = await administrator(play)
    account = await account_of(admin)
    for method, role in (("PUT", "auditor"), ("DELETE", "administrator")):
        problem(await admin.call(method, f"/staff/{account}/roles/{role}"), 409)
    assert (await admin.get("/me"))["roles"] == ["administrator"]


async def test_two_administrators_who_remove_each_other_at_once_leave_one(play: Playground) -> None:
    for _ in range(5):
        admins = [await play.staff(Role.ADMINISTRATOR) for _ in range(2)]
        one, two = [Visitor(account=UUID(await account_of(each)), roles=ADMIN, fresh=True) for each in admins]
        others = [each for each in (await _administrators(play)) if each not in (one.account, two.account)]
        for other in others:
            await revoke_role(play.portal, one, fresh_command("others"), other, Role.ADMINISTRATOR)
        done = await asyncio.gather(
            revoke_role(play.portal, one, fresh_command("one"), two.account or uuid4(), Role.ADMINISTRATOR),
            revoke_role(play.portal, two, fresh_command("two"), one.account or uuid4(), Role.ADMINISTRATOR),
            return_exceptions=True,
        )
        assert sorted(isinstance(each, NotAllowed | Refused) for each in done) == [False, True]
        assert len(await _administrators(play)) == 1


async def _administrators(play: Playground) -> frozenset[UUID]:
    found = (await play.portal.store.load(StaffList, STAFF_LIST)).aggregate
    return found.administrators if found else frozenset()


async def test_an_applicant_is_no_staff_and_a_stranger_nobody(play: Playground) -> None:
    admin, applicant = await administrator(play), play.person()
    await play.registered(applicant)
    for account in (await account_of(applicant), str(uuid4())):
        problem(await admin.call("PUT", f"/staff/{account}/roles/auditor"), 404)
        problem(await admin.call("DELETE", f"/staff/{account}/sessions"), 404)
    assert problem(await admin.call("PUT", f"/staff/{await account_of(admin)}/roles/owner"), 400)


async def test_an_administrator_signs_somebody_out_everywhere(play: Playground) -> None:
    admin, worker = await administrator(play), await play.staff(Role.WORKER)
    await admin.do("DELETE", f"/staff/{await account_of(worker)}/sessions")
    problem(await worker.client.get("/api/v1/me"), 401)
    [*_, last] = (await play.portal.store.history(await play.newest("account.sessions_ended"))).envelopes
    assert (last.topic, last.metadata.actor) == ("account.sessions_ended", await account_of(admin))


async def test_an_administrator_changes_a_colleagues_name_and_they_hear_of_it(play: Playground) -> None:
    admin = await administrator(play)
    dana = await play.staff(Role.WORKER, name="Dana Osei", email=DANA["email"])
    path = f"/staff/{await account_of(dana)}/details"
    married = {"name": "Dana Frost", "phone": "01632 960 144"}
    assert (await admin.do("PUT", path, married))["name"] == "Dana Frost"
    details = (await dana.get("/account"))["details"]
    assert (details["name"], details["phone"]) == tuple(married.values())
    assert places(await admin.call("PUT", path, {"name": " "})) == ["/name"]
    await admin.do("PUT", path, married)
    assert await play.events("account.details_corrected") == 1
    account = (await play.portal.store.load(Account, UUID(await account_of(dana)))).aggregate
    assert account is not None and {each.name for each in account.known_as} == {"Dana Osei", "Dana Frost"}
    await play.drain()
    assert "Your details have been changed" in [each.subject for each in await play.letters(DANA["email"])]
    problem(await admin.call("PUT", f"/staff/{await account_of(admin)}/details", married), 409)


async def test_what_changes_what_staff_may_do_needs_a_factor_shown_a_moment_ago(play: Playground) -> None:
    admin, worker = await play.staff(Role.ADMINISTRATOR), await play.staff(Role.WORKER)
    account = await account_of(worker)

    async def all_is_refused() -> None:
        for method, path, body in (
            ("POST", "/staff", DANA),
            ("PUT", f"/staff/{account}/details", {"name": "Dana Frost"}),
            ("PUT", f"/staff/{account}/roles/lado", None),
            ("DELETE", f"/staff/{account}/roles/worker", None),
            ("DELETE", f"/staff/{account}/sessions", None),
            ("DELETE", f"/staff/{account}/authenticator", None),
            ("POST", f"/staff/{account}/disabling", {"why": "Has left"}),
            ("POST", f"/staff/{account}/enabling", None),
        ):
            assert "authenticator app" in problem(await admin.call(method, path, body), 403)["detail"]
        assert await admin.get("/staff"), "looking is no change"

    await all_is_refused()
    await play.prove(admin)
    await admin.do("PUT", f"/staff/{account}/roles/lado")
    await play.portal.pool.execute("update proofs set proved_at = proved_at - interval '5 minutes 1 second'")
    await all_is_refused()


async def test_a_proof_takes_a_new_code_and_gives_the_session_a_new_token(play: Playground) -> None:
    admin = await play.staff(Role.ADMINISTRATOR)
    signed_in_with = await play.app_code()
    former = admin.client.cookies["session"]
    for code in ("000000", signed_in_with):
        assert places(await admin.call("POST", "/me/proof", {"code": code})) == ["/code"]
    assert (await admin.get("/me"))["fresh"] is False
    code, key = await play.app_code(1), "the-same-key"
    assert (await admin.call("POST", "/me/proof", {"code": code}, key=key)).json() == {"minutes": 5}
    assert admin.client.cookies["session"] != former
    assert (await admin.get("/me"))["fresh"] is True

    stolen = play.person()
    stolen.client.cookies.set("session", former)
    problem(await stolen.client.get("/api/v1/me"), 401)
    await play.portal.pool.execute("update proofs set proved_at = proved_at - interval '5 minutes 1 second'")
    await play.age(UUID(await account_of(admin)), timedelta(minutes=6))
    assert (await admin.call("POST", "/me/proof", {"code": code}, key=key)).status_code == 200
    assert (await admin.get("/me"))["fresh"] is False, "sent again, it proves nothing new"

    other = play.person()
    session = await begin_session(
        play.portal.pool, "other", UUID(await account_of(admin)), uuid4(), "signing_in", await play.portal.store.now()
    )
    other.client.cookies.set("session", "other")
    assert session and places(await other.call("POST", "/me/proof", {"code": code}, key=key)) == ["/code"]


async def test_codes_for_a_proof_are_not_guessed(play: Playground) -> None:
    admin = await play.staff(Role.ADMINISTRATOR)
    answers = await asyncio.gather(*(admin.call("POST", "/me/proof", {"code": f"{n:06}"}) for n in range(60)))
    tried = [answer.status_code for answer in answers].count(422)
    assert tried <= PROOFS_AN_HOUR
    assert {answer.status_code for answer in answers} <= {422, 429, 503}
    assert (await admin.call("POST", "/me/proof", {"code": await play.app_code(1)})).status_code == 429


async def test_staff_are_nobody_without_an_authenticator_app(play: Playground) -> None:
    admin = await administrator(play)
    await admin.do("POST", "/staff", DANA)
    dana = play.person()
    await dana.do("POST", "/accounts/invitation", {"token": await play.link_token(DANA["email"]), "password": PASSWORD})
    await dana.do("POST", "/sign-in", {"email": DANA["email"], "password": PASSWORD})
    await dana.do("POST", "/challenge/code", {"code": await play.code(DANA["email"])})
    assert ((await dana.get("/me"))["roles"], (await dana.get("/me"))["must_enrol"]) == ([], True)
    problem(await dana.client.get("/api/v1/inbox"), 403)
    offer = await dana.do("POST", "/account/authenticator", {"current_password": PASSWORD})
    code = app_codes(offer["secret"], (await play.portal.store.now()).timestamp())
    shown = {"code": code[min(code)]}
    assert (await dana.do("POST", "/account/authenticator/confirmation", shown))["recovery_codes"]
    assert ((await dana.get("/me"))["roles"], (await dana.get("/me"))["must_enrol"]) == (["worker"], False)
    await dana.get("/inbox")


async def test_staff_sign_in_with_the_app_and_never_with_a_mailed_code(play: Playground) -> None:
    await play.staff(Role.WORKER, email="sam.holt@severnshire.example")
    letters = len(await play.letters("sam.holt@severnshire.example"))
    sam = play.person()
    asked = await sam.do("POST", "/sign-in", {"email": "sam.holt@severnshire.example", "password": PASSWORD})
    assert asked["factor"] == "authenticator"
    await play.drain()
    mailed = [each.subject for each in await play.letters("sam.holt@severnshire.example")]
    assert "Your security code" not in mailed, letters
    assert not (await sam.call("POST", "/challenge/new-code")).is_success


async def test_a_lost_app_is_taken_off_by_somebody_else_and_the_roles_rest_until_there_is_another(
    play: Playground,
) -> None:
    admin, worker = await administrator(play), await play.staff(Role.WORKER, email="sam.holt@severnshire.example")
    account = await account_of(worker)
    member = await admin.do("DELETE", f"/staff/{account}/authenticator")
    assert (member["standing"], member["roles"]) == ("invited", ["worker"])
    problem(await worker.client.get("/api/v1/me"), 401)
    sam = play.person()
    await sam.do("POST", "/sign-in", {"email": "sam.holt@severnshire.example", "password": PASSWORD})
    await sam.do("POST", "/challenge/code", {"code": await play.code("sam.holt@severnshire.example")})
    problem(await sam.client.get("/api/v1/inbox"), 403)


async def test_a_disabled_account_is_out_at_once_until_it_is_enabled(play: Playground) -> None:
    admin, worker = await administrator(play), await play.staff(Role.WORKER, email="sam.holt@severnshire.example")
    account = await account_of(worker)
    assert (await admin.do("POST", f"/staff/{account}/disabling", {"why": "Has left"}))["standing"] == "disabled"
    problem(await worker.client.get("/api/v1/me"), 401)
    credentials = {"email": "sam.holt@severnshire.example", "password": PASSWORD}
    problem(await worker.call("POST", "/sign-in", credentials), 422)
    assert (await admin.do("POST", f"/staff/{account}/enabling"))["standing"] == "active"
    assert (await worker.call("POST", "/sign-in", credentials)).status_code == 202


async def test_an_administrator_who_was_disabled_does_not_count_as_somebody_who_is_left(play: Playground) -> None:
    one, two = await administrator(play), await play.staff(Role.ADMINISTRATOR)
    await one.do("POST", f"/staff/{await account_of(two)}/disabling", {"why": "Has left"})
    assert await _administrators(play) == {UUID(await account_of(one))}
