CREATE FUNCTION api.is_moderator(actor jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(
    actor -> 'groups' @> '["moderators"]' OR actor -> 'groups' @> '["admins"]' OR actor ->> 'mode' = 'IMPORT',
    false)
$$;
COMMENT ON FUNCTION api.is_moderator(jsonb) IS 'Whether the caller may decide for others: moderators, admins and our own importer.';
