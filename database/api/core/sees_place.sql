CREATE FUNCTION api.sees_place(actor jsonb, visibility text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(visibility IN ('PUBLIC', 'PUBLIC_WITH_WARNING') OR api.is_moderator(actor), false)
$$;
COMMENT ON FUNCTION api.sees_place(jsonb, text) IS 'Whether the caller may see where an entity is and what it measures, not its name only.';
