CREATE FUNCTION api.region_guides(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c."verifiedOn" DESC NULLS LAST, c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.guide_cards(actor, lang) c
    WHERE c.id IN (
      SELECT x.guide_id FROM api.guide_region_row x WHERE x.region_id = region_guides.id
      UNION
      SELECT y.guide_id
      FROM api.system_region_row s
      JOIN api.guide_system_row y ON y.system_id = s.system_id
      JOIN api.entity_row e ON e.id = s.system_id
      WHERE s.region_id = region_guides.id AND api.can_read(actor, e.state, e.visibility, e.created_by))
    ORDER BY c."verifiedOn" DESC NULLS LAST, c.name, c.id
    LIMIT 6
  ) AS c
$$;
COMMENT ON FUNCTION api.region_guides(uuid, text, jsonb) IS 'Guides of a region and of its systems, the last verified first, at most 6.';
