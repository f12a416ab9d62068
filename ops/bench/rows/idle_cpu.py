"""CPU of the stack while nobody asks for anything."""

from __future__ import annotations

import time
from typing import Final

from ops.bench.accounting import spending
from ops.bench.context import BenchContext
from ops.bench.row import Check, Measurement, Row

IDLE_SECONDS: Final = 20
LARGEST_SHOWN: Final = 6


def run(context: BenchContext) -> Measurement:
    """Per cent of one core over twenty quiet seconds, the busiest processes named."""
    quiet = context.settle()
    with spending(context.processes()) as spent:
        time.sleep(IDLE_SECONDS)
    shares = {name: cpu / spent.seconds * 100 for name, cpu in spent.groups.items()}
    busiest = sorted(shares.items(), key=lambda item: -item[1])[:LARGEST_SHOWN]
    return Measurement(
        checks=[Check(what="CPU", value=sum(shares.values()), unit="% of one core", target=15)],
        figures={f"{name} %": share for name, share in busiest},
        notes=[] if quiet else ["deliveries were still being made: not idle"],
    )


ROW = Row("idle-cpu", "CPU of the whole stack at rest", run)
