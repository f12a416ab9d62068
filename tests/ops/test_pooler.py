"""A transaction-mode pooler before the databases, where one is installed; elsewhere the sentence that says so."""

from __future__ import annotations

from pathlib import Path

import httpx
import psutil

from tests.conftest import SETTINGS
from tests.ops.support import sentence
from tests.support.stack import Stack, free_port, launch


def test_a_pooler_that_is_not_there(home: Path, settings: dict[str, str]) -> None:
    stack = launch(home, free_port(), {**settings, "TECHMART_POOLER": "/nowhere/pgbouncer"})
    assert sentence(stack) == "techmart: TECHMART_POOLER=/nowhere/pgbouncer is no program"


if SETTINGS["TECHMART_POOLER"]:

    def test_apis_and_workers_reach_the_databases_through_it(stack: Stack) -> None:
        httpx.post(f"{stack.env['TECHMART_EDGE_URL']}/api/v1/carts", json={}).raise_for_status()
        httpx.get(f"{stack.env['TECHMART_EDGE_URL']}/api/v1/products").raise_for_status()
        ports = stack.ports
        direct = {ports["postgres-primary"], ports["postgres-replica"]}
        asked = {
            name: _asked(pid) for name, pid in stack.pids().items() if name.startswith(("write", "read", "worker"))
        }
        assert {"write-api", "read-api"} <= {name for name, found in asked.items() if ports["pooler"] in found}
        assert {name: found & direct for name, found in asked.items() if found & direct} == {}


def _asked(pid: int) -> set[int]:
    """Ports that a process and its children are connected to."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return {found.raddr.port for process in family for found in process.net_connections("tcp") if found.raddr}
