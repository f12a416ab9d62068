"""Running a k6 script and reading what it measured."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil

SCRIPTS: Final = Path(__file__).resolve().parent.parent / "k6"
COUNTERS: Final = ("finished", "out_of_stock", "surprises")
GRACE_SECONDS: Final = 60
"""How much longer than its load a script may take to set up and end."""


class LoadError(Exception):
    """k6 is missing, did not end in time, or ended without its figures."""


@dataclass(frozen=True)
class Load:
    """What one run of a script measured; times in milliseconds."""

    requests: int
    rate: float
    failed: int
    dropped: int
    p50: float
    p95: float
    p99: float
    from_cache: int
    generator_cpu_seconds: float
    counts: Mapping[str, int] = field(default_factory=dict)
    """A script's own counters."""


def k6_binary() -> str:
    """The k6 of this environment, else of the path."""
    beside = Path(sys.executable).parent / "k6"
    found = str(beside) if beside.is_file() else shutil.which("k6")
    if found is None:
        raise LoadError("k6 is not installed: it comes with the project's lock file")
    return found


def run_script(script: str, env: Mapping[str, str], seconds: float) -> Load:
    """Run `ops/k6/<script>` with these variables; `seconds` is how long its load lasts."""
    command = [k6_binary(), "run", "--quiet", "--no-usage-report", "--address", "", str(SCRIPTS / script)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, env={**_plain_env(), **env, "SUMMARY": "json"}, stdout=out, stderr=err)
        cpu = _wait(process, seconds + GRACE_SECONDS)
        out.seek(0)
        err.seek(0)
        return parse_summary(out.read(), err.read(), cpu)


def _plain_env() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("K6_", "TECHMART_"))}


def _wait(process: subprocess.Popen[bytes], seconds: float) -> float:
    """Wait for the generator, watching its CPU; stopped when it overstays or we are interrupted."""
    watched, cpu = psutil.Process(process.pid), 0.0
    try:
        deadline = seconds * 4
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                times = watched.cpu_times()
                cpu = times.user + times.system
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.25)
            deadline -= 1
            if deadline < 0:
                raise LoadError(f"k6 did not end within {seconds:.0f} s")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(10)
    return cpu


def parse_summary(out: bytes, err: bytes, generator_cpu_seconds: float) -> Load:
    """The figures in a script's summary."""
    try:
        metrics: dict[str, Any] = msgspec.json.decode(out[out.index(b"{") :])
    except (ValueError, msgspec.DecodeError) as error:
        raise LoadError(f"k6 gave no figures: {err.decode(errors='replace').strip()[-500:]}") from error
    duration = _values(metrics, "http_req_duration")
    requests = _values(metrics, "http_reqs")
    return Load(
        requests=int(requests.get("count", 0)),
        rate=float(requests.get("rate", 0.0)),
        failed=int(_values(metrics, "http_req_failed").get("passes", 0)),
        dropped=int(_values(metrics, "dropped_iterations").get("count", 0)),
        p50=float(duration.get("med", 0.0)),
        p95=float(duration.get("p(95)", 0.0)),
        p99=float(duration.get("p(99)", 0.0)),
        from_cache=int(_values(metrics, "from_cache").get("count", 0)),
        generator_cpu_seconds=generator_cpu_seconds,
        counts={name: int(_values(metrics, name).get("count", 0)) for name in COUNTERS},
    )


def _values(metrics: dict[str, Any], name: str) -> dict[str, Any]:
    values: dict[str, Any] = metrics.get(name, {}).get("values", {})
    return values


@contextlib.contextmanager
def json_file(value: object) -> Iterator[str]:
    """A file with this value for a script to open; gone afterwards."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(msgspec.json.encode(value))
        file.flush()
        yield file.name
