-- Spans: from a don to the first later don or doff of the same agent session, else open. Equal times are taken in file
-- order, and a record that was appended twice counts once.
CREATE TEMP VIEW span AS
WITH once AS (
  SELECT * FROM mark
  QUALIFY row_number() OVER (PARTITION BY session, time, is_don, masque_session ORDER BY source, line, pos) = 1
),
followed AS (
  SELECT *, lead(time) OVER (PARTITION BY session ORDER BY time, source, line, pos) AS until FROM once
)
SELECT
  session, masque_session, name, version, digest, project,
  time AS since,                -- included
  until,                        -- excluded; NULL while open
  source, line, pos,
  row_number() OVER (PARTITION BY session ORDER BY time, source, line, pos) AS nr
FROM followed
WHERE is_don;

-- Events of the agent sessions chosen, each once, with the span they lie in. `stretch` numbers the spans and what of the
-- baseline lies between them; of spans that begin at once only the last can hold anything.
CREATE TEMP VIEW placed AS
WITH event AS (
  SELECT * FROM record
  QUALIFY row_number() OVER (PARTITION BY session, time, body, seq ORDER BY source, line, pos) = 1
),
beginning AS (
  SELECT session, since, max(nr) AS nr, arg_max(until, nr) AS until, arg_max(until IS NULL, nr) AS is_open,
    arg_max(masque_session, nr) AS masque_session
  FROM span
  GROUP BY session, since
)
SELECT
  event.*,
  coalesce(beginning.nr, 0) AS stretch,
  coalesce(is_open OR event.time < until, false) AS is_in_span,
  CASE WHEN is_in_span THEN beginning.masque_session END AS masque_session
FROM event
ASOF LEFT JOIN beginning ON event.session = beginning.session AND event.time >= beginning.since;
