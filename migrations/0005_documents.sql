-- The read model: every document in one table, so that one set of statements locks, compares, versions and
-- follows them all. The read side owns it; workers write it on the primary.

CREATE TABLE document (
    kind          text        NOT NULL CHECK (kind IN ('product', 'offer', 'category', 'list', 'navigation', 'home', 'sitemap')),
    id            text        NOT NULL CHECK (length(id) BETWEEN 1 AND 400),
    version       bigint      NOT NULL DEFAULT 0 CHECK (version >= 0),
    state         text        NOT NULL DEFAULT 'gone' CHECK (state IN ('live', 'gone')),
    hash          bytea       NOT NULL DEFAULT '\x',
    content       json,
    changed_xid   xid8        NOT NULL DEFAULT pg_current_xact_id(),
    committed_at  timestamptz,
    command_ids   uuid[]      NOT NULL DEFAULT '{}',
    -- What a product or category is looked up by. A gone document keeps its last content, and so its slug.
    slug          text GENERATED ALWAYS AS (CASE WHEN kind = 'product' THEN content ->> 'slug' END) STORED,
    PRIMARY KEY (kind, id),
    CHECK (state = 'gone' OR content IS NOT NULL)
) WITH (fillfactor = 80);
COMMENT ON COLUMN document.version IS 'The document''s own counter, raised when its hash changes';
COMMENT ON COLUMN document.changed_xid IS 'Transaction of the last write: search nodes follow it on the replica';
COMMENT ON COLUMN document.committed_at IS 'When the command behind this content was committed';
COMMENT ON COLUMN document.command_ids IS 'The commands this version answers, newest last, at most 8';
CREATE INDEX document_changed ON document (kind, changed_xid);
CREATE INDEX document_slug ON document (slug) WHERE slug IS NOT NULL;

-- Every list a live product is in: its category, each ancestor, and '' for the whole shop.
CREATE TABLE list_entry (
    path         text NOT NULL,
    released_on  date NOT NULL,
    product_id   text NOT NULL,
    PRIMARY KEY (product_id, path)
);
CREATE INDEX list_entry_order ON list_entry (path, released_on DESC, product_id DESC);

-- What stands in the bucket, as last put or found.
CREATE TABLE published_object (
    key       text        PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 900),
    kind      text        NOT NULL,
    id        text        NOT NULL,
    version   bigint      NOT NULL,
    hash      bytea       NOT NULL,
    etag      text        NOT NULL,
    state     text        NOT NULL CHECK (state IN ('live', 'gone', 'redirect')),
    release   text        NOT NULL DEFAULT '',
    put_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 80);
COMMENT ON COLUMN published_object.release IS 'Front-end release the bytes were made with; empty for JSON';
CREATE INDEX published_object_document ON published_object (kind, id);
