-- A chunk of whole lines, apart. A line is one OTLP export request; one that is torn, glued to another or of another
-- kind costs itself alone.
--
-- $text: lines parted by newlines; $first_line: the number of the first.
INSERT INTO line
SELECT
  line,
  text,
  CASE
    WHEN NOT json_valid(text) THEN if(trim(text, e' \t\r') = '', 'blank', 'broken')
    WHEN starts_with(text, '{"resourceLogs":[') THEN 'logs'
    WHEN json_type(text) <> 'OBJECT' THEN 'foreign'
    WHEN json_exists(text, '$.resourceLogs') THEN 'logs'
    WHEN json_exists(text, '$.resourceMetrics') OR json_exists(text, '$.resourceSpans') THEN 'other signal'
    WHEN len(json_keys(text)) = 0 THEN 'other signal'
    ELSE 'foreign'
  END
FROM (
  SELECT $first_line::BIGINT + generate_subscripts(lines, 1) - 1 AS line, unnest(lines) AS text
  FROM (SELECT string_split($text, e'\n') AS lines)
)
WHERE text <> '';
