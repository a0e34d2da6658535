-- The tools that failed in the one masque session or baseline chosen, most failures first.
--
-- $count: how many.
SELECT
  tool,                         -- NULL where Claude Code gave no name
  count(*) AS calls,
  count_if(success IS DISTINCT FROM true) AS failed
FROM placed
JOIN chosen USING (session)
WHERE placed.masque_session IS NOT DISTINCT FROM chosen.masque_session AND body = 'claude_code.tool_result'
GROUP BY tool
HAVING failed > 0
ORDER BY failed DESC, calls, tool NULLS LAST
LIMIT $count;
