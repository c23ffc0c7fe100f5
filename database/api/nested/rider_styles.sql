CREATE FUNCTION api.rider_styles(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.style ORDER BY array_position(ARRAY['XC', 'TRAIL', 'ENDURO', 'DOWNHILL', 'FLOW'], x.style)), '[]')
  FROM api.rider_style_row x
  WHERE x.rider_id = rider_styles.id
$$;
COMMENT ON FUNCTION api.rider_styles(uuid, text, jsonb) IS 'Styles a rider likes.';
