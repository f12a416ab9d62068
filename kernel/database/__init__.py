"""Connections to the primary and the replica, and the one place that commits.

ReadConnection      asynchronous, read-only in Postgres too
WriteConnection     asynchronous, inside a transaction of the primary; may be used where one reads
SyncReadConnection, SyncWriteConnection      the same for workers, imports and tools
"""

from kernel.database.asynchronous import Database, ReadConnection, WriteConnection
from kernel.database.retry import is_transient
from kernel.database.synchronous import SyncDatabase, SyncReadConnection, SyncWriteConnection

__all__ = [
    "Database",
    "ReadConnection",
    "SyncDatabase",
    "SyncReadConnection",
    "SyncWriteConnection",
    "WriteConnection",
    "is_transient",
]
