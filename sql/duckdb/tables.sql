-- What telemetry comes down to before it is scored. `source`, `line`, `pos` are the file order: which file, which line
-- in it, which record in that line. Times are nanoseconds since 1970, exact: they exceed what a double can hold.

-- A log record of an agent session, as it came: the same event may stand here twice.
CREATE TABLE record (
  source INTEGER, line BIGINT, pos HUGEINT,
  session VARCHAR NOT NULL,
  time UBIGINT,                 -- NULL when the record carries neither of the two times
  body VARCHAR,
  seq VARCHAR,                  -- event.sequence; starts again when a session is resumed
  prompt VARCHAR,
  success BOOLEAN,
  cost DOUBLE, input DOUBLE, output DOUBLE, cache_read DOUBLE, cache_creation DOUBLE
);

-- A don or a doff.
CREATE TABLE mark (
  source INTEGER, line BIGINT, pos HUGEINT,
  session VARCHAR NOT NULL,
  time UBIGINT NOT NULL,
  is_don BOOLEAN NOT NULL,
  masque_session VARCHAR, name VARCHAR, version VARCHAR, digest VARCHAR, project VARCHAR
);
