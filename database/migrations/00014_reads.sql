-- Lists by name read their page from an index and sort nothing; a page's entity is
-- found by its slug in whatever language.

-- +goose Up
ALTER TABLE wiki.region ADD COLUMN name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED;
COMMENT ON COLUMN wiki.region.name_key IS 'What lists are sorted by: the name in lower case without accents.';
CREATE INDEX region_name_key ON wiki.region (name_key, id);
ALTER TABLE wiki.system ADD COLUMN name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED;
COMMENT ON COLUMN wiki.system.name_key IS 'What lists are sorted by: the name in lower case without accents.';
CREATE INDEX system_name_key ON wiki.system (name_key, id);
ALTER TABLE wiki.trail ADD COLUMN name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED;
COMMENT ON COLUMN wiki.trail.name_key IS 'What lists are sorted by: the name in lower case without accents.';
CREATE INDEX trail_name_key ON wiki.trail (name_key, id);
ALTER TABLE wiki.route ADD COLUMN name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED;
COMMENT ON COLUMN wiki.route.name_key IS 'What lists are sorted by: the name in lower case without accents.';
CREATE INDEX route_name_key ON wiki.route (name_key, id);
ALTER TABLE wiki.guide ADD COLUMN name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED;
COMMENT ON COLUMN wiki.guide.name_key IS 'What lists are sorted by: the name in lower case without accents.';
CREATE INDEX guide_name_key ON wiki.guide (name_key, id);
ALTER TABLE wiki.regional_comparison ADD COLUMN name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED;
COMMENT ON COLUMN wiki.regional_comparison.name_key IS 'What lists are sorted by: the name in lower case without accents.';
CREATE INDEX regional_comparison_name_key ON wiki.regional_comparison (name_key, id);
ALTER TABLE wiki.rider ADD COLUMN name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED;
COMMENT ON COLUMN wiki.rider.name_key IS 'What lists are sorted by: the name in lower case without accents.';
CREATE INDEX rider_name_key ON wiki.rider (name_key, id);
CREATE INDEX slug_slug ON wiki.slug (slug, kind);

-- +goose Down
DROP INDEX wiki.slug_slug;
ALTER TABLE wiki.region DROP COLUMN name_key;
ALTER TABLE wiki.system DROP COLUMN name_key;
ALTER TABLE wiki.trail DROP COLUMN name_key;
ALTER TABLE wiki.route DROP COLUMN name_key;
ALTER TABLE wiki.guide DROP COLUMN name_key;
ALTER TABLE wiki.regional_comparison DROP COLUMN name_key;
ALTER TABLE wiki.rider DROP COLUMN name_key;
