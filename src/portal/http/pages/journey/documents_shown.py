"""The page of a form's documents: what may be attached is said before anybody chooses (guide G28), then what is there
and how each file stands."""

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Response

from portal.application import attaching
from portal.application.own_referral import OwnReferral
from portal.application.sent_text import is_put_away
from portal.application.state_tokens import state_token
from portal.documents.checking.kinds import Kind
from portal.documents.checking.limits import asked_for
from portal.domain.documents import Attached, Verdict, in_megabytes, in_words
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.http.depending import provide_look
from portal.http.faults import Faults
from portal.http.pages.journey.steps import address
from portal.http.uploads import LONGEST_DESCRIPTION
from portal.http.views import View

PURPOSE = "documents"
SAID, SEEN = "said-", "seen-"  # of each document: what it shows, and which state of that was on the page
LONGEST_NAME = 60  # characters of a file's name in a message
STANDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.PENDING: ("Being checked", "govuk-tag--blue"),
    Verdict.CLEAN: ("Checked", "govuk-tag--green"),
    Verdict.INFECTED: ("Cannot be accepted", "govuk-tag--red"),
    Verdict.UNSCANNABLE: ("Cannot be accepted", "govuk-tag--red"),
}
WHY: Mapping[Verdict, str] = {
    Verdict.PENDING: "We are checking it for viruses. You do not have to wait.",
    Verdict.CLEAN: "No virus was found.",
    Verdict.INFECTED: "It contains a virus, so nobody can open it. Attach another copy, or tell us what it shows.",
    Verdict.UNSCANNABLE: "It could not be checked for viruses, so nobody can open it. Print it to PDF and attach that.",
}
Fields = dict[str, str]


async def shown(
    view: View, referral: Referral, faults: Iterable[Fault] = (), typed: Fields | None = None
) -> Response[str]:
    """The page, with what was typed if something of it is wrong."""
    rules = attaching.rules_of(view.portal, referral.service)
    sent = referral.submission
    hidden = sent is not None and is_put_away(view.portal, view.who, sent.received_at)
    files = [] if hidden else referral.documents.values()
    return view.page(
        "journey/documents.html",
        "Add files to what you sent" if sent else "Documents",
        faults=Faults(faults),
        referral=referral,
        sent=sent,
        refused=await _refused(view, referral),
        files=[_file(view, referral, attached, typed or {}) for attached in files],
        rules=rules,
        kinds=in_words(rules.kinds),
        accept=asked_for(map(Kind, rules.kinds)),
        longest=LONGEST_DESCRIPTION,
        back=address(referral, "/sent-form" if sent else ""),
    )


def of_file(names: Mapping[int, str], fault: Fault) -> str:
    """What is wrong with one of several files, which says which one; of a single one the words stay GOV.UK's."""
    if len(names) < 2:
        return fault.says
    name = names.get(int(fault.at.rpartition("/")[2]), "")
    called = "".join(each for each in name if each.isprintable())
    called = f"“{called[:LONGEST_NAME]}{'…' if len(called) > LONGEST_NAME else ''}”"
    for opening in ("The selected file ", "The selected picture "):
        if fault.says.startswith(opening):
            return f"{called} {fault.says.removeprefix(opening)}"
    return f"{called}: {fault.says}"


async def _refused(view: View, referral: Referral) -> str:
    """Why nothing can be attached now; empty where something can."""
    own = OwnReferral(view.portal, view.who, provide_look(view.request, view.who), referral.id)
    try:
        await attaching.may_attach(own)
    except Refused as refused:
        return refused.says
    return ""


def _file(view: View, referral: Referral, attached: Attached, typed: Fields) -> dict[str, Any]:
    document, verdict = attached.document, attached.verdict
    stands, colour = STANDS[verdict]
    here = address(referral, f"/documents/{document.id}")
    return {
        "id": document.id,
        "name": document.name,
        "facts": f"{in_words((document.kind,))}, {in_megabytes(document.size)}",
        "at": attached.at if attached.after_sending else None,
        "stands": {"text": stands, "classes": colour},
        "why": WHY[verdict],
        "said": typed.get(f"{SAID}{document.id}", document.description),
        "fixed": referral.submission is not None and bool(document.description),
        "seen": state_token(view.portal, referral, attaching.described_part(document.id)),
        "opens": "" if referral.submission or verdict is Verdict.INFECTED else here,
        "removes": "" if referral.submission else f"{here}/removal",
    }
