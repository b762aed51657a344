"""Whether a password may be chosen: the council's rules, how easily it is guessed, and the lists that attackers have.

Guessing is judged by zxcvbn, in the executor that hashes: a long password takes it some 30 ms. Its dictionaries are
the list of common passwords too: no list that comes with a library holds 3,000 of twelve characters or more.
"""

from contextlib import suppress
from functools import partial

import msgspec
from zxcvbn.matching import RANKED_DICTIONARIES, build_ranked_dict, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence
from zxcvbn.time_estimates import guesses_to_score

from portal.application.breached_passwords import BreachedPasswords
from portal.application.passwords import Busy
from portal.application.portal import Portal
from portal.council.council import Council
from portal.domain.account_details import OwnerDetails
from portal.domain.password_policy import KNOWN, TOO_EASY, PasswordPolicy, composed, words_in, words_of
from portal.domain.refusals import Fault, refuse_if

LEAST_SCORE = 3  # of zxcvbn's 0 to 4: more than 10^8 guesses
JUDGED = 72  # characters; more would take long, and a password that is bad until here is long all the same
EVERYWHERE = frozenset(  # in the names of councils and portals: forbidden, they would forbid good words
    {"council", "county", "city", "borough", "district", "metropolitan", "royal", "online", "services", "service"}
    | {"forms", "form", "help", "with", "children", "portal"}
)
GUESSED_FIRST = ("portal", "referral", "safeguarding", "council", "children", "password")


def policy_for(council: Council, staff: bool) -> PasswordPolicy:
    """The rules for staff, or for everybody else."""
    rules = council.passwords
    names = (council.name, council.mail_sender, council.mail_service, *rules.words)
    return PasswordPolicy(rules.least_staff if staff else rules.least_public, words_in(names, EVERYWHERE))


async def password_faults(portal: Portal, password: str, name: str, email: str, staff: bool) -> list[Fault]:
    """All that is wrong with a password for this person, at once. Raises Busy."""
    policy, own = policy_for(portal.council, staff), words_of(name, email)
    known_words = (*sorted(own), *sorted(policy.words), *GUESSED_FIRST)  # what is guessed first comes first
    judged = partial(_faults_by_lists, password, known_words, portal.breached)
    return [*policy.faults(password, own), *await portal.passwords.aside(judged)]


async def refuse_bad_password(portal: Portal, password: str, details: OwnerDetails, staff: bool) -> None:
    """Raise Refused with all that is wrong with it."""
    refuse_if(await password_faults(portal, password, details.name, details.email, staff))


class Guidance(msgspec.Struct, frozen=True):
    """What is wrong with a password, in words; nothing, if it is good and the check was complete."""

    good: bool
    complete: bool
    faults: list[str]


async def advise(portal: Portal, password: str, name: str, email: str, staff: bool) -> Guidance:
    """What to tell somebody who is typing. Those who are signing in go first: while they wait, only the rules are
    applied, which cost nothing."""
    policy = policy_for(portal.council, staff)
    faults, complete = list(policy.faults(password, words_of(name, email))), False
    if portal.passwords.is_calm:
        with suppress(Busy):
            faults, complete = await password_faults(portal, password, name, email, staff), True
    return Guidance(complete and not faults, complete, [fault.says for fault in faults])


def _faults_by_lists(password: str, known_words: tuple[str, ...], breached: BreachedPasswords | None) -> list[Fault]:
    common = composed(password).casefold() in RANKED_DICTIONARIES["passwords"]
    faults = [KNOWN] if common or (breached is not None and password in breached) else []
    return [*faults, TOO_EASY] if _score(password, known_words) < LEAST_SCORE else faults


def _score(password: str, known_words: tuple[str, ...]) -> int:
    """zxcvbn's score. Its own function would put the person's words into a dictionary that all threads share."""
    judged = composed(password)[:JUDGED]
    if not judged:  # which zxcvbn cannot judge
        return 0
    dictionaries = {**RANKED_DICTIONARIES, "user_inputs": build_ranked_dict(known_words)}
    matches = omnimatch(judged, dictionaries)
    score: int = guesses_to_score(most_guessable_match_sequence(judged, matches)["guesses"])
    return score
