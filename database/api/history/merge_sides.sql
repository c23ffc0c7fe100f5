-- What stood in each field when a patch was made, what stands there now, and what the
-- patch wants. A base that was taken out counts as moved: nobody can say that it wasn't.
CREATE FUNCTION wiki.merge_sides(kind text, id uuid, lang text, base_version integer, patch jsonb)
RETURNS TABLE (field text, base jsonb, theirs jsonb, yours jsonb, moved boolean, touched boolean, clash boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH now AS MATERIALIZED (
    SELECT wiki.content_now(merge_sides.kind, merge_sides.id, merge_sides.lang) AS content
  ), chains AS MATERIALIZED (
    SELECT k.chain, wiki.content_at(merge_sides.id, k.chain, merge_sides.base_version) AS content, EXISTS (
      SELECT FROM wiki.revision r
      WHERE r.entity_id = merge_sides.id AND r.lang IS NOT DISTINCT FROM k.chain AND r.number <= merge_sides.base_version) AS begun
    FROM (VALUES (NULL::text), (merge_sides.lang)) AS k (chain)
  ), sides AS (
    SELECT f.key AS field, coalesce(c.content -> f.key, 'null') AS base, coalesce(n.content -> f.key, 'null') AS theirs,
      f.value AS yours, c.content IS NOT NULL OR NOT c.begun AS known
    FROM now n
    CROSS JOIN jsonb_each(merge_sides.patch) AS f
    JOIN chains c ON (c.chain IS NOT NULL) = (f.key = ANY (wiki.text_fields(merge_sides.kind)))
    WHERE f.key = ANY (wiki.updatable_fields(merge_sides.kind)) OR f.key = 'line'
  ), changes AS (
    SELECT s.*, NOT s.known OR wiki.normal_value(s.theirs) <> wiki.normal_value(s.base) AS moved,
      NOT s.known OR wiki.normal_value(s.yours) <> wiki.normal_value(s.base) AS touched
    FROM sides s
  )
  SELECT c.field, CASE WHEN c.known THEN c.base END, c.theirs, c.yours, c.moved, c.touched,
    c.moved AND c.touched AND wiki.normal_value(c.theirs) <> wiki.normal_value(c.yours)
  FROM changes c
$$;
COMMENT ON FUNCTION wiki.merge_sides(text, uuid, text, integer, jsonb) IS 'The sides of each field of a patch that was made from a version: base, theirs (now) and yours; whether others moved it, the patch touches it, and both to something else (clash). base is null when it was taken out.';
