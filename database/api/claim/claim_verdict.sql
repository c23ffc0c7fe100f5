-- Docs/content.md says it in words. Every check counts as one, whoever made it: trust is
-- no part of it.
CREATE FUNCTION wiki.claim_verdict(checks jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN x.telling = 0 THEN 'UNCHECKED'
    WHEN x.yes = x.telling THEN 'VERIFIED'
    WHEN x.no >= 2 AND x.no > x.telling - x.no THEN 'REFUTED'
    WHEN x.past > 0 AND x.past + x.yes = x.telling AND x.past_on > coalesce(x.yes_on, '-infinity') THEN 'OUTDATED'
    ELSE 'DISPUTED'
  END
  FROM (
    SELECT count(*) FILTER (WHERE c.result <> 'CANNOT_VERIFY') AS telling,
      count(*) FILTER (WHERE c.result = 'VERIFIED') AS yes,
      count(*) FILTER (WHERE c.result = 'INCORRECT') AS no,
      count(*) FILTER (WHERE c.result = 'OUTDATED') AS past,
      max(c."on") FILTER (WHERE c.result = 'VERIFIED') AS yes_on,
      max(c."on") FILTER (WHERE c.result = 'OUTDATED') AS past_on
    FROM jsonb_to_recordset(checks) AS c (result text, "on" date)
  ) AS x
$$;
COMMENT ON FUNCTION wiki.claim_verdict(jsonb) IS 'What checks make of a claim: a list of {result, on (the day checked)}.';
