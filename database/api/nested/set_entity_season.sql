CREATE FUNCTION wiki.set_entity_season(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('season', value, 12,
    '{"month": "integer!", "verdict": "string!", "reason": "string", "basis": "string!"}');
BEGIN
  DELETE FROM wiki.season_month x WHERE x.entity_id = set_entity_season.id AND x.zone_id IS NULL;
  INSERT INTO wiki.season_month (entity_id, month, verdict, reason, basis)
  SELECT set_entity_season.id, v.month, v.verdict, nullif(btrim(v.reason), ''), v.basis
  FROM jsonb_to_recordset(items) AS v (month wiki.month, verdict wiki.season_verdict, reason text, basis wiki.basis);
END
$$;
COMMENT ON FUNCTION wiki.set_entity_season(uuid, jsonb) IS 'Replaces the season of a system or route; zones keep theirs.';
