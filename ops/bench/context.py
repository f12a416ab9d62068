"""What the rows work with: the running stack, its processes, its shop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, EdgeSettings, ShopSettings, load
from ops.bench.queries import COUNT_UNDONE, SELECT_CATEGORY_PATHS, SELECT_SAMPLE, SELECT_TITLES
from ops.bench.row import RowUnavailableError

SEED: Final = "20261124"
SETTLE_SECONDS: Final = 60
POLL_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Sample:
    """A live product and the price of its first SKU."""

    id: str
    slug: str
    title: str
    sku: str
    amount_minor: int
    currency: str


@dataclass
class BenchContext:
    """A stack that serves. `processes` asks its supervisor anew: a restarted process has another pid."""

    home: Path
    env: Mapping[str, str]
    processes: Callable[[], dict[str, list[int]]]
    scale: bool = False
    say: Callable[[str], None] = lambda _text: None
    notes: list[str] = field(default_factory=list)

    @cached_property
    def database(self) -> SyncDatabase:
        """The primary."""
        (settings,) = load(DatabaseSettings, env=self.env)
        return SyncDatabase(settings, size=3, url=settings.database_direct_url)

    @property
    def edge_url(self) -> str:
        """The edge, without a slash at the end."""
        (settings,) = load(EdgeSettings, env=self.env)
        return str(settings.edge_url).rstrip("/")

    @property
    def read_url(self) -> str:
        """The read API itself: between it and us nothing caches an answer."""
        return f"http://127.0.0.1:{self.env['TECHMART_READ_PORT']}"

    @property
    def shop(self) -> ShopSettings:
        """Locales and currency."""
        (settings,) = load(ShopSettings, env=self.env)
        return settings

    @property
    def locale(self) -> str:
        """The first locale."""
        return self.shop.locales[0]

    def seconds(self, short: int) -> int:
        """How long a load lasts: `short`, or five minutes with --scale."""
        return 300 if self.scale else short

    def sample(self, count: int) -> list[Sample]:
        """The same products on each call, fewer where the shop has fewer; RowUnavailableError without any."""
        parameters = {"count": count, "seed": SEED, "currency": self.shop.currency}
        with self.database.snapshot() as conn:
            rows = conn.execute(SELECT_SAMPLE, parameters).fetchall()
        if not rows:
            raise RowUnavailableError("the shop has no products: import a feed or seed first")
        return [Sample(*row) for row in rows]

    def titles(self, count: int = 2000) -> list[str]:
        """Titles to draw queries from, the same on each call."""
        with self.database.snapshot() as conn:
            return [title for (title,) in conn.execute(SELECT_TITLES, {"count": count})]

    def category_paths(self) -> list[str]:
        """Every category."""
        with self.database.snapshot() as conn:
            return [path for (path,) in conn.execute(SELECT_CATEGORY_PATHS)]

    def undone(self) -> int:
        """Deliveries still to be made."""
        with self.database.snapshot() as conn:
            (count,) = conn.execute(COUNT_UNDONE).fetchone() or (0,)
        return int(count)

    def settle(self, seconds: float = SETTLE_SECONDS) -> bool:
        """Wait until nothing is left to deliver; whether that came about in time."""
        deadline = time.monotonic() + seconds
        while self.undone():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def close(self) -> None:
        """Return the connections."""
        if "database" in self.__dict__:
            self.database.close()
