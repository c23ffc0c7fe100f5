CREATE FUNCTION api.comparison_count(actor jsonb, trail uuid, axis text) RETURNS TABLE (total integer, more boolean)
LANGUAGE sql STABLE
AS $$
  SELECT least(count(*), 1000)::integer, count(*) > 1000
  FROM (
    SELECT
    FROM api.comparison_row r
    WHERE r.rider_id = api.rider_id(actor)
      AND (comparison_count.trail IS NULL OR comparison_count.trail IN (r.trail_id, r.other_id))
      AND (comparison_count.axis IS NULL OR r.axis = comparison_count.axis)
    LIMIT 1001
  ) AS c
$$;
COMMENT ON FUNCTION api.comparison_count(jsonb, uuid, text) IS 'How many comparisons api.comparison_list has, counted to 1,000.';
