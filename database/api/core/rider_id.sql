CREATE FUNCTION api.rider_id(actor jsonb) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT md5('mtbwiki rider ' || nullif(actor ->> 'sub', ''))::uuid
$$;
COMMENT ON FUNCTION api.rider_id(jsonb) IS 'Id of the rider that a token''s subject stands for, null when nobody signed in. Derived, so that reads need no look-up; the row is made at the first write.';
