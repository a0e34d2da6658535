-- Every masque session, and every agent session for its baseline; one with no event outside its spans drops out later.
INSERT INTO chosen
SELECT DISTINCT session, masque_session FROM mark WHERE is_don
UNION ALL
SELECT DISTINCT session, NULL FROM seen;
