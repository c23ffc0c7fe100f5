CREATE FUNCTION api.route_legs(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  WITH leg AS (
    SELECT x.*, lag(x.trail_id) OVER w AS before, lead(x.trail_id) OVER w AS after,
      lag(x.position) OVER w IS NULL AS first, lead(x.position) OVER w IS NULL AS last
    FROM api.route_leg_row x
    WHERE x.route_id = route_legs.id
    WINDOW w AS (ORDER BY x.position)
  )
  SELECT coalesce(json_agg(json_build_object(
    'position', l.position, 'kind', l.kind,
    'trail', (SELECT to_json(c) FROM api.trail_cards(actor, lang) c WHERE c.id = l.trail_id),
    'uplift', (SELECT json_build_object('id', c.id, 'slug', c.slug, 'name', c.name) FROM api.uplift_cards(actor, lang) c
      WHERE c.id = l.uplift_id AND api.sees_place(actor, c.visibility)),
    'fromM', l.from_m, 'toM', l.to_m, 'direction', l.direction, 'purpose', l.purpose, 'notes', l.notes,
    'alternatives', l.alternatives,
    -- A group can split where trails meet, and meet again where they meet next.
    'canSplit', l.trail_id IS NOT NULL AND NOT (l.first AND l.last)
      AND (l.first OR EXISTS (
        SELECT FROM api.trail_junction_row j
        WHERE (j.trail_id = l.trail_id AND j.other_id = l.before) OR (j.trail_id = l.before AND j.other_id = l.trail_id)))
      AND (l.last OR EXISTS (
        SELECT FROM api.trail_junction_row j
        WHERE (j.trail_id = l.trail_id AND j.other_id = l.after) OR (j.trail_id = l.after AND j.other_id = l.trail_id)))
    ) ORDER BY l.position), '[]')
  FROM leg l
$$;
COMMENT ON FUNCTION api.route_legs(uuid, text, jsonb) IS 'Legs of a route in riding order. canSplit: junctions to the legs before and after are known.';
