CREATE FUNCTION api.layer_label(profile jsonb, title text) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('system', x.v ->> 'system', 'label', x.v ->> 'label', 'statedBy', layer_label.title)
  FROM jsonb_array_elements(layer_label.profile -> 'labels') WITH ORDINALITY AS x (v, n)
  ORDER BY x.v ->> 'system' = 'osm' DESC, x.n
  LIMIT 1
$$;
COMMENT ON FUNCTION api.layer_label(jsonb, text) IS 'The label that open data states for most of a trail, as StatedDifficulty by the source of this title; no row: none.';
