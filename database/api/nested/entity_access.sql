CREATE FUNCTION api.entity_access(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'bikeClass', x.bike_class, 'verdict', x.verdict, 'months', x.months, 'weekdays', x.weekdays, 'hours', x.hours,
    'whenWet', x.when_wet, 'legalBasis', x.legal_basis, 'source', x.source, 'date', x.dated) ORDER BY x.position), '[]')
  FROM api.access_rule_row x
  WHERE x.entity_id = entity_access.id
    AND EXISTS (SELECT FROM api.entity_row e WHERE e.id = entity_access.id AND api.sees_place(actor, e.visibility))
$$;
COMMENT ON FUNCTION api.entity_access(uuid, text, jsonb) IS 'Access rules in their order; none for readers of the name only.';
