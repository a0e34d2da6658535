-- Where a chunk of lines passes through on its way into `record` and `mark`.
CREATE TEMP TABLE line (
  line BIGINT,
  text VARCHAR,
  kind VARCHAR                  -- logs | other signal | foreign | broken | blank
);

CREATE TEMP TABLE flat (
  line BIGINT, pos HUGEINT,
  scope VARCHAR, time UBIGINT, body VARCHAR,
  keys VARCHAR[], vals VARCHAR[]
);

-- The masque sessions and baselines to score: `masque_session` NULL is a baseline.
CREATE TEMP TABLE chosen (session VARCHAR, masque_session VARCHAR);
