"""Every failure of a request as problem+json."""

from __future__ import annotations

from typing import Any

import psycopg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from psycopg_pool import PoolTimeout, TooManyRequests

from kernel.database.retry import is_connection_lost, is_transient
from kernel.errors import FieldError, NotFound, Overloaded, ShopError, ValidationFailed

log = structlog.get_logger()
_MEDIA_TYPE = "application/problem+json"
_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}


def problem(error: ShopError) -> Response[bytes]:
    """The answer of an expected failure."""
    headers = {"cache-control": "no-store", **error.headers()}
    return Response(error.body(), status_code=error.status, media_type=_MEDIA_TYPE, headers=headers)


def on_shop_error(_: Request[Any, Any, Any], error: ShopError) -> Response[bytes]:
    return problem(error)


def on_http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if isinstance(error, ValidationException):
        return problem(_validation(error))
    if error.status_code == 400:
        return problem(ValidationFailed("the body is not valid JSON for this address"))
    if error.status_code == 404:
        return problem(NotFound())
    return problem(_plain(error.status_code, _CODES.get(error.status_code, "error"), error.detail))


def on_database_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A full pool or a database that is away is the moment's failure, not a defect."""
    busy = isinstance(error, PoolTimeout | TooManyRequests) or is_connection_lost(error) or is_transient(error)
    if busy:
        log.warning("database unavailable", error=str(error))
        return problem(Overloaded(retry_after=1))
    if isinstance(error, psycopg.DataError):
        return problem(ValidationFailed("a value cannot be stored"))
    return on_defect(request, error)


def on_defect(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Anything unexpected: logged in full, told without detail."""
    log.error("defect", exc_info=error)
    return problem(_plain(500, "internal_error", "Something went wrong on our side"))


def _plain(status_code: int, its_code: str, text: str) -> ShopError:
    class Plain(ShopError):
        code, status, title = its_code, status_code, text or its_code

    return Plain()


def _validation(error: ValidationException) -> ValidationFailed:
    found = error.extra if isinstance(error.extra, list) else []
    faults = [
        FieldError(str(item.get("key", "")), str(item.get("message", ""))) for item in found if isinstance(item, dict)
    ]
    detail = "; ".join(f"{fault.path}: {fault.message}" if fault.path else fault.message for fault in faults)
    return ValidationFailed(detail or error.detail, errors=faults)
