CREATE FUNCTION jobs.expire_seasonal_notices(day date, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e wiki.entity;
  done integer := 0;
BEGIN
  FOR e IN
    SELECT x.*
    FROM wiki.seasonal_notice n
    JOIN wiki.entity x ON x.id = n.id
    WHERE n.ends_on < day AND x.state = 'PUBLISHED'
    ORDER BY n.ends_on, n.id
    LIMIT most
    -- Whoever changes one just now may have given it another end.
    FOR NO KEY UPDATE OF x SKIP LOCKED
  LOOP
    UPDATE wiki.entity x SET state = 'ARCHIVED' WHERE x.id = e.id;
    PERFORM wiki.record_change('{}', NULL, e.id, 'ARCHIVE', e.original_lang, 'It is over.');
    done := done + 1;
  END LOOP;
  RETURN done;
END
$$;
COMMENT ON FUNCTION jobs.expire_seasonal_notices(date, integer) IS 'Archives notices that ended before a day, at most so many; the number of them. Called again it goes on.';
