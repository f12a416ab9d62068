"""Statements of the pipeline's tests."""

EMPTY_TABLES = """
TRUNCATE outbox_event, outbox_delivery, outbox_keyed, outbox_dead, consumer_wakeup, claim_intent, document, list_entry,
         published_object, stock_level, price, variant, product, category, brand CASCADE
"""
INSERT_SHOP = """
WITH b AS (INSERT INTO brand (name, slug) VALUES ('Acme', 'acme')), l AS (
    INSERT INTO stock_location (code, name) VALUES ('main', 'Main') ON CONFLICT DO NOTHING)
INSERT INTO category (name, path, label) VALUES ('Ink', 'ink', 'Ink'), ('Paper', 'paper', 'Paper')
"""
INSERT_PRODUCT = """
WITH p AS (
    INSERT INTO product (slug, title, brand_id, category_id)
    SELECT %(slug)s, %(slug)s, (SELECT id FROM brand), id FROM category WHERE path = %(category)s RETURNING id
), v AS (INSERT INTO variant (product_id, sku, title) SELECT id, %(slug)s, %(slug)s FROM p)
SELECT id::text FROM p
"""
INSERT_PRICE = "INSERT INTO price (sku, currency, amount_minor) VALUES (%(sku)s, 'USD', %(amount)s)"
INSERT_LEVEL = "INSERT INTO stock_level (sku, location, on_hand) VALUES (%(sku)s, 'main', %(on_hand)s)"
SET_LEVEL = "UPDATE stock_level SET on_hand = %(on_hand)s WHERE sku = %(sku)s"
SET_PRICE = "UPDATE price SET amount_minor = %(amount)s WHERE sku = %(sku)s"
SET_SLUG = "UPDATE product SET slug = %(slug)s WHERE id = %(id)s"
SET_STATUS = "UPDATE product SET status = %(status)s WHERE id = %(id)s"
SET_CATEGORY = """
UPDATE product SET category_id = (SELECT id FROM category WHERE path = %(category)s) WHERE id = %(id)s
"""
SELECT_DOCUMENT = "SELECT version, state, content FROM document WHERE kind = %(kind)s AND id = %(id)s"
SELECT_RECORDED = "SELECT version FROM published_object WHERE key = %(key)s"
SELECT_PATHS = "SELECT path FROM list_entry WHERE product_id = %(id)s ORDER BY path"
SELECT_KEYED = "SELECT key, revision FROM outbox_keyed WHERE consumer = %(consumer)s ORDER BY key"
SELECT_DELIVERY = """
SELECT attempts, single, done_at IS NOT NULL, dead_at IS NOT NULL, last_error FROM outbox_delivery
 WHERE consumer = %(consumer)s AND key = %(key)s
"""
COUNT_UNDONE = "SELECT count(*) FROM outbox_delivery WHERE done_at IS NULL AND dead_at IS NULL"
MAKE_DUE = "UPDATE outbox_delivery SET next_at = clock_timestamp(), lease_until = NULL WHERE done_at IS NULL"
MAKE_KEYED_DUE = "UPDATE outbox_keyed SET next_at = clock_timestamp(), lease_until = NULL"
AGE_WAKEUPS = "UPDATE consumer_wakeup SET rung_at = rung_at - interval '3 s'"
SELECT_WAKEUPS = "SELECT consumer FROM consumer_wakeup ORDER BY consumer"
FORGET_DOCUMENTS = "DELETE FROM document"
SELECT_DAYS = """
SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
 WHERE inhparent = 'outbox_delivery'::regclass AND child.relname LIKE '%%20200101' ORDER BY 1
"""
CREATE_OLD_DAY = """
CREATE TABLE outbox_event_20200101 PARTITION OF outbox_event
   FOR VALUES FROM ('016f5e66-e800-0000-0000-000000000000') TO ('016f638d-4400-0000-0000-000000000000');
CREATE TABLE outbox_delivery_20200101 PARTITION OF outbox_delivery
   FOR VALUES FROM ('016f5e66-e800-0000-0000-000000000000') TO ('016f638d-4400-0000-0000-000000000000')
"""
INSERT_OLD_DELIVERY = """
INSERT INTO outbox_delivery (event_id, consumer, key, command_id, dead_at)
VALUES (%(id)s, 'offers.project', 'old', %(id)s, CASE WHEN %(dead)s THEN now() END)
"""
KILL_OLD_DELIVERY = "UPDATE outbox_delivery SET dead_at = now() WHERE key = 'old'"
SELECT_DEAD = "SELECT key FROM outbox_dead"
EXPIRE_LEASES = "UPDATE outbox_delivery SET lease_until = clock_timestamp() - interval '1 s'"
TAKE_OVER = """
UPDATE outbox_delivery SET attempts = attempts + 1, lease_until = clock_timestamp() + interval '1 min'
 WHERE consumer = 'documents.publish'
"""
EXHAUST = """
UPDATE outbox_delivery SET attempts = 8, lease_until = clock_timestamp() - interval '1 s'
 WHERE consumer = 'documents.publish'
"""
SELECT_LEASED = """
SELECT attempts, lease_until > clock_timestamp() FROM outbox_delivery
 WHERE consumer = 'documents.publish' AND key = %(key)s
"""
SELECT_KEYED_LEASES = """
SELECT key, lease_until IS NOT NULL FROM outbox_keyed WHERE consumer = 'lists.project' ORDER BY key
"""
SELECT_KEYED_DEAD = """
SELECT key, dead_at IS NOT NULL, attempts FROM outbox_keyed WHERE consumer = 'lists.project' ORDER BY key
"""
SELECT_PAGE_DEAD = """
SELECT dead_at IS NOT NULL, attempts FROM outbox_keyed WHERE consumer = 'pages.publish' AND key = %(key)s
"""
TAKE_TIME = "SELECT pg_sleep(2)"
SET_APART = "UPDATE outbox_delivery SET single = true"
SPOIL_DOCUMENT = "UPDATE document SET content = '{}' WHERE kind = 'product' AND id = %(id)s"
SELECT_REQUESTS = "SELECT aggregate_id, request_id FROM outbox_event WHERE type = 'DocumentChanged'"
REVIVE_OLD_DELIVERY = "UPDATE outbox_delivery SET dead_at = NULL WHERE key = 'old'"
COUNT_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation::regclass::text LIKE 'outbox%%'"
AGE_DELIVERIES = """
UPDATE outbox_delivery SET event_id = uuidv7(interval '-1 hour'), next_at = next_at - interval '1 hour'
"""
INSERT_KEPT_DEAD = """
INSERT INTO outbox_dead (event_id, consumer, key, command_id, attempts, dead_at)
VALUES (uuidv7(), 'offers.project', 'old', uuidv7(), 8, now())
"""
COUNT_WAITING_FOR_DELIVERIES = """
SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%JOIN outbox_delivery%%FOR UPDATE%%'
"""
COUNT_WAITING_FOR_ROWS = """
SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%FROM document%%FOR UPDATE%%'
"""
COUNT_DEAD = "SELECT count(*) FROM outbox_delivery WHERE dead_at IS NOT NULL"
