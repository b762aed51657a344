"""The pages of administrators: everything that changes what others may do asks for a new code first, and comes back."""

from uuid import uuid4

from portal.domain.account_details import Role
from tests.http.reading_pages import PageReader
from tests.portals import Playground


async def administrator(play: Playground) -> PageReader:
    return PageReader(play, await play.staff(Role.ADMINISTRATOR, name="Owen Price"))


async def test_a_new_code_is_asked_for_and_one_comes_back_to_where_one_was(play: Playground) -> None:
    admin = await administrator(play)
    answer = await admin.person.client.get("/staff/new")
    assert answer.status_code == 303 and answer.headers["location"] == "/proof?then=/staff/new"
    await admin.go("/proof?then=/staff/new")
    assert 'action="/proof?then=/staff/new"' in admin.html
    await admin.send("/proof?then=/staff/new", "proof", 422)
    assert "Enter the 6 digits of the code" in admin.main
    await admin.send("/proof?then=/staff/new", "proof", 422, code="000000")
    onwards = await admin.send("/proof?then=/staff/new", "proof", code=await play.app_code(1))
    assert onwards.headers["location"] == "/staff/new"
    await admin.go("/staff/new")
    assert "Invite a member of staff" in admin.main


async def test_what_is_sent_without_a_fresh_code_leads_there_too(play: Playground) -> None:
    admin, dana = await administrator(play), await play.staff(Role.WORKER, name="Dana Osei")
    account = (await dana.get("/me"))["account"]
    admin.person.client.headers["Referer"] = f"{play.portal.correspondence.address}/staff/{account}"
    answer = await admin.send(f"/staff/{account}/disabling", "disable", why="Has left")
    assert answer.headers["location"] == f"/proof?then=/staff/{account}"
    await dana.get("/inbox")


async def test_staff_are_invited_given_roles_signed_out_and_disabled(play: Playground) -> None:
    admin, dana = await administrator(play), await play.staff(Role.WORKER, name="Dana Osei")
    await play.prove(admin.person)
    account = (await dana.get("/me"))["account"]
    await admin.go("/staff")
    assert "Dana Osei" in admin.main and "Duty worker" in admin.main
    email = f"new-{uuid4().hex[:6]}@severnshire.example"
    await admin.send("/staff/new", "invite", 422, name="Lee Park")
    assert "Enter their email address at work" in admin.main and "Choose a role" in admin.main
    assert 'value="Lee Park"' in admin.html
    await admin.follow("/staff/new", "invite", name="Lee Park", email=email, roles=["worker", "manager"])
    assert "Lee Park" in admin.main and "Invited" in admin.main
    at = f"/staff/{account}"
    await admin.go(at)
    await admin.follow(f"{at}/roles", "roles", roles=["manager", "auditor"])
    assert (await dana.get("/me"))["roles"] == ["auditor", "manager"]
    await admin.follow(f"{at}/sessions", "sessions")
    assert (await dana.call("GET", "/me")).json().get("account") is None or (await dana.call("GET", "/inbox")).is_error
    await admin.send(f"{at}/disabling", "disable", 422)
    assert "Say why it is disabled" in admin.main
    await admin.follow(f"{at}/disabling", "disable", why="Has left")
    assert "Disabled" in admin.main and "Enable the account" in admin.main
    await admin.follow(f"{at}/enabling", "enable")
    await admin.follow(f"{at}/authenticator", "authenticator")
    await admin.go(f"/staff/{uuid4()}", 404)


async def test_nobody_changes_their_own_account(play: Playground) -> None:
    admin = await administrator(play)
    await play.prove(admin.person)
    account = (await admin.person.get("/me"))["account"]
    await admin.go(f"/staff/{account}")
    assert "This is your own account" in admin.main and "Save roles" not in admin.main
    await admin.send(f"/staff/{account}/roles", "roles", 422, roles=["administrator", "worker"])
    assert "nobody changes their own account" in admin.main


async def test_whoever_only_reads_the_list_is_offered_nothing_to_change(play: Playground) -> None:
    manager = PageReader(play, await play.staff(Role.LADO_MANAGER))
    await manager.go("/staff")
    assert "Change" not in manager.main and "Invite a member" not in manager.main
    await manager.go("/staff/new", 403)
