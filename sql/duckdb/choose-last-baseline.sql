-- Where there was never a don: the agent session with the latest event.
INSERT INTO chosen
SELECT session, NULL FROM record ORDER BY time DESC NULLS LAST, source DESC, line DESC, pos DESC LIMIT 1;
