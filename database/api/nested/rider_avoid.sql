CREATE FUNCTION api.rider_avoid(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.code ORDER BY x.position), '[]')
  FROM api.rider_avoid_row x
  WHERE x.rider_id = rider_avoid.id
$$;
COMMENT ON FUNCTION api.rider_avoid(uuid, text, jsonb) IS 'Character tags a rider would rather not meet.';
