"""scripts/bench: every measure runs, and its answer has what is promised."""

import msgspec
import pytest
from benchmarks import page
from benchmarks.__main__ import MEASURES, measure
from benchmarks.ground import prepared
from benchmarks.rounds import Result, Rounds, as_json
from benchmarks.sizes import TINY
from benchmarks.table import as_table

from portal.database.embedded import Server
from tests.http.markup import pieces

PROMISED = {
    "append": {
        *("ours", "library", "pgbench", "ratio_library", "ratio_pgbench", "ours_p50", "ours_p99"),
        *("one_statement_p50", "one_statement_p99", "lone", "lone_bare", "ratio_lone"),
    },
    "feed": {"ours", "naive", "missed", "naive_missed"},
    "rebuild": {"ours", "library", "read", "ratio_library", "ratio_read", "ratio_memory"},
    "delay": {"p50", "p99", "append_p50", "append_p99", "ratio_append_p50", "ratio_append_p99"},
    "inbox": {"page_small", "page_large", "tab_counts_small", "tab_counts_large", "ratio_growth"},
    "replay": {"ours", "read", "ratio_read"},
    "flood": {
        *("quiet_p50", "quiet_p95", "flooded_p50", "flooded_p95", "ratio_p95", "quiet_mib", "flooded_mib"),
        *("trivial_p50", "trivial_p95", "ratio_trivial_p95"),
        *("ratio_memory", "sent", "passed", "wrong", "told_to_wait", "failed"),
    },
    "documents": {
        *("quiet_p50", "quiet_p95", "uploading_p50", "uploading_p95", "ratio_p95", "grown_mib", "attached", "failed"),
        *("seconds", "megabytes_a_second"),
    },
    "gazetteer": {"load", "copy", "look_up", "ratio_copy"},
    "alike": {
        *("register_known", "register_unknown", "sign_in_known", "sign_in_unknown"),
        *("forgotten_known", "forgotten_unknown", "ratio_register", "ratio_sign_in", "ratio_forgotten"),
        *("noise_register", "noise_sign_in", "noise_forgotten"),
    },
    "page": {"ours", "macros", "ratio_macros"},
}


async def test_a_tiny_run_has_all_that_is_promised(cluster: Server) -> None:
    results = await measure(await prepared(cluster.url), list(MEASURES), TINY)
    told = msgspec.json.decode(as_json(results), type=dict[str, Result])
    assert told.keys() == PROMISED.keys()
    for name, promised in PROMISED.items():
        assert promised | {"sizes", "rounds", "spread"} <= told[name].keys()
        assert name in as_table(results)
    assert told["feed"]["missed"] == 0
    assert told["flood"]["failed"] == 0
    assert (told["documents"]["attached"], told["documents"]["failed"]) == (TINY.uploads, 0)
    assert told["flood"]["sent"] == sum(told["flood"][name] for name in ("passed", "wrong", "told_to_wait"))


def test_both_ways_to_write_a_page_write_the_same() -> None:
    ways = page.writers()
    assert pieces(ways["ours"]()) == pieces(ways["macros"]())


def test_a_ratio_is_that_of_sides_in_the_same_round() -> None:
    rounds = Rounds()
    for ours, other in ((10, 5), (30, 10), (40, 40)):
        rounds.add(ours=ours, other=other)
    assert rounds.ratio("ours", "other") == 2
    result = rounds.result({"calls": 3}, ratio=2)
    assert (result["ours"], result["other"], result["rounds"]) == (30, 10, 3)
    assert result["spread"]["ours"] == [10, 40]


def test_a_round_that_one_side_missed_is_noticed() -> None:
    rounds = Rounds()
    rounds.add(ours=1)
    with pytest.raises(ValueError):
        rounds.result({}, ratio=rounds.ratio("ours", "other"))
