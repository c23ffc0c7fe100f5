CREATE FUNCTION api.trip_days(actor jsonb, lang text, days jsonb, own boolean) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'date', d.v ->> 'date', 'note', d.v ->> 'note',
    'systemIds', CASE WHEN own THEN d.v -> 'systemIds' ELSE s.ids END, 'systems', s.cards,
    'routeIds', CASE WHEN own THEN d.v -> 'routeIds' ELSE r.ids END, 'routes', r.cards) ORDER BY d.n), '[]')
  FROM jsonb_array_elements(days) WITH ORDINALITY AS d (v, n)
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(c ORDER BY i.n), '[]') AS cards, coalesce(jsonb_agg(c.id ORDER BY i.n), '[]') AS ids
    FROM jsonb_array_elements_text(d.v -> 'systemIds') WITH ORDINALITY AS i (id, n)
    JOIN api.system_cards(actor, lang) c ON c.id = i.id::uuid
  ) AS s
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(c ORDER BY i.n), '[]') AS cards, coalesce(jsonb_agg(c.id ORDER BY i.n), '[]') AS ids
    FROM jsonb_array_elements_text(d.v -> 'routeIds') WITH ORDINALITY AS i (id, n)
    JOIN api.route_cards(actor, lang) c ON c.id = i.id::uuid
  ) AS r
$$;
COMMENT ON FUNCTION api.trip_days(jsonb, text, jsonb, boolean) IS 'The plan of a trip as TripDay, with the places that the reader sees; own: ids of the others too.';
