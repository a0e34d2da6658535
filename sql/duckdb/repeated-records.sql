-- Events that were read more than once: all but the first of each.
DELETE FROM record WHERE rowid IN (
  SELECT record.rowid
  FROM record
  SEMI JOIN (SELECT session, time, body, seq FROM record GROUP BY ALL HAVING count(*) > 1) AS twice
    ON record.session = twice.session
    AND record.time IS NOT DISTINCT FROM twice.time
    AND record.body IS NOT DISTINCT FROM twice.body
    AND record.seq IS NOT DISTINCT FROM twice.seq
  QUALIFY row_number() OVER (PARTITION BY session, time, body, seq ORDER BY source, line, pos) > 1
);
