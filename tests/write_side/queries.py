"""SQL of these tests."""

ADD_LOCATION = "INSERT INTO stock_location (code, name) VALUES ('main', 'Main warehouse') ON CONFLICT DO NOTHING"
EXPIRE_FAILURES = "UPDATE failure_count SET window_start = window_start - interval '1 hour' WHERE subject = %(subject)s"
SELECT_AUDIT = """
SELECT sequence, at, actor_id, action, subject, before, after, previous, hash
  FROM audit_entry ORDER BY sequence
"""
SELECT_AUDIT_OF = "SELECT action, before, after FROM audit_entry WHERE subject = %(subject)s ORDER BY sequence"
CHANGE_AUDIT = "UPDATE audit_entry SET action = 'nothing'"
DELETE_AUDIT = "DELETE FROM audit_entry"
CHANGE_MOVEMENTS = "UPDATE stock_movement SET on_hand = on_hand + 1"
SELECT_EVENTS_OF = """
SELECT e.type, array_agg(d.consumer ORDER BY d.consumer) FILTER (WHERE d.consumer IS NOT NULL)
  FROM outbox_event e LEFT JOIN outbox_delivery d ON d.event_id = e.id
 WHERE e.aggregate_id = %(id)s GROUP BY e.id, e.type ORDER BY e.id
"""
SELECT_LEVEL = """
SELECT sum(on_hand)::int, (SELECT sum(on_hand)::int FROM stock_movement WHERE sku = %(sku)s)
  FROM stock_level WHERE sku = %(sku)s
"""
SELECT_FORMER_SLUGS = "SELECT slug FROM former_slug WHERE product_id = %(id)s"
DROP_ROLES = "DELETE FROM account_role ar USING account a WHERE a.id = ar.account_id AND a.email_key = %(email)s"
ADD_ROLE = """
INSERT INTO account_role (account_id, role) SELECT id, %(role)s FROM account WHERE email_key = %(email)s
"""
MAKE_CUSTOMER = "UPDATE account SET is_staff = false WHERE email_key = %(email)s"
CHANGE_RATES = """
WITH dropped AS (DELETE FROM tax_rate WHERE country = 'DE'), dearer AS (UPDATE shipping_rate SET amount_minor = 1)
UPDATE tax_rate SET rate_ppm = 1 WHERE country = 'US'
"""
SELECT_RATES = """
SELECT currency::text, country, amount_minor FROM shipping_rate
UNION ALL SELECT region, country, rate_ppm FROM tax_rate ORDER BY 1, 2, 3
"""
DISABLE_ACCOUNT = "UPDATE account SET disabled_at = clock_timestamp() WHERE email_key = %(email)s"
EXPIRE_SESSIONS = """
UPDATE session s SET expires_at = clock_timestamp() FROM account a WHERE a.id = s.account_id AND a.email_key = %(email)s
"""
