-- The masque session with the latest don.
INSERT INTO chosen
SELECT session, masque_session FROM span ORDER BY since DESC, source DESC, line DESC, pos DESC LIMIT 1;
