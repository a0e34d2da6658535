-- Amounts that are out of range are absent: docs/scoring.md, "Ranges". NaN is greater than every number.
UPDATE fresh SET
  cost = CASE WHEN cost BETWEEN 0 AND 1e300 THEN cost END,
  input = CASE WHEN input BETWEEN 0 AND 1e300 THEN input END,
  output = CASE WHEN output BETWEEN 0 AND 1e300 THEN output END,
  cache_read = CASE WHEN cache_read BETWEEN 0 AND 1e300 THEN cache_read END,
  cache_creation = CASE WHEN cache_creation BETWEEN 0 AND 1e300 THEN cache_creation END;
