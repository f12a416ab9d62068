"""Feeds and the command that takes them in."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.support.stack import COMMAND, Stack


def run_import(
    stack: Stack, folder: Path, *arguments: str, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, **stack.env}
    return subprocess.run(
        [COMMAND, "import", "--no-wait", *arguments],
        env=env,
        cwd=folder,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )


def row(number: int, tag: str, **changes: Any) -> dict[str, Any]:
    return {
        "sku": f"IMP-{tag}-{number}",
        "title": f"Import {tag} {number}",
        "brand": "Acme",
        "category": "Parts > Small",
        "price": 1000 + number,
        **changes,
    }


def lines(*records: Any) -> bytes:
    return (
        b"\n".join(record if isinstance(record, bytes) else json.dumps(record).encode() for record in records) + b"\n"
    )
