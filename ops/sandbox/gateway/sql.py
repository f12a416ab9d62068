"""SQL of the sandbox's ledger (SQLite). Amounts are integer minor units, times Unix seconds."""

from typing import Final

OPEN: Final = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON"

# FULL: what was answered survives the machine, not only the process.
OPEN_WRITER: Final = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"

BEGIN: Final = "BEGIN IMMEDIATE"
COMMIT: Final = "COMMIT"
ROLLBACK: Final = "ROLLBACK"
SAVEPOINT: Final = "SAVEPOINT one"
RELEASE: Final = "RELEASE one"
ROLLBACK_TO_SAVEPOINT: Final = "ROLLBACK TO one"

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS intent (
    seq           INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,
    created       INTEGER NOT NULL,
    amount        INTEGER NOT NULL CHECK (amount > 0),
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    status        TEXT    NOT NULL CHECK (status IN ('succeeded', 'requires_action', 'requires_payment_method', 'canceled')),
    captured      INTEGER NOT NULL DEFAULT 0 CHECK (captured IN (0, amount)),
    refunded      INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND captured),
    failure_code  TEXT,
    decline_code  TEXT,
    token         TEXT    NOT NULL,
    secret        TEXT    NOT NULL,
    email         TEXT,
    return_url    TEXT    NOT NULL,
    metadata      TEXT    NOT NULL,
    due_at        REAL,
    CHECK ((status = 'succeeded') = (captured > 0))
) STRICT;
CREATE INDEX IF NOT EXISTS intent_due ON intent (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS refund (
    seq      INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    created  INTEGER NOT NULL,
    intent   TEXT    NOT NULL REFERENCES intent (id),
    amount   INTEGER NOT NULL CHECK (amount > 0)
) STRICT;
CREATE INDEX IF NOT EXISTS refund_intent ON refund (intent, seq);

CREATE TABLE IF NOT EXISTS dispute (
    seq      INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    created  INTEGER NOT NULL,
    intent   TEXT    NOT NULL UNIQUE REFERENCES intent (id),
    amount   INTEGER NOT NULL CHECK (amount > 0),
    status   TEXT    NOT NULL DEFAULT 'needs_response' CHECK (status IN ('needs_response', 'won', 'lost'))
) STRICT;

-- next_at is NULL once the shop has taken the event.
CREATE TABLE IF NOT EXISTS event (
    seq       INTEGER PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    created   INTEGER NOT NULL,
    type      TEXT    NOT NULL,
    body      BLOB    NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    next_at   REAL
) STRICT;
CREATE INDEX IF NOT EXISTS event_open ON event (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS answer (
    key          TEXT    PRIMARY KEY,
    fingerprint  BLOB    NOT NULL,
    status       INTEGER NOT NULL,
    body         BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
"""

SELECT_ANSWER: Final = "SELECT fingerprint, status, body FROM answer WHERE key = ?"

INSERT_ANSWER: Final = "INSERT INTO answer (key, fingerprint, status, body) VALUES (?, ?, ?, ?)"

INSERT_INTENT: Final = """
INSERT INTO intent (id, created, amount, currency, status, captured, failure_code, decline_code,
                    token, secret, email, return_url, metadata, due_at)
VALUES (:id, :created, :amount, :currency, :status, :captured, :failure_code, :decline_code,
        :token, :secret, :email, :return_url, :metadata, :due_at)
"""

SELECT_INTENT: Final = """
SELECT id, created, amount, currency, status, captured, refunded, failure_code, decline_code,
       token, secret, email, return_url, metadata
  FROM intent WHERE id = ?
"""

SELECT_INTENTS: Final = """
SELECT id, created, amount, currency, status, captured, refunded, failure_code, decline_code,
       token, secret, email, return_url, metadata
  FROM intent
 WHERE :after IS NULL OR seq < (SELECT seq FROM intent WHERE id = :after)
 ORDER BY seq DESC LIMIT :limit
"""

CAPTURE: Final = "UPDATE intent SET status = 'succeeded', captured = amount, due_at = NULL WHERE id = ?"

FAIL: Final = "UPDATE intent SET status = 'requires_payment_method', failure_code = ? WHERE id = ?"

CANCEL: Final = "UPDATE intent SET status = 'canceled' WHERE id = ?"

SELECT_DUE_INTENTS: Final = "SELECT id, token FROM intent WHERE due_at <= ? ORDER BY due_at LIMIT 100"

NEXT_DUE_INTENT: Final = "SELECT min(due_at) FROM intent WHERE due_at IS NOT NULL"

DONE_LATER: Final = "UPDATE intent SET due_at = NULL WHERE id = ?"

INSERT_REFUND: Final = "INSERT INTO refund (id, created, intent, amount) VALUES (:id, :created, :intent, :amount)"

COUNT_REFUND: Final = "UPDATE intent SET refunded = refunded + :amount WHERE id = :intent"

SELECT_REFUNDS: Final = """
SELECT id, created, intent, amount FROM refund
 WHERE (:intent IS NULL OR intent = :intent) AND (:after IS NULL OR seq < (SELECT seq FROM refund WHERE id = :after))
 ORDER BY seq DESC LIMIT :limit
"""

INSERT_DISPUTE: Final = "INSERT INTO dispute (id, created, intent, amount) VALUES (:id, :created, :intent, :amount)"

SELECT_DISPUTE: Final = "SELECT id, created, intent, amount, status FROM dispute WHERE id = ?"

SELECT_DISPUTES: Final = """
SELECT id, created, intent, amount, status FROM dispute
 WHERE (:intent IS NULL OR intent = :intent) AND (:after IS NULL OR seq < (SELECT seq FROM dispute WHERE id = :after))
 ORDER BY seq DESC LIMIT :limit
"""

CLOSE_DISPUTE: Final = "UPDATE dispute SET status = ? WHERE id = ?"

INSERT_EVENT: Final = """
INSERT INTO event (id, created, type, body, next_at) VALUES (:id, :created, :type, :body, :next_at)
"""

SELECT_EVENTS: Final = """
SELECT id, body FROM event
 WHERE (:type IS NULL OR type = :type) AND (:after IS NULL OR seq < (SELECT seq FROM event WHERE id = :after))
 ORDER BY seq DESC LIMIT :limit
"""

SELECT_OPEN_EVENTS: Final = "SELECT id, body, attempts FROM event WHERE next_at <= ? ORDER BY next_at LIMIT ?"

NEXT_OPEN_EVENT: Final = "SELECT min(next_at) FROM event WHERE next_at > ?"

MARK_EVENT: Final = "UPDATE event SET attempts = attempts + 1, next_at = ? WHERE id = ?"

LEDGER_LINES: Final = """
SELECT json_object('id', i.id, 'created', i.created, 'status', i.status, 'amount', i.amount, 'currency', i.currency,
                   'captured', i.captured, 'refunded', i.refunded, 'dispute', d.status, 'metadata', json(i.metadata))
  FROM intent i LEFT JOIN dispute d ON d.intent = i.id
 ORDER BY i.seq
"""
