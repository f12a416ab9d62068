"""What publishers need of an object store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol


class StoreError(Exception):
    """The store did not do what was asked."""


class PreconditionFailedError(StoreError):
    """412 or 409: the object is not the one the put was conditional on."""


class StoreUnavailableError(StoreError):
    """The store did not answer, answered 5xx, or asked to slow down; the same call may succeed later."""


class StoreRefusedError(StoreError):
    """The store answered 4xx; the same call will fail again."""


@dataclass(frozen=True)
class ObjectHead:
    """An object without its bytes. `metadata` names are lower-case and without the store's prefix."""

    etag: str
    size: int
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class Listed:
    """An object in a listing."""

    key: str
    etag: str
    size: int


class ObjectStore(Protocol):
    """Puts on a condition, and looks. ETags come and go without quotes. Implementations are thread-safe."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str,
        metadata: Mapping[str, str],
        if_match: str | None = None,
        if_none_match: bool = False,
    ) -> str:
        """Store the object and return its ETag.

        `if_match` allows only replacing the object of that ETag, `if_none_match` only making a new one; otherwise
        `PreconditionFailedError`. Raises `StoreUnavailableError`, `StoreRefusedError`.
        """

    def head(self, key: str) -> ObjectHead | None:
        """The object's head, None where there is none."""

    def get(self, key: str) -> bytes | None:
        """The object's bytes, None where there is none."""

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """Every object whose key starts with `prefix`, in the order of keys."""

    def delete(self, key: str) -> None:
        """Remove an object that no address names any more (old assets, old snapshots)."""
