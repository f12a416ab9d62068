"""A real store, a real nginx, and an origin whose answers a test chooses."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import urllib3

from edge.nginx.config import NginxConfig, render
from ops.stack.components import nginx, seaweedfs
from ops.stack.ports import Ports
from ops.stack.process import Spec
from ops.stack.topology import STORE_PORTS

SECRET = "a-purge-secret-of-the-tests"
BUCKET = "catalogue"


def until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Ask again and again until it holds or the time is over."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        pause.wait(0.05)


@contextmanager
def running(spec: Spec, log: Path) -> Iterator[None]:
    """The server of a spec, ready, and ended afterwards."""
    with (
        log.open("wb") as out,
        subprocess.Popen(spec.command, env=dict(spec.env), stdout=out, stderr=out) as process,
    ):
        try:
            until(lambda: process.poll() is not None or spec.ready(), f"{spec.name} ready")
            assert process.poll() is None, log.read_text()[-2000:]
            yield
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def store_server(folder: Path) -> Iterator[int]:
    """SeaweedFS; gives its S3 port."""
    ports = Ports(folder / "ports.json")
    numbers = {name: ports.port(name, twin=True) for name in STORE_PORTS}
    spec = seaweedfs(SimpleNamespace(root=folder), numbers, BUCKET, "techmart", "secret-of-the-store")  # type: ignore[arg-type]
    with running(spec, folder / "seaweedfs.log"):
        yield numbers["s3"]


@dataclass
class Origin:
    """Answers what it is told to, first the `queue` in turn, and counts who asked."""

    queue: list[tuple[int, bytes]] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    gate: threading.Event = field(default_factory=threading.Event)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0

    def reset(self) -> None:
        self.status, self.headers, self.body = 200, {}, b"{}"
        for kept in (self.queue, self.seen, self.bodies):
            kept.clear()
        self.gate.set()

    def asked(self, path: str) -> Counter[str]:
        """How often each method asked for this address."""
        return Counter(method for method, asked, _ in self.seen if asked == path)


@contextmanager
def origin_server() -> Iterator[Origin]:
    origin = Origin()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            origin.bodies.append(self.rfile.read(length))
            origin.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            origin.gate.wait(10)
            status, body = origin.queue.pop(0) if origin.queue else (origin.status, origin.body)
            self.send_response(status)
            for name, value in origin.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer

        def log_message(self, *_: object) -> None:
            """Quiet: the tests ask `seen`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        origin.port = server.server_address[1]
        origin.reset()
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield origin
        finally:
            server.shutdown()
            thread.join()


def name() -> str:
    """Of an object that no other test knows."""
    return uuid.uuid4().hex


class Edge:
    """A client of one nginx; it follows nothing and retries nothing."""

    def __init__(self, port: int, folder: Path) -> None:
        self.url, self.port, self.folder = f"http://127.0.0.1:{port}", port, folder
        self._pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=40, retries=False, timeout=15)

    def __call__(self, method: str, path: str, body: bytes | None = None, **headers: str) -> urllib3.BaseHTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._pool.urlopen(method, path, body=body, headers=named, redirect=False)

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        return self("GET", path, **headers)

    def raw(self, head: str) -> tuple[HTTPResponse, bytes]:
        """Send these lines, each ended; the answer and its body."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
            answer = HTTPResponse(connection)
            answer.begin()
            return answer, answer.read()

    def close(self) -> None:
        self._pool.close()


@contextmanager
def edge_server(folder: Path, s3: str, api: str) -> Iterator[Edge]:
    """nginx with our configuration before a store and an API."""
    home = folder / "edge"
    home.mkdir()
    home.chmod(0o777)
    port = Ports(folder / "ports-of-edge.json").port("edge")
    user = "nobody nogroup" if os.geteuid() == 0 else None
    config = NginxConfig(port, str(home), s3, BUCKET, api, api, SECRET, user, ("en-us", "de-de"), str(home / "ready"))
    for name, text in render(config).items():
        (home / name).write_text(text)
    with running(nginx(SimpleNamespace(data=folder), port), folder / "nginx.log"):  # type: ignore[arg-type]
        edge = Edge(port, home)
        try:
            yield edge
        finally:
            edge.close()
