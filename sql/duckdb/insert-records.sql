-- Log records of agent sessions: what masque itself wrote is never work.
--
-- $source: the file's place among the files; $scope: the instrumentation scope of masque's own records.
INSERT INTO record
SELECT
  $source::INTEGER, line, pos, session, time, body,
  -- 3 and 3.0 are one sequence number, whichever way an exporter writes it.
  regexp_replace(vals[list_position(keys, 'event.sequence')], '\.0+$', ''),
  nullif(vals[list_position(keys, 'prompt.id')], ''),
  lower(vals[list_position(keys, 'success')]) = 'true',
  finite(vals[list_position(keys, 'cost_usd')]),
  finite(vals[list_position(keys, 'input_tokens')]),
  finite(vals[list_position(keys, 'output_tokens')]),
  finite(vals[list_position(keys, 'cache_read_tokens')]),
  finite(vals[list_position(keys, 'cache_creation_tokens')])
FROM (SELECT *, vals[list_position(keys, 'session.id')] AS session FROM flat)
WHERE session <> '' AND scope IS DISTINCT FROM $scope;
