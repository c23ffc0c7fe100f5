CREATE FUNCTION api.is_admin(actor jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(actor -> 'groups' @> '["admins"]', false)
$$;
COMMENT ON FUNCTION api.is_admin(jsonb) IS 'Whether the caller is an admin.';
