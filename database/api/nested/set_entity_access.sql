CREATE FUNCTION wiki.set_entity_access(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('access', value, 20,
    '{"bikeClass": "string!", "verdict": "string!", "months": "integers", "weekdays": "integers", "hours": "string",
      "whenWet": "boolean", "legalBasis": "string", "source": "string", "date": "date"}');
BEGIN
  DELETE FROM wiki.access_rule x WHERE x.entity_id = set_entity_access.id;
  INSERT INTO wiki.access_rule (entity_id, position, bike_class, verdict, months, weekdays, hours, when_wet,
    legal_basis, source, dated)
  SELECT set_entity_access.id, i.n, v."bikeClass", v.verdict, wiki.sorted_set(v.months), wiki.sorted_set(v.weekdays),
    nullif(btrim(v.hours), ''), v."whenWet", nullif(btrim(v."legalBasis"), ''), nullif(btrim(v.source), ''), v.date
  FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n)
  CROSS JOIN LATERAL jsonb_to_record(i.item) AS v ("bikeClass" wiki.bike_class, verdict wiki.access_verdict,
    months integer[], weekdays integer[], hours text, "whenWet" boolean, "legalBasis" text, source text, date date);
END
$$;
COMMENT ON FUNCTION wiki.set_entity_access(uuid, jsonb) IS 'Replaces the access rules of a system or trail.';
