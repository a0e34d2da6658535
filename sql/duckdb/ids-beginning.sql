-- Ids of agent sessions and masque sessions that begin with some text.
--
-- $prefix: the text. $count: how many at most.
SELECT id
FROM (SELECT session AS id FROM seen UNION SELECT session FROM mark WHERE is_don UNION SELECT masque_session FROM mark WHERE is_don)
WHERE starts_with(id, $prefix)
ORDER BY id
LIMIT $count;
