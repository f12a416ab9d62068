"""One's own account over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, route

from kernel.accounts import Profile
from kernel.errors import Unauthenticated
from kernel.shopper import Shopper
from read_side.accounts.queries import SELECT_PROFILE
from read_side.catalog.routes import PRIVATE, READS
from read_side.own import own_row, owner


class Me(Profile, frozen=True):
    """A customer, with the cart they go on with on any device."""

    cart_id: str | None


@route("/customers/me", http_method=READS, guards=[owner], summary="One's own account")
async def get_profile(request: Request[Any, Any, Any]) -> Response[Me]:
    shopper: Shopper = request.state.shopper
    row = None
    if shopper.customer_id:
        row = await own_row(request, SELECT_PROFILE, {"account_id": shopper.customer_id})
    if row is None:
        raise Unauthenticated("log in first")
    return Response(Me(*row), headers={"cache-control": PRIVATE})


ROUTES = [get_profile]
