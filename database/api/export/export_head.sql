-- What the file of an entity says of itself, or why there is none. The wiki's own
-- lines are under the licence of every contribution (wiki.revision.licence).
CREATE FUNCTION api.export_head(actor jsonb, entity uuid, source text, after text)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  WITH target AS (
    SELECT e.id, e.kind, lower(e.kind) AS word, e.version, e.original_lang, e.synthetic, e.visibility, api.sees_place(actor, e.visibility) AS seen
    FROM api.entity_row e
    WHERE e.id = export_head.entity AND api.can_read(actor, e.state, e.visibility, e.created_by)
  ), part AS (
    SELECT count(*) AS parts, coalesce(sum(p.points), 0) AS points,
      count(DISTINCT p.id) FILTER (WHERE p.points > 0) AS "withLine",
      left(md5(concat_ws(',', (SELECT t.version FROM target t), string_agg(p.stamp, ',' ORDER BY p.n))), 12) AS stamp,
      json_agg(json_build_object('leg', p.leg, 'kind', p."legKind", 'name', p.name, 'known', p.known, 'seen', p.seen, 'points', p.points) ORDER BY p.n)
        FILTER (WHERE p.leg > 0) AS legs
    FROM api.export_parts(actor, entity, source) p
  ), offered AS (
    SELECT json_agg(DISTINCT x.source) AS sources, string_agg(DISTINCT x.source, ', ') AS list
    FROM target t
    JOIN api.layer_entity_row x ON x.entity_id = t.id OR (t.kind = 'SYSTEM'
      AND x.entity_id IN (SELECT s.trail_id FROM api.trail_system_row s WHERE s.system_id = t.id))
    JOIN api.entity_row e ON e.id = x.entity_id
    WHERE t.seen AND jsonb_array_length(x.lines) > 0 AND api.sees_passes(actor, x.passes) AND (e.id = t.id OR e.state = 'PUBLISHED')
      AND api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility)
  )
  SELECT json_build_object(
    'kind', t.kind,
    'name', (SELECT x.name FROM api.entity_name_row x WHERE x.id = t.id),
    'slug', coalesce((SELECT s.slug FROM api.slug_row s WHERE s.owner_id = t.id AND s.lang = t.original_lang AND s.current), t.id::text),
    'synthetic', t.synthetic,
    'sensitive', t.visibility = 'PUBLIC_WITH_WARNING',
    'source', l.code,
    'title', coalesce(l.title, 'MTB Wiki'),
    'attribution', coalesce(l.attribution, 'MTB Wiki contributors'),
    'licence', CASE WHEN export_head.source IS NULL THEN 'CC-BY-SA-4.0' ELSE l.licence END,
    'url', l.url,
    'parts', p.parts,
    'stamp', p.stamp,
    'withLine', p."withLine",
    'trails', CASE WHEN t.kind = 'SYSTEM' THEN (SELECT api.system_trail_count(t.id, 'en', actor)) END,
    'legs', coalesce(p.legs, '[]'),
    'problem', CASE
      WHEN t.kind NOT IN ('TRAIL', 'ROUTE', 'SYSTEM') THEN
        json_build_object('type', 'InvalidInput', 'message', format('Trails, routes and systems have lines to export; this is a %s.', t.word))
      WHEN NOT t.seen THEN
        json_build_object('type', 'NotFound', 'message', format('Only the name of this %s is public; its line is not given out.', t.word))
      WHEN p.points = 0 THEN
        json_build_object('type', 'NotFound', 'info', json_build_object('sources', coalesce(o.sources, '[]')), 'message',
          CASE WHEN export_head.source IS NULL
            THEN CASE t.kind
              WHEN 'TRAIL' THEN 'Nobody has drawn the line of this trail yet.'
              WHEN 'ROUTE' THEN 'No leg of this route has a line yet.'
              ELSE 'No trail of this system has a line yet.' END
            ELSE format('Open data of source %s has no line of this %s.', export_head.source, t.word) END
          || CASE WHEN o.list IS NULL THEN '' ELSE format(' Open data has one: name its source (%s).', o.list) END)
      WHEN export_head.after IS NULL THEN NULL
      WHEN export_head.after !~ '^[0-9]{1,6}-[0-9a-f]{12}$' OR split_part(export_head.after, '-', 1)::bigint NOT BETWEEN 1 AND p.parts - 1
          AND split_part(export_head.after, '-', 2) = p.stamp THEN
        json_build_object('type', 'InvalidInput', 'message', 'after is no cursor of this file; take it from endCursor.')
      WHEN split_part(export_head.after, '-', 2) <> p.stamp THEN
        json_build_object('type', 'Conflict', 'message', 'Something in this file was changed meanwhile; begin again without after.')
      END)
  FROM target t
  CROSS JOIN part p
  CROSS JOIN offered o
  LEFT JOIN api.layer_source_row l ON l.code = export_head.source
$$;
COMMENT ON FUNCTION api.export_head(jsonb, uuid, text, text) IS 'What the file of a trail, route or system says of itself, or the problem why there is none. after: number of parts read, a hyphen, and the stamp. No row: there is no such entity, or none for this caller.';
