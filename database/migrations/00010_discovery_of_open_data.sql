-- What open data says of a system's trails, so that discovery can tell places that
-- nobody described, but that a source knows well, from those nobody knows.

-- +goose Up
ALTER TABLE wiki.discovery_document
  ADD COLUMN open_m double precision[] CONSTRAINT discovery_document_open_m_check CHECK (cardinality(open_m) = 5);
COMMENT ON COLUMN wiki.discovery_document.open_m IS 'By open data, metres of public singletrack and doubletrack: all, and those roughly for LEARNING, COMFORTABLE, CHALLENGING, EXPERT (a trail can be for several); null: no open data.';
COMMENT ON COLUMN wiki.layer_entity.profile IS 'Trails: stated labels, marks and cruxes, mapped from the source''s keys. Routes: stated values and legs. Both: grades, where elevation is known.';

-- +goose Down
COMMENT ON COLUMN wiki.layer_entity.profile IS 'Trails: stated labels and marks, mapped from the source''s keys.';
ALTER TABLE wiki.discovery_document DROP COLUMN open_m;
