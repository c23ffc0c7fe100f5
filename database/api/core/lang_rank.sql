CREATE FUNCTION api.lang_rank(has text, asked text, original text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN has = asked THEN 0
    WHEN split_part(has, '-', 1) = split_part(asked, '-', 1) THEN 1
    WHEN has = original THEN 2
    WHEN has = 'en' THEN 3
    ELSE 4
  END
$$;
COMMENT ON FUNCTION api.lang_rank(text, text, text) IS 'Which text to show first: that of the language asked for, of a variety of it, the original, English, any.';
