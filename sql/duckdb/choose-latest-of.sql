-- The latest masque session of one agent session.
--
-- $id: an agent session's id.
INSERT INTO chosen
SELECT session, masque_session FROM span WHERE session = $id
ORDER BY since DESC, source DESC, line DESC, pos DESC LIMIT 1;
