"""How fast the event store is, each measure beside its yardstick in the same run: `scripts/bench`.

One module a measure. They take turns with their yardsticks for several rounds, on a real PostgreSQL that syncs to disk,
and give medians. A ratio is the median of the ratios of the rounds: both sides of one round saw the same machine.
Rates are a second, times are in milliseconds.
"""
