"""What the gateway refuses, in Stripe's words and form."""

from __future__ import annotations

from typing import Any

import msgspec


class Refusal(Exception):
    """An answer with an error: `type` and `code` as Stripe names them, `param` as it was sent."""

    def __init__(self, status: int, type_: str, message: str, *, code: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": type_, "message": message, "code": code, **more}

    def body(self) -> bytes:
        """The error as JSON; what is not known is left out."""
        return msgspec.json.encode({"error": {name: value for name, value in self.error.items() if value is not None}})


def invalid(message: str, *, code: str | None = None, status: int = 400, **more: Any) -> Refusal:
    """A request that cannot be carried out."""
    return Refusal(status, "invalid_request_error", message, code=code, **more)


def missing(kind: str, id_: str, param: str = "id", status: int = 404) -> Refusal:
    """There is no such object."""
    return invalid(f"No such {kind}: '{id_}'", code="resource_missing", status=status, param=param)


def unauthorized(shown: str) -> Refusal:
    """A key that is not the gateway's; only its end is repeated."""
    return invalid(f"Invalid API Key provided: {'*' * 8}{shown[-4:]}", status=401)


def raw_card() -> Refusal:
    """A card number: it is neither read, nor stored, nor logged."""
    return invalid(
        "Sending credit card numbers directly to the Stripe API is generally unsafe. Use a token instead.", status=402
    )


def key_reused(key: str) -> Refusal:
    """An idempotency key that came with other parameters before."""
    return Refusal(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request.",
    )


def defect() -> Refusal:
    """Something that should not have happened."""
    return Refusal(500, "api_error", "An unknown error occurred")
