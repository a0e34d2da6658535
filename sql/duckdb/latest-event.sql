-- Where in time and in the files the latest event read just now stands.
SELECT session, coalesce(time, 0)::VARCHAR AS unix_nano, source, line, pos
FROM fresh
ORDER BY time DESC NULLS LAST, source DESC, line DESC, pos DESC
LIMIT 1;
