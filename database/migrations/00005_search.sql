-- Full text search over everything that has a page.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION wiki.search_vector(title text, names text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT setweight(to_tsvector('pg_catalog.simple', coalesce(wiki.plain(title), '')), 'A')
      || setweight(to_tsvector('pg_catalog.simple', coalesce(wiki.plain(names), '')), 'B')
      || setweight(to_tsvector('pg_catalog.english', coalesce(wiki.plain(body), '')), 'C')
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION wiki.search_vector(text, text, text) IS 'What full text search looks in: names weigh more than texts.';

CREATE TABLE wiki.search_document (
  entity_id uuid NOT NULL,
  kind wiki.entity_kind NOT NULL,
  lang wiki.lang_tag NOT NULL,
  title text NOT NULL,
  names text,
  body text,
  vector tsvector NOT NULL GENERATED ALWAYS AS (wiki.search_vector(title, names, body)) STORED,
  plain_title text NOT NULL GENERATED ALWAYS AS (wiki.plain(title || ' ' || coalesce(names, ''))) STORED,
  PRIMARY KEY (entity_id, lang),
  FOREIGN KEY (entity_id, kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE
);
COMMENT ON TABLE wiki.search_document IS 'Searchable words of an entity by language, rewritten with every change.';
COMMENT ON COLUMN wiki.search_document.names IS 'Local and other names, nearest town.';
CREATE INDEX search_document_vector ON wiki.search_document USING gin (vector);
CREATE INDEX search_document_title ON wiki.search_document USING gin (plain_title extensions.gin_trgm_ops);

-- +goose Down
DROP TABLE wiki.search_document;
DROP FUNCTION wiki.search_vector(text, text, text);
