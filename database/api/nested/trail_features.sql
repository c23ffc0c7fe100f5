CREATE FUNCTION api.trail_features(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'atM', x.at_m, 'kind', x.kind, 'name', x.name, 'sizeM', x.size_m, 'technical', x.technical,
    'consequence', x.consequence, 'mandatory', x.mandatory, 'bypass', x.bypass, 'note', x.note) ORDER BY x.position), '[]')
  FROM api.trail_feature_row x
  WHERE x.trail_id = trail_features.id
    AND EXISTS (SELECT FROM api.entity_row e WHERE e.id = trail_features.id AND api.sees_place(actor, e.visibility))
$$;
COMMENT ON FUNCTION api.trail_features(uuid, text, jsonb) IS 'Features of a trail in their order; none for readers of the name only.';
