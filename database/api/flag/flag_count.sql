CREATE FUNCTION api.flag_count(actor jsonb, entity uuid, state text, reason text, mine boolean)
RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (
    SELECT
    FROM api.flag_row f
    WHERE (
      (f.rider_id = api.rider_id(actor) AND (coalesce(flag_count.mine, false) OR NOT api.is_moderator(actor)))
      OR (api.is_moderator(actor) AND NOT coalesce(flag_count.mine, false) AND (flag_count.state IS NOT NULL OR f.state = 'OPEN'))
    )
    AND (flag_count.state IS NULL OR f.state = flag_count.state)
    AND (flag_count.reason IS NULL OR f.reason = flag_count.reason)
    AND (flag_count.entity IS NULL OR f.entity_id = flag_count.entity)
    LIMIT 1001
  ) AS f
$$;
COMMENT ON FUNCTION api.flag_count(jsonb, uuid, text, text, boolean) IS 'How many reports api.flag_list has, counted to 1,000.';
