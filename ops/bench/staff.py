"""The owner's session and prices changed for a while: whatever the bench changes, it changes back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ops.bench.context import BenchContext, Sample
from ops.bench.http import AnswerError, Client
from ops.bench.queries import SELECT_PRICES
from ops.bench.row import RowUnavailableError

OWNER = "owner@techmart.test"


class Owner:
    """The demo owner, logged in at the edge."""

    def __init__(self, context: BenchContext) -> None:
        password = context.home / "owner-password"
        if not password.is_file():
            raise RowUnavailableError(f"{password} is missing: only a demo stack's prices are changed")
        self.client = Client(context.edge_url)
        self._login = {"email": OWNER, "password": password.read_text().strip()}
        self.token = self._new_token()

    def _new_token(self) -> str:
        return str(self.client.call("POST", "/api/v1/sessions", self._login)["access_token"])

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """One command of staff, its answer's object; a token that ran out is renewed once."""
        sent = dict(headers or {})
        try:
            answer = self.client.call(method, path, body, {**sent, "Authorization": f"Bearer {self.token}"})
        except AnswerError as error:
            if error.status != 401:
                raise
            self.token = self._new_token()
            answer = self.client.call(method, path, body, {**sent, "Authorization": f"Bearer {self.token}"})
        return dict(answer or {})

    def set_price(self, product_id: str, sku: str, amount_minor: int, currency: str) -> None:
        """One price change through the API."""
        body = {"sku": sku, "price": {"amount": amount_minor, "currency": currency}}
        self.call("PUT", f"/api/v1/admin/products/{product_id}/prices", body)

    def logout(self) -> None:
        """End the session."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with contextlib.suppress(AnswerError):
            self.client.call("DELETE", "/api/v1/sessions/current", None, headers)


@contextlib.contextmanager
def changing_prices(context: BenchContext, samples: Sequence[Sample]) -> Iterator[Owner]:
    """The owner, for changing the prices of these products; each is what it was afterwards."""
    owner = Owner(context)
    try:
        yield owner
    finally:
        _restore(context, owner, samples)
        owner.logout()


def _restore(context: BenchContext, owner: Owner, samples: Sequence[Sample]) -> None:
    parameters = {"currency": context.shop.currency, "skus": [product.sku for product in samples]}
    with context.database.snapshot() as conn:
        now: dict[str, int] = dict(conn.execute(SELECT_PRICES, parameters).fetchall())
    changed = [product for product in samples if now.get(product.sku) != product.amount_minor]
    if changed:
        context.say(f"putting {len(changed)} prices back")
    for product in changed:
        owner.set_price(product.id, product.sku, product.amount_minor, product.currency)
