CREATE FUNCTION api.ratable_axes(trail uuid, direction text) RETURNS text[]
LANGUAGE sql STABLE
AS $$
  SELECT ARRAY(
    SELECT a.axis
    FROM api.trail_row t
    CROSS JOIN unnest(api.axis_order()) WITH ORDINALITY AS a (axis, n)
    WHERE t.id = ratable_axes.trail
      AND NOT (a.axis = 'TECHNICAL_CLIMBING' AND t.direction = 'DOWN_ONLY')
      AND NOT (a.axis = 'TECHNICAL_DESCENDING' AND t.direction = 'UP_ONLY')
      AND NOT (ratable_axes.direction = 'BACKWARD' AND t.direction IN ('UP_ONLY', 'DOWN_ONLY', 'ONE_WAY'))
      -- What doesn't apply is not the same as easy.
      AND coalesce((
        SELECT bool_or(NOT x.not_applicable)
        FROM api.trail_axis_row x
        WHERE x.trail_id = t.id AND x.axis = a.axis
          AND (x.direction = ratable_axes.direction OR 'EITHER' IN (x.direction, ratable_axes.direction))), true)
    ORDER BY a.n)
$$;
COMMENT ON FUNCTION api.ratable_axes(uuid, text) IS 'The axes on which a ride over a trail in a direction can be rated: no climbing where only going down is possible, and none that doesn''t apply there.';
