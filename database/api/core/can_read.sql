CREATE FUNCTION api.can_read(actor jsonb, state text, visibility text, created_by uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(
    (state = 'PUBLISHED' AND visibility <> 'HIDDEN')
      OR api.is_moderator(actor)
      OR (created_by = api.rider_id(actor) AND state <> 'TAKEN_DOWN'),
    false)
$$;
COMMENT ON FUNCTION api.can_read(jsonb, text, text, uuid) IS 'Whether the caller may know of an entity: it is published and not hidden, or his own and not taken down, or he moderates. The one place where this rule stands.';
