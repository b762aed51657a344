"""How much is measured: enough for a judgement, or enough for a first look."""

import msgspec


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """The size of every measure."""

    rounds: int  # how often the two sides take turns
    seconds: float  # of one side's turn, where it goes by time (pgbench: whole ones)
    lone_appends: int
    backlog: int  # events that the feed has to read while others write
    rebuild_events: int
    library_events: int  # that the library rebuilds; its rate does not hang on their number
    delay_seconds: int  # of submissions
    inbox_small: int  # referrals
    inbox_large: int
    inbox_reads: int  # of each query
    replay_events: int  # of the long referral
    replay_loads: int
    flood_seconds: float  # of each side's turn
    flood_accounts: int
    flood_a_second: int  # sign-ins
    uploads: int  # files sent at once
    upload_megabytes: int  # of each
    upload_seconds: float  # that the quiet side is read
    alike_samples: int  # of each journey, for known and for unknown addresses
    gazetteer_rows: int
    pages: int  # written in one side's turn


FULL = Sizes(
    rounds=5,
    seconds=6,
    lone_appends=500,
    backlog=200_000,
    rebuild_events=1_000_000,
    library_events=5_000,
    delay_seconds=20,
    inbox_small=1_000,
    inbox_large=1_000_000,
    inbox_reads=60,
    replay_events=1_000,
    replay_loads=50,
    flood_seconds=20,
    flood_accounts=1000,
    flood_a_second=200,
    uploads=20,
    upload_megabytes=10,
    upload_seconds=20,
    alike_samples=200,
    gazetteer_rows=300_000,
    pages=100,
)
QUICK = Sizes(
    rounds=3,
    seconds=1,
    lone_appends=200,
    backlog=20_000,
    rebuild_events=30_000,
    library_events=500,
    delay_seconds=4,
    inbox_small=1_000,
    inbox_large=50_000,
    inbox_reads=60,
    replay_events=500,
    replay_loads=20,
    flood_seconds=6,
    flood_accounts=200,
    flood_a_second=200,
    uploads=20,
    upload_megabytes=10,
    upload_seconds=6,
    alike_samples=60,
    gazetteer_rows=300_000,
    pages=40,
)
TINY = Sizes(
    rounds=1,
    seconds=0.2,
    lone_appends=5,
    backlog=500,
    rebuild_events=1_000,
    library_events=20,
    delay_seconds=1,
    inbox_small=50,
    inbox_large=100,
    inbox_reads=2,
    replay_events=20,
    replay_loads=2,
    flood_seconds=1.5,
    flood_accounts=5,
    flood_a_second=40,
    uploads=3,
    upload_megabytes=1,
    upload_seconds=1,
    alike_samples=3,
    gazetteer_rows=500,
    pages=2,
)
