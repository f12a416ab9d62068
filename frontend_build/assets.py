"""The front end's files as the bucket holds them."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path

from frontend_build.render import DIST

STATIC_PAGES = ("search", "not-found")
"""Pages without a document, rendered once a locale."""


def assets(dist: Path = DIST) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and content type of each hashed file."""
    for path in sorted((dist / "assets").iterdir()):
        kind = (
            "text/javascript"
            if path.suffix == ".js"
            else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        yield path.name, path.read_bytes(), f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
