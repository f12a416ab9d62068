-- Facts and what is still to be done about them. Events and deliveries are partitioned alike by range of the
-- event id (UUIDv7, so by time); the DEFAULT partitions make sure that no command ever depends on a sweep.

CREATE TABLE outbox_event (
    id            uuid        NOT NULL DEFAULT uuidv7(),
    command_id    uuid        NOT NULL,
    type          text        NOT NULL CHECK (length(type) BETWEEN 1 AND 80),
    aggregate     text        NOT NULL CHECK (length(aggregate) BETWEEN 1 AND 40),
    aggregate_id  text        NOT NULL CHECK (length(aggregate_id) BETWEEN 1 AND 400),
    payload       jsonb       NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
    request_id    text        CHECK (length(request_id) <= 200),
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
COMMENT ON TABLE outbox_event IS 'Each fact, appended in its command''s transaction; ids and amounts, no personal data';
CREATE TABLE outbox_event_default PARTITION OF outbox_event DEFAULT;
-- A session's own command is looked for by id (read your writes).
CREATE INDEX outbox_event_command ON outbox_event (command_id);

CREATE TABLE outbox_delivery (
    event_id     uuid        NOT NULL,
    consumer     text        NOT NULL CHECK (length(consumer) BETWEEN 1 AND 60),
    key          text        NOT NULL CHECK (length(key) BETWEEN 1 AND 400),
    command_id   uuid        NOT NULL,
    attempts     smallint    NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until  timestamptz,
    single       boolean     NOT NULL DEFAULT false,
    last_error   text,
    done_at      timestamptz,
    dead_at      timestamptz,
    PRIMARY KEY (event_id, consumer, key),
    CHECK (done_at IS NULL OR dead_at IS NULL)
) PARTITION BY RANGE (event_id);
COMMENT ON TABLE outbox_delivery IS 'One effect owed to one consumer for one event; done only in the consumer''s own transaction';
CREATE TABLE outbox_delivery_default PARTITION OF outbox_delivery DEFAULT;
-- Claims, the relay's look and "is anything undone" read this index alone.
CREATE INDEX outbox_delivery_undone ON outbox_delivery (consumer, next_at) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_delivery_undone_key ON outbox_delivery (consumer, key) WHERE done_at IS NULL;
CREATE INDEX outbox_delivery_undone_command ON outbox_delivery (command_id) WHERE done_at IS NULL;
CREATE INDEX outbox_delivery_dead ON outbox_delivery (dead_at) WHERE dead_at IS NOT NULL;

-- Work that is coalesced: one undone row per (consumer, key). Whoever asks again raises the revision, and a
-- worker that finishes an older revision leaves the row for the next claim.
CREATE TABLE outbox_keyed (
    consumer     text        NOT NULL CHECK (length(consumer) BETWEEN 1 AND 60),
    key          text        NOT NULL CHECK (length(key) BETWEEN 1 AND 400),
    event_id     uuid        NOT NULL,
    command_id   uuid        NOT NULL,
    revision     bigint      NOT NULL DEFAULT 1,
    attempts     smallint    NOT NULL DEFAULT 0,
    asked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_at      timestamptz NOT NULL,
    lease_until  timestamptz,
    single       boolean     NOT NULL DEFAULT false,
    last_error   text,
    dead_at      timestamptz,
    PRIMARY KEY (consumer, key)
) WITH (fillfactor = 70);
CREATE INDEX outbox_keyed_ready ON outbox_keyed (consumer, next_at) WHERE dead_at IS NULL;

CREATE TABLE outbox_dead (
    event_id    uuid        NOT NULL,
    consumer    text        NOT NULL,
    key         text        NOT NULL,
    command_id  uuid        NOT NULL,
    attempts    smallint    NOT NULL,
    last_error  text,
    dead_at     timestamptz NOT NULL,
    PRIMARY KEY (event_id, consumer, key)
);
COMMENT ON TABLE outbox_dead IS 'Dead deliveries kept when their day''s partition is dropped';

-- A consumer with a wake-up outstanding is not rung again until an actor clears it or two seconds have passed.
CREATE TABLE consumer_wakeup (
    consumer  text PRIMARY KEY,
    rung_at   timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Written before a batch whose effects are in Postgres begins, deleted in the effect's transaction: what is
-- left of a killed worker names the rows that must be tried one by one.
CREATE TABLE claim_intent (
    id         uuid        PRIMARY KEY DEFAULT uuidv7(),
    consumer   text        NOT NULL,
    worker     text        NOT NULL,
    event_ids  uuid[]      NOT NULL,
    keys       text[]      NOT NULL,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (cardinality(event_ids) = cardinality(keys))
);
