CREATE FUNCTION api.sees_passes(actor jsonb, passes uuid[]) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT NOT EXISTS (
    SELECT
    FROM api.entity_row e
    WHERE e.id = ANY (passes) AND NOT api.sees_place(actor, e.visibility))
$$;
COMMENT ON FUNCTION api.sees_passes(jsonb, uuid[]) IS 'Whether the caller sees the places of all trails that a line runs over, so that the line tells nothing of them.';
