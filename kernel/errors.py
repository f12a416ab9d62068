"""Every failure a caller may meet.

    ShopError                    code                     status
    ├─ ValidationFailed          validation_failed        400
    ├─ IdempotencyKeyMissing     idempotency_key_missing  400
    ├─ Unauthenticated           unauthenticated          401
    │  ├─ TokenExpired           token_expired            401
    │  └─ SecondFactorRequired   second_factor_required   401
    ├─ Forbidden                 forbidden                403
    ├─ NotFound                  not_found                404
    │  └─ Gone                   gone                     410
    ├─ Conflict                  conflict                 409
    │  ├─ OutOfStock             out_of_stock             409
    │  ├─ StaleEdit              stale_edit               409
    │  ├─ StaleCart              stale_cart               409
    │  ├─ PriceChanged           price_changed            409
    │  ├─ IllegalTransition      illegal_transition       409
    │  └─ OrderPending           order_pending            409
    ├─ PaymentDeclined           payment_declined         402
    ├─ IdempotencyKeyInUse       idempotency_key_in_use   409
    ├─ IdempotencyKeyReused      idempotency_key_reused   422
    ├─ RateLimited               rate_limited             429
    ├─ CursorTooDeep             cursor_too_deep          400
    └─ Overloaded                overloaded               503

An expected failure is one of these, with its data; anything else is a defect, answers 500 and pages someone.
Answers are RFC 9457 problem details.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from msgspec import Struct


class FieldError(Struct, frozen=True):
    """What is wrong with one field; `path` as in `price.amount`."""

    path: str
    message: str


class ShopError(Exception):
    """A failure that callers are told about: `detail` in words, `data` for programs."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request failed"
    stored: ClassVar[bool] = False
    """Whether the same request fails in the same way for ever, so that its answer is kept under its key."""

    def __init__(self, detail: str = "", *, retry_after: int | None = None, **data: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.retry_after = retry_after
        self.data = data

    def headers(self) -> dict[str, str]:
        """Headers beside the problem."""
        return {} if self.retry_after is None else {"retry-after": str(self.retry_after)}

    def body(self) -> bytes:
        """The problem as `application/problem+json`."""
        problem = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.data,
        }
        return msgspec.json.encode(problem)


class ValidationFailed(ShopError):
    """The request is not of the form this address takes."""

    code, status, title = "validation_failed", 400, "The request is not valid"

    @classmethod
    def of(cls, path: str, message: str) -> ValidationFailed:
        """One field's fault."""
        return cls(f"{path}: {message}" if path else message, errors=[FieldError(path, message)])


class IdempotencyKeyMissing(ShopError):
    """This command is only taken with an Idempotency-Key."""

    code, status, title = "idempotency_key_missing", 400, "An Idempotency-Key header is required"


class CursorTooDeep(ShopError):
    """Cursors reach a bounded number of hits."""

    code, status, title = "cursor_too_deep", 400, "The cursor reaches too deep; narrow the search"


class Unauthenticated(ShopError):
    """Nobody, or nobody known, is asking."""

    code, status, title = "unauthenticated", 401, "Log in first"


class TokenExpired(Unauthenticated):
    """The access token was good and has run out."""

    code, title = "token_expired", "The access token has expired"


class SecondFactorRequired(Unauthenticated):
    """The password was right; this account logs in with a second factor too."""

    code, title = "second_factor_required", "A second factor is required"


class Forbidden(ShopError):
    """Whoever asks may not do this."""

    code, status, title = "forbidden", 403, "You may not do this"


class NotFound(ShopError):
    """There is no such thing, or none that the caller may know of."""

    code, status, title, stored = "not_found", 404, "There is no such thing", True


class Gone(NotFound):
    """It was there and left."""

    code, status, title = "gone", 410, "It is no longer there"


class Conflict(ShopError):
    """The state of things does not allow it."""

    code, status, title, stored = "conflict", 409, "That conflicts with what is there", True


class OutOfStock(Conflict):
    """Fewer units are available than asked for: `sku`, `available`."""

    code, title = "out_of_stock", "Not that many are available"


class StaleEdit(Conflict):
    """The thing was changed since the caller read it: `revision`."""

    code, title = "stale_edit", "It was changed meanwhile"


class StaleCart(Conflict):
    """The cart was changed since the caller read it: `version`, and the `cart` as it is."""

    code, title = "stale_cart", "The cart was changed meanwhile"


class PriceChanged(Conflict):
    """The order costs something else than the buyer saw: `expected_total`, `total`."""

    code, title = "price_changed", "The total is no longer what was shown"


class IllegalTransition(Conflict):
    """The thing is not in a state in which this may happen: `status`."""

    code, title = "illegal_transition", "That cannot be done in its present state"


class OrderPending(Conflict):
    """The cart is being ordered: `order_id`."""

    code, title = "order_pending", "This cart's order is being placed"


class PaymentDeclined(ShopError):
    """The gateway refused: `reason`; another means of payment may work, with a new Idempotency-Key."""

    code, status, title, stored = "payment_declined", 402, "The payment was declined", True


class IdempotencyKeyInUse(ShopError):
    """The same request is being carried out right now."""

    code, status, title = "idempotency_key_in_use", 409, "A request with this key is being carried out"


class IdempotencyKeyReused(ShopError):
    """The key belongs to another request."""

    code, status, title = "idempotency_key_reused", 422, "This key was used for another request"


class RateLimited(ShopError):
    """Too many failures; `Retry-After` says when to try again."""

    code, status, title = "rate_limited", 429, "Too many failed attempts"


class Overloaded(ShopError):
    """There is no room right now; `Retry-After` says when to try again."""

    code, status, title = "overloaded", 503, "The service is busy"
