"""SQL stands in named constants of files named for it, and only one place commits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from tests.rules.source import Source, sources

SQL_FILES = re.compile(r"(^|/)(sql|queries)\.py$|_sql\.py$|_queries\.py$|/(sql|queries)/")
STATEMENT = re.compile(
    r"^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s*\(|CREATE\s+(TABLE|INDEX|ROLE|DATABASE)\s|ALTER\s+(TABLE|ROLE|SYSTEM)\s|COPY\s+\w)"
)
SESSION_STATE = re.compile(
    r"\b(LISTEN|UNLISTEN|NOTIFY)\s+\w|\bpg_(try_)?advisory_(lock|unlock)|\A\s*SET\s+(?!LOCAL)\w+\s*(=|TO)\s|;\s*SET\s+(?!LOCAL)\w+\s*(=|TO)\s|\bDISCARD ALL\b|\bDEALLOCATE\b|\bWITH HOLD\b|\bset_config\([^()]*,\s*false\s*\)",
    re.MULTILINE,
)
ENDS_A_TRANSACTION = {"commit", "rollback"}
COMMITS_HERE = ("kernel/database/", "migrations/runner.py")
SETS_UP_SERVERS = ("ops/stack/",)


def texts(source: Source) -> Iterator[tuple[int, str]]:
    """Line and value of each string that is not a docstring."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def misplaced_sql(files: Iterable[Source]) -> list[str]:
    return [
        f"{file.path}:{line}: name this statement in a file sql.py or queries.py beside it"
        for file in files
        if not SQL_FILES.search(file.path)
        for line, text in texts(file)
        if STATEMENT.match(text)
    ]


def session_state(files: Iterable[Source]) -> list[str]:
    return [
        f"{file.path}:{line}: behind a transaction-mode pooler this reaches another session; use SET LOCAL, "
        "set_config(…, true) or pg_advisory_xact_lock"
        for file in files
        if not file.path.startswith(SETS_UP_SERVERS)
        for line, text in texts(file)
        if SESSION_STATE.search(text)
    ]


def commits(files: Iterable[Source]) -> list[str]:
    return [
        f"{file.path}:{node.lineno}: open a transaction() of kernel.database instead of calling {node.func.attr}()"
        for file in files
        if not file.path.startswith(COMMITS_HERE)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ENDS_A_TRANSACTION
        and "conn" in ast.unparse(node.func.value)
    ]


def test_sql_stands_in_its_files() -> None:
    assert misplaced_sql(sources()) == []


def test_no_session_state() -> None:
    assert session_state(sources()) == []


def test_one_place_commits() -> None:
    assert commits(sources()) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (misplaced_sql, 'q = "SELECT 1 FROM product"'),
        (misplaced_sql, 'q = """\n  INSERT INTO product VALUES (1)"""'),
        (session_state, 'q = "LISTEN outbox"'),
        (session_state, 'q = "SET statement_timeout = 5"'),
        (session_state, 'q = "SELECT pg_advisory_lock(1)"'),
        (session_state, """q = "SELECT set_config('lock_timeout', '5s', false)\""""),
        (commits, "conn.commit()"),
    ],
)
def test_a_breach_is_seen(rule, text: str) -> None:
    assert rule([Source("read_side/x.py", text)])


@pytest.mark.parametrize(
    "text",
    [
        'q = "SET LOCAL lock_timeout = 5"',
        'q = "SELECT pg_advisory_xact_lock(1)"',
        """q = "SELECT set_config('lock_timeout', '5s', true)\"""",
    ],
)
def test_what_a_transaction_keeps_to_itself_is_allowed(text: str) -> None:
    assert session_state([Source("read_side/sql.py", text)]) == []
