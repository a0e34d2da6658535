-- Every masque session of an agent session, or the one masque session of that id.
--
-- $id: an agent session's id, or a masque session's.
INSERT INTO chosen
SELECT DISTINCT session, masque_session FROM mark WHERE is_don AND (session = $id OR masque_session = $id);
