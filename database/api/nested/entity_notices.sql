CREATE FUNCTION api.entity_notices(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'notice', to_json(c),
    'subjectName', (SELECT v FROM api.entity_subject_name(c.id, lang, actor) v),
    'confirmation', (SELECT v FROM api.seasonal_notice_confirmation(c.id, lang, actor) v)) ORDER BY c.place), '[]')
  FROM (
    SELECT c.*, row_number() OVER (
      ORDER BY array_position(ARRAY['CRITICAL', 'IMPORTANT', 'INFO'], c.severity), c."startsOn", c.id) AS place
    FROM api.seasonal_notice_cards(actor, lang) c
    WHERE c."subjectId" IN (
        SELECT entity_notices.id
        UNION ALL
        SELECT t.trail_id FROM api.trail_system_row t WHERE t.system_id = entity_notices.id
        UNION ALL
        SELECT t.system_id FROM api.trail_system_row t WHERE t.trail_id = entity_notices.id
        UNION ALL
        SELECT r.route_id FROM api.route_system_row r WHERE r.system_id = entity_notices.id
        UNION ALL
        SELECT a.access_point_id FROM api.access_point_system_row a WHERE a.system_id = entity_notices.id
        UNION ALL
        SELECT a.system_id FROM api.access_point_system_row a WHERE a.access_point_id = entity_notices.id
        UNION ALL
        SELECT a.access_point_id FROM api.route_access_point_row a WHERE a.route_id = entity_notices.id
        UNION ALL
        SELECT r.system_id FROM api.route_system_row r WHERE r.route_id = entity_notices.id
        UNION ALL
        SELECT l.trail_id FROM api.route_leg_row l WHERE l.route_id = entity_notices.id AND l.trail_id IS NOT NULL)
      AND (c."endsOn" IS NULL OR c."endsOn" >= api.day_everywhere(now()))
      AND c."startsOn" <= api.day_everywhere(now()) + 61
    ORDER BY place
    LIMIT 12
  ) AS c
$$;
COMMENT ON FUNCTION api.entity_notices(uuid, text, jsonb) IS 'Notices that matter for a system, trail, route or access point now or within 60 days, the gravest first, at most 12: its own and those of what it is made of or lies in.';
