CREATE FUNCTION wiki.may_change(actor jsonb, rider uuid, e wiki.entity, action text) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(
    -- Nobody else puts words into a rider's mouth.
    (api.is_moderator(actor) AND NOT (e.kind = 'COMMENT' AND action = 'update' AND e.created_by IS DISTINCT FROM rider))
    OR CASE e.kind
      WHEN 'REGION' THEN false
      WHEN 'TIP' THEN e.created_by = rider
      WHEN 'MEDIA' THEN e.created_by = rider
      WHEN 'FACT_CHECK' THEN e.created_by = rider
      WHEN 'REVIEW' THEN e.created_by = rider
      WHEN 'SEASONAL_NOTICE' THEN action IN ('create', 'update') OR e.created_by = rider
      -- What a moderator took away stays away.
      WHEN 'COMMENT' THEN e.created_by = rider AND (action <> 'restore' OR e.updated_by = rider)
      WHEN 'CLAIM' THEN action IN ('create', 'update') OR e.created_by = rider
      WHEN 'RIDER' THEN e.id = rider
      ELSE action IN ('create', 'update')
    END, false)
$$;
COMMENT ON FUNCTION wiki.may_change(jsonb, uuid, wiki.entity, text) IS 'Who may do what: regions are the moderators'' work; systems, trails, routes, access points and uplifts any rider''s, except putting them away and back; tips, photos, films, fact checks and reviews their author''s; notices and claims any rider''s, put away and back by their author; comments their author''s; profiles their rider''s. Moderators may do all, except changing what others say in comments.';
