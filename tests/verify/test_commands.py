"""The commands: what they print, where, and how they end."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ops.bench import registry as bench_registry
from ops.bench.row import Check, Limit, Measurement, Row
from ops.commands import bench, verify
from ops.verify import registry, runner
from tests.verify.support import Shop

BENCH_ROWS = [
    "edge-hit",
    "search",
    "listing",
    "product",
    "cart",
    "order",
    "buyers",
    "hot-sku",
    "held",
    "price-to-bucket",
    "price-to-edge",
    "import",
    "memory",
    "idle-cpu",
]


@pytest.fixture
def run_verify(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    """`techmart verify …` against the test's database, without the pause between two looks."""
    monkeypatch.setattr(runner, "SECOND_LOOK_SECONDS", 0.0)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(verify.command, arguments)

    return run


def test_json_is_all_that_stands_on_stdout(run_verify, shop: Shop) -> None:
    done = run_verify("levels", "audit-trail", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "ok": True,
        "audits": [
            {"name": "levels", "checked": 3, "violations": 0},
            {"name": "audit-trail", "checked": 0, "violations": 0},
        ],
    }
    assert done.stderr == ""


def test_a_violation_is_counted_shown_on_stderr_and_ends_with_1(run_verify, shop: Shop) -> None:
    shop.run("UPDATE stock_level SET on_hand = 99 WHERE sku = 'SKU-1'")
    done = run_verify("levels", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "ok": False,
        "audits": [{"name": "levels", "checked": 3, "violations": 1}],
    }
    assert "SKU-1@main#0" in done.stderr


def test_the_table_names_what_was_proved(run_verify, shop: Shop) -> None:
    done = run_verify("levels")
    assert done.exit_code == 0
    assert "levels" in done.stdout
    assert "0" in done.stdout


def test_repair_is_said(run_verify, shop: Shop) -> None:
    shop.run("UPDATE price SET amount_minor = 5 WHERE sku = 'SKU-1'")
    done = run_verify("read-tables", "--repair")
    assert done.exit_code == 1
    assert "repair: " in done.stderr


def test_an_unknown_name_is_named_with_those_there_are(run_verify) -> None:
    done = run_verify("levels", "nonsense")
    assert done.exit_code == 2
    assert "nonsense" in done.stderr
    assert all(audit.name in done.stderr for audit in registry.AUDITS)


def test_audits_are_listed(run_verify) -> None:
    done = run_verify("--list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == [audit.name for audit in registry.AUDITS]


def test_bench_rows_are_listed() -> None:
    done = CliRunner().invoke(bench.command, ["--list"])
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == BENCH_ROWS


def test_an_unknown_row_is_named() -> None:
    done = CliRunner().invoke(bench.command, ["nonsense"])
    assert done.exit_code == 2
    assert "nonsense" in done.stderr
    assert "edge-hit" in done.stderr


def test_bench_without_a_stack_says_so(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHMART_HOME", str(tmp_path))
    done = CliRunner().invoke(bench.command, ["memory"])
    assert done.exit_code == 2
    assert "no stack runs" in done.stderr


def measured(value: float) -> Row:
    check = Check(what="CPU", value=value, unit="ms", target=1.0)
    answer = Measurement(checks=[check], limits=[Limit(what="alone", value=0.5, unit="ms")], notes=["a note"])
    return Row("made-up", "what a test measures", lambda _: answer)


@pytest.mark.parametrize(("value", "status", "mark"), [(0.7, 0, "✓"), (1.2, 1, "✗")])
def test_bench_prints_a_table_writes_a_file_and_ends_with_the_verdict(
    tmp_path, monkeypatch: pytest.MonkeyPatch, value: float, status: int, mark: str
) -> None:
    (tmp_path / "stack.json").write_text('{"env": {}}')
    monkeypatch.setenv("TECHMART_HOME", str(tmp_path))
    monkeypatch.setattr(bench_registry, "ROWS", (measured(value),))
    done = CliRunner().invoke(bench.command, ["made-up"])
    assert done.exit_code == status
    assert mark in done.stdout
    assert "a note" in done.stdout
    (file,) = (tmp_path / "bench").glob("*.json")
    (row,) = json.loads(file.read_text())["rows"]
    assert (row["name"], row["passed"], row["checks"][0]["value"]) == ("made-up", status == 0, value)
    assert row["limits"] == [{"what": "alone", "value": 0.5, "unit": "ms"}]
