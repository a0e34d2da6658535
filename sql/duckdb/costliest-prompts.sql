-- The prompts of the one masque session or baseline chosen that cost most.
--
-- $count: how many.
SELECT
  prompt,
  fsum(cost) FILTER (body = 'claude_code.api_request') AS cost,
  count_if(body = 'claude_code.api_request') AS requests,
  count_if(body = 'claude_code.tool_result') AS tools,
  count_if(body = 'claude_code.tool_result' AND success IS DISTINCT FROM true) AS tools_failed
FROM placed
JOIN chosen USING (session)
WHERE placed.masque_session IS NOT DISTINCT FROM chosen.masque_session AND prompt IS NOT NULL
GROUP BY prompt
HAVING cost > 0
ORDER BY cost DESC, prompt
LIMIT $count;
