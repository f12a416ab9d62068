"""A transaction-mode PgBouncer before the two databases, where `TECHMART_POOLER` names its program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ops.stack.components import listens, plain_env
from ops.stack.errors import StackError
from ops.stack.home import Home, servant_ids
from ops.stack.process import Spec

CONFIG: Final = """[databases]
{databases}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = 16
max_client_conn = 500
"""


def program() -> Path | None:
    """The pooler that is asked for, None without one; `StackError` where it is not there."""
    asked = os.environ.get("TECHMART_POOLER")
    if not asked:
        return None
    if not os.access(asked, os.X_OK) or Path(asked).is_dir():
        raise StackError(f"TECHMART_POOLER={asked} is no program")
    return Path(asked)


def spec(home: Home, command: Path, port: int, servers: Mapping[str, int], password: str) -> Spec:
    """`servers` gives the port of the Postgres behind each database name clients ask for."""
    folder = home.data / "pooler"
    folder.mkdir(mode=0o700, exist_ok=True)
    config, users = folder / "pgbouncer.ini", folder / "users.txt"
    lines = [f"{name} = host=127.0.0.1 port={behind} dbname=techmart" for name, behind in servers.items()]
    config.write_text(CONFIG.format(databases="\n".join(lines), port=port, users=users))
    users.write_text(f'"techmart" "{password}"\n')
    if ids := servant_ids():  # it refuses root
        for path in (folder, config, users):
            os.chown(path, *ids)
    return Spec("pooler", [str(command), str(config)], plain_env(), lambda: listens(port), user=ids, ports=(port,))
