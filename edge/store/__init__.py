"""The object store behind the edge.

ObjectStore     what publishers need of it (a Protocol)
BotoStore       boto3: the reference, and whatever is not a put
SigningStore    signs its own requests over a connection pool: bulk publishing, where boto3 is the limit
"""

from edge.store.boto import BotoStore
from edge.store.protocol import (
    ObjectHead,
    ObjectStore,
    PreconditionFailedError,
    StoreError,
    StoreRefusedError,
    StoreUnavailableError,
)
from edge.store.signing import SigningStore

__all__ = [
    "BotoStore",
    "ObjectHead",
    "ObjectStore",
    "PreconditionFailedError",
    "SigningStore",
    "StoreError",
    "StoreRefusedError",
    "StoreUnavailableError",
]
