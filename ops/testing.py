"""Runs the tests kind by kind in one pytest process and prints the time of each kind, and the seed of what is drawn."""

from __future__ import annotations

import os
import secrets
import sys
from collections import defaultdict

import pytest


class TimePerKind:
    """Adds up set-up, call and tear-down by the folder below tests/."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.counts: dict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        parts = report.nodeid.split("/")
        kind = parts[1] if len(parts) > 2 else "other"
        self.seconds[kind] += report.duration
        self.counts[kind] += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("time per kind")
        for kind, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{seconds:8.1f} s  {self.counts[kind]:5d} tests  {kind}")


def main(arguments: list[str]) -> int:
    """The exit status of a run. TECHMART_TEST_SEED draws what an earlier run drew."""
    seed = os.environ.get("TECHMART_TEST_SEED") or str(secrets.randbelow(2**32))
    print(f"seed of what is drawn: {seed}", flush=True)
    return int(pytest.main([f"--hypothesis-seed={seed}", *(arguments or ["-q"])], plugins=[TimePerKind()]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
