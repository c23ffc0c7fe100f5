CREATE FUNCTION wiki.get_trail_line(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object('pointCount', x.point_count,
      'sha256', encode(sha256(convert_to(x.coordinates::text, 'UTF8')), 'hex'))
    FROM wiki.trail_line x
    WHERE x.trail_id = get_trail_line.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_trail_line(uuid) IS 'What a revision keeps of a trail''s line: its number of points and fingerprint.';
