"""Who shops: a customer with a session, the holder of a cart's token, or both.

A cart belongs to its customer, and to whoever shows its Cart-Token; so does what it became.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from kernel.auth import Principal
from kernel.web.identity import ACCESS, Connection, cookie

CART_TOKEN: Final = "Cart-Token"  # noqa: S105 - the name of a header
TOKEN_LENGTH_MAX: Final = 200


@dataclass(frozen=True)
class Shopper:
    """What a request shows of who sends it; neither is a visitor without a cart."""

    principal: Principal | None
    token_hash: bytes | None

    @property
    def customer_id(self) -> UUID | None:
        """The customer's account, None of a guest."""
        return self.principal.account_id if self.principal else None

    @property
    def scope(self) -> str | None:
        """Whose an Idempotency-Key is: the customer's, else the cart's, named by its token. None of a visitor."""
        if self.principal:
            return str(self.principal.account_id)
        return f"cart:{self.token_hash.hex()}" if self.token_hash else None

    def parameters(self) -> dict[str, Any]:
        """What statements compare the owner of a cart or an order with."""
        return {"customer_id": self.customer_id, "token_hash": self.token_hash}


def hash_token(token: str) -> bytes:
    """What is stored of a Cart-Token."""
    return hashlib.sha256(token.encode()).digest()


def shown_token(connection: Connection) -> bytes | None:
    """The hash of the Cart-Token a request shows."""
    token = connection.headers.get(CART_TOKEN)
    return hash_token(token) if token and len(token) <= TOKEN_LENGTH_MAX else None


def shows_session(connection: Connection) -> bool:
    """Whether a request shows an access token, a good one or not."""
    return connection.headers.get("authorization") is not None or cookie(connection, ACCESS) is not None
