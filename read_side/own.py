"""Reading one's own records: carts, orders, profiles. They have no projection; their rows are read as they are.

The replica answers when it has what the Consistency-Token names, waited for at most 300 ms; else the primary does. A record
that the replica does not have may have been made a moment ago: the primary is asked before anyone is told there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request

from kernel.consistency import HEADER
from kernel.database import ReadConnection
from kernel.errors import Unauthenticated
from kernel.shopper import Shopper, shown_token, shows_session
from kernel.web.identity import access_token
from read_side.consistency import on_primary, visible
from read_side.services import Services

AnyRequest = Request[Any, Any, Any]
Row = tuple[Any, ...]


async def shopper_of(request: Any) -> Shopper:
    """Who asks. Raises `Unauthenticated` for a session that is not good, and for nobody."""
    services: Services = request.app.state.services
    token_hash = shown_token(request)
    if not shows_session(request):
        if token_hash is None:
            raise Unauthenticated("log in, or send the cart's Cart-Token")
        return Shopper(None, token_hash)
    session_id = services.tokens.session_of(access_token(request))
    principal = await services.sessions.find(session_id, services.database.read, services.primary.transaction)
    return Shopper(principal, token_hash)


async def owner(connection: Any, _: Any) -> None:
    """A guard that notes who asks."""
    connection.state.shopper = await shopper_of(connection)


async def own_row(request: AnyRequest, statement: str, parameters: Mapping[str, Any]) -> Row | None:
    """The row a statement selects of one's own record, as new as the token demands. Raises `Overloaded`."""
    services: Services = request.app.state.services
    commands = services.consistency.parse(request.headers.get(HEADER))
    async with services.database.read() as conn:
        if not commands or await visible(conn, commands):
            row = await _row(conn, statement, parameters)
            if row is not None:
                return row
    async with on_primary(services) as conn:
        return await _row(conn, statement, parameters)


async def _row(conn: ReadConnection, statement: str, parameters: Mapping[str, Any]) -> Row | None:
    return await (await conn.execute(statement, parameters)).fetchone()
