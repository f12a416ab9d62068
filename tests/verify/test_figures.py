"""The bench's arithmetic and choice of queries."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.bench import accounting, mix
from ops.bench.figures import per_unit_ms, percentile
from ops.bench.load import LoadError, parse_summary
from ops.bench.row import Check, Measurement

TITLES = ["HP 80 Original Cyan Ink Cartridge", "Logitech Z200 Speakers", "A4 paper", "X"]
JUDGED = ["bluetooth speaker", "laptop bag"]


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], percent: float) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) / len(values) >= percent / 100 - 1e-9


def test_percentiles_of_known_values() -> None:
    values = list(range(1, 101))
    assert [percentile(values, p) for p in (1, 50, 95, 99, 100)] == [1, 50, 95, 99, 100]
    assert math.isnan(percentile([], 50))


def test_cpu_per_unit() -> None:
    assert per_unit_ms(0.5, 1000) == 0.5
    assert math.isnan(per_unit_ms(1, 0))


def test_the_mix_is_the_same_each_time_and_as_large_as_asked() -> None:
    queries = mix.query_mix(JUDGED, TITLES)
    assert queries == mix.query_mix(JUDGED, TITLES)
    assert queries != mix.query_mix(JUDGED, TITLES, seed=mix.SEED + 1)
    assert len(queries) == mix.SIZE
    assert all(query and len(query.split()) <= mix.WORDS_MAX for query in queries)


def test_one_query_in_ten_is_mistyped() -> None:
    judged = [f"query number {letter}" for letter in mix.LETTERS[:20]]
    queries = mix.query_mix(judged, [], size=20)
    assert sum(query != asked for query, asked in zip(queries, judged, strict=True)) == 2


@given(st.text(mix.LETTERS + " 1", min_size=1, max_size=40), st.integers())
def test_a_typo_is_one_step_away(query: str, seed: int) -> None:
    typed = mix.mistype(query, random.Random(seed))
    assert abs(len(typed) - len(query)) <= 1
    if len(typed) == len(query):
        assert sum(a != b for a, b in zip(typed, query, strict=True)) <= 2


def test_a_mix_from_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no titles"):
        mix.query_mix(JUDGED, [])


def test_judged_queries_are_distinct_and_in_order(tmp_path) -> None:
    file = tmp_path / "judgments.csv"
    file.write_text("query,docid,rating\nlaptop,1,3\nlaptop,2,0\nbag,3,1\n")
    assert mix.judged_queries(file) == ["laptop", "bag"]
    assert mix.judged_queries(tmp_path / "absent.csv") == []


WORKS = "x = 0\nwhile __import__('time').process_time() < {}: x += 1"


def test_cpu_of_children_that_ended_counts() -> None:
    grandchild = WORKS.format(0.3)
    parent = (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {grandchild!r}], check=True)\n"
        "print('done', flush=True)\nsys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        with accounting.spending({"parent": [process.pid], "nobody": []}) as spent:
            assert process.stdout.readline() == "done\n"
    finally:
        process.communicate("")
    assert spent.groups["parent"] >= 0.25
    assert spent.groups["nobody"] == 0
    assert spent.cpu == sum(spent.groups.values())
    assert 0 < spent.busy <= 1.01


def test_a_process_that_is_gone_costs_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert accounting.cpu_by_group({"gone": [process.pid]}) == {"gone": 0}
    assert accounting.pss_by_group({"gone": [process.pid]}) == {"gone": 0}


def test_pss_is_read_from_the_rollup() -> None:
    assert accounting.parse_pss("Rss: 900 kB\nPss: 12 kB\nPss_Anon: 5 kB\n") == 12 * 1024
    assert accounting.parse_pss("") == 0
    assert accounting.pss_by_group({"own": [os.getpid()]})["own"] > 1_000_000


def test_a_root_below_another_root_counts_once() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        trees = accounting.trees({"own": [os.getpid()], "child": [process.pid]})
        whole = accounting.trees({"own": [os.getpid()]})
    finally:
        process.communicate(b"")
    assert process.pid not in {member.pid for member in trees["own"]}
    assert [member.pid for member in trees["child"]] == [process.pid]
    assert process.pid in {member.pid for member in whole["own"]}


def test_a_summary_is_read_and_its_absence_is_an_error() -> None:
    summary = (
        b'noise {"http_reqs":{"values":{"count":10,"rate":5}},"http_req_failed":{"values":{"passes":1}},'
        b'"http_req_duration":{"values":{"med":1,"p(95)":2,"p(99)":3}}}'
    )
    load = parse_summary(summary, b"", 0.5)
    assert (load.requests, load.rate, load.failed, load.dropped) == (10, 5, 1, 0)
    assert (load.p50, load.p95, load.p99, load.generator_cpu_seconds) == (1, 2, 3, 0.5)
    with pytest.raises(LoadError, match="no such file"):
        parse_summary(b"", b"no such file", 0)


def test_a_row_passes_when_every_check_does() -> None:
    good = Check(what="CPU", value=1.0, unit="ms", target=1.0)
    bad = Check(what="rate", value=0.7, unit="", target=0.8, reach="at least")
    assert Measurement(checks=[good]).passed
    assert not Measurement(checks=[good, bad]).passed
    assert not Check(what="CPU", value=math.nan, unit="ms", target=1.0).passed
