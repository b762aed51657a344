"""The ways in: a page for each that says what it is for and what is needed, and starts the form."""

import msgspec
from litestar import Response, Router, get, post

from portal.application import drafts
from portal.application.visitors import Visitor
from portal.domain.services import Service
from portal.http import cookies
from portal.http.depending import hashed_token, new_draft_token, sent_cookie
from portal.http.views import PAGE_DEPENDENCIES, TheView, View

COMMON = (
    "the children's names, ages or dates of birth, and where they live",
    "who else lives with them, and who looks after them",
)


class Way(msgspec.Struct, frozen=True):
    """A way in. `service`: whose form it starts."""

    path: str
    title: str
    about: str
    says: tuple[str, ...]
    needs: tuple[str, ...]
    service: Service


SERVICES = (
    Way(
        "/early-help",
        "Request services from early help family support",
        "A family would like support before things get worse: with routines, behaviour, school, health or worries.",
        (
            "The family must agree before you send it. Parents, carers and young people can ask for themselves.",
            "We look at what would help, and tell you what happens next.",
        ),
        (*COMMON, "what is going on, what has been tried, and what the family would like"),
        Service.EARLY_HELP,
    ),
    Way(
        "/social-care",
        "Refer to children's social care",
        "You are worried that a child may be at risk of harm, or cannot be safe or well without help.",
        (
            "You do not need proof. Tell us what you saw, heard or were told, in the words that were used.",
            "If you work with children, tell the parents that you refer, unless that could put somebody at risk.",
        ),
        (*COMMON, "what you are worried about, and what you have seen or heard", "what you have already done"),
        Service.SOCIAL_CARE,
    ),
    Way(
        "/lado",
        "Report an adult who works with children",
        "An adult who works or volunteers with children may have harmed a child, or may be a risk to children.",
        (
            "The designated officer (LADO) reads it. Tell us within one working day of learning of it.",
            "Do not question the adult or the child yourself, and do not tell the adult before you have spoken to us.",
        ),
        (
            "the adult's name, where they work and as what",
            "what happened, when and where, and who was told",
            "the child's name and age, if it is about a particular child",
        ),
        Service.LADO,
    ),
)
WAYS = {way.path: way for way in SERVICES}


def _way(view: View) -> Way:
    return WAYS[view.request.scope["path"].rstrip("/")]


@get([*WAYS], include_in_schema=False)
async def way_in(view: TheView) -> Response[str]:
    """What this one is for."""
    way = _way(view)
    return view.page("public/way.html", way.title, way=way)


@post([*WAYS], status_code=303, include_in_schema=False)
async def start_referral(view: TheView) -> Response[str]:
    """Starts a form, also before signing in: then it belongs to this browser."""
    service = _way(view).service
    _, command = await view.form(f"start {service}")
    who, given = view.who, []
    if not who.scope:
        token = new_draft_token()
        who = Visitor(draft_key=hashed_token(token))
        command = command.within(who.scope)
        given = [cookies.cookie(cookies.DRAFT, token, view.address)]
    if not who.account and sent_cookie(view.request, view.portal, cookies.SESSION):
        # It ran out, maybe another person's at the same computer: nothing of this form is to be kept for them.
        given.append(cookies.no_cookie(cookies.SESSION, view.address))
    outcome = await drafts.start(view.portal, who, command, service)
    referral = await view.portal.settle(outcome, "submitted_forms")
    form = f"/referrals/{referral.id}"
    at_work = who.organisation or who.roles
    return view.to(form if at_work else f"/leaving-quickly?then={form}", cookies=given)


WAYS_IN = Router("/", route_handlers=[way_in, start_referral], dependencies=PAGE_DEPENDENCIES)
