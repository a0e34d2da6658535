-- The latest masque session of one agent session.
--
-- $id: an agent session's id.
INSERT INTO chosen
SELECT session, masque_session FROM don WHERE session = $id
ORDER BY time DESC, place DESC LIMIT 1;
