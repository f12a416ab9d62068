"""SQL of the import's tests."""

SELECT_SLUGS = "SELECT v.sku, p.slug FROM variant v JOIN product p ON p.id = v.product_id WHERE v.sku LIKE %(pattern)s"
COUNT_EVENTS = "SELECT count(*) FROM outbox_event WHERE type IN ('ProductCreated', 'ProductUpdated')"
SELECT_PRODUCT = """
SELECT p.title, pr.amount_minor FROM variant v JOIN product p ON p.id = v.product_id JOIN price pr ON pr.sku = v.sku
 WHERE v.sku = %(sku)s
"""
LEVELS_OFF = """
SELECT l.sku FROM stock_level l
 WHERE l.on_hand <> (SELECT coalesce(sum(m.on_hand), 0) FROM stock_movement m
                      WHERE (m.sku, m.location, m.bucket) = (l.sku, l.location, l.bucket))
"""

# One row a SKU: what was stored, its opening stock's movements, and how often the product was announced as new.
SELECT_LANDED = """
SELECT v.sku, p.title, p.slug, pr.amount_minor, l.on_hand,
       (SELECT count(*) FROM stock_movement m WHERE m.sku = v.sku),
       (SELECT count(*) FROM outbox_event e WHERE e.type = 'ProductCreated' AND e.aggregate_id = p.id::text)
  FROM variant v JOIN product p ON p.id = v.product_id JOIN price pr ON pr.sku = v.sku JOIN stock_level l ON l.sku = v.sku
 WHERE v.sku LIKE %(pattern)s ORDER BY v.sku
"""
DELETE_PRODUCT = """
WITH deleted AS (
    UPDATE product SET status = 'deleted' FROM variant v WHERE v.product_id = product.id AND v.sku = %(sku)s RETURNING product.id
)
INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
SELECT uuidv7(), unnest(ARRAY['products.project', 'offers.project']), id::text, uuidv7() FROM deleted
"""
REFUSE_A_TITLE = "ALTER TABLE product ADD CONSTRAINT refused_by_a_test CHECK (title <> 'Refused') NOT VALID"
REFUSE_NO_TITLE = "ALTER TABLE product DROP CONSTRAINT refused_by_a_test"
