"""Settings of the payment sandbox: the shop's own variables, seen from the other side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from kernel.settings import Port, Secret, Text


class GatewaySettings(Struct, frozen=True):
    """Where it listens, who may ask, where its ledger lies, and whom it tells."""

    home: Text
    sandbox_url: Annotated[str, Meta(pattern=r"^http://[^/:]+:\d+$")]
    sandbox_key: Secret
    sandbox_webhook_secrets: tuple[Secret, ...]
    write_port: Port

    @property
    def port(self) -> int:
        """The port of its own address."""
        return urlsplit(self.sandbox_url).port or 80

    @property
    def ledger(self) -> Path:
        """The file of its ledger."""
        return Path(self.home) / "sandbox-gateway" / "ledger.sqlite3"

    @property
    def webhook_url(self) -> str:
        """The shop's address for its events."""
        return f"http://127.0.0.1:{self.write_port}/api/v1/webhooks/sandbox"
