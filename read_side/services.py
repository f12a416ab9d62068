"""What the read API holds for all requests."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.auth import AccessTokens, Sessions
from kernel.cache import Cache
from kernel.consistency import ConsistencyTokens
from kernel.database import Database
from kernel.settings import ShopSettings
from read_side.catalog.documents import Documents
from read_side.search.cards import Cards
from read_side.search.cursors import Cursors
from read_side.search.node import LocalIndex


@dataclass(frozen=True)
class Services:
    """Connections, caches and the search index of one process."""

    database: Database
    primary: Database
    cache: Cache
    cards: Cards
    documents: Documents
    index: LocalIndex
    cursors: Cursors
    consistency: ConsistencyTokens
    tokens: AccessTokens
    sessions: Sessions
    shop: ShopSettings
