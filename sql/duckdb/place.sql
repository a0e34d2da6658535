-- Places the events in `record`, which belong to the agent sessions in `chosen`, in spans. One small table after the other:
-- DuckDB plans and runs these statements twice as fast as one query of the same parts.

-- Dons and doffs in order of time, equal times in file order; a record that was appended twice counts once.
CREATE OR REPLACE TEMP TABLE ordered_mark AS
WITH once AS (
  SELECT DISTINCT ON (session, time, is_don, masque_session) * FROM mark
  WHERE session IN (SELECT session FROM chosen) ORDER BY source, line, pos
)
SELECT
  *,
  lead(time) OVER by_time AS next_time,
  CASE WHEN lag(is_don) OVER by_time THEN lag(masque_session) OVER by_time END AS worn_before,
  row_number() OVER by_time AS nr
FROM once
WINDOW by_time AS (PARTITION BY session ORDER BY time, source, line, pos);

-- Spans: from a don to the first later don or doff of the same agent session, else open.
CREATE OR REPLACE TEMP TABLE span AS
SELECT
  session, masque_session, name, version, digest, project,
  time AS since,                -- included
  next_time AS until,           -- excluded; NULL while open
  nr
FROM ordered_mark
WHERE is_don;

-- `stretch` numbers the spans and what of the baseline lies between them; of spans that begin at the same time only the
-- last can hold anything. An event without a time lies in no span.
CREATE OR REPLACE TEMP TABLE found AS
WITH beginning AS (
  SELECT DISTINCT ON (session, since) session, since, until, masque_session, nr FROM span
  ORDER BY nr DESC
)
SELECT
  record.* EXCLUDE seq,
  coalesce(nr, 0) AS stretch,
  nr IS NOT NULL AND (until IS NULL OR time < until) AS is_in_span,
  CASE WHEN is_in_span THEN masque_session END AS masque_session,
  CASE WHEN body IN ('claude_code.tool_result', 'claude_code.api_request') THEN time END AS acted
FROM record
ASOF LEFT JOIN beginning ON beginning.session = record.session AND beginning.since <= record.time;

CREATE OR REPLACE TEMP TABLE prompted AS
SELECT session, time, prompt, coalesce(asks_masque, false) AS asks_masque, source, line, pos FROM found
WHERE body = 'claude_code.user_prompt';

-- The last prompt before each don or doff that a person asks for with one of masque's own prompts: the first don of a
-- masque session, and a doff. `closes` is the masque session that a doff ends; where a don ends it, the prompt is that don's.
CREATE OR REPLACE TEMP TABLE asking AS
WITH asked_for AS (
  SELECT session, min(since) AS time, NULL AS closes, min(nr) AS nr FROM span GROUP BY session, masque_session
  UNION ALL
  SELECT session, time, CASE WHEN reason = 'user' THEN worn_before END, nr FROM ordered_mark
  WHERE NOT is_don AND reason IN ('user', 'switch')
),
prompted_at AS (
  SELECT DISTINCT ON (session, time) * FROM prompted WHERE time IS NOT NULL ORDER BY source DESC, line DESC, pos DESC
)
SELECT prompted_at.*, asked_for.nr, asked_for.closes, asked_for.time AS closed_at
FROM asked_for
ASOF JOIN prompted_at ON prompted_at.session = asked_for.session AND prompted_at.time < asked_for.time;

CREATE OR REPLACE TEMP TABLE own AS
WITH
-- Where Claude Code exports no prompts, the first prompt of a masque session did the don.
first_acting AS (
  SELECT DISTINCT ON (session, masque_session) session, prompt FROM found
  WHERE is_in_span AND acted IS NOT NULL AND prompt IS NOT NULL AND session NOT IN (SELECT session FROM prompted)
  ORDER BY time, source, line, pos
)
SELECT session, prompt, arg_max(closes, nr) AS closes, arg_max(closed_at, nr) FILTER (closes IS NOT NULL) AS closed_at
FROM (
  SELECT session, prompt, nr, closes, closed_at FROM asking
  UNION ALL BY NAME SELECT session, prompt FROM prompted WHERE asks_masque
  UNION ALL BY NAME FROM first_acting
) AS likely
ANTI JOIN (SELECT session, prompt FROM found WHERE body = 'claude_code.tool_result') AS worked USING (session, prompt)
WHERE prompt IS NOT NULL
GROUP BY session, prompt;

CREATE OR REPLACE TEMP VIEW placed AS
WITH moved AS (
  SELECT
    found.*,
    CASE WHEN NOT is_in_span AND found.time >= closed_at THEN closes END AS moved_to,
    -- A prompt that has no id is known by its place alone.
    own.prompt IS NOT NULL OR (
      body = 'claude_code.user_prompt' AND found.prompt IS NULL
      AND (coalesce(asks_masque, false) OR (source, line, pos) IN (SELECT (source, line, pos) FROM asking))
    ) AS is_own
  FROM found
  LEFT JOIN own ON own.session = found.session AND own.prompt = found.prompt
)
SELECT
  * EXCLUDE (acted, worked_at, moved_to) REPLACE (coalesce(moved_to, masque_session) AS masque_session),
  (worked_at - max(worked_at) OVER (
    PARTITION BY session, stretch, is_in_span ORDER BY time, source, line, pos
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ))::DOUBLE / 60e9 AS gap_min
FROM (SELECT *, CASE WHEN NOT coalesce(is_own, false) THEN acted END AS worked_at FROM moved);
