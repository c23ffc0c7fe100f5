-- Of its revisions those since the last one that said something else. Where the content
-- of one was taken out, nobody knows, and it is no other wording.
CREATE VIEW api.claim_wording_row AS
SELECT c.id, coalesce(w.created_at, e.created_at) AS worded_at, coalesce(w.author, e.created_by) AS worded_by
FROM wiki.claim c
JOIN wiki.entity e ON e.id = c.id
LEFT JOIN LATERAL (
  SELECT r.created_at, r.author
  FROM wiki.revision r
  WHERE r.entity_id = c.id AND r.lang IS NULL AND r.number > coalesce((
    SELECT max(o.number)
    FROM wiki.revision o
    JOIN wiki.revision_content x ON x.revision_id = o.id
    WHERE o.entity_id = c.id AND o.lang IS NULL AND x.content ->> 'body' <> c.body), 0)
  ORDER BY r.number
  LIMIT 1
) AS w ON true;
COMMENT ON VIEW api.claim_wording_row IS 'Since when a claim says what it says, and who worded it so.';
