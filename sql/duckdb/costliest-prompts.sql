-- The prompts of the one masque session or baseline chosen that cost most.
--
-- $count: how many.
WITH prompts AS (
  SELECT
    prompt,
    min(time) AS began,
    -- The first prompt of the session is 1.
    row_number() OVER (ORDER BY min(time) NULLS LAST, prompt) AS nr,
    fsum(cost) FILTER (body = 'claude_code.api_request') AS cost,
    count_if(body = 'claude_code.api_request') AS requests,
    count_if(body = 'claude_code.tool_result') AS tools,
    count_if(body = 'claude_code.tool_result' AND success IS DISTINCT FROM true) AS tools_failed
  FROM placed
  JOIN chosen USING (session)
  WHERE placed.masque_session IS NOT DISTINCT FROM chosen.masque_session AND prompt IS NOT NULL
  GROUP BY prompt
)
SELECT prompt, nr, began::VARCHAR AS began_unix_nano, cost, requests, tools, tools_failed
FROM prompts
WHERE cost > 0
ORDER BY cost DESC, prompt
LIMIT $count;
