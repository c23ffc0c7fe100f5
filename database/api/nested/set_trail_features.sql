CREATE FUNCTION wiki.set_trail_features(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('features', value, 60,
    '{"atM": "number", "kind": "string!", "name": "string", "sizeM": "number", "technical": "number",
      "consequence": "number", "mandatory": "boolean!", "bypass": "string", "note": "string"}');
BEGIN
  DELETE FROM wiki.trail_feature x WHERE x.trail_id = set_trail_features.id;
  INSERT INTO wiki.trail_feature (trail_id, position, at_m, kind, name, size_m, technical, consequence, mandatory, bypass, note)
  SELECT set_trail_features.id, i.n, v."atM", v.kind, nullif(btrim(v.name), ''), v."sizeM", v.technical, v.consequence,
    v.mandatory, nullif(btrim(v.bypass), ''), nullif(btrim(v.note), '')
  FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n)
  CROSS JOIN LATERAL jsonb_to_record(i.item) AS v ("atM" double precision, kind wiki.feature_kind, name text,
    "sizeM" double precision, technical wiki.mark, consequence wiki.mark, mandatory boolean, bypass text, note text);
END
$$;
COMMENT ON FUNCTION wiki.set_trail_features(uuid, jsonb) IS 'Replaces the features of a trail.';
