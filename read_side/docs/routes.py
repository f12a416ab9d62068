"""One OpenAPI document of both APIs, and a page that shows it."""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Response, route

from read_side.catalog.routes import READS

DOCUMENT: Final = Path(__file__).with_name("openapi.json")
"""Written by `techmart openapi` from both applications; a test fails when it is stale."""

_HEADERS: Final = {"cache-control": "public, max-age=0, s-maxage=60"}


@cache
def document() -> bytes:
    """The merged document as written."""
    return DOCUMENT.read_bytes()


@route("/openapi.json", http_method=READS, include_in_schema=False, sync_to_thread=False, media_type="application/json")
def get_openapi() -> Response[bytes]:
    return Response(document(), media_type="application/json", headers=_HEADERS)


@route("/docs", http_method=READS, include_in_schema=False, sync_to_thread=False, media_type="text/html")
def get_docs() -> Response[bytes]:
    return Response(page(), media_type="text/html; charset=utf-8", headers=_HEADERS)


@cache
def page() -> bytes:
    """The document as a page that needs no script."""
    described: dict[str, Any] = msgspec.json.decode(document())
    rows = [
        _operation(method, path, operation)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    ]
    title = html.escape(described["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f'<body><main><h1>{title}</h1><p>The same as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>. Errors are '
        f"RFC 9457 problem documents with a <code>code</code>.</p>{''.join(rows)}</main></body></html>"
    ).encode()


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{html.escape(p['name'])}</code> in {html.escape(p['in'])}{', required' if p.get('required') else ''}</li>"
        for p in operation.get("parameters", [])
    )
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    shown = (
        f"<pre>{html.escape(msgspec.json.format(msgspec.json.encode(body), indent=2).decode())}</pre>" if body else ""
    )
    return (
        f"<section><h2><code>{method.upper()} {html.escape(path)}</code></h2>"
        f"<p>{html.escape(operation.get('summary', ''))}</p><ul>{parameters}</ul>{shown}</section>"
    )


ROUTES = [get_openapi, get_docs]
