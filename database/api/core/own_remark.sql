-- Two requests of one rider may come at once: the second waits for the first, and sees
-- what it made.
CREATE FUNCTION wiki.own_remark(rider uuid, kind text, subject uuid) RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'mtbwiki', kind, rider, subject), 0));
  RETURN (
    SELECT e.id
    FROM api.remark_row p
    JOIN wiki.entity e ON e.id = p.id
    WHERE p.subject_id = own_remark.subject AND e.kind = own_remark.kind AND e.created_by = own_remark.rider AND e.state = 'PUBLISHED'
    ORDER BY e.created_at DESC
    LIMIT 1);
END
$$;
COMMENT ON FUNCTION wiki.own_remark(uuid, text, uuid) IS 'The published remark of a kind that a rider has made about something, null when there is none; until the transaction ends nobody else looks for it.';
