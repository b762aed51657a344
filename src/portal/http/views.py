"""What a handler builds pages with: the visitor's view of the portal, for one request."""

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from litestar import MediaType, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide

from portal.application.keeping import kept_form, let_go
from portal.application.policy import Act, parts_shown
from portal.application.portal import Portal
from portal.application.visitors import Visitor
from portal.domain.referral import Referral
from portal.domain.services import Capacity
from portal.eventstore.work import Command
from portal.http.assets import address_of
from portal.http.cookies import cookie_name
from portal.http.depending import DEPENDENCIES, AnyRequest, Asking, ThePortal, command_of_form
from portal.http.faults import Faults
from portal.http.forms import Form, form_token, read_form
from portal.http.headers import nonce_of
from portal.http.notices import NOTICE, NOTICES, notice_cookie, notice_taken
from portal.http.rendering import rendered

SERVICE = "Refer a child or report a concern"
KEY = "form_key"  # the hidden field that names a request, so that sent twice it is done once
TOO_LONG = 200  # characters of a way back
FOOTER = (
    ("/accessibility", "Accessibility"),
    ("/privacy", "Privacy"),
    ("/privacy/children", "Privacy for children and young people"),
    ("/cookies", "Cookies"),
    ("/help", "Help"),
    ("/staying-safe", "Staying safe online"),
    ("/contact", "Contact"),
)
# Who may do the act sees the link; staff see their own pages in place of an applicant's.
Links = tuple[tuple[str, str, Act], ...]
STAFF_NAVIGATION: Links = (
    ("/desk", "Inbox", Act.LIST_DESK),
    ("/dashboard", "Dashboard", Act.COUNT),
    ("/enquiries", "Feedback and fostering", Act.LIST_ENQUIRIES),
    ("/audit", "Audit", Act.TRAIL),
    ("/exceptions", "Exceptions", Act.LET_IN),
    ("/staff", "Staff", Act.LIST_STAFF),
)
APPLICANT_NAVIGATION: Links = (("/my-submitted-forms", "My submitted forms", Act.LIST_OWN),)
NAVIGATION: Links = (("/account", "Manage my account", Act.KNOW_ONESELF),)
EXIT = "/exit"
NOBODY_FLEES = (EXIT, "/register/professional", "/invitation", "/mailbox")
STRANGERS = (("/sign-in", "Sign in"), ("/register", "Create an account"))


class View:
    """One visitor's view of the portal."""

    def __init__(self, request: AnyRequest, portal: Portal, who: Visitor) -> None:
        self.request, self.portal, self.who = request, portal, who

    @property
    def address(self) -> str:
        """The portal's public address."""
        return self.portal.correspondence.address

    def page(
        self,
        template: str,
        title: str,
        *,
        status: int = 0,
        faults: Faults | None = None,
        cookies: Iterable[Cookie] = (),
        **values: Any,
    ) -> Response[str]:
        """A page. `title` is without the council's name, and never holds anything personal; with faults it says so,
        and the answer is 422."""
        said = self.request.cookies.get(cookie_name(NOTICE, self.address), "")
        html = rendered(
            template,
            title=title,
            faults=faults or Faults(),
            notice=NOTICES.get(said, ""),
            **self._everywhere(),
            exit=EXIT if self._may_have_to_flee(values.get("referral")) else "",
            **values,
        )
        given = [*cookies, *([notice_taken(self.address)] if said else [])]
        return Response(html, status_code=status or (422 if faults else 200), media_type=MediaType.HTML, cookies=given)

    def to(self, path: str, *, notice: str = "", cookies: Iterable[Cookie] = (), **headers: str) -> Response[str]:
        """On to another page, after something was done, so that loading that one again does nothing again."""
        left = [notice_cookie(notice, self.address)] if notice else []
        given = [*cookies, *left]
        where = {"Location": path, **headers}
        return Response("", status_code=303, media_type=MediaType.HTML, headers=where, cookies=given)

    def token(self, purpose: str) -> str:
        """What a form of this purpose carries."""
        return form_token(self.portal, self.who, purpose)

    def new_key(self) -> str:
        """A name for the request that a form will make."""
        return str(uuid4())

    async def form(self, purpose: str, several: Collection[str] = ()) -> tuple[Form, Command]:
        """The form that was sent, and the command that it makes: the same one each time the same form is sent, another
        once it was changed. Raises ForgedForm and BadBody."""
        form = await read_form(self.request, self.portal, self.who, purpose, several)
        if self.who.account:
            await let_go(self.portal, self.who.account, self.request.scope["path"])
        [key, *_] = form.pop(KEY, [""])
        return form, await command_of_form(self.request, self.portal, self.who, key)

    async def kept(self) -> Form | None:
        """What this visitor sent to this page when their session had run out, and has not sent again since."""
        return await kept_form(self.portal, self.who.account, self.request.scope["path"]) if self.who.account else None

    def _may_have_to_flee(self, referral: Referral | None) -> bool:
        """Whether the page has "Exit this page": for young people and families, not for those who are at work."""
        at_work = self.who.roles or self.who.must_enrol or self.who.organisation
        professional = referral is not None and referral.capacity is Capacity.PROFESSIONAL
        return not (at_work or professional or self.request.scope["path"] in NOBODY_FLEES)

    @property
    def then(self) -> str:
        """Where to go after signing in, as the address says: a path of ours or nothing."""
        return own_path(self.request.query_params.get("then", ""))

    def with_then(self, path: str) -> str:
        """The same way onwards from another page."""
        return f"{path}?then={quote(self.then, safe='/')}" if self.then else path

    def _everywhere(self) -> dict[str, Any]:
        """What the layout shows on every page."""
        path = self.request.scope["path"]
        own = STAFF_NAVIGATION if self.who.roles else APPLICANT_NAVIGATION
        back = f"?then={path}" if path.startswith("/referrals/") else ""  # with a form that is open, back to it
        strangers = [(f"{href}{back}", text) for href, text in STRANGERS]
        links = links_for(self.who, (*own, *NAVIGATION)) if self.who.account else strangers
        return {
            "view": self,
            "who": self.who,
            "council": self.portal.council,
            "assets": address_of(self.portal.council),
            "nonce": nonce_of(self.request),
            "navigation": [
                {"href": href, "text": text, "current": href == path, "active": path.startswith(f"{href}/")}
                for href, text in links
            ],
            "FOOTER": FOOTER,
            "SERVICE": SERVICE,
        }


def links_for(who: Visitor, links: Links) -> list[tuple[str, str]]:
    """Addresses and names of those pages whose act somebody may do."""
    return [(href, text) for href, text, act in links if parts_shown(act, who.parties) is not None]


def own_path(text: str) -> str:
    """The text, if it is a path of ours and nothing else: no other site, no control character."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and len(text) <= TOO_LONG
    return text if ours and text.isascii() and text.isprintable() and "\\" not in text else ""


def provide_view(request: AnyRequest, portal: ThePortal, who: Asking) -> View:
    """The view of whoever asks."""
    return View(request, portal, who)


TheView = NamedDependency[View]
PAGE_DEPENDENCIES = {**DEPENDENCIES, "view": Provide(provide_view, sync_to_thread=False)}
