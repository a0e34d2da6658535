-- Where in time and in the files the latest of some events stands; they are read from the view `among`.
SELECT session, coalesce(time, 0)::VARCHAR AS unix_nano, source, line, pos
FROM among
ORDER BY time DESC NULLS LAST, source DESC, line DESC, pos DESC
LIMIT 1;
