"""SQL around pgbench: the scratch database, what it holds, and the variables of a script."""

from typing import Final

DROP_SCRATCH: Final = "DROP DATABASE IF EXISTS techmart_bench WITH (FORCE)"
CREATE_SCRATCH: Final = "CREATE DATABASE techmart_bench OWNER techmart"

SKUS: Final = 1000

FILL: Final = (
    "INSERT INTO brand (name, slug) VALUES ('Lumen', 'lumen')",
    "INSERT INTO category (name, path, label) VALUES ('Bench', 'bench', 'Bench')",
    """
    INSERT INTO product (slug, title, brand_id, category_id)
    SELECT 'bench-' || n, 'Loudspeaker ' || n, b.id, c.id FROM generate_series(1, 1000) n, brand b, category c
    """,
    """
    INSERT INTO variant (product_id, sku, title)
    SELECT id, 'BENCH-' || substring(slug FROM 7), title FROM product
    """,
    "INSERT INTO price (sku, currency, amount_minor) SELECT sku, 'USD', 4999 FROM variant",
    "INSERT INTO stock_location (code, name) VALUES ('main', 'Main warehouse')",
    "INSERT INTO stock_level (sku, location, on_hand) SELECT sku, 'main', 1000000000 FROM variant",
    "INSERT INTO tax_rate (country, region, rate_ppm) VALUES ('US', 'CA', 72500)",
    """
    INSERT INTO shipping_rate (option, country, currency, name, days, amount_minor)
    VALUES ('standard', 'US', 'USD', 'Standard', 5, 599)
    """,
    "ANALYZE",
)

# One SKU a run, and the ids that the shop's process would have made.
VARIABLES: Final = r"""
\set n random(1, 1000)
SELECT uuidv7() AS cart_id, uuidv7() AS order_id, uuidv7() AS command_id, uuidv7()::text AS key,
       '\x' || encode(sha256(random()::text::bytea), 'hex') AS token_hash,
       'BENCH-' || :n AS sku, '{BENCH-' || :n || '}' AS skus,
       json_build_array(json_build_object('sku', 'BENCH-' || :n, 'quantity', 1)) AS wanted \gset
SELECT json_build_array(json_build_object('sku', sku, 'product_id', product_id, 'title', title, 'quantity', 1,
       'unit_minor', 4999, 'line_minor', 4999, 'tax_minor', 362)) AS lines FROM variant WHERE sku = :sku \gset
"""

EVENT: Final = (
    """'[{"type": "CartChanged", "aggregate": "cart", "aggregate_id": "01", "payload": {}, "consumers": []}]'"""
)
OWED: Final = """'[{"type": "OrderPlaced", "aggregate": "order", "aggregate_id": "01", "payload": {}, "consumers": ["orders.project"]}]'"""
ADDRESS: Final = """'{"name": "Ada Byron", "line1": "1 Analytical Way", "city": "San Jose", "postal_code": "95113", "country": "US"}'"""

CONSTANTS: Final = {
    "actor": "'guest'",
    "adding": "false",
    "ask_seconds": "2",
    "asked": "1",
    "attempt": "1",
    "billing_address": ADDRESS,
    "body": "'\\x7b7d'",
    "captured": "5960",
    "country": "'US'",
    "currency": "'USD'",
    "customer_id": "NULL",
    "discount": "0",
    "email": "'ada@example.com'",
    "events": EVENT,
    "enough": "clock_timestamp() + interval '9 minutes'",
    "expires_at": "clock_timestamp() + interval '10 minutes'",
    "failure_code": "NULL",
    "fingerprint": "sha256('x')",
    "gateway": "'sandbox'",
    "gateway_id": "uuidv7()::text",
    "give_up_seconds": "3600",
    "headers": "'{}'",
    "hold_seconds": "600",
    "location": "'main'",
    "most": "'{8,100}'",
    "most_seconds": "1800",
    "payment_id": "(SELECT id FROM payment WHERE order_id = :order_id)",
    "payment_status": "'paid'",
    "principal": "'bench'",
    "quantity": "1",
    "quantities": "'{1}'",
    "redirect_url": "NULL",
    "refunded": "0",
    "region": "'CA'",
    "request_id": "'bench'",
    "resume_seconds": "60",
    "route": "'POST /orders'",
    "scopes": "'{decline-cart,decline-email}'",
    "seconds": "600",
    "shipping": "599",
    "shipping_address": ADDRESS,
    "shipping_option": "'standard'",
    "shipping_tax": "0",
    "source": "'tok_ok'",
    "state": "'captured'",
    "status": "201",
    "subjects": "'{bench,bench}'",
    "subtotal": "4999",
    "tax": "362",
    "tax_rate_ppm": "72500",
    "total": "5960",
    "traceparent": "NULL",
    "version": "2",
    "window_seconds": "3600",
}
"""What the statements are given that is the same each time; all else are the script's variables."""
