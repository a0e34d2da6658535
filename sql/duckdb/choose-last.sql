-- The masque session with the latest don, but none of a terminal's, of which no telemetry comes.
--
-- $prefix: how the ids of terminals begin.
INSERT INTO chosen
SELECT session, masque_session FROM don
WHERE NOT starts_with(session, $prefix)
ORDER BY time DESC, place DESC LIMIT 1;
