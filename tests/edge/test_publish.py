"""Both stores behave alike, and a guarded put never lets an older version win."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

import pytest

from edge import keys
from edge.publish import Published, Rendered, put_guarded
from edge.store import (
    BotoStore,
    ObjectStore,
    PreconditionFailedError,
    SigningStore,
    StoreRefusedError,
    StoreUnavailableError,
)
from kernel.settings import StoreSettings

PLAIN: Mapping[str, object] = {
    "content_type": "text/plain",
    "cache_control": "no-store",
    "metadata": {"version": "3"},
}


@pytest.fixture(params=[BotoStore, SigningStore])
def any_store(request: pytest.FixtureRequest, store: SigningStore, store_settings: StoreSettings) -> ObjectStore:
    return request.param(store_settings)


def rendered(version: int, target: keys.Target) -> Rendered:
    return Rendered(target, "offer", "1", version, bytes([version]), f'{{"version": {version}}}'.encode())


def target() -> keys.Target:
    return keys.offer(uuid.uuid4().hex)


def test_conditions_are_honoured(any_store: ObjectStore) -> None:
    key = target().key
    first = any_store.put(key, b"1", **PLAIN, if_none_match=True)  # type: ignore[arg-type]
    with pytest.raises(PreconditionFailedError):
        any_store.put(key, b"2", **PLAIN, if_none_match=True)  # type: ignore[arg-type]
    second = any_store.put(key, b"2", **PLAIN, if_match=first)  # type: ignore[arg-type]
    with pytest.raises(PreconditionFailedError):
        any_store.put(key, b"3", **PLAIN, if_match=first)  # type: ignore[arg-type]
    head = any_store.head(key)
    assert head is not None
    assert (head.etag, head.size, head.metadata["version"]) == (second, 1, "3")
    assert any_store.get(key) == b"2"
    assert [(item.key, item.etag) for item in any_store.list(key)] == [(key, second)]


def test_a_condition_on_a_missing_object_has_failed(any_store: ObjectStore) -> None:
    with pytest.raises(PreconditionFailedError):
        any_store.put(target().key, b"1", **PLAIN, if_match="0" * 32)  # type: ignore[arg-type]
    assert any_store.head(target().key) is None
    assert any_store.get(target().key) is None


def test_the_stores_conditions_are_checked_at_start(store: SigningStore) -> None:
    store.require_conditions()


def test_a_wrong_key_is_refused(store: SigningStore, store_settings: StoreSettings) -> None:
    wrong = StoreSettings(store_settings.s3_endpoint, store_settings.s3_bucket, "techmart", "another-secret-than-ours")
    for kind in (BotoStore, SigningStore):
        with pytest.raises(StoreRefusedError):
            kind(wrong).put(target().key, b"1", **PLAIN)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [BotoStore, SigningStore])
def test_a_store_that_is_away_is_unavailable(kind: type[BotoStore]) -> None:
    away = kind(StoreSettings("http://127.0.0.1:1", "b", "techmart", "secret-of-the-store"))
    with pytest.raises(StoreUnavailableError):
        put_guarded(away, rendered(1, target()), None)


def test_what_stands_already_is_not_put(store: SigningStore) -> None:
    place = target()
    first = put_guarded(store, rendered(2, place), None)
    assert first.put
    known = Published(2, bytes([2]), first.etag, "")
    again = put_guarded(store, rendered(2, place), known)
    older = put_guarded(store, rendered(1, place), known)
    assert [(o.put, o.version, o.etag) for o in (again, older)] == [(False, 2, first.etag)] * 2


def test_the_older_of_two_publishers_comes_last(store: SigningStore) -> None:
    place = target()
    start = put_guarded(store, rendered(1, place), None)
    known = Published(1, bytes([1]), start.etag, "")
    newer = put_guarded(store, rendered(3, place), known)
    late = put_guarded(store, rendered(2, place), known)
    assert (late.put, late.version, late.etag) == (False, 3, newer.etag)
    assert store.get(place.key) == b'{"version": 3}'


def test_a_put_that_was_not_recorded_is_adopted_or_replaced(store: SigningStore) -> None:
    place = target()
    unrecorded = put_guarded(store, rendered(1, place), None)
    same = put_guarded(store, rendered(1, place), None)
    assert (same.put, same.etag) == (False, unrecorded.etag)
    assert put_guarded(store, rendered(2, place), None).put
    assert store.get(place.key) == b'{"version": 2}'


def test_an_unrecorded_put_of_another_release_is_replaced(store: SigningStore) -> None:
    place = target()
    before = put_guarded(store, replace(rendered(1, place), release="r1", body=b"r1"), None)
    after = put_guarded(store, replace(rendered(1, place), release="r2", body=b"r2"), None)
    assert (before.put, after.put) == (True, True)
    assert store.get(place.key) == b"r2"


def test_an_object_that_vanished_is_put_again(store: SigningStore) -> None:
    place = target()
    first = put_guarded(store, rendered(1, place), None)
    store.delete(place.key)
    assert put_guarded(store, rendered(2, place), Published(1, bytes([1]), first.etag, "")).put
