"""Who may do what: every route by everybody, as the one table of application/policy.py has it, and the rules behind it
as sentences."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from portal.application import (
    administering,
    attaching,
    auditing,
    casework,
    confirming,
    copying,
    drafts,
    enquiries,
    exceptions,
    reading_documents,
    searching,
    sending,
)
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.policy import (
    KEYS,
    MAY,
    Act,
    Part,
    Party,
    Standing,
    Whose,
    kinds_seen,
    parts_shown,
    rule_of,
    services_seen,
)
from portal.application.searching import Sought
from portal.application.visitors import NotAllowed, NotFound, NotSignedIn, ProveAgain, Visitor
from portal.domain.account_details import Role
from portal.domain.enquiry import Answer
from portal.domain.enquiry_forms import EnquiryKind
from portal.domain.referral_parts import Feedback
from portal.domain.services import Service
from portal.eventstore.work import fresh_command
from portal.http.acts import OPERATIONS, act_of
from tests.http import pages_of_forms, pages_of_staff
from tests.http.problems import problem
from tests.http.test_once import FEEDBACK
from tests.portals import AMARA, ANSWERS, JONAH, PASSWORD, PRIYA, Person, Playground, filled_in, form_fields

WHO = ("anonymous", "other", "owner", *Role)


class Request(NamedTuple):
    """What is sent, and what whoever may do it is answered."""

    status: int | Callable[[str], int]
    body: Any = None
    part: str = ""  # of the form, which the request replaces
    files: tuple[tuple[str, tuple[str, bytes, str]], ...] = ()


def new_code_of_a_used_challenge(who: str) -> int:
    """On a page: whoever waits for no code is led to the beginning, others are told that it is over."""
    return 303 if who == "anonymous" else 422


def with_a_used_code(who: str) -> int:
    """Whoever has signed in holds the cookie of a code that is used up."""
    return 404 if who == "anonymous" else 422


FRESH = ("administrator", "lado_manager")  # who have shown a new code in `people`


def with_an_app(led_to_proof: int, shown: int) -> Callable[[str], int]:
    """All staff have an app; whoever has not shown a new code is led to that first."""
    return lambda who: led_to_proof if who in [*Role] and who not in FRESH else shown


WRONG_PASSWORD = {"current_password": "not-my-password"}
DETAILS = {name: value for name, value in PRIYA.items() if name != "email"}
MANUAL = {"lines": ["14 Tannery Row"], "town": "Severnmouth"}
CAPACITY = {"capacity": "professional", "relationship": "professional"}
ADDRESS = "address:{person_id}"
LET_IN = {"account": "{subject_id}", "days": 7, "reason": "Only has the same name"}
NEW_STAFF = {"name": "Dana Osei", "email": "{new}@severnshire.example", "roles": ["worker"]}
REQUESTS: dict[str, Request] = {
    "health.health": Request(200),
    "health.live": Request(200),
    "council.about_council": Request(200),
    "reports.receive_reports": Request(204, {"csp-report": {"effective-directive": "img-src"}}),
    "mailbox.page": Request(200),
    "mailbox.list_demonstration_letters": Request(200),
    "assets.asset": Request(200),
    "public.page": Request(200),
    "ways_in.way_in": Request(200),
    "leaving.show_leaving": Request(200),
    "leaving.show_staying_safe": Request(200),
    "ways_in.start_referral": Request(303, {}),
    "registering.show_kinds": Request(200),
    "registering.show_registration": Request(200),
    "registering.register": Request(422, {}),
    "sign_in.show_sign_in": Request(200),
    "sign_in.sign_in": Request(422, {}),
    "sign_in.show_sign_out": Request(200),
    "sign_in.show_signed_out": Request(200),
    "codes.show_code": Request(303),
    "codes.enter_code": Request(303, {}),
    "codes.request_new_code": Request(new_code_of_a_used_challenge, {}),
    "codes.show_recovery_code": Request(200),
    "codes.enter_recovery_code": Request(422, {}),
    "passwords.show_forgotten_password": Request(200),
    "passwords.request_password_link": Request(422, {}),
    "passwords.show_link_sent": Request(200),
    "passwords.show_new_password": Request(200),
    "passwords.choose_new_password": Request(422, {}),
    "passwords.show_invitation": Request(200),
    "passwords.accept_invitation": Request(422, {}),
    "council_sign_in.set_out": Request(404, {}),  # this council has none
    "council_sign_in.come_back": Request(422),
    "short_forms.show_short_form": Request(200),
    "short_forms.send_short_form": Request(422, {}),
    "short_forms.show_receipt": Request(303),
    "proof.show_proof": Request(200),
    "proof.enter_new_code": Request(422, {}),
    "my_account.show_account": Request(200),
    "my_account.show_closure": Request(200),
    "my_account.close_account": Request(422, {}),
    "my_account.show_closed": Request(200),
    "my_details.show_details": Request(200),
    "my_details.change_details": Request(422, {}),
    "my_password.show_password": Request(with_an_app(303, 200)),
    "my_password.change_password": Request(422, {}),
    "my_email.show_email": Request(with_an_app(303, 200)),
    "my_email.change_email": Request(422, {}),
    "my_email.show_email_code": Request(303),  # none is waited for
    "my_email.confirm_email": Request(303, {}),
    "my_email.request_email_code": Request(303, {}),
    "my_app.show_app": Request(200),
    "my_app.offer_authenticator": Request(422, {}),
    "my_app.confirm_app": Request(422, {}),
    "my_app.show_app_removal": Request(with_an_app(303, 200)),
    "my_app.remove_authenticator": Request(422, {}),
    "my_sessions.show_sessions": Request(200),
    "my_sessions.sign_out_elsewhere": Request(303, {}),
    "my_sessions.sign_out_there": Request(303, {}),  # it is none of theirs: nothing happens
    "plugin._handler": Request(200),
    "plugin.handle_schema_path_not_found": Request(404),
    "challenges.enter_code": Request(with_a_used_code, {"code": "000000"}),
    "challenges.request_new_code": Request(with_a_used_code),
    "challenges.enter_recovery_code": Request(with_a_used_code, {"code": "AAAA"}),
    "accounts.register": Request(202, {**PRIYA, "email": "{new}@x.example", "password": PASSWORD}),
    "accounts.accept_invitation": Request(404, {"token": "made.up", "password": PASSWORD}),
    "accounts.request_password_link": Request(202, {"email": "nobody@x.example"}),
    "accounts.choose_new_password": Request(404, {"token": "made.up", "password": PASSWORD}),
    "challenges.sign_in": Request(422, {"email": "{new}@x.example", "password": PASSWORD}),
    "password_guidance.read_password_rules": Request(200),
    "password_guidance.check_password": Request(200, {"password": PASSWORD}),
    "accounts.who_is_signed_in": Request(200),
    # one's own account, which a wrong password does not change
    "proof.prove_again": Request(lambda who: 422 if who in [*Role] else 409, {"code": "000000"}),
    "own_account.read_account": Request(200),
    "own_account.change_details": Request(422, {**DETAILS, **WRONG_PASSWORD}),
    "own_account.change_password": Request(422, {"password": "marble-lantern-goose", **WRONG_PASSWORD}),
    "own_account.change_email": Request(422, {"email": "new@x.example", **WRONG_PASSWORD}),
    "own_account.confirm_email": Request(404, {"code": "000000"}),
    "own_account.offer_authenticator": Request(422, WRONG_PASSWORD),
    "own_account.confirm_authenticator": Request(409, {"code": "000000"}),
    "own_account.remove_authenticator": Request(422, WRONG_PASSWORD),
    "own_account.close_account": Request(422, WRONG_PASSWORD),
    "sessions.read_session": Request(200),
    "sessions.list_sessions": Request(200),
    "sessions.end_other_sessions": Request(200),
    "sessions.end_session": Request(404),  # it is none of theirs
    "directory.set_out_to_directory": Request(404, {}),  # this council has none
    "directory.return_from_directory": Request(409),
    # the form
    "referrals.start_referral": Request(201, {"service": "lado"}),
    "referrals.my_submitted_forms": Request(200),
    "addresses.find_addresses": Request(200, {"postcode": "ZZ1 4QP"}),
    "referrals.read_referral": Request(200),
    "copies.read_copy": Request(200),
    "copies.print_copy": Request(409),  # nothing has been sent yet
    "questions.read_form": Request(200),
    "people.add_child": Request(201, JONAH),
    "people.give_child_details": Request(200, {**AMARA, "given_name": "Ama"}, "child:{child_id}"),
    "people.confirm_children": Request(200),
    "people.no_particular_child": Request(409),  # not for social care
    "people.name_adult": Request(409, {"given_name": "Colin"}),  # nor this
    "people.declare_capacity": Request(200, CAPACITY, "capacity:{person_id}"),
    "addresses.choose_found_address": Request(200, {"uprn": "990000001037"}, ADDRESS),
    "addresses.enter_address_by_hand": Request(200, MANUAL, ADDRESS),
    "addresses.copy_address": Request(200, {"from_person": "{sibling_id}"}, ADDRESS),
    "addresses.record_no_address": Request(200, {"why": "not_known"}, ADDRESS),
    "addresses.say_child_is_elsewhere": Request(200, {"staying": "With an aunt"}, "whereabouts:{child_id}"),
    "addresses.say_child_is_at_home": Request(200, None, "whereabouts:{child_id}"),
    "form.declare_danger": Request(200, {"in_danger": True}, "danger"),
    "form.record_consent": Request(200, {"agreed": False}, "consent"),
    "form.answer_worries": Request(200, ANSWERS["social_care"][1], "answers:worries"),
    "form.change_service": Request(200, {"service": "social_care"}),
    "form.answer_harm": Request(200, {"kinds": ["neglect"]}),
    "form.answer_home": Request(200, {"domestic_abuse": "not_known"}),
    "form.answer_household": Request(200, {"people": [{"given_name": "Tamsin"}]}),
    "form.answer_professionals": Request(200, {"involved": [{"role": "Health visitor"}]}),
    "form.answer_earlier": Request(200, {"assessment": "no"}),
    "form.answer_level": Request(200, {"level": "3"}),
    "form.answer_duty": Request(200, {"reports_abuse": "no"}),
    "form.answer_contact": Request(200, {"ways": ["text"]}),
    "form.answer_employment": Request(409, {"now": "at_work"}),
    "form.answer_told": Request(409, {"adult_knows": "no"}),
    "form.answer_support": Request(409, ANSWERS["early_help"][1]),
    "form.answer_allegation": Request(409, ANSWERS["lado"][1]),
    "people.remove_child": Request(200),
    "documents.attach_documents": Request(201, files=(("document", ("note.txt", b"Her arm hurt.", "text/plain")),)),
    "documents.download_own_document": Request(404),  # of a document that is none of this referral's
    "documents.describe_document": Request(404, {"description": "Her arm"}),
    "documents.remove_document": Request(404),
    # sending, and what was sent
    "referrals.submit_referral": Request(200, {"declaration": True}),
    "referrals.amend_referral": Request(201, {"text": "More.", "why": "Learned it."}),
    "referrals.refer_again": Request(201),
    "referrals.withdraw_consent": Request(200, {"why": "She wants to wait"}),
    "casework.list_inbox": Request(200),
    "casework.search_inbox": Request(200, {"family_name": "Okafor"}),
    "casework.read_dashboard": Request(200),
    "casework.open_referral": Request(200),
    "documents.download_document": Request(404),
    "documents.preview_document": Request(404),
    "casework.acknowledge_referral": Request(200),
    "casework.issue_feedback": Request(201, FEEDBACK),
    "casework.confirm_referrer": Request(200, {"how": "Rang the school"}),
    "casework.record_in_case_system": Request(201, {"system": "Mosaic", "number": "2026-004711"}),
    "copies.take_copy": Request(200),
    "copies.take_bundle": Request(200),
    "audit.read_trail": Request(200),
    "audit.replay_referral": Request(200, {"reason": "Sample"}),
    "exceptions.let_somebody_in": Request(201, LET_IN),
    "exceptions.let_nobody_in": Request(204),
    "referrals.withdraw_referral": Request(200, {"why": "Sent twice"}),
    # the short forms
    "enquiries.send_service_feedback": Request(201, {"capacity": "personal", "which_service": "X", "went_well": "All"}),
    "enquiries.send_foster_enquiry": Request(201, {"name": "Kamil Nowak", "phone": "01632 960 055"}),
    "enquiries.list_enquiries": Request(200),
    "enquiries.open_enquiry": Request(200),
    "enquiries.answer_enquiry": Request(200, {"how": "Rang on Tuesday"}),
    # administering
    "staff.list_staff": Request(200),
    "staff.invite_staff": Request(201, NEW_STAFF),
    "staff.correct_details": Request(200, {"name": "Dana Osei", "phone": "01632 960 144"}),
    "staff.grant_role": Request(200),
    "staff.revoke_role": Request(200),
    "staff.end_sessions": Request(204),
    "staff.take_off_authenticator": Request(200),
    "staff.disable_account": Request(200, {"why": "Has left"}),
    "staff.enable_account": Request(200),
    "sessions.sign_out": Request(204),
    "sign_in.sign_out": Request(303, {}),
    "leaving.leave": Request(303),
}
OF_A_DRAFT = (Act.READ_OWN, Act.FILL_IN)
PAGES = pages_of_forms.PAGES | pages_of_staff.PAGES
SERVICE = Service.SOCIAL_CARE  # of the referral that the walk is about


class Route(NamedTuple):
    method: str
    path: str
    name: str
    handler: HTTPRouteHandler

    @property
    def act(self) -> Act:
        act = act_of(self.handler)
        assert act is not None, self.name
        return act


def routes(play: Playground) -> Iterator[Route]:
    """Every operation there is, in the order of REQUESTS; one that is not there comes first. The pages of forms are
    walked in test_who_may_pages.py, those of staff in test_who_may_staff_pages.py."""
    found = []
    for route in play.app.routes:
        for handler in getattr(route, "route_handlers", []):
            name = f"{handler.fn.__module__.rpartition('.')[2]}.{handler.fn.__name__}"
            if name in PAGES:
                continue
            found += [Route(method, route.path, name, handler) for method in handler.http_methods - {"OPTIONS"}]
    names = list(REQUESTS)
    yield from sorted(found, key=lambda each: names.index(each.name) if each.name in names else -1)


def parties(who: str) -> frozenset[Party]:
    """What the table calls them."""
    if who == "anonymous":
        return frozenset({Standing.ANYBODY})
    role = {Role(who)} if who in [*Role] else set()
    return frozenset({Standing.ANYBODY, Standing.APPLICANT, *role})


def by_the_table(act: Act, who: str, there: bool = True) -> int:
    """How somebody is refused by the table; 0 where they may. `there`: the referral exists."""
    if parts_shown(act, parties(who)) is None:
        return 401 if who == "anonymous" else 403
    roles = frozenset({Role(who)}) if who in [*Role] else frozenset[Role]()
    theirs = {
        Whose.NONE: True,
        Whose.OWN: there and who == "owner",
        Whose.SERVICE: there and SERVICE in services_seen(roles),
        Whose.SENT: there,
        Whose.ENQUIRY: there and EnquiryKind.SERVICE_FEEDBACK in kinds_seen(roles),
    }
    return 0 if theirs[rule_of(act).whose] else 404


@pytest.fixture
async def people(play: Playground) -> dict[str, Person]:
    """One of each."""
    found = {who: play.person() for who in WHO[:3]}
    await play.registered(found["other"], email="other@oakfield.example")
    await play.registered(found["owner"])
    staff = {role.value: await play.staff(role) for role in Role}
    for who in FRESH:
        await play.prove(staff[who])
    return {**found, **staff}


def test_every_act_has_a_rule_and_what_has_none_is_nobodys() -> None:
    assert set(MAY) == set(Act)
    assert parts_shown("something new", frozenset({Standing.ANYBODY, *Role})) is None  # type: ignore[arg-type]


async def test_every_route_is_named_in_the_table_and_tried_here(play: Playground) -> None:
    found = list(routes(play))
    assert {each.name for each in found} == set(REQUESTS)
    assert {name for name in REQUESTS if not name.startswith("plugin.")} == set(OPERATIONS) - PAGES
    assert all(each.act in MAY for each in found)


async def test_a_route_that_nobody_named_is_refused_to_everybody(
    play: Playground, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(OPERATIONS, "referrals.start_referral")
    for who, person in people.items():
        problem(await person.call("POST", "/referrals", {"service": "lado"}), 403, who)


async def test_everybody_may_do_what_the_table_says_and_no_more(play: Playground, people: dict[str, Person]) -> None:
    owner = people["owner"]
    draft, ready = await filled_in(owner, children=(AMARA, JONAH)), await filled_in(owner)
    ids = [each["id"] for each in (await owner.get(f"/referrals/{draft}"))["people"]]
    subject = (await (await play.staff(Role.WORKER, name="Amara Okafor")).get("/me"))["account"]  # as the child is
    await owner.do("POST", "/service-feedback", REQUESTS["enquiries.send_service_feedback"].body)
    enquiry = await play.newest("enquiry.service_feedback_sent")
    wrong = []
    for route in routes(play):
        request = REQUESTS[route.name]
        referral = draft if route.act in OF_A_DRAFT else ready
        names = {"referral_id": str(referral), "person_id": ids[0], "child_id": ids[0], "sibling_id": ids[1]}
        names |= {
            "enquiry_id": str(enquiry),
            "subject_id": subject,
            "account_id": subject,
            "role": "manager",
            "session_id": str(uuid4()),
            "document_id": str(uuid4()),
            "service": "lado",
        }
        for who in WHO:
            ok = request.status(who) if callable(request.status) else request.status
            expected = by_the_table(route.act, who) or ok
            if expected == 401 and route.method == "GET" and not route.path.startswith("/api"):
                expected = 303  # a page leads to signing in
            seen = request.part and await _state(owner, draft, _named(request.part, names))
            events = await play.events()
            answer = await _send(play, people[who], route, names, seen)
            if answer.status_code != expected:
                wrong.append(f"{route.name}: {who} {answer.status_code}, not {expected}: {answer.text[:200]}")
            if expected >= 400:
                if route.path.startswith("/api"):
                    problem(answer, answer.status_code, (route.name, who))
                assert await play.events() == events, (route.name, who)
    assert not wrong, "\n".join(wrong)


async def test_what_is_not_there_is_not_found_by_whoever_may_look(play: Playground, people: dict[str, Person]) -> None:
    for route in routes(play):
        if "{referral_id" not in route.path and "{enquiry_id" not in route.path:
            continue
        ids = ("referral_id", "enquiry_id", "person_id", "child_id", "sibling_id", "account_id", "document_id")
        names = {each: str(uuid4()) for each in ids}
        names["subject_id"] = (await people["worker"].get("/me"))["account"]
        for who in WHO:
            answer = await _send(play, people[who], route, names, "")
            problem(answer, by_the_table(route.act, who, there=False), (route.name, who))


async def test_an_answer_holds_what_the_table_shows_to_its_reader_and_no_more(
    play: Playground, people: dict[str, Person]
) -> None:
    seen: dict[Part, set[str]] = {part: set() for part in Part}
    for service in ("social_care", "lado"):
        draft = await filled_in(people["owner"], service)
        await people["owner"].do("POST", f"/referrals/{draft}/submission", {"declaration": True})
        ids = {"referral_id": str(draft)}
        for route in routes(play):
            if route.name in (
                "referrals.read_referral",
                *(name for name in REQUESTS if name.startswith("casework.")),
            ) or (route.act in (Act.TRAIL, Act.REPLAY)):
                for who in WHO:
                    answer = await _send(play, people[who], route, ids, "")
                    parts = parts_shown(route.act, parties(who))
                    if not answer.is_success or route.act is Act.COUNT:
                        continue
                    assert parts is not None, (route.name, who)
                    keys = _keys(answer.json())
                    assert keys <= {key for part in parts for key in KEYS[part]}, (route.name, who)
                    for part in parts:
                        seen[part] |= keys
    assert all(KEYS[part] <= seen[part] for part in Part), "the table names a key that no answer has"


def _keys(answer: Any) -> set[str]:
    """The keys of an answer, and of what it lists."""
    keys = set(answer)
    for name in ("referrals", "events", "openings"):
        keys |= {key for each in answer.get(name) or [] for key in each}
    return keys | set(answer.get("referral") or {})


async def _send(play: Playground, person: Person, route: Route, names: dict[str, str], seen: str) -> Any:
    path = route.path.replace(":uuid", "").replace(":str", "").replace("{path}", "nope")
    path = path.replace("{release}/{name}", "x/portal.css")
    if route.method == "POST" and path in PURPOSES:
        fields = await form_fields(play, person, PURPOSES[path])
        return await person.client.post(_named(path, names), data=fields)
    body = REQUESTS[route.name].body
    sent = body and {name: _named(value, names) for name, value in body.items()}
    headers = {"Idempotency-Key": str(uuid4()), **({"If-Match": seen} if seen else {})}
    files = list(REQUESTS[route.name].files) or None
    return await person.client.request(route.method, _named(path, names), json=sent, files=files, headers=headers)


# what the form of each page is for
PURPOSES = {
    "/early-help": "start early_help",
    "/social-care": "start social_care",
    "/lado": "start lado",
    "/register/public": "register",
    "/register/professional": "register",
    "/sign-in": "sign in",
    "/sign-in/code": "code",
    "/sign-in/new-code": "new code",
    "/sign-in/recovery-code": "recovery code",
    "/sign-out": "sign out",
    "/forgotten-password": "forgotten password",
    "/new-password": "new password",
    "/invitation": "invitation",
    "/sign-in/directory": "directory",
    "/service-feedback": "short form",
    "/foster-enquiry": "short form",
    "/proof": "proof",
    "/account/closure": "close account",
    "/account/details": "details",
    "/account/password": "change password",
    "/account/email": "change email",
    "/account/email/code": "email code",
    "/account/email/new-code": "new email code",
    "/account/authenticator": "offer app",
    "/account/authenticator/confirmation": "confirm app",
    "/account/authenticator/removal": "remove app",
    "/account/sessions/others": "end sessions",
    "/account/sessions/{session_id}": "end sessions",
}


async def _state(owner: Person, draft: UUID, part: str) -> str:
    """The token of a part as it stands now."""
    tokens: dict[str, str] = (await owner.get(f"/referrals/{draft}"))["state_tokens"]
    return tokens.get(part, "")


def _named(text: Any, names: dict[str, str]) -> Any:
    if not isinstance(text, str):
        return text
    for name, value in {**names, "new": f"new-{uuid4().hex[:8]}"}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


# --- asked of the application itself, without any route --------------------------------------------------------------


def calls(play: Playground, referral: UUID) -> dict[Act, Callable[[Visitor], Awaitable[object]]]:
    """What the application does for each act that is not everybody's."""
    portal, command = play.portal, fresh_command("asked directly")
    feedback = msgspec.convert(FEEDBACK, Feedback)
    nobody = uuid4()

    def own(who: Visitor) -> OwnReferral:
        return OwnReferral(portal, who, command, referral)

    return {
        Act.READ_OWN: lambda who: read_own_referral(portal, who, referral),
        Act.FILL_IN: lambda who: drafts.confirm_children(own(who)),
        Act.ATTACH: lambda who: attaching.may_attach(own(who)),
        Act.SEND: lambda who: sending.submit(own(who), True),
        Act.LIST_OWN: lambda who: sending.my_submitted_forms(portal, who),
        Act.LIST_DESK: lambda who: casework.inbox(portal, who),
        Act.SEARCH: lambda who: searching.search(portal, who, Sought(family_name="Okafor")),
        Act.COUNT: lambda who: casework.dashboard(portal, who),
        Act.OPEN: lambda who: casework.open_referral(portal, who, command, referral),
        Act.OPEN_DOCUMENT: lambda who: reading_documents.open_document(portal, who, command, referral, nobody),
        Act.ANSWER: lambda who: casework.issue_feedback(portal, who, command, referral, feedback),
        Act.TAKE: lambda who: copying.take_bundle(portal, who, command, referral),
        Act.LIST_ENQUIRIES: lambda who: enquiries.list_enquiries(portal, who),
        Act.OPEN_ENQUIRY: lambda who: enquiries.open_enquiry(portal, who, command, referral),
        Act.ANSWER_ENQUIRY: lambda who: enquiries.answer_enquiry(portal, who, command, referral, Answer(how="Rang")),
        Act.CONFIRM: lambda who: confirming.confirm_referrer(portal, who, command, referral, "Rang the school"),
        Act.TRAIL: lambda who: auditing.read_trail(portal, who, command, referral),
        Act.REPLAY: lambda who: auditing.replay_referral(portal, who, command, referral, "Sample"),
        Act.LET_IN: lambda who: exceptions.let_in(portal, who, command, referral, nobody, 7, "Same name"),
        Act.LIST_STAFF: lambda who: administering.list_staff(portal, who),
        Act.ADMINISTER: lambda who: administering.grant_role(portal, who, command, nobody, Role.MANAGER),
    }


REFUSED = {401: NotSignedIn, 403: NotAllowed, 404: NotFound}


async def test_the_application_refuses_by_itself_whoever_may_not(play: Playground, people: dict[str, Person]) -> None:
    referral = await filled_in(people["owner"])
    await people["owner"].do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    asked = calls(play, referral)
    everybodys = {act for act in Act if Standing.ANYBODY in MAY[act].shows and MAY[act].whose is Whose.NONE}
    assert set(asked) == set(Act) - everybodys - {Act.KNOW_ONESELF}
    events = await play.events()
    for act, call in asked.items():
        for who in WHO:
            if who == "owner" or not (status := by_the_table(act, who)):
                continue
            roles = frozenset({Role(who)}) if who in [*Role] else frozenset[Role]()
            visitor = Visitor(account=None if who == "anonymous" else uuid4(), roles=roles, fresh=True)
            with pytest.raises(REFUSED[status]):
                await call(visitor)
    for act in (act for act in asked if MAY[act].fresh):
        with pytest.raises(ProveAgain):
            await asked[act](Visitor(account=uuid4(), roles=frozenset(Role)))
    assert await play.events() == events


async def test_an_adult_who_works_with_children_is_known_to_lado_staff_only(
    play: Playground, people: dict[str, Person]
) -> None:
    owner, worker, lado = people["owner"], people["worker"], people["lado"]
    allegation = await filled_in(owner, "lado")
    ordinary = await filled_in(owner, "social_care")
    for referral in (allegation, ordinary):
        await owner.do("POST", f"/referrals/{referral}/submission", {"declaration": True})

    for staff, theirs, not_theirs, service in (
        (worker, ordinary, allegation, "social_care"),
        (lado, allegation, ordinary, "lado"),
    ):
        assert [line["id"] for line in (await staff.get("/inbox"))["referrals"]] == [str(theirs)]
        other = "lado" if staff is worker else "social_care"
        assert (await staff.get(f"/inbox?service={other}"))["referrals"] == []
        dashboard = await staff.get("/dashboard")
        assert [(count["service"], count["referrals"]) for count in dashboard["counts"]] == [(service, 1)]
        assert dashboard["not_acknowledged"] == 1
        events = await play.events()
        for path, body in (("opening", None), ("acknowledgement", None), ("feedback", FEEDBACK)):
            refusal = problem(await staff.call("POST", f"/inbox/{not_theirs}/{path}", body), 404, path)
            nothing = problem(await staff.call("POST", f"/inbox/{uuid4()}/{path}", body), 404, path)
            assert {**refusal, "request": ""} == {**nothing, "request": ""}, path
        assert await play.events() == events
        await staff.do("POST", f"/inbox/{theirs}/opening")


async def test_somebody_with_both_roles_sees_both(play: Playground, people: dict[str, Person]) -> None:
    both = await play.staff(Role.WORKER, Role.LADO)
    sent = set()
    for service in ("early_help", "social_care", "lado"):
        sent.add(str(await filled_in(people["owner"], service)))
    for referral in sent:
        await people["owner"].do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    assert {line["id"] for line in (await both.get("/inbox"))["referrals"]} == sent


async def test_what_was_not_sent_is_nobodys_business(play: Playground, people: dict[str, Person]) -> None:
    draft = await filled_in(people["owner"])
    lado_draft = await filled_in(people["owner"], "lado")
    for staff, referral in ((people["worker"], draft), (people["lado"], lado_draft)):
        assert (await staff.get("/inbox"))["referrals"] == []
        assert (await staff.get("/inbox?status=draft"))["referrals"] == []
        assert (await staff.get("/dashboard")) == {
            "counts": [], "oldest_not_acknowledged": None, "not_acknowledged": 0, "share_in_time": None,
        }  # fmt: skip
        events = await play.events()
        for path, body in (("opening", None), ("acknowledgement", None), ("feedback", FEEDBACK)):
            problem(await staff.call("POST", f"/inbox/{referral}/{path}", body), 404, path)
        problem(await staff.client.get(f"/api/v1/referrals/{referral}"), 404)
        assert await play.events() == events


async def test_everybodys_list_holds_their_own_forms_only(play: Playground, people: dict[str, Person]) -> None:
    mine, theirs = await filled_in(people["owner"]), await filled_in(people["other"])
    assert [form["id"] for form in await people["owner"].get("/my-submitted-forms")] == [str(mine)]
    assert [form["id"] for form in await people["other"].get("/my-submitted-forms")] == [str(theirs)]
    for staff in ("worker", "lado", "auditor"):
        assert await people[staff].get("/my-submitted-forms") == []


async def test_a_referrer_sees_the_answer_and_not_who_at_the_council_looked(
    play: Playground, people: dict[str, Person]
) -> None:
    owner, worker, auditor = people["owner"], people["worker"], people["auditor"]
    referral = await filled_in(owner)
    await owner.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await worker.do("POST", f"/inbox/{referral}/opening")
    await worker.do("POST", f"/inbox/{referral}/acknowledgement")
    await worker.do("POST", f"/inbox/{referral}/feedback", FEEDBACK)
    await auditor.do("POST", f"/audit/{referral}/replay", {"reason": "Whether it was read in time"})

    answer = await owner.client.get(f"/api/v1/referrals/{referral}")
    assert answer.json()["feedback"][0]["feedback"] == {"child_id": None, **FEEDBACK}
    assert answer.json().keys() == KEYS[Part.FORM] - {"referral"}
    staff = [(await people[who].get("/me"))["account"] for who in ("worker", "auditor")]
    for text in (answer.text, (await owner.client.get("/api/v1/my-submitted-forms")).text):
        for secret in (*staff, "Sam Holt", "severnshire.example", "Whether it was read in time"):
            assert secret not in text


async def test_the_list_on_the_desk_shows_initials_until_a_referral_is_opened(
    play: Playground, people: dict[str, Person]
) -> None:
    referral = await filled_in(people["owner"], "lado", (AMARA, JONAH))
    await people["owner"].do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    text = (await people["lado"].client.get("/api/v1/inbox")).text
    for name in ("Amara", "Okafor", "Jonah", "Colin", "Marsh", "Priya", "Nair", "Tannery"):
        assert name not in text
    assert '"initials":"AO"' in text


async def test_roles_are_read_afresh_with_each_request(play: Playground, people: dict[str, Person]) -> None:
    worker = people["worker"]
    account = (await worker.get("/me"))["account"]
    await worker.get("/inbox")

    def an_auditor_instead(event: Any) -> Any:
        return msgspec.structs.replace(event, roles=frozenset({Role.AUDITOR})) if hasattr(event, "roles") else event

    await play.rewrite(account, an_auditor_instead)
    problem(await worker.client.get("/api/v1/inbox"), 403)
    assert (await worker.get("/me"))["roles"] == ["auditor"]


async def test_somebody_elses_referral_is_not_there_to_read_change_send_add_to_or_withdraw(
    play: Playground, people: dict[str, Person]
) -> None:
    owner, other = people["owner"], people["other"]
    draft, sent = await filled_in(owner), await filled_in(owner)
    await owner.do("POST", f"/referrals/{sent}/submission", {"declaration": True})
    anonymous_draft = (await people["anonymous"].do("POST", "/referrals", {"service": "lado"}))["id"]
    events = await play.events()
    for referral in (draft, sent, anonymous_draft):
        for method, path, body in (
            ("GET", "", None),
            ("POST", "/children", JONAH),
            ("PUT", "/danger", {"in_danger": True}),
            ("POST", "/submission", {"declaration": True}),
            ("POST", "/amendments", {"text": "More.", "why": "Learned it."}),
            ("POST", "/withdrawal", {"why": "Not mine"}),
        ):
            answer = await other.call(method, f"/referrals/{referral}{path}", body)
            nothing = await other.call(method, f"/referrals/{uuid4()}{path}", body)
            refusal, none = problem(answer, 404, path), problem(nothing, 404, path)
            assert {**refusal, "request": ""} == {**none, "request": ""}, path
    assert await play.events() == events
