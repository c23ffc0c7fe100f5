-- The layers of an entity for its page, without the lines, which can be long.
CREATE FUNCTION api.entity_open_data(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
      'source', l.source, 'title', l.title, 'attribution', l.attribution, 'licence', l.licence, 'url', l.url, 'name', l.name,
      'lengthM', l."lengthM", 'climbM', l."climbM", 'descentM', l."descentM", 'elevationMethod', l."elevationMethod",
      'profile', l.profile,
      'importedAt', to_char(l."importedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    ORDER BY l.source), '[]')
  FROM api.entity_layers(entity_open_data.actor, entity_open_data.id) l
$$;
COMMENT ON FUNCTION api.entity_open_data(uuid, text, jsonb) IS 'What open data says of an entity, as OpenData, by source.';
