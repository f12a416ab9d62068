"""Guarded puts: an older version never replaces a newer one, whoever comes last.

A publisher knows which object it last saw under a key (`Published`). It puts on the condition that this object still
stands there. When it does not, the object itself says which version it holds: not lower than ours, and ours is
settled; lower, and we try again against what is there now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from edge.keys import Target
from edge.store.protocol import ObjectStore, PreconditionFailedError, StoreUnavailableError

State = Literal["live", "gone", "redirect"]
_TRIES_MAX = 5


@dataclass(frozen=True)
class Rendered:
    """An object as it should stand. The body contains its version, so no two versions share an ETag."""

    target: Target
    kind: str
    id: str
    version: int
    hash: bytes
    body: bytes
    state: State = "live"
    committed_at: str = ""
    release: str = ""
    location: str = ""
    tags: tuple[str, ...] = ()
    request_id: str = ""

    def metadata(self) -> Mapping[str, str]:
        """What the object says of itself beside its bytes."""
        known = {
            "version": str(self.version),
            "state": self.state,
            "committed-at": self.committed_at,
            "location": self.location,
            "cache-tag": ",".join(self.tags),
            "request-id": self.request_id,
        }
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True)
class Published:
    """The object under a key as last put or found."""

    version: int
    hash: bytes
    etag: str
    release: str


@dataclass(frozen=True)
class Outcome:
    """What stands under the key now. `put` is False when a version as new was there already."""

    rendered: Rendered
    version: int
    etag: str
    put: bool


def put_guarded(store: ObjectStore, rendered: Rendered, known: Published | None) -> Outcome:
    """Put `rendered` unless as new a version stands there. Raises the store's errors."""
    if known and known.version > rendered.version:
        return Outcome(rendered, known.version, known.etag, put=False)
    if known and (known.version, known.hash, known.release) == (rendered.version, rendered.hash, rendered.release):
        return Outcome(rendered, known.version, known.etag, put=False)
    etag = known.etag if known else None
    for _ in range(_TRIES_MAX):
        try:
            return Outcome(rendered, rendered.version, _put(store, rendered, etag), put=True)
        except PreconditionFailedError:
            head = store.head(rendered.target.key)
        if head is None:
            etag = None
        elif _is_as_new(head.metadata, rendered):
            return Outcome(rendered, int(head.metadata["version"]), head.etag, put=False)
        else:
            etag = head.etag
    raise StoreUnavailableError(f"{rendered.target.key} changed {_TRIES_MAX} times while it was being put")


def _put(store: ObjectStore, rendered: Rendered, etag: str | None) -> str:
    return store.put(
        rendered.target.key,
        rendered.body,
        content_type=rendered.target.content_type,
        cache_control=rendered.target.cache.header,
        metadata={**rendered.metadata(), **({"release": rendered.release} if rendered.release else {})},
        if_match=etag,
        if_none_match=etag is None,
    )


def _is_as_new(metadata: Mapping[str, str], rendered: Rendered) -> bool:
    version = int(metadata.get("version", "-1"))
    if version == rendered.version:
        return metadata.get("release", "") == rendered.release
    return version > rendered.version
