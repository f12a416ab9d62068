"""A small shop written straight into the tables, and statements that break it."""

from __future__ import annotations

from typing import Any

from kernel.database import SyncDatabase, SyncWriteConnection
from kernel.ids import uuid7

EDGE_URL = "http://edge.test"

INSERT_SOURCES = """
WITH b AS (INSERT INTO brand (name, slug) VALUES ('Plain', 'plain') RETURNING id),
     audio AS (INSERT INTO category (id, name, path, label) VALUES (%(audio)s, 'Audio', 'audio', 'Audio')),
     speakers AS (INSERT INTO category (id, parent_id, name, path, label)
          VALUES (%(speakers)s, %(audio)s, 'Speakers', 'audio/speakers', 'Audio > Speakers')),
     printing AS (INSERT INTO category (id, name, path, label)
          VALUES (%(printing)s, 'Printing', 'printing', 'Printing')),
     place AS (INSERT INTO stock_location VALUES ('main', 'Main')),
     p AS (INSERT INTO product (id, slug, title, brand_id, category_id, released_on)
           SELECT w.id, 'product-' || w.n, 'Product ' || w.n, b.id,
                  CASE WHEN w.n < 3 THEN %(speakers)s ELSE %(printing)s END::uuid,
                  date '2026-01-01' + w.n::int
             FROM b, unnest(%(products)s::uuid[]) WITH ORDINALITY AS w (id, n)),
     v AS (INSERT INTO variant (product_id, sku, title)
           SELECT w.id, 'SKU-' || w.n, 'Product ' || w.n
             FROM unnest(%(products)s::uuid[]) WITH ORDINALITY AS w (id, n)),
     pr AS (INSERT INTO price (sku, currency, amount_minor)
            SELECT 'SKU-' || n, 'USD', 1000 * n FROM generate_series(1, 3) AS n),
     s AS (INSERT INTO stock_level (sku, location, on_hand)
           SELECT 'SKU-' || n, 'main', 10 * n FROM generate_series(1, 3) AS n)
INSERT INTO stock_movement (sku, location, bucket, kind, on_hand, command_id)
SELECT 'SKU-' || n, 'main', 0, 'opening', 10 * n, uuidv7() FROM generate_series(1, 3) AS n
"""


class Shop:
    """Three products with a price and stock each."""

    def __init__(self, database: SyncDatabase) -> None:
        self.database = database
        self.products = [str(uuid7()) for _ in range(3)]
        self.audio, self.speakers, self.printing = (str(uuid7()) for _ in range(3))

    @property
    def categories(self) -> list[str]:
        return [self.audio, self.speakers, self.printing]

    def fill(self) -> None:
        with self.database.transaction() as conn:
            # One statement cannot see what another part of it inserts: references are checked at its end.
            conn.execute(
                INSERT_SOURCES,
                {
                    "products": self.products,
                    "audio": self.audio,
                    "speakers": self.speakers,
                    "printing": self.printing,
                },
            )

    def forget_work(self, conn: SyncWriteConnection) -> None:
        """As if every delivery had been made."""
        conn.execute("DELETE FROM outbox_delivery")
        conn.execute("DELETE FROM outbox_keyed")

    def run(self, statement: str, **parameters: Any) -> None:
        with self.database.transaction() as conn:
            conn.execute(statement, parameters)
