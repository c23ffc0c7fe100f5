-- Who may see it is decided by the caller (@masked): a list asks this for each row.
CREATE FUNCTION api.trail_open_data_card(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object('source', l.source, 'attribution', l.attribution, 'licence', l.licence, 'url', l.url,
    'lengthM', l.length_m, 'climbM', l.climb_m, 'descentM', l.descent_m,
    'label', (SELECT v FROM api.layer_label(l.profile, l.title) v))
  FROM api.layer_entity_row l
  WHERE l.entity_id = trail_open_data_card.id
  ORDER BY l.source
  LIMIT 1
$$;
COMMENT ON FUNCTION api.trail_open_data_card(uuid, text, jsonb) IS 'What the first source of open data says of a trail in short, as OpenDataCard; no row: none does.';
