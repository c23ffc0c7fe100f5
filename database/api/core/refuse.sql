CREATE FUNCTION wiki.refuse(error_type text, message text, data jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'MW000', MESSAGE = message, HINT = error_type, DETAIL = coalesce(data::text, '');
END
$$;
COMMENT ON FUNCTION wiki.refuse(text, text, jsonb) IS 'Refuses the use case under way: everything it did is undone, and the caller hears error type, message and data (see wiki.explain_error).';
