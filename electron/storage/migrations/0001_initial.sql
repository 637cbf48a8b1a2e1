-- Money is integer micro-dollars, times are milliseconds since 1970. Every table is STRICT.

CREATE TABLE profile (
  id            TEXT PRIMARY KEY,
  json          TEXT NOT NULL,
  built_in      INTEGER NOT NULL CHECK (built_in IN (0, 1)),
  position      INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  -- Set while removed; the row stays so that a remove can be undone.
  removed_at_ms INTEGER
) STRICT;

-- One row of settings, and the switches that keep a trader safe. A value that cannot be read is kept under
-- `damaged:<key>:<time>`, never overwritten unseen.
CREATE TABLE setting (
  key           TEXT PRIMARY KEY,
  json          TEXT NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE unlocked_account (
  account        TEXT PRIMARY KEY,
  unlocked_at_ms INTEGER NOT NULL
) STRICT;

-- What was asked, exactly as it goes on the wire; committed before the first byte. Never changed but for the phase.
CREATE TABLE order_intent (
  order_ref       TEXT PRIMARY KEY,
  order_id        INTEGER NOT NULL,
  account         TEXT NOT NULL,
  symbol          TEXT NOT NULL,
  payload_hash    TEXT NOT NULL,
  json            TEXT NOT NULL,
  max_loss_micros INTEGER NOT NULL,
  era             INTEGER NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  phase           TEXT NOT NULL,
  phase_at_ms     INTEGER NOT NULL
) STRICT;

CREATE INDEX order_intent_by_time ON order_intent (created_at_ms);

-- Append-only. Each hash covers the one before it, so that a line changed or taken out shows.
CREATE TABLE order_event (
  seq       INTEGER PRIMARY KEY,
  order_ref TEXT NOT NULL REFERENCES order_intent (order_ref),
  era       INTEGER NOT NULL,
  type      TEXT NOT NULL,
  at_ms     INTEGER NOT NULL,
  json      TEXT NOT NULL,
  hash      TEXT NOT NULL
) STRICT;

CREATE INDEX order_event_by_order ON order_event (order_ref, seq);

CREATE TRIGGER order_event_is_append_only_update BEFORE UPDATE ON order_event
BEGIN SELECT RAISE(ABORT, 'order events are append-only'); END;

CREATE TRIGGER order_event_is_append_only_delete BEFORE DELETE ON order_event
BEGIN SELECT RAISE(ABORT, 'order events are append-only'); END;

CREATE TABLE execution (
  exec_id      TEXT PRIMARY KEY,
  order_ref    TEXT NOT NULL REFERENCES order_intent (order_ref),
  account      TEXT NOT NULL,
  perm_id      INTEGER NOT NULL,
  con_id       INTEGER NOT NULL,
  is_summary   INTEGER NOT NULL CHECK (is_summary IN (0, 1)),
  side         TEXT NOT NULL CHECK (side IN ('BOT', 'SLD')),
  quantity     REAL NOT NULL,
  price_micros INTEGER NOT NULL,
  at_ms        INTEGER NOT NULL
) STRICT;

CREATE INDEX execution_by_order ON execution (order_ref);

CREATE TABLE commission (
  exec_id             TEXT PRIMARY KEY,
  commission_micros   INTEGER NOT NULL,
  realised_pnl_micros INTEGER,
  at_ms               INTEGER NOT NULL
) STRICT;

-- The highest order id ever used or seen by a client id: a TWS restart once rolled its own back.
CREATE TABLE order_id_high_water (
  client_id INTEGER PRIMARY KEY,
  order_id  INTEGER NOT NULL
) STRICT;

-- Contract lists of one New York day.
CREATE TABLE contract_cache (
  day    TEXT NOT NULL,
  symbol TEXT NOT NULL,
  root   TEXT NOT NULL,
  expiry TEXT NOT NULL,
  right  TEXT NOT NULL CHECK (right IN ('C', 'P')),
  json   TEXT NOT NULL,
  PRIMARY KEY (day, symbol, root, expiry, right)
) STRICT, WITHOUT ROWID;

-- Daily closes of an underlying: its price, or its 30-day implied volatility as a fraction.
CREATE TABLE daily_close (
  symbol TEXT NOT NULL,
  series TEXT NOT NULL CHECK (series IN ('iv', 'price')),
  date   TEXT NOT NULL,
  close  REAL NOT NULL,
  PRIMARY KEY (symbol, series, date)
) STRICT, WITHOUT ROWID;

-- The day on which a series was last read to its end.
CREATE TABLE daily_close_read (
  symbol TEXT NOT NULL,
  series TEXT NOT NULL CHECK (series IN ('iv', 'price')),
  day    TEXT NOT NULL,
  PRIMARY KEY (symbol, series)
) STRICT, WITHOUT ROWID;
