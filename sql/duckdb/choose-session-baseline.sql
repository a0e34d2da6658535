-- The baseline of an agent session in which nothing was ever worn: all of it.
--
-- $id: an agent session's id.
INSERT INTO chosen
SELECT DISTINCT session, NULL FROM seen WHERE session = $id;
