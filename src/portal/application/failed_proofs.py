"""Whoever failed to prove who they are: a line in the process's log, by opaque ids (ASVS 16.3.1).

What succeeds is an event, and so is each code that is tried at signing in. A wrong password is none: whoever guesses
could fill the log of events, which is kept for ever.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from portal.domain.refusals import Refused
from portal.logs import facts

log = logging.getLogger(__name__)


@contextmanager
def failing_is_noted(factor: str, account: UUID | None) -> Iterator[None]:
    """What is refused in here is a failed proof by this factor; without an account the address typed has none."""
    try:
        yield
    except Refused:
        log.warning("a proof of identity failed", extra=facts(factor=factor, account=str(account) if account else None))
        raise
