-- Every masque session, and every agent session for its baseline; one with no event outside its spans drops out later.
--
-- $terminals: 1 to take the masque sessions of terminals too, of which no telemetry comes; $prefix: how the ids of terminals begin.
INSERT INTO chosen
SELECT DISTINCT session, masque_session FROM mark
WHERE is_don AND ($terminals = 1 OR NOT starts_with(session, $prefix))
UNION ALL
SELECT DISTINCT session, NULL FROM seen;
