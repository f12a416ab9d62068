-- The catalogue as staff and feeds write it.

CREATE TABLE brand (
    id    uuid PRIMARY KEY DEFAULT uuidv7(),
    name  text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
    slug  text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 120)
);

CREATE TABLE category (
    id          uuid    PRIMARY KEY DEFAULT uuidv7(),
    parent_id   uuid    REFERENCES category,
    name        text    NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    path        text    NOT NULL UNIQUE CHECK (path ~ '^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*$' AND length(path) <= 300),
    label       text    NOT NULL UNIQUE CHECK (length(label) BETWEEN 1 AND 400),
    position    integer NOT NULL DEFAULT 0
);
COMMENT ON COLUMN category.path IS 'Slug path from the root, e.g. printing/ink-cartridges';
COMMENT ON COLUMN category.label IS 'Names from the root, e.g. Printing > Ink Cartridges';
CREATE INDEX category_parent ON category (parent_id);

CREATE TABLE attribute (
    name   text PRIMARY KEY CHECK (name ~ '^[a-z0-9_]{1,120}$'),
    label  text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
    kind   text NOT NULL CHECK (kind IN ('text', 'number', 'boolean')),
    unit   text CHECK (length(unit) BETWEEN 1 AND 20),
    CHECK (unit IS NULL OR kind = 'number')
);

CREATE TABLE product (
    id             uuid        PRIMARY KEY DEFAULT uuidv7(),
    feed_id        text        UNIQUE CHECK (length(feed_id) BETWEEN 1 AND 100),
    feed_hash      bytea       CHECK (octet_length(feed_hash) = 32),
    slug           text        NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 200),
    title          text        NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    description    text        NOT NULL DEFAULT '' CHECK (length(description) <= 20000),
    brand_id       uuid        NOT NULL REFERENCES brand,
    category_id    uuid        NOT NULL REFERENCES category,
    status         text        NOT NULL DEFAULT 'published' CHECK (status IN ('published', 'unpublished', 'deleted')),
    attributes     jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    images         jsonb       NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(images) = 'array'),
    rating         numeric(2,1) CHECK (rating BETWEEN 0 AND 5),
    released_on    date        NOT NULL DEFAULT CURRENT_DATE,
    revision       bigint      NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN product.attributes IS 'Attribute name to typed value; kinds and units stand in attribute';
COMMENT ON COLUMN product.feed_hash IS 'SHA-256 of the feed''s row as last applied: an equal row changes nothing';
COMMENT ON COLUMN product.images IS 'List of {url, alt, width, height}';
COMMENT ON COLUMN product.revision IS 'The ETag of staff''s edits';
CREATE INDEX product_category ON product (category_id);
CREATE INDEX product_brand ON product (brand_id);

-- Slugs a product once had; they redirect and are never given to another product.
CREATE TABLE former_slug (
    slug        text PRIMARY KEY,
    product_id  uuid NOT NULL REFERENCES product
);

CREATE TABLE variant (
    id          uuid    PRIMARY KEY DEFAULT uuidv7(),
    product_id  uuid    NOT NULL REFERENCES product,
    sku         text    NOT NULL UNIQUE CHECK (sku ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    title       text    NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    options     jsonb   NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(options) = 'object'),
    position    integer NOT NULL DEFAULT 0
);
CREATE INDEX variant_product ON variant (product_id, position);

CREATE TABLE barcode (
    ean         text PRIMARY KEY CHECK (ean ~ '^[0-9]{8,14}$'),
    variant_id  uuid NOT NULL REFERENCES variant ON DELETE CASCADE
);
CREATE INDEX barcode_variant ON barcode (variant_id);

CREATE TABLE price (
    sku                      text        NOT NULL REFERENCES variant (sku) ON UPDATE CASCADE,
    currency                 char(3)     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor             bigint      NOT NULL CHECK (amount_minor BETWEEN 0 AND 100000000000),
    compare_at_minor         bigint      CHECK (compare_at_minor > amount_minor),
    changed_at               timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (sku, currency)
) WITH (fillfactor = 80);

-- A feed's run: its progress, and the heartbeat that holds list pages back while rows still pour in.
CREATE TABLE import_run (
    id            uuid        PRIMARY KEY DEFAULT uuidv7(),
    source        text        NOT NULL,
    fingerprint   bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    state         text        NOT NULL CHECK (state IN ('running', 'finished', 'failed')),
    rows_read     bigint      NOT NULL DEFAULT 0,
    rows_applied  bigint      NOT NULL DEFAULT 0,
    rows_same     bigint      NOT NULL DEFAULT 0,
    rows_rejected bigint      NOT NULL DEFAULT 0,
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at   timestamptz
);
CREATE INDEX import_run_running ON import_run (heartbeat_at) WHERE state = 'running';
