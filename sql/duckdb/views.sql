-- Spans: from a don to the first later don or doff of the same agent session, else open. Equal times are taken in file
-- order, and a record that was appended twice counts once.
CREATE TEMP VIEW span AS
WITH once AS (
  SELECT DISTINCT ON (session, time, is_don, masque_session) * FROM mark ORDER BY source, line, pos
)
SELECT
  session, masque_session, name, version, digest, project,
  time AS since,                -- included
  until,                        -- excluded; NULL while open
  source, line, pos,
  row_number() OVER (PARTITION BY session ORDER BY time, source, line, pos) AS nr
FROM (SELECT *, lead(time) OVER (PARTITION BY session ORDER BY time, source, line, pos) AS until FROM once)
WHERE is_don;

-- Events of the agent sessions chosen, each once, with the span they lie in. `stretch` numbers the spans and what of the
-- baseline lies between them; of spans that begin at the same time only the last can hold anything. `gap_min` is the pause
-- before an action, since the last action in the same span or the same part of the baseline. An event without a time lies
-- in no span.
CREATE TEMP VIEW placed AS
WITH twice AS (
  SELECT session, time, body, seq FROM record GROUP BY ALL HAVING count(*) > 1
),
-- Few events come twice, so only those are sorted to find the first.
later AS (
  SELECT source, line, pos FROM record SEMI JOIN twice
    ON record.session = twice.session
    AND record.time IS NOT DISTINCT FROM twice.time
    AND record.body IS NOT DISTINCT FROM twice.body
    AND record.seq IS NOT DISTINCT FROM twice.seq
  QUALIFY row_number() OVER (PARTITION BY session, time, body, seq ORDER BY source, line, pos) > 1
),
event AS (
  SELECT * FROM record ANTI JOIN later USING (source, line, pos)
),
beginning AS (
  SELECT DISTINCT ON (session, since) session, since, until, masque_session, nr FROM span ORDER BY nr DESC
),
found AS (
  SELECT
    event.* EXCLUDE seq,
    coalesce(nr, 0) AS stretch,
    nr IS NOT NULL AND (until IS NULL OR time < until) AS is_in_span,
    CASE WHEN is_in_span THEN masque_session END AS masque_session,
    CASE WHEN body IN ('claude_code.tool_result', 'claude_code.api_request') THEN time END AS acted
  FROM event
  ASOF LEFT JOIN beginning ON beginning.session = event.session AND beginning.since <= event.time
)
SELECT
  * EXCLUDE acted,
  (acted - max(acted) OVER (
    PARTITION BY session, stretch, is_in_span ORDER BY time, source, line, pos
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ))::DOUBLE / 60e9 AS gap_min
FROM found;
