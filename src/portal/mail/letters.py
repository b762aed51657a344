"""Every letter the portal sends about a form, and what all letters have in common (those about accounts are in
account_letters.py).

Someone may read over the reader's shoulder, or hold their phone. So sender, subject and text never say what the forms
are about, and name nobody; codes and links stand in the text, never in the subject that a locked screen shows.
"""

import re
from typing import Final

import msgspec

from portal.mail.port import Letter

_GIVES_AWAY: Final = re.compile(
    r"\b(child|children|childrens|safeguard\w*|abuse\w*|social care|lado|early help|harm|harms|harmed|harmful"
    r"|referrals?|family|families)\b",
    re.IGNORECASE,
)


class Correspondence(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same in every letter of one council.

    `sender_name` signs ("Severnshire online services"), `service_name` is what letters call the portal ("online
    forms"), `address` is its public URL, `help_phone` is for people who are stuck. Raises ValueError when one of the
    two names says what the forms are about.
    """

    sender_name: str
    service_name: str
    address: str
    help_phone: str

    def __post_init__(self) -> None:
        for setting in ("sender_name", "service_name"):
            if found := _GIVES_AWAY.search(getattr(self, setting)):
                raise ValueError(f'{setting} must not say "{found[0]}": somebody else may see the letter')


def received(correspondence: Correspondence, to: str, reference: str) -> Letter:
    """Confirms to the sender that the form has arrived. It promises no time."""
    return to_a_person(
        correspondence,
        to,
        "We have received your form",
        f"We have received your form. Its reference is {reference}",
        "Keep the reference. You need it if you contact us about the form.",
        f"To see what you sent and any answer from us, sign in at {correspondence.address}",
    )


def feedback_waiting(correspondence: Correspondence, to: str, link: str) -> Letter:
    """Tells the sender that there is an answer, which only signing in shows."""
    return to_a_person(
        correspondence,
        to,
        "There is a message for you",
        "We have answered a form you sent us. Sign in to read the answer:",
        link,
    )


def unfinished(correspondence: Correspondence, to: str, days_left: int, link: str) -> Letter:
    """Reminds somebody of a form they began; it is deleted after so many days (0 is today)."""
    when = f"in {count(days_left, 'day')}" if days_left else "today"
    return to_a_person(
        correspondence,
        to,
        "You have not sent your form",
        "A form you started has not been sent. Nobody at the council has seen it.",
        f"It will be deleted {when}, unless you go on with it. To finish and send it, sign in:",
        link,
        "If you no longer need it, you do not need to do anything.",
    )


def arrived(correspondence: Correspondence, to: str, reference: str, urgent: bool, link: str) -> Letter:
    """Tells a team's mailbox that a form has arrived: reference, urgent or not, link, and nothing else."""
    subject = f"{'Urgent: a' if urgent else 'A'} form has arrived: {reference}"
    urgency = f"Urgent: {'yes' if urgent else 'no'}"
    return _to_a_team(to, subject, f"Reference: {reference}", urgency, f"Open it: {link}")


def changed(correspondence: Correspondence, to: str, reference: str, link: str) -> Letter:
    """Tells a team's mailbox that the sender has added to a form or withdrawn it."""
    return _to_a_team(
        to,
        f"A form has been changed: {reference}",
        "The sender has added to this form or withdrawn it.",
        f"Reference: {reference}",
        f"Open it: {link}",
    )


def file_not_accepted(correspondence: Correspondence, to: str, link: str) -> Letter:
    """Tells the sender that a file on one of their forms cannot be opened by anybody; which, only signing in shows."""
    return to_a_person(
        correspondence,
        to,
        "There is a problem with a file you sent",
        "A file that you attached to a form contains a virus, or could not be checked for viruses. Nobody can open it. "
        "Everything else on the form is as you left it.",
        "To see which file it is, and to attach another copy, sign in:",
        link,
    )


def file_not_offered(to: str, reference: str, link: str) -> Letter:
    """Tells a team's mailbox that a file of a form cannot be opened."""
    return _to_a_team(
        to,
        f"A file cannot be opened: {reference}",
        "A file of this form contains a virus, or could not be checked for viruses. Nobody can open it. Its sender has "
        "been told.",
        f"Reference: {reference}",
        f"Open the form: {link}",
    )


def to_a_person(correspondence: Correspondence, to: str, subject: str, *paragraphs: str) -> Letter:
    """A letter with the ending that all letters to people have."""
    ending = (
        f"If you need help, call us on {correspondence.help_phone}. Please do not reply to this email.",
        correspondence.sender_name,
    )
    return Letter(to=to, subject=subject, text=_text(*paragraphs, *ending))


def _to_a_team(to: str, subject: str, *paragraphs: str) -> Letter:
    return Letter(to=to, subject=subject, text=_text(*paragraphs))


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


def count(number: int, unit: str) -> str:
    """So many of something, in words that agree."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
