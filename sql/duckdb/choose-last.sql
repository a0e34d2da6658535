-- The masque session with the latest don.
--
-- $terminals: 1 to take those of terminals too, of which no telemetry comes; $prefix: how the ids of terminals begin.
INSERT INTO chosen
SELECT session, masque_session FROM don
WHERE $terminals = 1 OR NOT starts_with(session, $prefix)
ORDER BY time DESC, place DESC LIMIT 1;
