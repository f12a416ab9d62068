-- What categories were called before staff renamed them: feeds go on naming them so.
CREATE TABLE former_category_label (
    label        text PRIMARY KEY CHECK (length(label) BETWEEN 1 AND 400),
    category_id  uuid NOT NULL REFERENCES category
);
COMMENT ON TABLE former_category_label IS 'Labels that categories once had; a label in use is never among them';

-- Files of front-end releases. Pages made with an earlier release name its files for a while, and open browsers longer.
CREATE TABLE asset_file (
    key         text        PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 900),
    release     text        NOT NULL,
    retired_at  timestamptz
);
COMMENT ON TABLE asset_file IS 'Objects below assets/; they are kept 30 days after the last release that has them';
COMMENT ON COLUMN asset_file.release IS 'The last release that has the file; empty where none is known';
COMMENT ON COLUMN asset_file.retired_at IS 'When that release was replaced; empty while it is current';
CREATE INDEX asset_file_retired ON asset_file (retired_at) WHERE retired_at IS NOT NULL;

-- Dead work is counted at every look at the relay's metrics; there is next to none of it.
CREATE INDEX outbox_keyed_dead ON outbox_keyed (consumer) WHERE dead_at IS NOT NULL;
