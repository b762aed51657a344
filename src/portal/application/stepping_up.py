"""Step-up: what is dangerous needs a second factor that was shown within the last minutes, not only at signing in.

Which acts these are stands in the table of who may do what (`Rule.fresh`); `allow` asks for it.
"""

from datetime import timedelta
from uuid import UUID

from portal.eventstore.connection import Pool

FRESH = timedelta(minutes=5)  # security.md 7.5.3
NOTE = """
insert into proofs (session) values ($1) on conflict (session) do update set proved_at = now()
"""
IS_FRESH = "select exists (select from proofs where session = $1 and proved_at > now() - $2::interval)"


async def note_proof(pool: Pool, session: UUID) -> None:
    """The owner of this session has just shown their second factor."""
    await pool.execute(NOTE, session)


async def is_fresh(pool: Pool, session: UUID) -> bool:
    """Whether that was a moment ago."""
    found: bool = await pool.fetchval(IS_FRESH, session, FRESH)
    return found
