CREATE FUNCTION api.uplift_prices(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'title', x.title, 'amount', trim_scale(x.amount), 'currency', x.currency) ORDER BY x.position), '[]')
  FROM api.uplift_price_row x
  WHERE x.uplift_id = uplift_prices.id
$$;
COMMENT ON FUNCTION api.uplift_prices(uuid, text, jsonb) IS 'What an uplift costs, in its order.';
