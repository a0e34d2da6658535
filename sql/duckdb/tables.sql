-- What telemetry comes down to before it is scored. `source`, `line`, `pos` are the file order: which file, which line
-- in it, which record in that line. Times are nanoseconds since 1970, exact: they exceed what a double can hold.

-- Log records of agent sessions, as they came: the same event may be here twice.
CREATE TABLE fresh (
  source INTEGER, line INTEGER, pos INTEGER,
  session VARCHAR NOT NULL,
  time UBIGINT,                 -- NULL when the record carries neither of the two times
  body VARCHAR,                 -- the name of an event; of any other text its digest
  seq VARCHAR,                  -- event.sequence; starts again when a session is resumed
  prompt VARCHAR,
  success BOOLEAN,
  -- Amounts are 0 or more, at most 1e300; any other number is NULL.
  cost DOUBLE, input DOUBLE, output DOUBLE, cache_read DOUBLE, cache_creation DOUBLE,
  tool VARCHAR,
  asks_masque BOOLEAN           -- of a user_prompt: whether it names one of masque's own commands
);

-- Dons and doffs.
CREATE TABLE mark (
  source INTEGER, line INTEGER, pos INTEGER,
  session VARCHAR NOT NULL,
  time UBIGINT NOT NULL,
  is_don BOOLEAN NOT NULL,
  masque_session VARCHAR, name VARCHAR, version VARCHAR, digest VARCHAR, project VARCHAR,
  reason VARCHAR                -- of a doff
);

-- The masque sessions and baselines to score: `masque_session` NULL is a baseline.
CREATE TABLE chosen (session VARCHAR, masque_session VARCHAR);
