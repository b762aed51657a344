"""What things are called on the pages of staff."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.application.casework import InboxRow, InboxStatus, Listed
from portal.domain.documents import Verdict
from portal.domain.services import Capacity, Channel

STATUS: Mapping[InboxStatus, str] = {
    InboxStatus.NEW: "New",
    InboxStatus.ACKNOWLEDGED: "Acknowledged",
    InboxStatus.ANSWERED: "Answered",
    InboxStatus.WITHDRAWN: "Withdrawn",
    InboxStatus.ERASED: "Erased",
}
REFERRER: Mapping[str, str] = {
    Capacity.SELF.value: "a child or young person",
    Capacity.PERSONAL.value: "family, a friend or a neighbour",
    Capacity.PROFESSIONAL.value: "a professional",
}
CHANNEL: Mapping[Channel, str] = {
    Channel.PORTAL: "This portal",
    Channel.PHONE: "Phone",
    Channel.EMAIL: "Email",
    Channel.LETTER: "Letter",
    Channel.IN_PERSON: "In person",
}

CHECKED: Mapping[Verdict, str] = {
    Verdict.PENDING: "Waits to be checked for viruses",
    Verdict.CLEAN: "No virus found",
    Verdict.INFECTED: "A virus was found: nobody can open it",
    Verdict.UNSCANNABLE: "It could not be checked: nobody can open it",
}


def people_listed(row: InboxRow) -> str:
    """Whom a referral is about, as a list may say it: initials and ages."""
    if row.content is None:
        return ""
    adult = [f"Adult {row.content.adult.initials}"] if row.content.adult else []
    return ", ".join([*adult, *map(_listed, row.content.children.values())])


def _listed(child: Listed) -> str:
    return f"{child.initials} ({child.age})" if child.age is not None else child.initials


def referrer_listed(row: InboxRow) -> str:
    """Who referred, in general: never their name."""
    said = row.content.referrer if row.content else ""
    return REFERRER.get(said, said)


def documents_listed(row: InboxRow) -> str:
    """How many documents there are, and what keeps staff from some of them."""
    verdicts = list(row.content.documents.values()) if row.content else []
    if not verdicts:
        return ""
    waiting, infected = verdicts.count(Verdict.PENDING), verdicts.count(Verdict.INFECTED)
    says = [_several(len(verdicts), "document")]
    says += [f"{waiting} waiting to be checked"] if waiting else []
    says += [f"{infected} with a virus"] if infected else []
    return ", ".join(says)


def waited(since: datetime, now: datetime) -> str:
    """For how long, in one unit: 12 minutes, 5 hours, 3 days."""
    if now - since < timedelta(minutes=1):
        return "less than a minute"
    for unit, length, most in (
        ("minute", timedelta(minutes=1), timedelta(hours=1)),
        ("hour", timedelta(hours=1), timedelta(days=2)),
    ):
        if now - since < most:
            return _several((now - since) // length, unit)
    return _several((now - since) // timedelta(days=1), "day")


def _several(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
