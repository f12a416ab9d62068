"""The audit log over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Request, Response, route
from litestar.params import QueryParameter

from kernel.auth import Principal
from kernel.clock import rfc3339
from kernel.errors import Forbidden
from kernel.web.identity import access_token
from read_side.catalog.queries import SELECT_AUDIT
from read_side.catalog.routes import READS
from read_side.services import Services

LIMIT_MAX: Final = 100
_NEWEST: Final = 2**62


async def staff(request: Any, permission: str) -> Principal:
    """The staff member asking, who must have the permission. Raises `Unauthenticated`, `Forbidden`."""
    services: Services = request.app.state.services
    session_id = services.tokens.session_of(access_token(request))
    principal = await services.sessions.find(session_id, services.database.read, services.primary.transaction)
    if not principal.is_staff:
        raise Forbidden("this is for staff")
    principal.require(permission)
    return principal


async def may_read_audit(connection: Any, _: Any) -> None:
    """A guard: permission before parameters."""
    await staff(connection, "audit.read")


@route("/admin/audit", http_method=READS, guards=[may_read_audit], summary="What staff changed, newest first")
async def get_audit(
    request: Request[Any, Any, Any],
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX)] = 50,
    before: Annotated[int, QueryParameter(ge=1)] = _NEWEST,
) -> Response[dict[str, Any]]:
    services: Services = request.app.state.services
    async with services.database.read() as conn:
        rows = await (await conn.execute(SELECT_AUDIT, {"before": before, "limit": limit})).fetchall()
    names = ("sequence", "at", "actor_id", "action", "subject", "before", "after", "request_id")
    entries = [dict(zip(names, (row[0], rfc3339(row[1]), *row[2:]), strict=True)) for row in rows]
    following = entries[-1]["sequence"] if len(entries) == limit else None
    return Response({"entries": entries, "next_before": following}, headers={"cache-control": "no-store"})


ROUTES = [get_audit]
