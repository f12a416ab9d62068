-- Stock per SKU, location and bucket; a SKU in demand is spread over several buckets. Every level equals the
-- sum of its movements.

CREATE TABLE stock_location (
    code  text PRIMARY KEY CHECK (code ~ '^[a-z0-9-]{1,40}$'),
    name  text NOT NULL CHECK (length(name) BETWEEN 1 AND 120)
);

CREATE TABLE stock_level (
    sku        text    NOT NULL REFERENCES variant (sku) ON UPDATE CASCADE,
    location   text    NOT NULL REFERENCES stock_location,
    bucket     smallint NOT NULL DEFAULT 0 CHECK (bucket BETWEEN 0 AND 63),
    on_hand    bigint  NOT NULL CHECK (on_hand >= 0),
    allocated  bigint  NOT NULL DEFAULT 0 CHECK (allocated >= 0),
    reserved   bigint  NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    PRIMARY KEY (sku, location, bucket),
    CHECK (on_hand >= allocated + reserved)
) WITH (fillfactor = 80);

CREATE TABLE stock_setting (
    sku            text    PRIMARY KEY REFERENCES variant (sku) ON UPDATE CASCADE,
    low_at         integer NOT NULL CHECK (low_at >= 0),
    backorderable  boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE stock_setting IS 'Where a SKU differs from the shop''s defaults: its low-stock mark, whether it may be back-ordered';

CREATE TABLE stock_movement (
    id          uuid        PRIMARY KEY DEFAULT uuidv7(),
    sku         text        NOT NULL REFERENCES variant (sku) ON UPDATE CASCADE,
    location    text        NOT NULL REFERENCES stock_location,
    bucket      smallint    NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('opening', 'adjustment', 'reservation', 'release', 'allocation', 'deallocation', 'shipment', 'return', 'transfer')),
    on_hand     bigint      NOT NULL DEFAULT 0,
    allocated   bigint      NOT NULL DEFAULT 0,
    reserved    bigint      NOT NULL DEFAULT 0,
    reason      text        CHECK (length(reason) BETWEEN 1 AND 200),
    command_id  uuid        NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (on_hand <> 0 OR allocated <> 0 OR reserved <> 0)
);
COMMENT ON TABLE stock_movement IS 'Append-only ledger; each column is the change of the level''s column of that name';
CREATE INDEX stock_movement_level ON stock_movement (sku, location, bucket);
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE ON stock_movement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
