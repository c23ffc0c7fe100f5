-- A refusal is one row of the Data API, which has 64 KB: sides that don't fit are left
-- to be read, shortest fields first.
CREATE FUNCTION wiki.conflict_data(kind text, id uuid, lang text, base_version integer, patch jsonb) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_build_object(
    'fields', coalesce(jsonb_agg(s.field ORDER BY s.field), '[]'),
    'sides', coalesce(jsonb_agg(CASE
      WHEN s.upto <= 44000 THEN jsonb_build_object('field', s.field, 'base', s.base, 'theirs', s.theirs, 'yours', s.yours, 'cut', false)
      ELSE jsonb_build_object('field', s.field, 'base', NULL, 'theirs', NULL, 'yours', NULL, 'cut', true)
      END ORDER BY s.field), '[]'))
  FROM (
    SELECT m.field, m.base, m.theirs, m.yours,
      sum(octet_length(jsonb_build_array(m.base, m.theirs, m.yours)::text)) OVER (
        ORDER BY octet_length(jsonb_build_array(m.base, m.theirs, m.yours)::text), m.field) AS upto
    FROM wiki.merge_sides(conflict_data.kind, conflict_data.id, conflict_data.lang, conflict_data.base_version, conflict_data.patch) AS m
    WHERE m.clash
  ) AS s
$$;
COMMENT ON FUNCTION wiki.conflict_data(text, uuid, text, integer, jsonb) IS 'What a conflict tells: fields that both sides changed, and for each base, theirs and yours, unless that is more than fits (cut).';
