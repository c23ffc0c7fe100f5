CREATE FUNCTION api.system_organisations(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(o.card ORDER BY o.rank, o.name, o.id), '[]')
  FROM (
    SELECT to_json(c) AS card, c.name, c.id,
      -- Who looks after the place before who sells something there.
      array_position(ARRAY['ASSOCIATION', 'LAND_MANAGER', 'OPERATOR', 'GUIDE_SERVICE', 'SHOP'], c.kind) AS rank
    FROM api.organisation_system_row x
    JOIN api.organisation_cards(actor, lang) c ON c.id = x.organisation_id
    WHERE x.system_id = system_organisations.id
    ORDER BY rank, c.name, c.id
    LIMIT 12
  ) AS o
$$;
COMMENT ON FUNCTION api.system_organisations(uuid, text, jsonb) IS 'Who looks after, owns, runs or serves a system, at most 12: associations, land managers, operators, guides, shops.';
