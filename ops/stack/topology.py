"""What a stack consists of, in the order it starts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from kernel import settings
from ops.stack import components, pooler, procfile
from ops.stack.errors import StackError
from ops.stack.home import Home, servant_ids
from ops.stack.ports import Ports, require_free
from ops.stack.postgres import Postgres
from ops.stack.process import Spec
from ops.stack.secrets import owner_password, secret, signing_key

BUCKET = "catalogue"
ACCESS_KEY = "techmart"
STORE_PORTS = ("s3", "master", "volume", "filer", "admin")
PRIMARY, REPLICA = "techmart", "techmart_replica"
"""Names of the databases at the pooler."""


class Topology:
    """Ports, settings and commands of one stack."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.edge_port = edge_port()
        require_free(self.edge_port)
        self.ports = Ports(home.root / "ports.json")
        self.primary = Postgres(home, "postgres-primary", self.ports.port("postgres-primary"), "192MB")
        self.replica = Postgres(home, "postgres-replica", self.ports.port("postgres-replica"), "96MB")
        self.passwords = {role: secret(home, f"postgres-{role}") for role in ("techmart", "replicator")}
        self.pooler = pooler.program()
        self.owner_password, self.first_start = owner_password(home)
        self.env = self._environment()
        _require_usable(self.env)
        self.applications = [
            spec for _, spec in procfile.instances(home.checkout / "Procfile", self.env, self.ports.port)
        ]

    def _environment(self) -> dict[str, str]:
        port, home = self.ports.port, self.home
        database = f"postgresql://techmart:{self.passwords['techmart']}@127.0.0.1:{{}}/{{}}"
        direct = database.format(self.primary.port, "techmart")
        own = {
            "TECHMART_HOME": str(home.root),
            "TECHMART_PORT": str(self.edge_port),
            "TECHMART_DATABASE_URL": direct,
            "TECHMART_DATABASE_DIRECT_URL": direct,
            "TECHMART_DATABASE_READ_URL": database.format(self.replica.port, "techmart"),
            "TECHMART_BROKER_URL": f"redis://127.0.0.1:{port('valkey-broker')}/0",
            "TECHMART_CACHE_URL": f"redis://127.0.0.1:{port('valkey-cache')}/0",
            "TECHMART_S3_ENDPOINT": f"http://127.0.0.1:{port('s3', twin=True)}",
            "TECHMART_S3_BUCKET": BUCKET,
            "TECHMART_S3_ACCESS_KEY": ACCESS_KEY,
            "TECHMART_S3_SECRET_KEY": secret(home, "s3"),
            "TECHMART_S3_REGION": "us-east-1",
            "TECHMART_CDN": "local",
            "TECHMART_EDGE_URL": f"http://127.0.0.1:{self.edge_port}",
            "TECHMART_EDGE_PURGE_SECRET": secret(home, "edge-purge"),
            "TECHMART_JWT_KEY": str(signing_key(home)),
            "TECHMART_TOKEN_SECRET": secret(home, "token"),
            "TECHMART_WRITE_PORT": str(port("write-api")),
            "TECHMART_READ_PORT": str(port("read-api")),
            "TECHMART_SEARCH_DIR": str(home.root / "search"),
        }
        if self.has_sandboxes:
            own |= {
                "TECHMART_SANDBOX_URL": f"http://127.0.0.1:{port('sandbox-gateway')}",
                "TECHMART_SANDBOX_KEY": f"sk_test_{secret(home, 'sandbox-key')}",
                "TECHMART_SANDBOX_WEBHOOK_SECRETS": f"whsec_{secret(home, 'sandbox-webhook')}",
            }
        given = {name: value for name, value in os.environ.items() if name not in own}
        given.setdefault("TECHMART_ENV", "demo")
        if self.pooler:
            own["TECHMART_DATABASE_URL"] = database.format(port("pooler"), PRIMARY)
            own["TECHMART_DATABASE_READ_URL"] = database.format(port("pooler"), REPLICA)
            given.setdefault("TECHMART_DATABASE_PREPARE", "none")
        return {**given, **own}

    def databases(self) -> tuple[Postgres, Postgres]:
        return self.primary, self.replica

    def poolers(self) -> list[Spec]:
        """What stands before the databases, where it is asked for."""
        if self.pooler is None:
            return []
        port, servers = self.ports.port("pooler"), {PRIMARY: self.primary.port, REPLICA: self.replica.port}
        return [pooler.spec(self.home, self.pooler, port, servers, self.passwords["techmart"])]

    def valkeys(self) -> list[Spec]:
        """The broker loses at most a second of wake-ups; the cache forgets what is used least."""
        keep = (
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--maxmemory",
            "256mb",
            "--maxmemory-policy",
            "noeviction",
        )
        forget = ("--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru")
        return [
            components.valkey(self.home, "valkey-broker", self.ports.port("valkey-broker"), *keep),
            components.valkey(self.home, "valkey-cache", self.ports.port("valkey-cache"), *forget),
        ]

    def store(self) -> Spec:
        ports = {name: self.ports.port(name, twin=True) for name in STORE_PORTS}
        return components.seaweedfs(self.home, ports, BUCKET, ACCESS_KEY, secret(self.home, "s3"))

    @property
    def has_sandboxes(self) -> bool:
        """Production speaks to the services themselves."""
        return os.environ.get("TECHMART_ENV") != "production"

    def sandboxes(self) -> list[Spec]:
        """What stands in for services of others."""
        return [components.sandbox_gateway(self.home, self.env)] if self.has_sandboxes else []

    def edge(self) -> Spec:
        """The edge, its configuration rendered for these ports."""
        from edge.nginx.config import NginxConfig, render

        folder = self.home.data / "edge"
        folder.mkdir(exist_ok=True)
        if ids := servant_ids():
            os.chown(folder, *ids)
        config = NginxConfig(
            listen_port=self.edge_port,
            home=str(folder),
            s3_address=self.env["TECHMART_S3_ENDPOINT"].removeprefix("http://"),
            s3_bucket=BUCKET,
            write_api=f"127.0.0.1:{self.env['TECHMART_WRITE_PORT']}",
            read_api=f"127.0.0.1:{self.env['TECHMART_READ_PORT']}",
            purge_secret=self.env["TECHMART_EDGE_PURGE_SECRET"],
            user="nobody nogroup" if servant_ids() else None,
            locales=tuple(self.env.get("TECHMART_LOCALES", "en-us,de-de").split(",")),
            ready_file=str(self.home.ready_file),
            limits=self.env.get("TECHMART_LIMITS", "demo") == "on",
        )
        for name, text in render(config).items():
            (folder / name).write_text(text)
        return components.nginx(self.home, self.edge_port)

    def write_environment(self) -> None:
        """Leave the settings where commands started by hand find them."""
        own = {name: value for name, value in self.env.items() if name.startswith("TECHMART_")}
        write_private(self.home.stack_file, {"env": own})


def write_private(file: Path, content: dict[str, Any]) -> None:
    """Replace a JSON file at once, readable by its owner alone."""
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(content, out, indent=1)
    new.replace(file)


def _require_usable(env: Mapping[str, str]) -> None:
    """Name every wrong setting before anything is started, not process by process."""
    concerns = [kind for kind in vars(settings).values() if isinstance(kind, type) and issubclass(kind, Struct)]
    settings.load(*(kind for kind in concerns if kind is not Struct), env=env)


def edge_port() -> int:
    """The edge's port as set, 8080 by default; `StackError` for what is none."""
    raw = os.environ.get("TECHMART_PORT", "8080")
    if not raw.isdigit() or not 1 <= int(raw) <= 65535:
        raise StackError(f"TECHMART_PORT={raw!r} is not a port")
    return int(raw)
