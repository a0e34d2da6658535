-- The don and doff records among what was staged.
--
-- $source: the file's place among the files; $scope: the instrumentation scope of masque's own records.
INSERT INTO mark
SELECT
  $source::INTEGER, line, pos, session, time, body = 'masque.don', masque_session,
  vals[list_position(keys, 'masque.name')],
  vals[list_position(keys, 'masque.version')],
  vals[list_position(keys, 'masque.digest')],
  vals[list_position(keys, 'masque.project')]
FROM (
  SELECT
    *,
    vals[list_position(keys, 'session.id')] AS session,
    nullif(vals[list_position(keys, 'masque.session.id')], '') AS masque_session
  FROM flat
  WHERE scope = $scope AND body IN ('masque.don', 'masque.doff')
)
WHERE session <> '' AND time IS NOT NULL AND (body = 'masque.doff' OR masque_session IS NOT NULL);
