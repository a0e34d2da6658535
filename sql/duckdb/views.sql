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
-- baseline lies between them; of spans that begin at once only the last can hold anything. `gap_min` is the pause before
-- an action, since the last one in the same span or the same part of the baseline.
--
-- Sorting is what this takes time for: events and beginnings are sorted together, once, and of events only those that
-- came twice are sorted to find the first.
CREATE TEMP VIEW placed AS
WITH twice AS (
  SELECT session, time, body, seq FROM record GROUP BY ALL HAVING count(*) > 1
),
event AS (
  SELECT record.* FROM record ANTI JOIN twice
    ON record.session = twice.session
    AND record.time IS NOT DISTINCT FROM twice.time
    AND record.body IS NOT DISTINCT FROM twice.body
    AND record.seq IS NOT DISTINCT FROM twice.seq
  UNION ALL
  (
    SELECT record.* FROM record SEMI JOIN twice
      ON record.session = twice.session
      AND record.time IS NOT DISTINCT FROM twice.time
      AND record.body IS NOT DISTINCT FROM twice.body
      AND record.seq IS NOT DISTINCT FROM twice.seq
    QUALIFY row_number() OVER (PARTITION BY session, time, body, seq ORDER BY source, line, pos) = 1
  )
),
beginning AS (
  SELECT session, since, max(nr) AS nr, arg_max(until, nr) AS until, arg_max(until IS NULL, nr) AS is_open,
    arg_max(masque_session, nr) AS masque_session
  FROM span
  GROUP BY session, since
),
told AS (
  SELECT
    * EXCLUDE seq,
    CASE WHEN body IN ('claude_code.tool_result', 'claude_code.api_request') THEN time END AS acted,
    NULL AS nr,
    true AS is_event            -- sorts behind a span that begins at the same time
  FROM event
  UNION ALL BY NAME
  SELECT session, since AS time, nr, false AS is_event FROM beginning
),
followed AS (
  SELECT
    *,
    last_value(nr IGNORE NULLS) OVER (
      PARTITION BY session ORDER BY time, is_event, source, line, pos
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS begun,
    last_value(acted IGNORE NULLS) OVER (
      PARTITION BY session ORDER BY time, is_event, source, line, pos
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS acted_before
  FROM told
)
SELECT
  followed.* EXCLUDE (nr, is_event, begun, acted, acted_before),
  coalesce(beginning.nr, 0) AS stretch,
  coalesce(is_open OR followed.time < until, false) AS is_in_span,
  CASE WHEN is_in_span THEN beginning.masque_session END AS masque_session,
  CASE
    WHEN acted IS NOT NULL AND (beginning.nr IS NULL OR acted_before >= CASE WHEN is_in_span THEN since ELSE until END)
      THEN (acted - acted_before)::DOUBLE / 60e9
  END AS gap_min
FROM followed
-- What has no time lies in no span, though it is sorted behind them all.
LEFT JOIN beginning ON beginning.session = followed.session AND beginning.nr = begun AND followed.time IS NOT NULL
WHERE is_event;
