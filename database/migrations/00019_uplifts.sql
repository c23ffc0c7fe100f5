-- Uplifts: shuttles, lifts, trains and boats.

-- +goose Up
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT', 'UPLIFT'));
-- A table's name is a type's too. No function names the domain.
ALTER DOMAIN wiki.uplift RENAME TO uplift_kind;
ALTER DOMAIN wiki.uplift_kind RENAME CONSTRAINT uplift_check TO uplift_kind_check;

CREATE TABLE wiki.uplift (
  id uuid PRIMARY KEY,
  entity_kind text NOT NULL GENERATED ALWAYS AS ('UPLIFT') STORED,
  name text NOT NULL,
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  kind wiki.uplift_kind NOT NULL,
  from_id uuid,
  from_place text,
  to_id uuid,
  to_place text,
  url text,
  takes_e_bikes boolean,
  takes_adaptive_bikes boolean,
  valid_until date,
  FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity (id, kind) ON DELETE CASCADE,
  CONSTRAINT uplift_from_id FOREIGN KEY (from_id) REFERENCES wiki.access_point,
  CONSTRAINT uplift_to_id FOREIGN KEY (to_id) REFERENCES wiki.access_point,
  CONSTRAINT uplift_name_length CHECK (length(name) BETWEEN 1 AND 120 AND name = btrim(name)),
  CONSTRAINT uplift_kind_none CHECK (kind <> 'NONE'),
  CONSTRAINT uplift_from_place_length CHECK (length(from_place) BETWEEN 1 AND 120),
  CONSTRAINT uplift_to_place_length CHECK (length(to_place) BETWEEN 1 AND 120),
  CONSTRAINT uplift_to_id_elsewhere CHECK (from_id <> to_id),
  CONSTRAINT uplift_url CHECK (url ~ '^https?://[^ ]+$' AND length(url) <= 500),
  CONSTRAINT uplift_valid_until CHECK (valid_until BETWEEN '2000-01-01' AND '2200-01-01')
);
COMMENT ON TABLE wiki.uplift IS 'Shuttles, lifts, trains and boats.';
COMMENT ON COLUMN wiki.uplift.id IS '[public]';
COMMENT ON COLUMN wiki.uplift.entity_kind IS 'Constant: only an entity of this kind can have such facts. [public]';
COMMENT ON COLUMN wiki.uplift.name IS '[public]';
COMMENT ON COLUMN wiki.uplift.name_key IS 'What lists are sorted by: the name in lower case without accents. [public]';
COMMENT ON COLUMN wiki.uplift.kind IS '[public]';
COMMENT ON COLUMN wiki.uplift.from_id IS '[public]';
COMMENT ON COLUMN wiki.uplift.from_place IS '[public]';
COMMENT ON COLUMN wiki.uplift.to_id IS '[public]';
COMMENT ON COLUMN wiki.uplift.to_place IS '[public]';
COMMENT ON COLUMN wiki.uplift.url IS '[public]';
COMMENT ON COLUMN wiki.uplift.takes_e_bikes IS '[public]';
COMMENT ON COLUMN wiki.uplift.takes_adaptive_bikes IS '[public]';
COMMENT ON COLUMN wiki.uplift.valid_until IS '[public]';
COMMENT ON CONSTRAINT uplift_from_id ON wiki.uplift IS 'There is no such access point to leave from.';
COMMENT ON CONSTRAINT uplift_to_id ON wiki.uplift IS 'There is no such access point to arrive at.';
COMMENT ON CONSTRAINT uplift_name_length ON wiki.uplift IS 'A name has 1 to 120 characters and no spaces around it.';
COMMENT ON CONSTRAINT uplift_kind_none ON wiki.uplift IS 'An uplift is a shuttle, a lift, a train or a boat.';
COMMENT ON CONSTRAINT uplift_from_place_length ON wiki.uplift IS 'Where it leaves has at most 120 characters.';
COMMENT ON CONSTRAINT uplift_to_place_length ON wiki.uplift IS 'Where it arrives has at most 120 characters.';
COMMENT ON CONSTRAINT uplift_to_id_elsewhere ON wiki.uplift IS 'An uplift arrives at another place than it leaves from.';
COMMENT ON CONSTRAINT uplift_url ON wiki.uplift IS 'The address of timetable and tickets begins with http:// or https:// and has at most 500 characters.';
COMMENT ON CONSTRAINT uplift_valid_until ON wiki.uplift IS 'The day until which it holds is out of range.';
CREATE INDEX uplift_name_key ON wiki.uplift (name_key, id);
CREATE INDEX uplift_from ON wiki.uplift (from_id) WHERE from_id IS NOT NULL;
CREATE INDEX uplift_to ON wiki.uplift (to_id) WHERE to_id IS NOT NULL;

CREATE TABLE wiki.uplift_text (
  id uuid NOT NULL REFERENCES wiki.uplift ON DELETE CASCADE,
  lang wiki.lang_tag NOT NULL,
  tagline text,
  description text,
  PRIMARY KEY (id, lang),
  CONSTRAINT uplift_tagline_length CHECK (length(tagline) <= 200),
  CONSTRAINT uplift_description_length CHECK (length(description) <= 2000)
);
COMMENT ON TABLE wiki.uplift_text IS 'Texts of uplifts by language.';
COMMENT ON COLUMN wiki.uplift_text.id IS 'The uplift. [public]';
COMMENT ON COLUMN wiki.uplift_text.lang IS 'Language of these texts. [public]';
COMMENT ON COLUMN wiki.uplift_text.tagline IS '[public]';
COMMENT ON COLUMN wiki.uplift_text.description IS '[public]';
COMMENT ON CONSTRAINT uplift_tagline_length ON wiki.uplift_text IS 'The line that sums it up has at most 200 characters.';
COMMENT ON CONSTRAINT uplift_description_length ON wiki.uplift_text IS 'A description has at most 2,000 characters.';

CREATE TABLE wiki.uplift_system (
  uplift_id uuid NOT NULL REFERENCES wiki.uplift ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES wiki.system,
  position integer NOT NULL CHECK (position >= 1),
  PRIMARY KEY (uplift_id, system_id),
  UNIQUE (uplift_id, position)
);
COMMENT ON TABLE wiki.uplift_system IS 'Systems that an uplift serves; position 1 is the main one.';
COMMENT ON COLUMN wiki.uplift_system.uplift_id IS '[public]';
COMMENT ON COLUMN wiki.uplift_system.system_id IS '[public]';
COMMENT ON COLUMN wiki.uplift_system.position IS '[public]';
CREATE INDEX uplift_system_system ON wiki.uplift_system (system_id, uplift_id);

CREATE TABLE wiki.uplift_run (
  uplift_id uuid NOT NULL REFERENCES wiki.uplift ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  months integer[] NOT NULL DEFAULT '{}',
  weekdays integer[] NOT NULL DEFAULT '{}',
  hours text,
  last_ride text,
  note text,
  PRIMARY KEY (uplift_id, position),
  CONSTRAINT uplift_run_months CHECK (months <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  CONSTRAINT uplift_run_weekdays CHECK (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]),
  CONSTRAINT uplift_run_hours CHECK (hours ~ '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'),
  CONSTRAINT uplift_run_last_ride CHECK (last_ride ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  CONSTRAINT uplift_run_note_length CHECK (length(note) <= 200)
);
COMMENT ON TABLE wiki.uplift_run IS 'When an uplift runs, a row for each part of its year or week. No row: unknown.';
COMMENT ON COLUMN wiki.uplift_run.uplift_id IS '[public]';
COMMENT ON COLUMN wiki.uplift_run.position IS '[public]';
COMMENT ON COLUMN wiki.uplift_run.months IS 'Empty: all year. [public]';
COMMENT ON COLUMN wiki.uplift_run.weekdays IS '1 Monday to 7 Sunday; empty: every day. [public]';
COMMENT ON COLUMN wiki.uplift_run.hours IS '[public]';
COMMENT ON COLUMN wiki.uplift_run.last_ride IS '[public]';
COMMENT ON COLUMN wiki.uplift_run.note IS '[public]';
COMMENT ON CONSTRAINT uplift_run_months ON wiki.uplift_run IS 'Months are numbers from 1 to 12.';
COMMENT ON CONSTRAINT uplift_run_weekdays ON wiki.uplift_run IS 'Days of the week are numbers from 1 (Monday) to 7 (Sunday).';
COMMENT ON CONSTRAINT uplift_run_hours ON wiki.uplift_run IS 'Hours are written like 09:00-17:00.';
COMMENT ON CONSTRAINT uplift_run_last_ride ON wiki.uplift_run IS 'The last ride is a time such as 16:30.';
COMMENT ON CONSTRAINT uplift_run_note_length ON wiki.uplift_run IS 'A note on when it runs has at most 200 characters.';

CREATE TABLE wiki.uplift_price (
  uplift_id uuid NOT NULL REFERENCES wiki.uplift ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 1),
  title text NOT NULL,
  amount numeric NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (uplift_id, position),
  CONSTRAINT uplift_price_title_length CHECK (length(title) BETWEEN 1 AND 80 AND title = btrim(title)),
  CONSTRAINT uplift_price_amount CHECK (amount BETWEEN 0 AND 10000000 AND amount = round(amount, 3)),
  CONSTRAINT uplift_price_currency CHECK (currency ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE wiki.uplift_price IS 'What an uplift costs; 0: nothing. No row: unknown.';
COMMENT ON COLUMN wiki.uplift_price.uplift_id IS '[public]';
COMMENT ON COLUMN wiki.uplift_price.position IS '[public]';
COMMENT ON COLUMN wiki.uplift_price.title IS '[public]';
COMMENT ON COLUMN wiki.uplift_price.amount IS 'In whole units of the currency; exact. [public]';
COMMENT ON COLUMN wiki.uplift_price.currency IS 'ISO 4217. [public]';
COMMENT ON CONSTRAINT uplift_price_title_length ON wiki.uplift_price IS 'What a price is for has 1 to 80 characters and no spaces around it.';
COMMENT ON CONSTRAINT uplift_price_amount ON wiki.uplift_price IS 'A price lies between 0 and 10,000,000, with at most three digits behind the point; take the row away when it is unknown.';
COMMENT ON CONSTRAINT uplift_price_currency ON wiki.uplift_price IS 'A currency is three capital letters such as EUR.';

ALTER TABLE wiki.route_leg ADD COLUMN uplift_id uuid REFERENCES wiki.uplift
  CONSTRAINT route_leg_uplift CHECK (uplift_id IS NULL OR kind = 'UPLIFT');
COMMENT ON COLUMN wiki.route_leg.uplift_id IS 'The uplift that a leg takes. [public]';
COMMENT ON CONSTRAINT route_leg_uplift ON wiki.route_leg IS 'Only a leg of kind UPLIFT names an uplift.';
CREATE INDEX route_leg_uplift_id ON wiki.route_leg (uplift_id) WHERE uplift_id IS NOT NULL;

-- +goose Down
ALTER TABLE wiki.route_leg DROP COLUMN uplift_id;
DROP TABLE wiki.uplift_price, wiki.uplift_run, wiki.uplift_system, wiki.uplift_text, wiki.uplift CASCADE;
ALTER DOMAIN wiki.uplift_kind RENAME CONSTRAINT uplift_kind_check TO uplift_check;
ALTER DOMAIN wiki.uplift_kind RENAME TO uplift;
ALTER TABLE wiki.revision DISABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content DISABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction DISABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.proposal WHERE entity_kind = 'UPLIFT';
DELETE FROM wiki.redaction d USING wiki.revision r WHERE r.id = d.revision_id AND r.entity_kind = 'UPLIFT';
DELETE FROM wiki.revision_content c USING wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'UPLIFT';
DELETE FROM wiki.revision WHERE entity_kind = 'UPLIFT';
ALTER TABLE wiki.revision ENABLE TRIGGER revision_is_a_record;
ALTER TABLE wiki.revision_content ENABLE TRIGGER revision_content_is_a_record;
ALTER TABLE wiki.redaction ENABLE TRIGGER redaction_is_a_record;
DELETE FROM wiki.entity WHERE kind = 'UPLIFT';
DELETE FROM wiki.outbox WHERE entity_kind = 'UPLIFT';
ALTER DOMAIN wiki.entity_kind DROP CONSTRAINT entity_kind_check;
ALTER DOMAIN wiki.entity_kind ADD CONSTRAINT entity_kind_check
  CHECK (VALUE IN ('REGION', 'SYSTEM', 'TRAIL', 'ROUTE', 'TIP', 'RIDER', 'GUIDE', 'REGIONAL_COMPARISON', 'SEASONAL_NOTICE', 'ORGANISATION', 'ACCESS_POINT'));
