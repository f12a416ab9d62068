"""The application factory of both APIs."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import psycopg
from litestar import Litestar, Response, Router, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg_pool import PoolTimeout, TooManyRequests

from kernel import tracing
from kernel.errors import Overloaded, ShopError
from kernel.telemetry import configure_logging
from kernel.web.body import StrictRequest
from kernel.web.middleware import observe
from kernel.web.problems import on_database_error, on_defect, on_http_error, on_shop_error, problem

BODY_BYTES_MAX = 1_000_000
COLLECT_AFTER = (20_000, 50, 100)
"""New containers between garbage collections; at the default of 700 they took an eighth of a search."""

Lifespan = Callable[[State], AbstractAsyncContextManager[None]]
Ready = Callable[[State], Awaitable[bool]]


class Api(Litestar):
    """An API that observes every request, also those that no route takes."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await observe(super().__call__, scope, receive, send)


def create_app(
    title: str,
    handlers: Sequence[ControllerRouterHandler],
    lifespan: Lifespan,
    ready: Ready,
    pages: Sequence[ControllerRouterHandler] = (),
) -> Api:
    """An API below /api/v1 with health and metrics beside it, and `pages` that are no API.

    `lifespan` fills the state at start and clears it at the end; `ready` says whether requests can be served.
    """

    @asynccontextmanager
    async def run(app: Litestar) -> AsyncIterator[None]:
        configure_logging()
        async with lifespan(app.state):
            # What was made by now lives as long as the process: no collection looks at it again.
            gc.freeze()
            gc.set_threshold(*COLLECT_AFTER)
            yield
        tracing.stop()

    @get("/health/live", include_in_schema=False, sync_to_thread=False)
    def live() -> dict[str, str]:
        return {"status": "live"}

    @get("/health/ready", include_in_schema=False)
    async def is_ready(state: State) -> Response[Any]:
        if await ready(state):
            return Response({"status": "ready"})
        return problem(Overloaded("not ready yet", retry_after=1))

    @get("/metrics", include_in_schema=False, sync_to_thread=False)
    def metrics() -> Response[bytes]:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Api(
        [live, is_ready, metrics, *pages, Router("/api/v1", route_handlers=handlers)],
        lifespan=[run],
        exception_handlers={
            ShopError: on_shop_error,
            HTTPException: on_http_error,
            psycopg.Error: on_database_error,
            PoolTimeout: on_database_error,
            TooManyRequests: on_database_error,
            500: on_defect,
        },
        request_class=StrictRequest,
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=OpenAPIConfig(title=title, version="1", path="/schema", render_plugins=[]),
        logging_config=None,
    )
