"""The bucket of a new stack."""

from __future__ import annotations

from uuid import uuid4

from msgspec.structs import replace

from edge.store import BotoStore
from kernel.settings import StoreSettings, load
from ops.stack.up import prepare_bucket
from tests.support.stack import Stack


def test_a_bucket_that_its_server_makes_meanwhile(stack: Stack) -> None:
    """The other makes it after our look and before our own making it."""
    (settings,) = load(StoreSettings, env=stack.env)
    settings = replace(settings, s3_bucket=f"bucket-{uuid4()}")
    store, server = BotoStore(settings), BotoStore(settings)
    begun: list[str] = []

    def come_between(**_: object) -> None:
        begun.append(settings.s3_bucket)
        server.prepare_local_bucket()

    store._client.meta.events.register_first("before-call.s3.CreateBucket", come_between)
    prepare_bucket(store)
    assert begun == [settings.s3_bucket]
    store._client.delete_bucket(Bucket=settings.s3_bucket)
