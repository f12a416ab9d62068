"""`techmart openapi`: one OpenAPI document of both APIs."""

from __future__ import annotations

import sys
from typing import Any

import click
import msgspec

from read_side.docs.routes import DOCUMENT


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the document is stale.")
def command(check: bool) -> None:
    """Write the merged OpenAPI 3.1 document that the read API serves."""
    made = merged()
    if check and (not DOCUMENT.exists() or DOCUMENT.read_bytes() != made):
        click.echo(f"{DOCUMENT} is stale; run techmart openapi", err=True)
        sys.exit(1)
    if not check:
        DOCUMENT.write_bytes(made)
        click.echo(f"wrote {DOCUMENT}")


def merged() -> bytes:
    """Both applications' documents as one: the method decides which side answers."""
    from read_side.app import app as read_app
    from write_side.app import app as write_app

    read: dict[str, Any] = read_app.openapi_schema.to_schema()
    write: dict[str, Any] = write_app.openapi_schema.to_schema()
    paths: dict[str, Any] = {}
    for path in sorted({*read["paths"], *write["paths"]}):
        paths[path] = {**read["paths"].get(path, {}), **write["paths"].get(path, {})}
    components = {**read.get("components", {}).get("schemas", {}), **write.get("components", {}).get("schemas", {})}
    document = {
        "openapi": read["openapi"],
        "info": {"title": "TechMart API", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components},
    }
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=1) + b"\n"
