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
