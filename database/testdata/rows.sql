-- One row or more in every table, as owner, for tests of migrations and tables.
INSERT INTO wiki.vocabulary (name, title, description) VALUES
  ('character-tag', 'Character', 'What riding there is like.'),
  ('facility', 'Facilities', 'What there is.'),
  ('country', 'Countries', 'ISO 3166-1.'),
  ('subdivision', 'Subdivisions', 'ISO 3166-2.'),
  ('label', 'Labels', 'Difficulty as signposted.'),
  ('condition', 'Conditions', 'What a trail is like.');
INSERT INTO wiki.term (vocabulary, code, position, label) VALUES
  ('character-tag', 'rocky', 1, 'Rocky'),
  ('facility', 'toilet', 1, 'Toilet'),
  ('country', 'ES', 1, 'Spain'),
  ('subdivision', 'ES-MD', 1, 'Madrid'),
  ('label', 'imba:blue', 1, 'Blue'),
  ('condition', 'dry', 1, 'Dry');

INSERT INTO wiki.entity (id, kind) VALUES
  ('00000000-0000-0000-0000-00000000000a', 'RIDER'),
  ('00000000-0000-0000-0000-000000000001', 'REGION'),
  ('00000000-0000-0000-0000-000000000002', 'SYSTEM'),
  ('00000000-0000-0000-0000-000000000003', 'TRAIL'),
  ('00000000-0000-0000-0000-000000000013', 'TRAIL'),
  ('00000000-0000-0000-0000-000000000004', 'ROUTE'),
  ('00000000-0000-0000-0000-000000000005', 'TIP'),
  ('00000000-0000-0000-0000-000000000031', 'REGION'),
  ('00000000-0000-0000-0000-000000000006', 'GUIDE'),
  ('00000000-0000-0000-0000-000000000007', 'REGIONAL_COMPARISON'),
  ('00000000-0000-0000-0000-000000000008', 'SEASONAL_NOTICE'),
  ('00000000-0000-0000-0000-000000000018', 'SEASONAL_NOTICE'),
  ('00000000-0000-0000-0000-000000000019', 'ACCESS_POINT'),
  ('00000000-0000-0000-0000-0000000000cc', 'CLAIM'),
  ('00000000-0000-0000-0000-00000000000f', 'FACT_CHECK'),
  ('00000000-0000-0000-0000-0000000000ee', 'REVIEW'),
  ('00000000-0000-0000-0000-000000000009', 'ORGANISATION'),
  ('00000000-0000-0000-0000-000000000015', 'TIP'),
  ('00000000-0000-0000-0000-000000000016', 'UPLIFT'),
  ('00000000-0000-0000-0000-00000000001c', 'COMMENT'),
  ('00000000-0000-0000-0000-00000000001d', 'COMMENT'),
  ('00000000-0000-0000-0000-000000000041', 'MEDIA');
INSERT INTO wiki.slug (kind, slug, entity_id) VALUES
  ('REGION', 'sierra', '00000000-0000-0000-0000-000000000001'),
  ('SYSTEM', 'valley', '00000000-0000-0000-0000-000000000002');
INSERT INTO wiki.region (id, name) VALUES ('00000000-0000-0000-0000-000000000001', 'Sierra');
INSERT INTO wiki.rider (id, name, home_region_id) VALUES ('00000000-0000-0000-0000-00000000000a', 'Ana', '00000000-0000-0000-0000-000000000001');
INSERT INTO wiki.rider_style VALUES ('00000000-0000-0000-0000-00000000000a', 'TRAIL');
INSERT INTO wiki.rider_avoid (rider_id, code) VALUES ('00000000-0000-0000-0000-00000000000a', 'rocky');
INSERT INTO wiki.person (rider_id, subject) VALUES ('00000000-0000-0000-0000-00000000000a', 'sub-ana');
UPDATE wiki.entity SET created_by = '00000000-0000-0000-0000-00000000000a', version = 1;

INSERT INTO wiki.revision (id, entity_id, entity_kind, number, kind, author, size, salt, hash)
SELECT gen_random_uuid(), id, kind, 1, 'CREATE', '00000000-0000-0000-0000-00000000000a', 2, '\x00', sha256('\x00')
FROM wiki.entity;
INSERT INTO wiki.revision_content (revision_id, content) SELECT id, '{}' FROM wiki.revision;
INSERT INTO wiki.redaction (revision_id, reason) SELECT id, 'A test.' FROM wiki.revision;
INSERT INTO wiki.fact_basis (entity_id, field, basis) VALUES ('00000000-0000-0000-0000-000000000002', '*', 'LOCAL');
INSERT INTO wiki.proposal (entity_id, entity_kind, base_version, patch, author, state, decided_at, revision_id)
SELECT entity_id, entity_kind, 1, '{}', '00000000-0000-0000-0000-00000000000a', 'ACCEPTED', now(), id FROM wiki.revision;
INSERT INTO wiki.audit_log (action) VALUES ('test');
INSERT INTO wiki.outbox (topic, entity_id, entity_kind, visibility) SELECT 'revision', id, kind, visibility FROM wiki.entity;
INSERT INTO wiki.setting VALUES ('test.one', '1', 'A test.');

INSERT INTO wiki.region_text (id, lang, description) VALUES ('00000000-0000-0000-0000-000000000001', 'en', 'Mountains.');
INSERT INTO wiki.region_country (region_id, code, position) VALUES ('00000000-0000-0000-0000-000000000001', 'ES', 1);
INSERT INTO wiki.system (id, name, kind) VALUES ('00000000-0000-0000-0000-000000000002', 'Valley', 'NETWORK');
INSERT INTO wiki.system_text (id, lang, tagline) VALUES ('00000000-0000-0000-0000-000000000002', 'en', 'A valley.');
INSERT INTO wiki.system_region (system_id, region_id, position) VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', 1);
INSERT INTO wiki.system_subdivision (system_id, code, position) VALUES ('00000000-0000-0000-0000-000000000002', 'ES-MD', 1);
INSERT INTO wiki.system_zone (id, system_id, position, name) VALUES ('00000000-0000-0000-0000-0000000000ff', '00000000-0000-0000-0000-000000000002', 1, 'High');
INSERT INTO wiki.system_style_mark VALUES ('00000000-0000-0000-0000-000000000002', 'TRAIL', 4);
INSERT INTO wiki.system_skill_mark VALUES ('00000000-0000-0000-0000-000000000002', 'COMFORTABLE', 4);
INSERT INTO wiki.system_hazard (system_id, hazard, months) VALUES ('00000000-0000-0000-0000-000000000002', 'HEAT', '{7,8}');
INSERT INTO wiki.entity_tag (entity_id, code) VALUES ('00000000-0000-0000-0000-000000000002', 'rocky');
INSERT INTO wiki.entity_facility (entity_id, code) VALUES ('00000000-0000-0000-0000-000000000002', 'toilet');
INSERT INTO wiki.season_month (entity_id, zone_id, month, verdict, basis) VALUES
  ('00000000-0000-0000-0000-000000000002', NULL, 5, 'GO', 'LOCAL'),
  ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-0000000000ff', 5, 'RISKY', 'LOCAL');
INSERT INTO wiki.access_rule (entity_id, position, bike_class, verdict) VALUES ('00000000-0000-0000-0000-000000000002', 1, 'MTB', 'ALLOWED');
INSERT INTO wiki.local_grading (entity_id, axis, step_offset) VALUES ('00000000-0000-0000-0000-000000000002', 'AIR', 0.5);
INSERT INTO wiki.link (entity_id, position, title, url) VALUES ('00000000-0000-0000-0000-000000000002', 1, 'Site', 'https://example.org/');

INSERT INTO wiki.trail (id, name, direction, type) VALUES
  ('00000000-0000-0000-0000-000000000003', 'Ridge', 'BOTH', 'SINGLETRACK'),
  ('00000000-0000-0000-0000-000000000013', 'Creek', 'DOWN_ONLY', 'SINGLETRACK');
INSERT INTO wiki.trail_text (id, lang, personality) VALUES ('00000000-0000-0000-0000-000000000003', 'en', 'Views.');
INSERT INTO wiki.trail_system (trail_id, system_id, position) VALUES ('00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000002', 1);
INSERT INTO wiki.trail_label (trail_id, direction, position, code, stated_by) VALUES ('00000000-0000-0000-0000-000000000003', 'FORWARD', 1, 'imba:blue', 'Sign');
INSERT INTO wiki.trail_axis (trail_id, direction, axis, predominant, worst, basis) VALUES ('00000000-0000-0000-0000-000000000003', 'FORWARD', 'AIR', 1, 2, 'LOCAL');
INSERT INTO wiki.trail_feature (trail_id, position, kind, mandatory) VALUES ('00000000-0000-0000-0000-000000000003', 1, 'DROP', false);
INSERT INTO wiki.trail_junction (trail_id, position, other_id, at_m, other_at_m) VALUES ('00000000-0000-0000-0000-000000000003', 1, '00000000-0000-0000-0000-000000000013', 10, 20);
INSERT INTO wiki.external_id VALUES ('00000000-0000-0000-0000-000000000003', 'osm-way', '123');

INSERT INTO wiki.route (id, name, shape) VALUES ('00000000-0000-0000-0000-000000000004', 'Big loop', 'LOOP');
INSERT INTO wiki.route_text (id, lang, tagline) VALUES ('00000000-0000-0000-0000-000000000004', 'en', 'The best day out.');
INSERT INTO wiki.route_system (route_id, system_id, position) VALUES ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000002', 1);
INSERT INTO wiki.route_leg (route_id, position, kind, trail_id) VALUES ('00000000-0000-0000-0000-000000000004', 1, 'TRAIL', '00000000-0000-0000-0000-000000000003');
INSERT INTO wiki.tip (id, subject_id, subject_kind, kind, body) VALUES ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000002', 'SYSTEM', 'TIP', 'Start early.');
INSERT INTO wiki.search_document (entity_id, kind, lang, title) VALUES ('00000000-0000-0000-0000-000000000002', 'SYSTEM', 'en', 'Valley');
INSERT INTO wiki.trail_line (trail_id, coordinates, simplified, point_count, has_elevation, west, south, east, north)
VALUES ('00000000-0000-0000-0000-000000000003', '[[-4, 40], [-4.01, 40.01]]', '[[-4, 40], [-4.01, 40.01]]', 2, false, -4.01, 40, -4, 40.01);
INSERT INTO wiki.discovery_document (system_id, name, state, visibility, synthetic, status, regions, countries, tags, style_marks, skill_marks, season, route_fitness, forbidden)
VALUES ('00000000-0000-0000-0000-000000000002', 'Valley', 'PUBLISHED', 'PUBLIC', false, 'STUB', '{}', '{ES}', '{}',
  array_fill(4::smallint, ARRAY[5]), array_fill(4::smallint, ARRAY[4]), array_fill('GO'::text, ARRAY[12]), '{}', '{}');
INSERT INTO wiki.layer_source VALUES ('openstreetmap', 'OpenStreetMap', '© OpenStreetMap contributors', 'ODbL-1.0', 'https://www.openstreetmap.org/copyright');
INSERT INTO wiki.layer_feature (source, native_id, tags, coordinates) VALUES ('openstreetmap', 'way/123', '{"highway": "path"}', '[[-4, 40], [-4.01, 40.01]]');
INSERT INTO wiki.layer_entity (entity_id, source, features, name, lines, length_m, simplified, point_count) VALUES
  ('00000000-0000-0000-0000-000000000003', 'openstreetmap', '{way/123}', 'Ridge', '[[[-4, 40], [-4.01, 40.01]]]', 1400, '[[-4, 40], [-4.01, 40.01]]', 2);
INSERT INTO wiki.proposal_line (proposal_id, coordinates, simplified, point_count)
SELECT p.id, '[[-4, 40], [-4.02, 40.02]]', '[[-4, 40], [-4.02, 40.02]]', 2 FROM wiki.proposal p;

INSERT INTO wiki.region (id, name) VALUES ('00000000-0000-0000-0000-000000000031', 'Coast');
INSERT INTO wiki.guide (id, name, type) VALUES ('00000000-0000-0000-0000-000000000006', 'First days', 'VISITOR_PRIMER');
INSERT INTO wiki.guide_text (id, lang, summary, sections, key_takeaways) VALUES ('00000000-0000-0000-0000-000000000006', 'en', 'Short.', '[{"heading": "When", "body": "In May."}]', '["Start early."]');
INSERT INTO wiki.guide_region (guide_id, region_id, position) VALUES ('00000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000001', 1);
INSERT INTO wiki.guide_system (guide_id, system_id, position) VALUES ('00000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000002', 1);
INSERT INTO wiki.guide_route (guide_id, route_id, position) VALUES ('00000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000004', 1);
INSERT INTO wiki.regional_comparison (id, name) VALUES ('00000000-0000-0000-0000-000000000007', 'From the Sierra to the coast');
INSERT INTO wiki.regional_comparison_text (id, lang, summary, differences, equivalents) VALUES ('00000000-0000-0000-0000-000000000007', 'en', 'Short.',
  '[{"category": "GRADING", "text": "Harder."}]', '[{"here": "Blue", "there": "Black"}]');
INSERT INTO wiki.regional_comparison_region (regional_comparison_id, region_id, position) VALUES
  ('00000000-0000-0000-0000-000000000007', '00000000-0000-0000-0000-000000000001', 1), ('00000000-0000-0000-0000-000000000007', '00000000-0000-0000-0000-000000000031', 2);
INSERT INTO wiki.seasonal_notice (id, subject_id, subject_kind, kind, severity, body, starts_on, ends_on, url) VALUES
  ('00000000-0000-0000-0000-000000000008', '00000000-0000-0000-0000-000000000002', 'SYSTEM', 'CLOSURE', 'CRITICAL', 'Closed for the harvest.', '2026-09-01', '2026-10-15', 'https://club.example/harvest');
INSERT INTO wiki.claim (id, subject_id, subject_kind, field, body, source, url, date, valid_until) VALUES
  ('00000000-0000-0000-0000-0000000000cc', '00000000-0000-0000-0000-000000000002', 'SYSTEM', 'fees', 'Riding costs nothing.', 'The club', 'https://club.example/fees', '2026-05-01', '2027-05-01');
INSERT INTO wiki.fact_check (id, subject_id, subject_kind, method, result, body, url, checked_on) VALUES
  ('00000000-0000-0000-0000-00000000000f', '00000000-0000-0000-0000-0000000000cc', 'CLAIM', 'PERSONAL_EXPERIENCE', 'VERIFIED', 'Nobody asked for money.', 'https://rider.example/', '2026-06-01');
INSERT INTO wiki.notice_confirmation (notice_id, rider_id) VALUES ('00000000-0000-0000-0000-000000000008', '00000000-0000-0000-0000-00000000000a');
INSERT INTO wiki.comment (id, subject_id, subject_kind, reply_to_id, body) VALUES
  ('00000000-0000-0000-0000-00000000001c', '00000000-0000-0000-0000-000000000002', 'SYSTEM', NULL, 'Where does one park?'),
  ('00000000-0000-0000-0000-00000000001d', '00000000-0000-0000-0000-000000000002', 'SYSTEM', '00000000-0000-0000-0000-00000000001c', 'At the chapel.');
INSERT INTO wiki.watch (rider_id, entity_id) VALUES ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-000000000002');
INSERT INTO wiki.watch_reading (rider_id, seen_until) VALUES ('00000000-0000-0000-0000-00000000000a', '2026-11-01');
INSERT INTO wiki.flag (rider_id, entity_id, entity_kind, reason) VALUES ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-000000000002', 'SYSTEM', 'WRONG');
INSERT INTO wiki.review (id, subject_id, subject_kind, rating, perspective, ride_month, conditions, body) VALUES
  ('00000000-0000-0000-0000-0000000000ee', '00000000-0000-0000-0000-000000000002', 'SYSTEM', 4, 'VISITOR', '2026-05', 'Dry', 'Three good days.');
INSERT INTO wiki.vote (entity_id, rider_id, up) VALUES ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-00000000000a', true);
INSERT INTO wiki.vote_count (entity_id, up) VALUES ('00000000-0000-0000-0000-000000000005', 1);
INSERT INTO wiki.ride (id, rider_id, trail_id, direction, ridden_on, outcome, note) VALUES
  ('00000000-0000-0000-0000-000000000009', '00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-000000000003', 'FORWARD', '2026-05-01', 'DABS', 'Once more.');
INSERT INTO wiki.ride_condition (ride_id, code) VALUES ('00000000-0000-0000-0000-000000000009', 'dry');
INSERT INTO wiki.perceived_rating (ride_id, axis, category, posted_labels, label_seen, question_version) VALUES
  ('00000000-0000-0000-0000-000000000009', 'TECHNICAL_DESCENDING', 3, '{imba:blue}', 'NO', 1);
INSERT INTO wiki.comparison (id, rider_id, axis, trail_id, other_id, verdict, question_version) VALUES
  ('00000000-0000-0000-0000-000000000019', '00000000-0000-0000-0000-00000000000a', 'TECHNICAL_DESCENDING', '00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000013', 'HARDER', 1);
INSERT INTO wiki.trip (id, rider_id, title, question, starts_on, ends_on, days, members, link_hash) VALUES
  ('00000000-0000-0000-0000-00000000000f', '00000000-0000-0000-0000-00000000000a', 'Ana in May', '{"month": 5}', '2027-05-01', '2027-05-04',
   '[{"date": "2027-05-01", "note": "Slowly.", "systemIds": ["00000000-0000-0000-0000-000000000002"], "routeIds": []}]', '[{"nickname": "Kuno", "childrenAges": [7]}]', sha256('\x07'));
INSERT INTO wiki.organisation (id, name, kind, url, donate_url, position_lat, position_lon) VALUES
  ('00000000-0000-0000-0000-000000000009', 'Valley Trails', 'ASSOCIATION', 'https://club.example/', 'https://club.example/give', 40, -4);
INSERT INTO wiki.organisation_text (id, lang, tagline, how_to_help) VALUES ('00000000-0000-0000-0000-000000000009', 'en', 'Builds and mends.', 'Dig on Saturdays.');
INSERT INTO wiki.organisation_system (organisation_id, system_id, position) VALUES ('00000000-0000-0000-0000-000000000009', '00000000-0000-0000-0000-000000000002', 1);
INSERT INTO wiki.organisation_member (organisation_id, rider_id, role) VALUES ('00000000-0000-0000-0000-000000000009', '00000000-0000-0000-0000-00000000000a', 'VOLUNTEER');
INSERT INTO wiki.media (id, subject_id, subject_kind, kind, storage, url, caption, attribution, licence, rights_basis, people_shown) VALUES
  ('00000000-0000-0000-0000-000000000041', '00000000-0000-0000-0000-000000000002', 'SYSTEM', 'PHOTO', 'LINKED', 'https://photos.example/1', 'The valley from above.', 'Ana', 'CC_BY_4_0', 'OPEN_LICENCE', 'NONE');
INSERT INTO wiki.media_condition (media_id, code) VALUES ('00000000-0000-0000-0000-000000000041', 'dry');
INSERT INTO wiki.media_takedown (media_id, reason, decided_by) VALUES ('00000000-0000-0000-0000-000000000041', 'The photographer asked.', '00000000-0000-0000-0000-00000000000a');
INSERT INTO wiki.access_point (id, name, kind, position_lat, position_lon, spaces) VALUES ('00000000-0000-0000-0000-000000000019', 'Valley station', 'STATION', 40, -4, 12);
INSERT INTO wiki.access_point_text (id, lang, directions) VALUES ('00000000-0000-0000-0000-000000000019', 'en', 'By train.');
INSERT INTO wiki.access_point_system (access_point_id, system_id, position) VALUES ('00000000-0000-0000-0000-000000000019', '00000000-0000-0000-0000-000000000002', 1);
INSERT INTO wiki.route_access_point (route_id, access_point_id, position) VALUES ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000019', 1);
INSERT INTO wiki.tip (id, subject_id, subject_kind, kind, body) VALUES ('00000000-0000-0000-0000-000000000015', '00000000-0000-0000-0000-000000000019', 'ACCESS_POINT', 'PARKING', 'Behind the barn.');
INSERT INTO wiki.seasonal_notice (id, subject_id, subject_kind, kind, severity, body, starts_on) VALUES
  ('00000000-0000-0000-0000-000000000018', '00000000-0000-0000-0000-000000000019', 'ACCESS_POINT', 'CLOSURE', 'INFO', 'Shut for the market.', '2026-09-01');
INSERT INTO wiki.uplift (id, name, kind, from_id, to_place, url, valid_until) VALUES
  ('00000000-0000-0000-0000-000000000016', 'Ridge shuttle', 'SHUTTLE', '00000000-0000-0000-0000-000000000019', 'The pass', 'https://shuttle.example/', '2027-05-01');
INSERT INTO wiki.uplift_text (id, lang, tagline) VALUES ('00000000-0000-0000-0000-000000000016', 'en', 'Eight bikes.');
INSERT INTO wiki.uplift_system (uplift_id, system_id, position) VALUES ('00000000-0000-0000-0000-000000000016', '00000000-0000-0000-0000-000000000002', 1);
INSERT INTO wiki.uplift_run (uplift_id, position, months, weekdays, hours, last_ride) VALUES ('00000000-0000-0000-0000-000000000016', 1, '{5,6}', '{6,7}', '09:00-17:00', '16:30');
INSERT INTO wiki.uplift_price (uplift_id, position, title, amount, currency) VALUES ('00000000-0000-0000-0000-000000000016', 1, 'A ride', 12.5, 'EUR');
INSERT INTO wiki.synthetic_batch (seed, systems, trails, regions, riders, first_id, last_id)
VALUES (1, 1, 0, 1, 1, '10000000-0000-8000-8000-000000000000', '10000000-0000-8fff-bfff-ffffffffffff');

INSERT INTO wiki.hidden_revision (revision_id, reason) SELECT id, 'A test.' FROM wiki.revision;
INSERT INTO wiki.protection (entity_id, until, reason, protected_by) VALUES ('00000000-0000-0000-0000-000000000002', now() + interval '1 day', 'A test.', '00000000-0000-0000-0000-00000000000a');
INSERT INTO wiki.reference (source_id, field, target_id) VALUES ('00000000-0000-0000-0000-000000000002', 'regionIds', '00000000-0000-0000-0000-000000000001');
INSERT INTO wiki.text_link (source_id, lang, kind, slug) VALUES ('00000000-0000-0000-0000-000000000002', 'en', 'REGION', 'sierra');
