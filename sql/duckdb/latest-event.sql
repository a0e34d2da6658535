-- The place of the latest event of the view `among`, in time and in the files.
SELECT session, coalesce(time, 0)::VARCHAR AS unix_nano, source, line, pos
FROM among
ORDER BY time DESC NULLS LAST, source DESC, line DESC, pos DESC
LIMIT 1;
