CREATE FUNCTION wiki.set_entity_facts(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('facts', value, 60,
    '{"field": "string!", "basis": "string!", "source": "string", "url": "string", "date": "date",
      "validUntil": "date", "licence": "string"}');
BEGIN
  DELETE FROM wiki.fact_basis x WHERE x.entity_id = set_entity_facts.id;
  INSERT INTO wiki.fact_basis (entity_id, field, basis, source, url, dated, valid_until, licence)
  SELECT set_entity_facts.id, v.field, v.basis, nullif(btrim(v.source), ''), nullif(btrim(v.url), ''), v.date,
    v."validUntil", nullif(btrim(v.licence), '')
  FROM jsonb_to_recordset(items) AS v (field text, basis wiki.basis, source text, url text, date date,
    "validUntil" date, licence text);
END
$$;
COMMENT ON FUNCTION wiki.set_entity_facts(uuid, jsonb) IS 'Replaces what the facts of an entity rest on.';
