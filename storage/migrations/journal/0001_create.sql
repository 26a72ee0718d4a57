-- The embedded ledger's journal. Rows are appended and trimmed, never changed.
-- Payloads are in the form of storage/embedded/journal_codec.hpp.

CREATE TABLE entries (
  position INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  section BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- Milliseconds since 1970; 0 where the entry has no memo.
  memo_expires INTEGER NOT NULL,
  payload BLOB NOT NULL
);

-- States of idempotency keys; of one key the highest position counts.
CREATE TABLE keys (
  position INTEGER PRIMARY KEY,
  expires INTEGER NOT NULL,
  payload BLOB NOT NULL
);

-- One row.
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  ledger_id TEXT NOT NULL,
  epoch_number INTEGER NOT NULL,
  epoch_token INTEGER NOT NULL,
  incarnation INTEGER NOT NULL,
  -- Written at every opening, to find out whether the disk takes writes.
  probe INTEGER NOT NULL
);
