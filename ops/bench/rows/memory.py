"""Memory of the whole stack."""

from __future__ import annotations

from typing import Final

from ops.bench.accounting import pss_by_group
from ops.bench.context import BenchContext
from ops.bench.row import Check, Measurement, Row, RowUnavailableError

GIGABYTE: Final = 1e9
LARGEST_SHOWN: Final = 5


def run(context: BenchContext) -> Measurement:
    """PSS of every process, the largest named."""
    by_name = {name: size / GIGABYTE for name, size in pss_by_group(context.processes()).items()}
    total = sum(by_name.values())
    if not total:
        raise RowUnavailableError("this user may not read the memory of the stack's processes")
    largest = sorted(by_name.items(), key=lambda item: -item[1])[:LARGEST_SHOWN]
    return Measurement(
        checks=[Check(what="PSS", value=total, unit="GB", target=2.5)],
        figures={f"{name} GB": value for name, value in largest},
    )


ROW = Row("memory", "PSS over all processes of the stack", run)
