"""What tests of the stack's life look at."""

from __future__ import annotations

import psutil

from tests.support.polling import eventually
from tests.support.stack import Stack

SERVERS = {
    "postgres-primary",
    "postgres-replica",
    "valkey-broker",
    "valkey-cache",
    "seaweedfs",
    "sandbox-gateway",
    "nginx",
}


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def gone(pids: dict[str, int]) -> bool:
    return not any(alive(pid) for pid in pids.values())


def sentence(stack: Stack) -> str:
    """What a stack that cannot start says."""
    stack.process.wait(60)
    said = eventually(lambda: [line for line in stack.lines if line.startswith("techmart: ")], "a sentence")
    assert len(said) == 1
    assert not any("Traceback" in line for line in stack.lines)
    return said[0]
