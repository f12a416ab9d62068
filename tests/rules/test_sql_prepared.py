"""Each SQL statement of the project fits the migrated schema: Postgres prepares it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import psycopg
import pytest

from tests.rules.source import PARTS, ROOT

SQL_MODULE = re.compile(r"^(sql|queries)$|_(sql|queries)$")
PREPARABLE = re.compile(r"^\s*(?:--[^\n]*\n\s*)*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|VALUES)\b", re.IGNORECASE)
TEMPORARY = re.compile(r"^\s*CREATE\s+TEMP", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sbt]|%[sbt]|%%")
OTHER_SERVERS = ("ops.stack.", "migrations.", "ops.sandbox.")
"""Statements for a server being set up, before the schema exists, and for a sandbox's own SQLite."""


def modules() -> Iterator[str]:
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            if SQL_MODULE.search(path.stem) and "node_modules" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts)


def statements(module: str) -> dict[str, str]:
    loaded = vars(importlib.import_module(module))
    return {name: value for name, value in loaded.items() if name.isupper() and isinstance(value, str)}


def positional(statement: str) -> str:
    """psycopg's placeholders as Postgres's own: a name keeps its number."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        return f"${numbers.setdefault(match[1] or f'?{len(numbers)}', len(numbers) + 1)}"

    return PLACEHOLDER.sub(number, statement)


def refused(url: str, found: dict[str, str]) -> list[str]:
    """What Postgres says about statements it cannot prepare; nothing is left behind."""
    faults = []
    with psycopg.connect(url) as conn:
        for statement in found.values():
            if TEMPORARY.match(statement):
                conn.execute(statement)
        for name, statement in found.items():
            if not PREPARABLE.match(statement):
                continue
            try:
                with conn.transaction(force_rollback=True):
                    conn.execute(f"PREPARE checked AS {positional(statement)}".encode())
                    conn.execute("DEALLOCATE checked")
            except psycopg.Error as error:
                faults.append(f"{name}: {error}")
        conn.rollback()
    return faults


@pytest.mark.parametrize("module", [name for name in modules() if not name.startswith(OTHER_SERVERS)])
def test_statements_fit_the_schema(stack, module: str) -> None:
    assert refused(stack.env["TECHMART_DATABASE_DIRECT_URL"], statements(module)) == []


def test_a_misfit_is_seen(stack) -> None:
    wrong = {"WRONG": "SELECT no_such_column FROM product WHERE id = %(id)s"}
    assert "no_such_column" in refused(stack.env["TECHMART_DATABASE_DIRECT_URL"], wrong)[0]
