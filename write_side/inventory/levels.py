"""All stock rows of some SKUs at once: locked in order, expired holds taken back, so that what they say is true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from psycopg.errors import SerializationFailure

from kernel import outbox
from kernel.database import WriteConnection
from kernel.events import Event, StockMoved
from write_side.inventory import hold_sql as sql
from write_side.inventory import rules
from write_side.inventory.rules import Change, Level


@dataclass
class Locked:
    """A SKU's rows at a location, locked until the transaction ends.

    `freed` of the available units were held until now; `only_here` says that no other location has the SKU.
    """

    sku: str
    rows: list[Level] = field(default_factory=list)
    freed: int = 0
    only_here: bool = True
    low_at: int | None = None

    @property
    def on_hand(self) -> int:
        """Units on hand over all rows."""
        return sum(row.on_hand for row in self.rows)

    @property
    def available(self) -> int:
        """Units available over all rows."""
        return sum(row.available for row in self.rows)

    def taking(self, quantity: int) -> Change:
        """What it is to the SKU that so many units are taken now."""
        return Change(self.sku, self.available - self.freed, self.freed - quantity, self.only_here, self.low_at)


async def lock(
    conn: WriteConnection, command_id: UUID, location: str, skus: Iterable[str], cart_id: UUID | None = None
) -> dict[str, Locked]:
    """Lock every row of these SKUs at a location and take back their expired holds, and all that the cart holds.

    The rows are read in a statement that begins when they are locked: one that waited for a lock may have missed what
    was committed meanwhile. Raises `SerializationFailure`, upon which the whole transaction runs again, when rows were
    made or taken away meanwhile.
    """
    found = {sku: Locked(sku) for sku in sorted(skus)}
    asked = {
        "skus": list(found),
        "location": location,
        "cart_id": cart_id,
        "command_id": command_id,
        "limit": None,
    }
    async with conn.pipeline():
        locked_rows = await conn.execute(sql.LOCK_LEVELS, asked)
        ended = [await conn.execute(sql.TAKE_BACK, asked)]
        if cart_id is not None:
            ended.append(await conn.execute(sql.RELEASE_HOLDS, asked))
        levels = await conn.execute(sql.SELECT_LEVELS, asked)
    seen = await levels.fetchall()
    if [tuple(row[:2]) for row in seen] != [tuple(row) for row in await locked_rows.fetchall()]:
        raise SerializationFailure("stock was spread meanwhile")
    for sku, bucket, on_hand, available, only_here, low_at in seen:
        locked = found[sku]
        locked.rows.append(Level(bucket, on_hand, available))
        locked.only_here, locked.low_at = only_here, low_at
    for cursor in ended:
        for sku, _, gained, *_ in await cursor.fetchall():
            found[sku].freed += gained
    return found


async def announce(conn: WriteConnection, command_id: UUID, changes: Sequence[Change]) -> None:
    """Say of which SKUs the band of availability may have changed."""
    if skus := rules.to_tell(changes):
        products = await (await conn.execute(sql.SELECT_PRODUCTS_OF, {"skus": skus})).fetchall()
        await outbox.append(conn, moved(products), command_id)


def moved(products: Iterable[tuple[str, UUID]]) -> list[Event]:
    """Events of SKUs and their products."""
    return [StockMoved(product_id=str(product_id), sku=sku) for sku, product_id in products]
