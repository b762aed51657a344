"""Every letter to the owner of an account: codes and links, and word of whatever was changed.

The rules of letters.py hold here too: no code and no link in a subject, nobody named.
"""

from portal.mail.letters import Correspondence, count, to_a_person
from portal.mail.port import Letter


def code(correspondence: Correspondence, to: str, code: str, minutes: int) -> Letter:
    """The six digits that finish signing in or opening an account; they work for so many minutes."""
    return to_a_person(
        correspondence,
        to,
        "Your security code",
        f"Your security code for {correspondence.service_name} is {code}",
        f"The code works for {count(minutes, 'minute')}. If it has stopped working, ask for a new code on the page "
        "where you enter it.",
        "Nobody from the council will ever ask you for this code. Do not give it to anyone.",
        "If you did not ask for a code, do not use it. If you have an account, somebody else may know your password: "
        f"choose a new one at {correspondence.address}",
    )


def already_registered(correspondence: Correspondence, to: str) -> Letter:
    """For somebody who tried to open a second account with the same address."""
    return to_a_person(
        correspondence,
        to,
        "You already have an account",
        f"Someone tried to open an account for {correspondence.service_name} with this email address. "
        "You already have one, so nothing has changed.",
        f"To sign in, or to choose a new password if you have forgotten it, go to {correspondence.address}",
        "If it was not you, you do not need to do anything.",
    )


def new_password_link(correspondence: Correspondence, to: str, link: str, minutes: int) -> Letter:
    """The link with which the owner of an account, and nobody else, chooses a new password."""
    return to_a_person(
        correspondence,
        to,
        "Choose a new password",
        f"Use this link to choose a new password for {correspondence.service_name}:",
        link,
        f"The link works once, for {count(minutes, 'minute')}.",
        "If you did not ask for it, you do not need to do anything. Your password has not changed.",
    )


def password_changed(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that the account has a new password."""
    return _about_the_account(
        correspondence,
        to,
        "Your password has been changed",
        "The password of your account {} has been changed.",
        urgent=True,
    )


def details_changed(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that what the account says of them was changed."""
    return _about_the_account(
        correspondence, to, "Your details have been changed", "The details of your account {} have been changed."
    )


def new_address_code(correspondence: Correspondence, to: str, code: str, minutes: int) -> Letter:
    """The six digits that prove a new address, sent there."""
    return to_a_person(
        correspondence,
        to,
        "Confirm your email address",
        f"Your security code for {correspondence.service_name} is {code}",
        "Enter it on the page where you asked to change your email address. "
        f"The code works for {count(minutes, 'minute')}.",
        "If you did not ask for it, you do not need to do anything. Do not give the code to anyone.",
    )


def email_changed(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner, at the address the account had before, that it has another one. It does not say which."""
    return _about_the_account(
        correspondence,
        to,
        "Your email address has been changed",
        "Your account {} has another email address from now on. We will not write to this one again.",
        urgent=True,
    )


def codes_given_up(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that somebody knew the password and did not get any further."""
    return to_a_person(
        correspondence,
        to,
        "Someone could not finish signing in",
        f"Someone entered your password for {correspondence.service_name}, and then did not enter the right security "
        "code. They have not been signed in.",
        "If it was you, sign in again when you are ready.",
        f"If it was not you, somebody else knows your password. Choose a new one now at {correspondence.address}",
    )


def account_confirmed(correspondence: Correspondence, to: str) -> Letter:
    """Tells a professional that staff have confirmed the account."""
    return to_a_person(
        correspondence,
        to,
        "Your account has been confirmed",
        f"We have confirmed your account for {correspondence.service_name}. You can now read any answers to what you "
        "have sent us.",
        f"To read them, sign in at {correspondence.address}",
    )


def account_disabled(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that the council has shut the account."""
    return to_a_person(
        correspondence,
        to,
        "Your account has been disabled",
        f"Your account for {correspondence.service_name} has been disabled. You cannot sign in.",
        "We still have everything that you have sent us.",
        f"If you think this is wrong, call us on {correspondence.help_phone}.",
    )


def account_enabled(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that the council has opened the account again."""
    return to_a_person(
        correspondence,
        to,
        "You can use your account again",
        f"Your account for {correspondence.service_name} can be used again. Sign in at {correspondence.address}",
    )


def account_closed(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that the account is closed."""
    return _about_the_account(
        correspondence,
        to,
        "Your account has been closed",
        "Your account {} has been closed. We keep what you have sent us. Forms that you had not sent are deleted.",
    )


def app_added(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that an authenticator app takes the place of mailed codes."""
    return _about_the_account(
        correspondence,
        to,
        "You now sign in with an app",
        "An authenticator app has been added to your account {}. We will not send you codes by email any more.",
        urgent=True,
    )


def app_removed(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that codes are mailed again."""
    return _about_the_account(
        correspondence,
        to,
        "You no longer sign in with an app",
        "The authenticator app of your account {} has been removed. We will send you codes by email again.",
        urgent=True,
    )


def recovery_code_used(correspondence: Correspondence, to: str) -> Letter:
    """Tells the owner that somebody got in without the app."""
    return _about_the_account(
        correspondence,
        to,
        "A recovery code has been used",
        "Someone signed in to your account {} with one of its recovery codes. Each works once.",
        urgent=True,
    )


def roles_changed(correspondence: Correspondence, to: str) -> Letter:
    """Tells a member of staff that they may do more or less than before."""
    return to_a_person(
        correspondence,
        to,
        "What you can do has been changed",
        f"What you can do with your account for {correspondence.service_name} has been changed. To see it, sign in at "
        f"{correspondence.address}",
        f"If you did not expect this, call us on {correspondence.help_phone}.",
    )


def staff_changed(correspondence: Correspondence, to: str) -> Letter:
    """Tells an administrator that another one, or whoever took their place, has changed what somebody may do."""
    return to_a_person(
        correspondence,
        to,
        "A staff account has been changed",
        f"Someone has been invited to {correspondence.service_name}, or what they can do there has been changed. To "
        f"see the list of staff, sign in at {correspondence.address}",
        f"If no administrator can tell you why, disable the account and call us on {correspondence.help_phone}.",
    )


def invitation(correspondence: Correspondence, to: str, link: str, days: int) -> Letter:
    """Invites a member of staff to open their account."""
    return to_a_person(
        correspondence,
        to,
        "Set up your staff account",
        f"You have been given a staff account for {correspondence.service_name}. Use this link to set it up:",
        link,
        f"The link works once, for {count(days, 'day')}.",
        "If you did not expect this email, do not use the link. Call us instead.",
    )


def _about_the_account(
    correspondence: Correspondence, to: str, subject: str, what: str, urgent: bool = False
) -> Letter:
    """Word of a change. `what`: with the place for the service's name; `urgent`: who did not do it has been robbed."""
    advice = f"go to {correspondence.address} and choose a new password now, then call us" if urgent else "call us"
    return to_a_person(
        correspondence,
        to,
        subject,
        what.format(f"for {correspondence.service_name}"),
        "If you did this, you do not need to do anything.",
        f"If it was not you, {advice} on {correspondence.help_phone}.",
    )
