-- Dons, to choose sessions by. A record that was appended twice counts once, at the place of the first.
CREATE TEMP VIEW don AS
SELECT session, masque_session, time, min((source, line, pos)) AS place FROM mark
WHERE is_don GROUP BY session, masque_session, time;
