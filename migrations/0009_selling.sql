-- Carts, holds, orders, payments. Amounts are integer minor units of the row's currency.

-- A time as the API writes it: UTC, milliseconds, Z.
CREATE FUNCTION rfc3339(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

CREATE TABLE tax_rate (
    country   char(2)  NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    region    text     NOT NULL DEFAULT '' CHECK (length(region) <= 60),
    rate_ppm  integer  NOT NULL CHECK (rate_ppm BETWEEN 0 AND 1000000),
    PRIMARY KEY (country, region)
);
COMMENT ON TABLE tax_rate IS 'Sales tax by place in millionths; a region without a row takes its country''s, a country without one pays none';

CREATE TABLE shipping_rate (
    option        text     NOT NULL CHECK (option ~ '^[a-z0-9-]{1,40}$'),
    country       text     NOT NULL CHECK (country ~ '^([A-Z]{2}|\*)$'),
    currency      char(3)  NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    name          text     NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    days          smallint NOT NULL CHECK (days BETWEEN 0 AND 90),
    amount_minor  bigint   NOT NULL CHECK (amount_minor BETWEEN 0 AND 100000000000),
    PRIMARY KEY (option, country, currency)
);
COMMENT ON TABLE shipping_rate IS 'What each option costs to a country; * is every country without a row of its own';

CREATE TABLE cart (
    id                uuid        PRIMARY KEY DEFAULT uuidv7(),
    token_hash        bytea       NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    customer_id       uuid        REFERENCES account,
    status            text        NOT NULL DEFAULT 'active'
                                  CHECK (status IN ('active', 'checking_out', 'completing', 'completed', 'expired', 'merged')),
    version           bigint      NOT NULL DEFAULT 1 CHECK (version > 0),
    currency          char(3)     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    email             text        CHECK (length(email) BETWEEN 3 AND 254),
    shipping_address  jsonb       CHECK (jsonb_typeof(shipping_address) = 'object'),
    subtotal_minor    bigint      NOT NULL DEFAULT 0 CHECK (subtotal_minor >= 0),
    discount_minor    bigint      NOT NULL DEFAULT 0 CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    shipping_minor    bigint      NOT NULL DEFAULT 0 CHECK (shipping_minor >= 0),
    tax_minor         bigint      NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
    total_minor       bigint      NOT NULL DEFAULT 0,
    checkout_at       timestamptz,
    holds_until       timestamptz,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
    CHECK (status NOT IN ('checking_out', 'completing') OR (email IS NOT NULL AND shipping_address IS NOT NULL))
) WITH (fillfactor = 80);
COMMENT ON COLUMN cart.version IS 'Raised by each change; the ETag that guards concurrent edits';
COMMENT ON COLUMN cart.checkout_at IS 'When its holds were first taken: they may slide for 30 minutes from then';
CREATE INDEX cart_customer ON cart (customer_id, id) WHERE customer_id IS NOT NULL;

CREATE TABLE cart_line (
    cart_id      uuid        NOT NULL REFERENCES cart ON DELETE CASCADE,
    sku          text        NOT NULL REFERENCES variant (sku) ON UPDATE CASCADE,
    product_id   uuid        NOT NULL,
    title        text        NOT NULL,
    quantity     integer     NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
    unit_minor   bigint      NOT NULL CHECK (unit_minor >= 0),
    line_minor   bigint      NOT NULL,
    tax_minor    bigint      NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
    added_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (cart_id, sku),
    CHECK (line_minor = unit_minor * quantity)
) WITH (fillfactor = 80);

-- A SKU whose one row is in every buyer's way is spread over several.
ALTER TABLE stock_setting ALTER COLUMN low_at DROP NOT NULL;
ALTER TABLE stock_setting ADD COLUMN buckets smallint NOT NULL DEFAULT 1 CHECK (buckets BETWEEN 1 AND 64);
COMMENT ON COLUMN stock_setting.buckets IS 'Rows per location that the stock of a SKU in demand is spread over';

CREATE TABLE stock_hold (
    id          uuid        PRIMARY KEY DEFAULT uuidv7(),
    cart_id     uuid        NOT NULL REFERENCES cart,
    sku         text        NOT NULL,
    location    text        NOT NULL,
    bucket      smallint    NOT NULL,
    quantity    integer     NOT NULL CHECK (quantity > 0),
    state       text        NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'consumed', 'released', 'expired')),
    expires_at  timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (sku, location, bucket) REFERENCES stock_level ON UPDATE CASCADE
) WITH (fillfactor = 80);
COMMENT ON TABLE stock_hold IS 'Units reserved for a cart until expires_at; a level''s reserved is the sum of its held rows';
CREATE INDEX stock_hold_cart ON stock_hold (cart_id) WHERE state = 'held';
CREATE INDEX stock_hold_level ON stock_hold (sku, location, bucket, expires_at) WHERE state = 'held';
CREATE INDEX stock_hold_expiry ON stock_hold (expires_at) WHERE state = 'held';

CREATE SEQUENCE order_number START 100001;

CREATE TABLE shop_order (
    id                 uuid        PRIMARY KEY DEFAULT uuidv7(),
    number             text        NOT NULL UNIQUE DEFAULT 'TM-' || nextval('order_number'),
    cart_id            uuid        NOT NULL REFERENCES cart,
    customer_id        uuid        REFERENCES account,
    email              text        NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    status             text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'placed', 'on_hold', 'closed', 'canceled')),
    payment_status     text        NOT NULL DEFAULT 'pending'
                                   CHECK (payment_status IN ('none', 'pending', 'authorized', 'partially_paid', 'paid', 'overcharged',
                                          'partially_refunded', 'refunded', 'voided', 'disputed')),
    fulfilment_status  text        NOT NULL DEFAULT 'unfulfilled'
                                   CHECK (fulfilment_status IN ('unfulfilled', 'partial', 'shipped', 'delivered', 'canceled', 'backorder')),
    cancel_reason      text        CHECK (cancel_reason IN ('payment_failed', 'expired', 'out_of_stock', 'customer', 'staff')),
    version            bigint      NOT NULL DEFAULT 1 CHECK (version > 0),
    currency           char(3)     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    subtotal_minor     bigint      NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor     bigint      NOT NULL DEFAULT 0 CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    shipping_minor     bigint      NOT NULL CHECK (shipping_minor >= 0),
    tax_minor          bigint      NOT NULL CHECK (tax_minor >= 0),
    total_minor        bigint      NOT NULL CHECK (total_minor >= 0),
    shipping_option    text        NOT NULL,
    shipping_tax_minor bigint      NOT NULL CHECK (shipping_tax_minor BETWEEN 0 AND tax_minor),
    tax_rate_ppm       integer     NOT NULL CHECK (tax_rate_ppm BETWEEN 0 AND 1000000),
    shipping_address   jsonb       NOT NULL CHECK (jsonb_typeof(shipping_address) = 'object'),
    billing_address    jsonb       NOT NULL CHECK (jsonb_typeof(billing_address) = 'object'),
    created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    placed_at          timestamptz,
    canceled_at        timestamptz,
    updated_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + tax_minor),
    CHECK ((status = 'canceled') = (canceled_at IS NOT NULL AND cancel_reason IS NOT NULL)),
    CHECK (status NOT IN ('placed', 'on_hold', 'closed') OR placed_at IS NOT NULL)
) WITH (fillfactor = 80);
COMMENT ON TABLE shop_order IS 'Tax and prices as agreed: never computed again';
-- The second net below the idempotency keys: a cart becomes one order.
CREATE UNIQUE INDEX shop_order_cart ON shop_order (cart_id) WHERE status <> 'canceled';
CREATE INDEX shop_order_customer ON shop_order (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX shop_order_pending ON shop_order (updated_at) WHERE status = 'pending';

CREATE TABLE order_line (
    order_id      uuid     NOT NULL REFERENCES shop_order,
    position      smallint NOT NULL CHECK (position > 0),
    sku           text     NOT NULL,
    product_id    uuid     NOT NULL,
    title         text     NOT NULL,
    quantity      integer  NOT NULL CHECK (quantity > 0),
    unit_minor    bigint   NOT NULL CHECK (unit_minor >= 0),
    line_minor    bigint   NOT NULL,
    discount_minor bigint  NOT NULL DEFAULT 0 CHECK (discount_minor BETWEEN 0 AND line_minor),
    tax_minor     bigint   NOT NULL CHECK (tax_minor >= 0),
    PRIMARY KEY (order_id, position),
    UNIQUE (order_id, sku),
    CHECK (line_minor = unit_minor * quantity)
);

-- Which units of which stock row an order took.
CREATE TABLE order_allocation (
    order_id  uuid     NOT NULL REFERENCES shop_order,
    sku       text     NOT NULL,
    location  text     NOT NULL,
    bucket    smallint NOT NULL,
    quantity  integer  NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, sku, location, bucket),
    FOREIGN KEY (sku, location, bucket) REFERENCES stock_level ON UPDATE CASCADE
);
CREATE INDEX order_allocation_level ON order_allocation (sku, location, bucket);

CREATE TABLE order_event (
    id        uuid        PRIMARY KEY DEFAULT uuidv7(),
    order_id  uuid        NOT NULL REFERENCES shop_order,
    kind      text        NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    actor     text        NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
    data      jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(data) = 'object'),
    at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE order_event IS 'The timeline of an order: each transition, append-only';
CREATE INDEX order_event_order ON order_event (order_id, id);
CREATE TRIGGER order_event_append_only BEFORE UPDATE OR DELETE ON order_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE payment (
    id                uuid        PRIMARY KEY DEFAULT uuidv7(),
    order_id          uuid        NOT NULL REFERENCES shop_order,
    attempt           smallint    NOT NULL DEFAULT 1 CHECK (attempt > 0),
    gateway           text        NOT NULL CHECK (gateway ~ '^[a-z]{1,40}$'),
    gateway_id        text        CHECK (length(gateway_id) BETWEEN 1 AND 255),
    source            text        CHECK (length(source) BETWEEN 1 AND 255),
    state             text        NOT NULL DEFAULT 'processing'
                                  CHECK (state IN ('created', 'requires_action', 'processing', 'unknown', 'authorized', 'captured', 'failed',
                                         'canceled', 'voided', 'expired', 'disputed', 'charged_back')),
    amount_minor      bigint      NOT NULL CHECK (amount_minor > 0),
    captured_minor    bigint      NOT NULL DEFAULT 0 CHECK (captured_minor BETWEEN 0 AND amount_minor),
    refunded_minor    bigint      NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND captured_minor),
    currency          char(3)     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    failure_code      text        CHECK (length(failure_code) <= 100),
    redirect_url      text        CHECK (length(redirect_url) <= 2000),
    asked             smallint    NOT NULL DEFAULT 0,
    ask_at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (order_id, attempt)
) WITH (fillfactor = 80);
COMMENT ON COLUMN payment.source IS 'The gateway''s token of the means of payment; card numbers never reach us';
COMMENT ON COLUMN payment.asked IS 'How often the gateway was asked what became of it; ask_at is when to ask next';
CREATE UNIQUE INDEX payment_gateway ON payment (gateway, gateway_id) WHERE gateway_id IS NOT NULL;
CREATE UNIQUE INDEX payment_live ON payment (order_id) WHERE state IN ('created', 'requires_action', 'processing', 'unknown', 'authorized');
CREATE INDEX payment_open ON payment (ask_at) WHERE state IN ('created', 'requires_action', 'processing', 'unknown');

CREATE TABLE refund (
    id            uuid        PRIMARY KEY DEFAULT uuidv7(),
    payment_id    uuid        NOT NULL REFERENCES payment,
    amount_minor  bigint      NOT NULL CHECK (amount_minor > 0),
    reason        text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 100),
    state         text        NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'succeeded', 'failed')),
    gateway_id    text        UNIQUE CHECK (length(gateway_id) BETWEEN 1 AND 255),
    attempts      smallint    NOT NULL DEFAULT 0,
    next_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_error    text,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at   timestamptz
);
COMMENT ON TABLE refund IS 'Money owed back; its id is the key the gateway is asked with';
CREATE INDEX refund_payment ON refund (payment_id);
CREATE INDEX refund_open ON refund (next_at) WHERE state = 'requested';

CREATE TABLE webhook_event (
    gateway      text        NOT NULL CHECK (gateway ~ '^[a-z]{1,40}$'),
    event_id     text        NOT NULL CHECK (length(event_id) BETWEEN 1 AND 255),
    type         text        NOT NULL CHECK (length(type) BETWEEN 1 AND 100),
    body         bytea       NOT NULL CHECK (octet_length(body) <= 1000000),
    received_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts     smallint    NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_at   timestamptz,
    last_error   text,
    PRIMARY KEY (gateway, event_id)
);
COMMENT ON TABLE webhook_event IS 'What gateways told us, as it came, once each';
CREATE INDEX webhook_event_open ON webhook_event (next_at) WHERE applied_at IS NULL;

-- An order's key is answered by whoever finishes the order.
ALTER TABLE idempotency_key ADD COLUMN order_id uuid;
CREATE INDEX idempotency_key_order ON idempotency_key (order_id) WHERE order_id IS NOT NULL;

-- The list of a customer's orders; the documents stand with the others.
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check
    CHECK (kind IN ('product', 'offer', 'category', 'list', 'navigation', 'home', 'sitemap', 'order'));

CREATE TABLE order_entry (
    order_id     text        PRIMARY KEY,
    customer_id  uuid        NOT NULL,
    created_at   timestamptz NOT NULL
);
CREATE INDEX order_entry_customer ON order_entry (customer_id, created_at DESC, order_id DESC);
