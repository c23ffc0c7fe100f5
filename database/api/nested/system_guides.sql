CREATE FUNCTION api.system_guides(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c."verifiedOn" DESC NULLS LAST, c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.guide_system_row x
    JOIN api.guide_cards(actor, lang) c ON c.id = x.guide_id
    WHERE x.system_id = system_guides.id
    ORDER BY c."verifiedOn" DESC NULLS LAST, c.name, c.id
    LIMIT 6
  ) AS c
$$;
COMMENT ON FUNCTION api.system_guides(uuid, text, jsonb) IS 'Guides that speak of a system, the last verified first, at most 6.';
