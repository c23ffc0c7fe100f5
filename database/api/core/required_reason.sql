CREATE FUNCTION wiki.required_reason(input jsonb) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  reason CONSTANT text := btrim(input ->> 'reason');
BEGIN
  IF reason IS NULL OR length(reason) NOT BETWEEN 1 AND 500 THEN
    PERFORM wiki.refuse('InvalidInput', 'reason is required: 1 to 500 characters.', '{"field": "reason"}');
  END IF;
  RETURN reason;
END
$$;
COMMENT ON FUNCTION wiki.required_reason(jsonb) IS 'The reason that a moderator must give.';
