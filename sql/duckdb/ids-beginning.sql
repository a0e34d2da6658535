-- Ids of agent sessions and masque sessions that begin with some text.
--
-- $prefix: the text. $count: how many at most.
SELECT id
FROM (SELECT session AS id FROM seen UNION SELECT session FROM span UNION SELECT masque_session FROM span)
WHERE starts_with(id, $prefix)
ORDER BY id
LIMIT $count;
