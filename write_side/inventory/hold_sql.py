"""SQL of holds and allocations.

Locks: a cart's own holds belong to the cart, whose lock the caller has; then stock rows by (SKU, location, bucket). Holds
of other carts are only taken back under their stock rows' locks, and those that somebody has locked are skipped. So
nobody who has a stock row waits for a hold, and a hold that is being consumed cannot be taken back.

Several rows are locked by a SELECT in order before an UPDATE changes them: it takes them in the order of its plan.
READ COMMITTED gives a locking SELECT, and the guard of an UPDATE, the newest version of a row it had to wait for; any
other part of the statement sees what was committed when the statement began.
"""

from typing import Final

# What the cart holds is held on when it is exactly what is wanted: then no stock row is touched. Holds that last until
# `enough` stay as they are, the others last until the new expiry. An expired hold that nobody took back yet is the
# cart's still. Holds that somebody takes back meanwhile do not count.
KEEP_HOLDS: Final = """
WITH wanted AS (
    SELECT * FROM unnest(%(skus)s::text[], %(quantities)s::int[]) AS wanted (sku, quantity)
), held AS (
    SELECT sku, sum(quantity) AS quantity, sum(quantity) FILTER (WHERE expires_at >= %(enough)s) AS lasting
      FROM stock_hold WHERE cart_id = %(cart_id)s AND state = 'held' GROUP BY sku
), same AS (
    SELECT WHERE NOT EXISTS (SELECT FROM wanted FULL JOIN held USING (sku)
                              WHERE wanted.quantity IS DISTINCT FROM held.quantity)
), kept AS (
    UPDATE stock_hold SET expires_at = %(expires_at)s FROM same
     WHERE cart_id = %(cart_id)s AND state = 'held' AND expires_at < %(enough)s
    RETURNING quantity
)
SELECT (SELECT coalesce(sum(quantity), 0) FROM kept)::bigint + (SELECT coalesce(sum(lasting), 0) FROM held, same)::bigint,
       ARRAY(SELECT sku FROM held),
       EXISTS (SELECT FROM stock_level WHERE sku = ANY(%(skus)s) AND location = %(location)s AND bucket > 0)
"""

# Checks and holds. Of the rows that seem to have enough any one is chosen, so that buyers of a spread SKU rarely meet;
# the guard looks at the row as it is once nobody else has it. The choice is joined: a sub-SELECT in the condition would
# be made anew after a wait, and fall on another row. A row that is short then stays locked.
HOLD_UNITS: Final = """
WITH choice AS MATERIALIZED (
    SELECT bucket FROM stock_level
     WHERE sku = %(sku)s AND location = %(location)s AND on_hand - allocated - reserved >= %(quantity)s
     ORDER BY random() LIMIT 1
), taken AS (
    UPDATE stock_level l SET reserved = l.reserved + %(quantity)s FROM choice
     WHERE l.sku = %(sku)s AND l.location = %(location)s AND l.bucket = choice.bucket
       AND l.on_hand - l.allocated - l.reserved >= %(quantity)s
    RETURNING l.sku, l.location, l.bucket, l.on_hand - l.allocated - l.reserved AS available
), held AS (
    INSERT INTO stock_hold (cart_id, sku, location, bucket, quantity, expires_at)
    SELECT %(cart_id)s, sku, location, bucket, %(quantity)s, %(expires_at)s FROM taken
), noted AS (
    INSERT INTO stock_movement (sku, location, bucket, kind, reserved, command_id)
    SELECT sku, location, bucket, 'reservation', %(quantity)s, %(command_id)s FROM taken
)
SELECT sku, available + %(quantity)s, -%(quantity)s,
       NOT EXISTS (SELECT FROM stock_level o WHERE o.sku = taken.sku
                                               AND (o.location, o.bucket) <> (taken.location, taken.bucket)),
       (SELECT low_at FROM stock_setting s WHERE s.sku = taken.sku)
  FROM taken
"""

# Every row of these SKUs, waited for in order.
LOCK_LEVELS: Final = """
SELECT sku, bucket FROM stock_level
 WHERE sku = ANY(%(skus)s) AND location = %(location)s ORDER BY sku, location, bucket FOR NO KEY UPDATE
"""

# What those rows hold once they are locked. A row that was made while others were waited for is seen and not locked:
# locking it now would be out of order.
SELECT_LEVELS: Final = """
SELECT sku, bucket, on_hand, on_hand - allocated - reserved,
       NOT EXISTS (SELECT FROM stock_level o WHERE o.sku = l.sku AND o.location <> l.location),
       (SELECT low_at FROM stock_setting s WHERE s.sku = l.sku)
  FROM stock_level l
 WHERE sku = ANY(%(skus)s) AND location = %(location)s ORDER BY sku, location, bucket
"""

# Units of expired holds are available again. Rows and holds that somebody has locked are left alone: whoever needs
# all of a SKU has its rows already, and a hold that is being kept or consumed is not expired for long.
TAKE_BACK: Final = """
WITH due AS (
    SELECT h.id, l.sku, l.location, l.bucket, h.quantity, l.on_hand - l.allocated - l.reserved AS available
      FROM stock_level l JOIN stock_hold h ON h.sku = l.sku AND h.location = l.location AND h.bucket = l.bucket
     WHERE l.sku = ANY(%(skus)s) AND (%(location)s::text IS NULL OR l.location = %(location)s)
       AND h.state = 'held' AND h.expires_at <= (SELECT clock_timestamp())
     ORDER BY l.sku, l.location, l.bucket, h.id LIMIT %(limit)s
       FOR NO KEY UPDATE OF l SKIP LOCKED FOR UPDATE OF h SKIP LOCKED
), part AS (
    SELECT sku, location, bucket, available, sum(quantity)::bigint AS quantity, count(*) AS holds
      FROM due GROUP BY sku, location, bucket, available
), freed AS (
    UPDATE stock_level l SET reserved = l.reserved - part.quantity FROM part
     WHERE l.sku = part.sku AND l.location = part.location AND l.bucket = part.bucket
), ended AS (
    UPDATE stock_hold SET state = 'expired' FROM due WHERE stock_hold.id = due.id
), noted AS (
    INSERT INTO stock_movement (sku, location, bucket, kind, reserved, command_id)
    SELECT sku, location, bucket, 'release', -quantity, %(command_id)s FROM part
)
SELECT sku, available, quantity,
       NOT EXISTS (SELECT FROM stock_level o WHERE o.sku = part.sku
                                               AND (o.location, o.bucket) <> (part.location, part.bucket)),
       (SELECT low_at FROM stock_setting s WHERE s.sku = part.sku), holds
  FROM part
"""

SELECT_DUE_SKUS: Final = """
SELECT DISTINCT sku FROM (
    SELECT sku FROM stock_hold WHERE state = 'held' AND expires_at <= (SELECT clock_timestamp())
     ORDER BY expires_at LIMIT %(limit)s) AS due
"""

SELECT_HELD_SKUS: Final = "SELECT DISTINCT sku FROM stock_hold WHERE cart_id = %(cart_id)s AND state = 'held'"

RELEASE_HOLDS: Final = """
WITH mine AS (
    SELECT id, sku, location, bucket, quantity FROM stock_hold
     WHERE cart_id = %(cart_id)s AND state = 'held' ORDER BY id FOR UPDATE
), part AS (
    SELECT sku, location, bucket, sum(quantity)::bigint AS quantity FROM mine GROUP BY sku, location, bucket
), level AS (
    SELECT l.sku, l.location, l.bucket, part.quantity, l.on_hand - l.allocated - l.reserved AS available
      FROM part JOIN stock_level l ON l.sku = part.sku AND l.location = part.location AND l.bucket = part.bucket
     ORDER BY l.sku, l.location, l.bucket FOR NO KEY UPDATE OF l
), freed AS (
    UPDATE stock_level l SET reserved = l.reserved - level.quantity FROM level
     WHERE l.sku = level.sku AND l.location = level.location AND l.bucket = level.bucket
), ended AS (
    UPDATE stock_hold SET state = 'released' FROM mine WHERE stock_hold.id = mine.id
), noted AS (
    INSERT INTO stock_movement (sku, location, bucket, kind, reserved, command_id)
    SELECT sku, location, bucket, 'release', -quantity, %(command_id)s FROM level
)
SELECT sku, available, quantity,
       NOT EXISTS (SELECT FROM stock_level o WHERE o.sku = level.sku
                                               AND (o.location, o.bucket) <> (level.location, level.bucket)),
       (SELECT low_at FROM stock_setting s WHERE s.sku = level.sku)
  FROM level
"""

# The rows are locked and the parts were chosen by what they hold; the guard says so a second time.
HOLD_PARTS: Final = """
WITH part AS (
    SELECT * FROM unnest(%(skus)s::text[], %(buckets)s::smallint[], %(quantities)s::int[]) AS part (sku, bucket, quantity)
), taken AS (
    UPDATE stock_level l SET reserved = l.reserved + part.quantity FROM part
     WHERE l.sku = part.sku AND l.location = %(location)s AND l.bucket = part.bucket
       AND l.on_hand - l.allocated - l.reserved >= part.quantity
    RETURNING l.sku, l.location, l.bucket, part.quantity
), held AS (
    INSERT INTO stock_hold (cart_id, sku, location, bucket, quantity, expires_at)
    SELECT %(cart_id)s, sku, location, bucket, quantity, %(expires_at)s FROM taken
), noted AS (
    INSERT INTO stock_movement (sku, location, bucket, kind, reserved, command_id)
    SELECT sku, location, bucket, 'reservation', quantity, %(command_id)s FROM taken
)
SELECT sku, location, bucket, quantity FROM taken ORDER BY sku, location, bucket
"""

# What the cart holds becomes the order's when it is exactly what is wanted; otherwise no stock row is touched.
CONSUME_HOLDS: Final = """
WITH wanted AS (
    SELECT * FROM unnest(%(skus)s::text[], %(quantities)s::int[]) AS wanted (sku, quantity)
), mine AS (
    SELECT id, sku, location, bucket, quantity FROM stock_hold
     WHERE cart_id = %(cart_id)s AND state = 'held' ORDER BY id FOR UPDATE
), held AS (
    SELECT sku, sum(quantity) AS quantity FROM mine GROUP BY sku
), part AS (
    SELECT sku, location, bucket, sum(quantity)::int AS quantity FROM mine
     WHERE NOT EXISTS (SELECT FROM wanted FULL JOIN held USING (sku)
                        WHERE wanted.quantity IS DISTINCT FROM held.quantity)
     GROUP BY sku, location, bucket
), level AS (
    SELECT l.sku, l.location, l.bucket, part.quantity
      FROM part JOIN stock_level l ON l.sku = part.sku AND l.location = part.location AND l.bucket = part.bucket
     ORDER BY l.sku, l.location, l.bucket FOR NO KEY UPDATE OF l
), moved AS (
    UPDATE stock_level l SET reserved = l.reserved - level.quantity, allocated = l.allocated + level.quantity FROM level
     WHERE l.sku = level.sku AND l.location = level.location AND l.bucket = level.bucket
    RETURNING level.sku, level.location, level.bucket, level.quantity
), ended AS (
    UPDATE stock_hold SET state = 'consumed' FROM mine WHERE stock_hold.id = mine.id AND EXISTS (SELECT FROM part)
), allotted AS (
    INSERT INTO order_allocation (order_id, sku, location, bucket, quantity)
    SELECT %(order_id)s, sku, location, bucket, quantity FROM moved
), noted AS (
    INSERT INTO stock_movement (sku, location, bucket, kind, allocated, reserved, command_id)
    SELECT sku, location, bucket, 'allocation', quantity, -quantity, %(command_id)s FROM moved
)
SELECT sku, location, bucket, quantity FROM moved ORDER BY sku, location, bucket
"""

# As HOLD_PARTS, for an order at once.
ALLOCATE_PARTS: Final = """
WITH part AS (
    SELECT * FROM unnest(%(skus)s::text[], %(buckets)s::smallint[], %(quantities)s::int[]) AS part (sku, bucket, quantity)
), taken AS (
    UPDATE stock_level l SET allocated = l.allocated + part.quantity FROM part
     WHERE l.sku = part.sku AND l.location = %(location)s AND l.bucket = part.bucket
       AND l.on_hand - l.allocated - l.reserved >= part.quantity
    RETURNING l.sku, l.location, l.bucket, part.quantity
), allotted AS (
    INSERT INTO order_allocation (order_id, sku, location, bucket, quantity)
    SELECT %(order_id)s, sku, location, bucket, quantity FROM taken
), noted AS (
    INSERT INTO stock_movement (sku, location, bucket, kind, allocated, command_id)
    SELECT sku, location, bucket, 'allocation', quantity, %(command_id)s FROM taken
)
SELECT sku, location, bucket, quantity FROM taken ORDER BY sku, location, bucket
"""

# A second time there is nothing: what an order had is deleted with the movement that gives it back.
DEALLOCATE: Final = """
WITH part AS (
    SELECT sku, location, bucket, quantity FROM order_allocation WHERE order_id = %(order_id)s
     ORDER BY sku, location, bucket FOR UPDATE
), level AS (
    SELECT l.sku, l.location, l.bucket, part.quantity, l.on_hand - l.allocated - l.reserved AS available
      FROM part JOIN stock_level l ON l.sku = part.sku AND l.location = part.location AND l.bucket = part.bucket
     ORDER BY l.sku, l.location, l.bucket FOR NO KEY UPDATE OF l
), freed AS (
    UPDATE stock_level l SET allocated = l.allocated - level.quantity FROM level
     WHERE l.sku = level.sku AND l.location = level.location AND l.bucket = level.bucket
), ended AS (
    DELETE FROM order_allocation USING part
     WHERE order_id = %(order_id)s AND order_allocation.sku = part.sku
       AND order_allocation.location = part.location AND order_allocation.bucket = part.bucket
), noted AS (
    INSERT INTO stock_movement (sku, location, bucket, kind, allocated, command_id)
    SELECT sku, location, bucket, 'deallocation', -quantity, %(command_id)s FROM level
)
SELECT sku, available, quantity,
       NOT EXISTS (SELECT FROM stock_level o WHERE o.sku = level.sku
                                               AND (o.location, o.bucket) <> (level.location, level.bucket)),
       (SELECT low_at FROM stock_setting s WHERE s.sku = level.sku)
  FROM level
"""

SELECT_PRODUCTS_OF: Final = "SELECT sku, product_id FROM variant WHERE sku = ANY(%(skus)s) ORDER BY sku"
