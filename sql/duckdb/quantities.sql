-- One row for each masque session or baseline chosen: the quantities that docs/scoring.md defines.
--
-- $gap_cap_min: the longest pause that still counts as activity, in minutes.
WITH here AS MATERIALIZED (
  SELECT * FROM placed
),
timed AS (
  SELECT
    *,
    body IN ('claude_code.tool_result', 'claude_code.api_request') AS is_action,
    body = 'claude_code.tool_result' AS is_tool,
    body = 'claude_code.api_request' AS is_request
  FROM here
),
counted AS (
  SELECT
    session,
    masque_session,
    -- Masque's own prompts alone make no session.
    count_if(NOT is_own) AS events,
    count_if(is_tool) AS tools,
    count_if(is_tool AND success) AS tools_ok,
    count_if(is_action) AS actions,
    count_if(body = 'claude_code.api_error') AS api_errors,
    count_if(body = 'claude_code.user_prompt' AND NOT is_own) AS user_prompts,
    bool_or(is_action AND prompt IS NOT NULL) AS has_prompt_ids,
    count(DISTINCT prompt) FILTER (is_action AND NOT is_own) AS prompt_ids,
    -- The first action of a stretch has no gap before it, and `least` would make the cap of none.
    sum(least(gap_min, $gap_cap_min::DOUBLE)) FILTER (is_action AND gap_min IS NOT NULL) AS active_min,
    fsum(cost) FILTER (is_request) AS cost,
    fsum(input) FILTER (is_request) AS input,
    fsum(output) FILTER (is_request) AS output,
    fsum(cache_read) FILTER (is_request) AS cache_read,
    fsum(cache_creation) FILTER (is_request) AS cache_creation,
    min(time) AS first_time,
    max(time) AS last_time
  FROM timed
  GROUP BY session, masque_session
),
-- An open span has lasted as long as there is anything in it.
worn AS (
  SELECT
    span.session,
    span.masque_session,
    min(span.since) AS since,
    first(span.name ORDER BY span.nr) AS name,
    first(span.version ORDER BY span.nr) AS version,
    first(span.digest ORDER BY span.nr) AS digest,
    first(span.project ORDER BY span.nr) AS project,
    max(span.since) AS last_since,
    sum((coalesce(span.until, last.time, span.since) - span.since)::DOUBLE) / 60e9 AS duration_min
  FROM span
  LEFT JOIN (SELECT session, stretch, max(time) AS time FROM here WHERE is_in_span GROUP BY ALL) AS last
    ON last.session = span.session AND last.stretch = span.nr
  GROUP BY ALL
)
SELECT
  chosen.session,
  chosen.masque_session,
  worn.name, worn.version, worn.digest, worn.project,
  coalesce(worn.since, first_time)::VARCHAR AS started_unix_nano,
  coalesce(worn.last_since, last_time)::VARCHAR AS latest_unix_nano,
  -- NULL for a baseline in which nothing has a time: 0 would say that it was over at once.
  coalesce(worn.duration_min, (last_time - first_time)::DOUBLE / 60e9) AS duration_min,
  -- Of no action at all no time is known; one alone has no pause.
  CASE WHEN actions > 0 THEN coalesce(active_min, 0) END AS active_min,
  coalesce(events, 0) AS events,
  coalesce(tools, 0) AS tools,
  coalesce(tools_ok, 0) AS tools_ok,
  coalesce(api_errors, 0) AS api_errors,
  coalesce(CASE WHEN has_prompt_ids THEN prompt_ids ELSE user_prompts END, 0) AS prompts,
  -- A sum over nothing that was reported is NULL, never 0.
  cost, input, output, cache_read, cache_creation
FROM chosen
LEFT JOIN worn ON worn.session = chosen.session AND worn.masque_session = chosen.masque_session
LEFT JOIN counted
  ON counted.session = chosen.session AND counted.masque_session IS NOT DISTINCT FROM chosen.masque_session
WHERE chosen.masque_session IS NOT NULL OR events > 0
ORDER BY coalesce(worn.since, first_time) NULLS FIRST, chosen.session, chosen.masque_session NULLS FIRST;
