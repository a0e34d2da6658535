-- Export requests to log records. `from_json` reads what it knows at each level and passes over the rest: a value of
-- another shape is NULL, and costs nobody else. An attribute's value is its text, whichever arm it came in: integers are
-- numbers from one exporter and strings from another, and so on.
INSERT INTO flat
WITH resource AS (
  SELECT line, generate_subscripts(request.resourceLogs, 1) AS r, unnest(request.resourceLogs) AS resource
  FROM (
    SELECT
      line,
      from_json(text, '{"resourceLogs": [{"scopeLogs": [{
        "scope": {"name": "VARCHAR"},
        "logRecords": [{
          "timeUnixNano": "VARCHAR",
          "observedTimeUnixNano": "VARCHAR",
          "body": {
            "stringValue": "VARCHAR", "intValue": "VARCHAR", "doubleValue": "VARCHAR", "boolValue": "VARCHAR",
            "arrayValue": "JSON", "kvlistValue": "JSON", "bytesValue": "VARCHAR"
          },
          "attributes": [{
            "key": "VARCHAR",
            "value": {
              "stringValue": "VARCHAR", "intValue": "VARCHAR", "doubleValue": "VARCHAR", "boolValue": "VARCHAR"
            }
          }]
        }]
      }]}]}') AS request
    FROM line
    WHERE kind = 'logs'
  )
),
scope AS (
  SELECT line, r, generate_subscripts(resource.scopeLogs, 1) AS s, unnest(resource.scopeLogs) AS scoped FROM resource
),
log AS (
  SELECT
    line, r, s, generate_subscripts(scoped.logRecords, 1) AS l,
    scoped.scope.name AS scope,
    unnest(scoped.logRecords) AS log
  FROM scope
)
SELECT
  line,
  (r * (1::HUGEINT << 40) + s) * (1::HUGEINT << 40) + l AS pos,
  scope,
  coalesce(
    nullif(try_cast(log.timeUnixNano AS UBIGINT), 0),
    nullif(try_cast(log.observedTimeUnixNano AS UBIGINT), 0)
  ) AS time,
  coalesce(
    log.body.stringValue, log.body.intValue, log.body.doubleValue, log.body.boolValue,
    log.body.arrayValue::VARCHAR, log.body.kvlistValue::VARCHAR, log.body.bytesValue
  ) AS body,
  list_transform(log.attributes, lambda a: a.key) AS keys,
  list_transform(
    log.attributes,
    lambda a: coalesce(a.value.stringValue, a.value.intValue, a.value.doubleValue, a.value.boolValue)
  ) AS vals
FROM log
WHERE log.attributes IS NOT NULL;
