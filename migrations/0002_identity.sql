-- People, their sessions and what they may do; keys of unsafe calls; the trail of what staff changed.

CREATE TABLE account (
    id             uuid        PRIMARY KEY DEFAULT uuidv7(),
    email          text        NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    email_key      text        NOT NULL UNIQUE CHECK (email_key = lower(email_key)),
    name           text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    password_hash  text        NOT NULL,
    is_staff       boolean     NOT NULL DEFAULT false,
    disabled_at    timestamptz,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN account.email_key IS 'Normalised address: one account whatever its letter case';

CREATE TABLE role (
    name         text   PRIMARY KEY CHECK (name ~ '^[a-z_]{1,40}$'),
    permissions  text[] NOT NULL
);
CREATE TABLE account_role (
    account_id  uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    role        text NOT NULL REFERENCES role,
    PRIMARY KEY (account_id, role)
);

CREATE TABLE session (
    id            uuid        PRIMARY KEY DEFAULT uuidv7(),
    account_id    uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz
);
CREATE INDEX session_account ON session (account_id) WHERE revoked_at IS NULL;

CREATE TABLE refresh_token (
    token_hash  bytea       PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    session_id  uuid        NOT NULL REFERENCES session ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    used_at     timestamptz
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

-- Limits count failures, here, so that they hold across processes and without Redis.
CREATE TABLE failure_count (
    scope         text        NOT NULL CHECK (length(scope) BETWEEN 1 AND 40),
    subject       text        NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    window_start  timestamptz NOT NULL,
    failures      integer     NOT NULL CHECK (failures > 0),
    PRIMARY KEY (scope, subject)
) WITH (fillfactor = 70);

CREATE TABLE idempotency_key (
    principal          text        NOT NULL CHECK (length(principal) BETWEEN 1 AND 100),
    route              text        NOT NULL CHECK (length(route) BETWEEN 1 AND 200),
    key                text        NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint        bytea       NOT NULL CHECK (octet_length(fingerprint) = 32),
    status             smallint    CHECK (status BETWEEN 200 AND 499),
    body               bytea,
    headers            jsonb,
    created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (principal, route, key)
);
CREATE INDEX idempotency_key_created ON idempotency_key (created_at);

CREATE TABLE audit_entry (
    sequence    bigint      PRIMARY KEY CHECK (sequence > 0),
    at          timestamptz NOT NULL,
    actor_id    uuid        NOT NULL,
    action      text        NOT NULL CHECK (length(action) BETWEEN 1 AND 80),
    subject     text        NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    before      jsonb,
    after       jsonb,
    command_id  uuid        NOT NULL,
    request_id  text,
    address     text,
    previous    bytea       NOT NULL CHECK (octet_length(previous) = 32),
    hash        bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE audit_entry IS 'Append-only; each hash covers the one before it';
CREATE INDEX audit_entry_subject ON audit_entry (subject, sequence);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
