"""A sandbox of a test's own: its process, the shop it tells its events to, and an adapter to ask it with."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import msgspec

from tests.support.polling import eventually
from tests.support.stack import free_port
from write_side.payments.gateways.protocol import Charge, GatewayEvent
from write_side.payments.gateways.stripe import StripeGateway

T = TypeVar("T")
KEY = "sk_test_0123456789abcdef"
SECRET = "whsec_0123456789abcdef"
OLDER_SECRET = "whsec_fedcba9876543210"
SHOP = "http://127.0.0.1:8080"


@dataclass
class Told:
    """A webhook as it came, and the status it was answered with."""

    body: bytes
    signature: str
    status: int

    @property
    def type(self) -> str:
        return str(msgspec.json.decode(self.body)["type"])


class Listener:
    """An HTTP server that keeps what it is sent, and answers as it is told to."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.status = 200
        self.answer = b"{}"
        keep = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status = keep.status
                keep.told.append(Told(body, self.headers.get("stripe-signature", ""), status))
                self.send_response(status)
                self.send_header("content-length", str(len(keep.answer)))
                self.end_headers()
                self.wfile.write(keep.answer)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def types(self) -> list[str]:
        return [told.type for told in self.told]


@dataclass
class Sandbox:
    """The gateway's process, its settings and its shop."""

    home: Path
    shop: Listener
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "TECHMART_HOME": str(self.home),
            "TECHMART_SANDBOX_URL": self.url,
            "TECHMART_SANDBOX_KEY": KEY,
            "TECHMART_SANDBOX_WEBHOOK_SECRETS": f"{OLDER_SECRET},{SECRET}",
            "TECHMART_WRITE_PORT": str(self.shop.port),
        }

    def start(self) -> Sandbox:
        self.process = subprocess.Popen([sys.executable, "-m", "ops.sandbox.gateway"], env=self.env)
        eventually(self._ready, "the sandbox to be ready")
        return self

    def end(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(10)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready").status_code == 200
        except httpx.HTTPError:
            return False

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, auth=(KEY, ""), timeout=10)

    def ledger(self) -> list[dict[str, Any]]:
        """Its books."""
        with self.client() as client:
            text = client.get("/sandbox/ledger").raise_for_status().text
        return [msgspec.json.decode(line) for line in text.splitlines()]

    def entry(self, charge: Charge) -> dict[str, Any]:
        """What its books say of an order; there must be one entry."""
        (found,) = [line for line in self.ledger() if line["metadata"]["order_id"] == str(charge.order_id)]
        return found

    def ask(self, work: Callable[[StripeGateway], Awaitable[T]], timeout_seconds: float = 5.0) -> T:
        """Let an adapter do something with it."""
        return ask(adapter(self.url, timeout_seconds), work)

    def heard(self, type_: str, charge: Charge, gateway_id: str) -> GatewayEvent:
        """The first event of a type about a charge, read by an adapter, once it has come."""

        def look() -> GatewayEvent | None:
            told = [told for told in list(self.shop.told) if told.type == type_]
            events = (adapter(self.url).read_event(t.body, t.signature) for t in told)
            return next((e for e in events if e.order_id == charge.order_id or e.gateway_id == gateway_id), None)

        return eventually(look, type_)


def adapter(
    url: str, timeout_seconds: float = 5.0, key: str = KEY, secrets: tuple[str, ...] = (SECRET,)
) -> StripeGateway:
    return StripeGateway("sandbox", key, secrets, timeout_seconds, url=url)


def ask(gateway: StripeGateway, work: Callable[[StripeGateway], Awaitable[T]]) -> T:
    async def run() -> T:
        try:
            return await work(gateway)
        finally:
            await gateway.close()

    return asyncio.run(run())


def charge_of(
    token: str, *, order_id: UUID | None = None, amount: int = 12999, return_url: str = f"{SHOP}/en-us/checkout/return"
) -> Charge:
    """A first attempt to pay a new order."""
    return Charge(
        order_id=order_id or uuid4(),
        order_number="TM-100001",
        attempt=1,
        amount_minor=amount,
        currency="USD",
        source=token,
        email="ada@example.com",
        return_url=return_url,
    )
