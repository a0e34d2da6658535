-- The masque session with the latest don.
--
-- $terminals: 1 to take those of terminals too, of which no telemetry comes; $prefix: how the ids of terminals begin.
INSERT INTO chosen
SELECT session, masque_session FROM span
WHERE $terminals = 1 OR NOT starts_with(session, $prefix)
ORDER BY since DESC, source DESC, line DESC, pos DESC LIMIT 1;
