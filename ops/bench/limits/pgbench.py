"""pgbench with the statements of a cart or an order: what Postgres alone can do, without a request around them.

It runs in a database of its own on the stack's primary, migrated like the shop's and dropped afterwards.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from migrations.runner import migrate
from ops.bench.accounting import spending
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.limits import pgbench_sql as sql
from ops.bench.row import Limit, RowUnavailableError
from ops.stack.home import open_home
from ops.stack.postgres import Postgres

SCRATCH: Final = "techmart_bench"
CLIENTS: Final = 8
SECONDS: Final = 5
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")
TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
TRANSACTIONS: Final = re.compile(r"actually processed: (\d+)")


def pgbench(context: BenchContext, what: str, statements: Sequence[str]) -> list[Limit]:
    """Run these statements by pgbench, prepared; rate and Postgres' CPU of one run through them."""
    server = _primary(context)
    with _scratch_database(context, server) as url, tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(render(statements))
        script.flush()
        groups = {name: pids for name, pids in context.processes().items() if name == "postgres-primary"}
        with spending(groups) as spent:
            told = _run(server, url, script.name)
    done = TRANSACTIONS.search(told)
    rate = TPS.search(told)
    if rate is None or done is None:
        raise RowUnavailableError(f"pgbench gave no figures: {told[-300:]}")
    return [
        Limit(what=f"pgbench, the statements of {what}", value=float(rate[1]), unit="/s"),
        Limit(what="the same, Postgres' CPU", value=per_unit_ms(spent.cpu, int(done[1])), unit="ms"),
    ]


def render(statements: Sequence[str]) -> str:
    """Our statements as a script of pgbench's: `%(name)s` becomes a constant or the script's variable of that name."""
    return "\n".join([sql.VARIABLES, *map(_line, statements)])


def _line(statement: str) -> str:
    return PLACEHOLDER.sub(lambda found: sql.CONSTANTS.get(found[1], f":{found[1]}"), statement).strip() + ";"


def _primary(context: BenchContext) -> Postgres:
    port = urlsplit(context.env["TECHMART_DATABASE_DIRECT_URL"]).port
    if port is None:
        raise RowUnavailableError("the primary's address has no port")
    return Postgres(open_home(context.home), "postgres-primary", port, "192MB")


@contextlib.contextmanager
def _scratch_database(context: BenchContext, server: Postgres) -> Iterator[str]:
    with server.connect() as conn:
        conn.execute(sql.DROP_SCRATCH)
        conn.execute(sql.CREATE_SCRATCH)
    url = context.env["TECHMART_DATABASE_DIRECT_URL"].rsplit("/", 1)[0] + f"/{SCRATCH}"
    try:
        migrate(url)
        with server.connect(SCRATCH) as conn:
            for statement in sql.FILL:
                conn.execute(statement)
        yield url
    finally:
        with server.connect() as conn:
            conn.execute(sql.DROP_SCRATCH)


def _run(server: Postgres, url: str, script: str) -> str:
    command = [
        str(Path(server.bin) / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=1",
        f"--time={SECONDS}", f"--file={script}", url,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS + 60)
    if done.returncode:
        raise RowUnavailableError(f"pgbench: {done.stderr.strip()[-300:]}")
    return done.stdout
