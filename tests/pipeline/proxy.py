"""A TCP proxy that refuses or delays."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit

import msgspec

from kernel.settings import StoreSettings

DELAY_SECONDS = 0.2


class Proxy:
    """Forwards to an address. `fault`: `refuse` closes each connection at once, `slow` delays every answer."""

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        self._to = (address.hostname or "", address.port or 80)
        self.fault = ""
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._pause = threading.Event()

    def settings(self, settings: StoreSettings) -> StoreSettings:
        """The store's settings, through this proxy."""
        port = self._server.getsockname()[1]
        return msgspec.structs.replace(settings, s3_endpoint=f"http://127.0.0.1:{port}")

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        for connection in [self._server, *self._open]:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                if self.fault == "refuse":
                    client.close()
                    continue
                server = socket.create_connection(self._to)
                self._open += [client, server]
                for source, target, answers in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pump, args=(source, target, answers), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers and self.fault == "slow":
                    self._pause.wait(DELAY_SECONDS)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
