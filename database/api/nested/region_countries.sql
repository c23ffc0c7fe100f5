CREATE FUNCTION api.region_countries(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.code ORDER BY x.position), '[]')
  FROM api.region_country_row x
  WHERE x.region_id = region_countries.id
$$;
COMMENT ON FUNCTION api.region_countries(uuid, text, jsonb) IS 'Countries of a region in their order.';
