-- Written by go generate ./database, for people to read. Nothing loads it.

CREATE SCHEMA api;
-- What the API may use: views to read, functions to write.
GRANT USAGE ON SCHEMA api TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each access point with what every entity has; for the functions of schema api.
CREATE VIEW api.access_point_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  kind wiki.access_point_kind,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  spaces integer,
  name_key text
);
GRANT SELECT ON VIEW api.access_point_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of access points.
CREATE VIEW api.access_point_system_row (
  access_point_id uuid,
  system_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.access_point_system_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each access point by language; for the functions of schema api.
CREATE VIEW api.access_point_text_row (
  id uuid,
  lang wiki.lang_tag,
  tagline text,
  directions text,
  parking text,
  fees text
);
GRANT SELECT ON VIEW api.access_point_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Access rules.
CREATE VIEW api.access_rule_row (
  entity_id uuid,
  position integer,
  bike_class text,
  verdict text,
  months integer[],
  weekdays integer[],
  hours text,
  when_wet boolean,
  legal_basis text,
  source text,
  dated date
);
GRANT SELECT ON VIEW api.access_rule_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each claim with what every entity has; for the functions of schema api.
CREATE VIEW api.claim_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  subject_id uuid,
  subject_kind wiki.entity_kind,
  field text,
  lang wiki.lang_tag,
  body text,
  source text,
  url text,
  date date,
  basis wiki.basis,
  valid_until date,
  verdict wiki.claim_verdict,
  checked_on date
);
GRANT SELECT ON VIEW api.claim_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Since when a claim says what it says, and who worded it so.
CREATE VIEW api.claim_wording_row (
  id uuid,
  worded_at timestamp with time zone,
  worded_by uuid
);
GRANT SELECT ON VIEW api.claim_wording_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each comment with what every entity has; for the functions of schema api.
CREATE VIEW api.comment_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  subject_id uuid,
  subject_kind wiki.entity_kind,
  reply_to_id uuid,
  lang wiki.lang_tag,
  body text
);
GRANT SELECT ON VIEW api.comment_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every rider's comparisons; they are read through api.comparison_nodes, which gives each his own.
CREATE VIEW api.comparison_row (
  id uuid,
  rider_id uuid,
  axis text,
  trail_id uuid,
  other_id uuid,
  verdict text,
  question_version integer,
  version integer,
  compared_at timestamp with time zone
);
GRANT SELECT ON VIEW api.comparison_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The checks that a claim's verdict rests on: of each rider the newest, made since the claim was last worded, by neither its author nor who worded it.
CREATE VIEW api.counting_check_row (
  claim_id uuid,
  id uuid,
  result text,
  checked_on date
);
GRANT SELECT ON VIEW api.counting_check_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What discovery weighs of systems, whoever asks: reads go through api.discover_candidates.
CREATE VIEW api.discovery_document_row (
  system_id uuid,
  name text,
  state text,
  visibility text,
  created_by uuid,
  synthetic boolean,
  status text,
  size text,
  lat wiki.latitude,
  lon wiki.longitude,
  regions uuid[],
  countries text[],
  tags text[],
  style_marks smallint[],
  skill_marks smallint[],
  season text[],
  route_fitness smallint[],
  forbidden text[],
  evidence double precision,
  open_m double precision[]
);
GRANT SELECT ON VIEW api.discovery_document_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Comments with the thread that they belong to, whoever asks: reads go through api.discussion_threads and api.discussion_page.
CREATE VIEW api.discussion_comment_row (
  id uuid,
  subject_id uuid,
  thread_id uuid,
  reply boolean,
  lang text,
  body text,
  state text,
  version integer,
  visibility text,
  synthetic boolean,
  created_at timestamp with time zone,
  created_by uuid,
  changed_by_author boolean
);
GRANT SELECT ON VIEW api.discussion_comment_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Facilities with their place in the vocabulary.
CREATE VIEW api.entity_facility_row (
  entity_id uuid,
  code text,
  position integer,
  label text
);
GRANT SELECT ON VIEW api.entity_facility_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short forms of all lines there are of an entity, whoever asks: the wiki's own (source null) and those of open data. The caller of this view applies api.sees_place and, to routes, api.sees_passes.
CREATE VIEW api.entity_line_row (
  entity_id uuid,
  source text,
  attribution text,
  licence text,
  point_count integer,
  simplified jsonb,
  breaks integer[],
  passes uuid[]
);
GRANT SELECT ON VIEW api.entity_line_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Name of every entity; what has none is called by its first 60 characters. The caller applies api.can_read.
CREATE VIEW api.entity_name_row (
  id uuid,
  name text
);
GRANT SELECT ON VIEW api.entity_name_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What every entity has, whoever asks: the caller of this view applies api.can_read.
CREATE VIEW api.entity_row (
  id uuid,
  kind text,
  state text,
  visibility text,
  version integer,
  original_lang text,
  synthetic boolean,
  protected_until timestamp with time zone,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  updated_by uuid,
  merged_into uuid
);
GRANT SELECT ON VIEW api.entity_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Character tags with their place in the vocabulary.
CREATE VIEW api.entity_tag_row (
  entity_id uuid,
  code text,
  position integer,
  label text
);
GRANT SELECT ON VIEW api.entity_tag_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The same things elsewhere.
CREATE VIEW api.external_id_row (
  entity_id uuid,
  scheme text,
  value text
);
GRANT SELECT ON VIEW api.external_id_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What facts rest on.
CREATE VIEW api.fact_basis_row (
  entity_id uuid,
  field text,
  basis text,
  source text,
  url text,
  dated date,
  valid_until date,
  licence text
);
GRANT SELECT ON VIEW api.fact_basis_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each fact check with what every entity has; for the functions of schema api.
CREATE VIEW api.fact_check_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  subject_id uuid,
  subject_kind wiki.entity_kind,
  method wiki.check_method,
  result wiki.check_result,
  lang wiki.lang_tag,
  body text,
  url text,
  checked_on date
);
GRANT SELECT ON VIEW api.fact_check_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Reports, whoever asks: reads go through api.flag_nodes.
CREATE VIEW api.flag_row (
  id uuid,
  rider_id uuid,
  entity_id uuid,
  entity_kind text,
  revision_id uuid,
  reason text,
  note text,
  state text,
  created_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_by uuid,
  decision_note text
);
GRANT SELECT ON VIEW api.flag_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Regions of guides.
CREATE VIEW api.guide_region_row (
  guide_id uuid,
  region_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.guide_region_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Routes of guides.
CREATE VIEW api.guide_route_row (
  guide_id uuid,
  route_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.guide_route_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each guide with what every entity has; for the functions of schema api.
CREATE VIEW api.guide_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  type wiki.guide_type,
  skill wiki.skill_level,
  verified_on date,
  status wiki.article_status,
  name_key text
);
GRANT SELECT ON VIEW api.guide_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of guides.
CREATE VIEW api.guide_system_row (
  guide_id uuid,
  system_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.guide_system_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each guide by language; for the functions of schema api.
CREATE VIEW api.guide_text_row (
  id uuid,
  lang wiki.lang_tag,
  title text,
  summary text,
  sections jsonb,
  key_takeaways jsonb
);
GRANT SELECT ON VIEW api.guide_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- By what the history of an entity is shown: that of one merged into another as that other, whoever asks: the caller of this view applies api.can_read.
CREATE VIEW api.history_row (
  id uuid,
  created_by uuid,
  state text,
  visibility text
);
GRANT SELECT ON VIEW api.history_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What open data says of entities, whoever asks: reads go through api.entity_layers.
CREATE VIEW api.layer_entity_row (
  entity_id uuid,
  source text,
  title text,
  attribution text,
  licence text,
  url text,
  name text,
  lines jsonb,
  length_m double precision,
  climb_m double precision,
  descent_m double precision,
  elevation_method text,
  profile jsonb,
  junctions jsonb,
  passes uuid[],
  imported_at timestamp with time zone
);
GRANT SELECT ON VIEW api.layer_entity_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Sources of open data with the attribution to show.
CREATE VIEW api.layer_source_row (
  code text,
  title text,
  attribution text,
  licence text,
  url text
);
GRANT SELECT ON VIEW api.layer_source_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Links.
CREATE VIEW api.link_row (
  entity_id uuid,
  position integer,
  title text,
  url text
);
GRANT SELECT ON VIEW api.link_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Local grading.
CREATE VIEW api.local_grading_row (
  entity_id uuid,
  axis text,
  step_offset double precision,
  note text
);
GRANT SELECT ON VIEW api.local_grading_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Conditions that photos and films were taken in, with their place in the vocabulary.
CREATE VIEW api.media_condition_row (
  media_id uuid,
  code text,
  position integer
);
GRANT SELECT ON VIEW api.media_condition_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each photo or film with what every entity has; for the functions of schema api.
CREATE VIEW api.media_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  subject_id uuid,
  subject_kind wiki.entity_kind,
  kind wiki.media_kind,
  storage wiki.media_storage,
  url text,
  lang wiki.lang_tag,
  caption text,
  showcase text,
  taken_on date,
  attribution text,
  licence wiki.media_licence,
  rights_basis wiki.rights_basis,
  people_shown wiki.people_shown
);
GRANT SELECT ON VIEW api.media_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Why photos and films were taken down, or what was asked, whoever reads: api.media_takedown tells moderators alone.
CREATE VIEW api.media_takedown_row (
  media_id uuid,
  reason text,
  decided_at timestamp with time zone
);
GRANT SELECT ON VIEW api.media_takedown_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Who found a notice still true as it stands now.
CREATE VIEW api.notice_confirmation_row (
  notice_id uuid,
  rider_id uuid,
  confirmed_at timestamp with time zone
);
GRANT SELECT ON VIEW api.notice_confirmation_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Which riders said that they belong to which organisations.
CREATE VIEW api.organisation_member_row (
  organisation_id uuid,
  rider_id uuid,
  role text,
  since date
);
GRANT SELECT ON VIEW api.organisation_member_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each organisation with what every entity has; for the functions of schema api.
CREATE VIEW api.organisation_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  kind wiki.organisation_kind,
  url text,
  donate_url text,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  status wiki.article_status,
  name_key text
);
GRANT SELECT ON VIEW api.organisation_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of organisations.
CREATE VIEW api.organisation_system_row (
  organisation_id uuid,
  system_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.organisation_system_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each organisation by language; for the functions of schema api.
CREATE VIEW api.organisation_text_row (
  id uuid,
  lang wiki.lang_tag,
  tagline text,
  description text,
  how_to_help text
);
GRANT SELECT ON VIEW api.organisation_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How hard riders found trails; for api.ride_nodes and api.trail_ratings.
CREATE VIEW api.perceived_rating_row (
  ride_id uuid,
  axis text,
  category integer,
  posted_labels text[],
  label_seen text,
  question_version integer,
  rated_at timestamp with time zone
);
GRANT SELECT ON VIEW api.perceived_rating_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Lines of proposals that wait, whoever asks: reads go through api.proposal_line_page.
CREATE VIEW api.proposal_line_row (
  proposal_id uuid,
  coordinates jsonb,
  simplified jsonb,
  point_count integer
);
GRANT SELECT ON VIEW api.proposal_line_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Proposals, whoever asks: reads go through api.proposal_nodes.
CREATE VIEW api.proposal_row (
  id uuid,
  entity_id uuid,
  entity_kind text,
  base_version integer,
  lang text,
  patch jsonb,
  author uuid,
  state text,
  comment text,
  created_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_by uuid,
  decision_note text,
  left_out text[]
);
GRANT SELECT ON VIEW api.proposal_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Protections of pages, whoever asks: reads go through api.protection_list.
CREATE VIEW api.protection_row (
  id uuid,
  entity_id uuid,
  until timestamp with time zone,
  reason text,
  protected_by uuid,
  protected_at timestamp with time zone,
  lifted_at timestamp with time zone,
  lifted_by uuid
);
GRANT SELECT ON VIEW api.protection_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Which entity names which in its facts, whoever asks: reads go through api.backlink_list.
CREATE VIEW api.reference_row (
  source_id uuid,
  field text,
  target_id uuid
);
GRANT SELECT ON VIEW api.reference_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Countries of regions.
CREATE VIEW api.region_country_row (
  region_id uuid,
  code text,
  position integer
);
GRANT SELECT ON VIEW api.region_country_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each region with what every entity has; for the functions of schema api.
CREATE VIEW api.region_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  status wiki.article_status,
  name_key text
);
GRANT SELECT ON VIEW api.region_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each region by language; for the functions of schema api.
CREATE VIEW api.region_text_row (
  id uuid,
  lang wiki.lang_tag,
  description text,
  climate text,
  grading_note text
);
GRANT SELECT ON VIEW api.region_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Regions of regional comparisons.
CREATE VIEW api.regional_comparison_region_row (
  regional_comparison_id uuid,
  region_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.regional_comparison_region_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each regional comparison with what every entity has; for the functions of schema api.
CREATE VIEW api.regional_comparison_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  verified_on date,
  status wiki.article_status,
  name_key text
);
GRANT SELECT ON VIEW api.regional_comparison_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each regional comparison by language; for the functions of schema api.
CREATE VIEW api.regional_comparison_text_row (
  id uuid,
  lang wiki.lang_tag,
  title text,
  summary text,
  differences jsonb,
  equivalents jsonb
);
GRANT SELECT ON VIEW api.regional_comparison_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What is about another entity, and about which.
CREATE VIEW api.remark_row (
  id uuid,
  subject_id uuid
);
GRANT SELECT ON VIEW api.remark_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each review with what every entity has; for the functions of schema api.
CREATE VIEW api.review_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  subject_id uuid,
  subject_kind wiki.entity_kind,
  rating integer,
  perspective wiki.review_perspective,
  ride_month text,
  conditions text,
  lang wiki.lang_tag,
  body text
);
GRANT SELECT ON VIEW api.review_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Revisions without their content, for finding them; reads go through api.revision_nodes.
CREATE VIEW api.revision_head_row (
  id uuid,
  entity_id uuid,
  author uuid,
  created_at timestamp with time zone
);
GRANT SELECT ON VIEW api.revision_head_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Revisions with their content, as far as it isn't hidden or taken out, whoever asks: reads go through api.revision_nodes.
CREATE VIEW api.revision_row (
  id uuid,
  entity_id uuid,
  entity_kind text,
  number integer,
  lang text,
  kind text,
  author uuid,
  comment text,
  created_at timestamp with time zone,
  size integer,
  licence text,
  previous_id uuid,
  content jsonb,
  redacted_reason text,
  hidden boolean
);
GRANT SELECT ON VIEW api.revision_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What trails were like on rides; for api.ride_nodes.
CREATE VIEW api.ride_condition_row (
  ride_id uuid,
  code text
);
GRANT SELECT ON VIEW api.ride_condition_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every rider's rides: they are read through api.ride_nodes, which gives each his own, and counted in api.trail_ratings.
CREATE VIEW api.ride_row (
  id uuid,
  rider_id uuid,
  trail_id uuid,
  direction text,
  ridden_on date,
  year integer,
  month integer,
  season text,
  sort_day date,
  bike_class text,
  outcome text,
  note text,
  archived boolean,
  version integer,
  created_at timestamp with time zone,
  updated_at timestamp with time zone
);
GRANT SELECT ON VIEW api.ride_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Character tags riders avoid.
CREATE VIEW api.rider_avoid_row (
  rider_id uuid,
  code text,
  position integer
);
GRANT SELECT ON VIEW api.rider_avoid_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each rider with what every entity has; for the functions of schema api.
CREATE VIEW api.rider_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  about text,
  years_riding integer,
  home_region_id uuid,
  skill wiki.skill_level,
  fitness wiki.fitness_level,
  bike_class wiki.bike_class,
  units wiki.units,
  name_key text
);
GRANT SELECT ON VIEW api.rider_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Styles riders like.
CREATE VIEW api.rider_style_row (
  rider_id uuid,
  style text
);
GRANT SELECT ON VIEW api.rider_style_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Access points of routes.
CREATE VIEW api.route_access_point_row (
  route_id uuid,
  access_point_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.route_access_point_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Legs of routes.
CREATE VIEW api.route_leg_row (
  route_id uuid,
  position integer,
  kind text,
  trail_id uuid,
  from_m double precision,
  to_m double precision,
  direction text,
  purpose text,
  notes text,
  alternatives text,
  uplift_id uuid
);
GRANT SELECT ON VIEW api.route_leg_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each route with what every entity has; for the functions of schema api.
CREATE VIEW api.route_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  shape wiki.route_shape,
  uplift wiki.uplift_kind,
  length_m double precision,
  climb_m double precision,
  minutes_low integer,
  minutes_high integer,
  skill wiki.skill_level,
  fitness wiki.fitness_level,
  condition_sensitivity wiki.condition_sensitivity,
  time_of_day wiki.time_of_day,
  must_do boolean,
  name_key text
);
GRANT SELECT ON VIEW api.route_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of routes.
CREATE VIEW api.route_system_row (
  route_id uuid,
  system_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.route_system_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each route by language; for the functions of schema api.
CREATE VIEW api.route_text_row (
  id uuid,
  lang wiki.lang_tag,
  tagline text,
  purpose text,
  description text,
  highlights text,
  ideal_for text,
  not_for text
);
GRANT SELECT ON VIEW api.route_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Searchable words of entities, whoever asks: the caller of this view applies api.can_read.
CREATE VIEW api.search_document_row (
  entity_id uuid,
  kind text,
  lang text,
  title text,
  body text,
  vector tsvector,
  plain_title text
);
GRANT SELECT ON VIEW api.search_document_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Verdicts by month.
CREATE VIEW api.season_month_row (
  entity_id uuid,
  zone_id uuid,
  month integer,
  verdict text,
  reason text,
  basis text
);
GRANT SELECT ON VIEW api.season_month_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each notice with what every entity has; for the functions of schema api.
CREATE VIEW api.seasonal_notice_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  subject_id uuid,
  subject_kind wiki.entity_kind,
  kind wiki.notice_kind,
  severity wiki.notice_severity,
  lang wiki.lang_tag,
  body text,
  starts_on date,
  ends_on date,
  url text,
  basis wiki.basis
);
GRANT SELECT ON VIEW api.seasonal_notice_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Rules that are data.
CREATE VIEW api.setting_row (
  name text,
  value jsonb,
  description text
);
GRANT SELECT ON VIEW api.setting_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Slugs by kind and language, with the entity they lead to and the one they were given to; for the read fields.
CREATE VIEW api.slug_row (
  kind wiki.entity_kind,
  lang wiki.lang_tag,
  slug wiki.slug_text,
  entity_id uuid,
  current boolean,
  owner_id uuid
);
GRANT SELECT ON VIEW api.slug_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Countries of systems (ISO 3166-1 alpha-2): of their subdivisions, else of their regions.
CREATE VIEW api.system_country_row (
  system_id uuid,
  country text
);
GRANT SELECT ON VIEW api.system_country_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Hazards of systems.
CREATE VIEW api.system_hazard_row (
  system_id uuid,
  hazard text,
  months integer[],
  note text
);
GRANT SELECT ON VIEW api.system_hazard_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Regions of systems.
CREATE VIEW api.system_region_row (
  system_id uuid,
  region_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.system_region_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each trail system with what every entity has; for the functions of schema api.
CREATE VIEW api.system_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  local_name text,
  kind wiki.system_kind,
  parent_id uuid,
  nearest_town text,
  position_lat wiki.latitude,
  position_lon wiki.longitude,
  size wiki.system_size,
  lowest_m integer,
  highest_m integer,
  climbing_style wiki.climbing_style,
  standing wiki.standing,
  status wiki.article_status,
  name_key text
);
GRANT SELECT ON VIEW api.system_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What to know of a system when something goes wrong.
CREATE VIEW api.system_safety_row (
  id uuid,
  emergency_number text,
  phone_coverage text,
  nearest_hospital text,
  bail_out_points text,
  water text
);
GRANT SELECT ON VIEW api.system_safety_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Marks of systems by skill.
CREATE VIEW api.system_skill_mark_row (
  system_id uuid,
  skill text,
  mark integer
);
GRANT SELECT ON VIEW api.system_skill_mark_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Marks of systems by riding style.
CREATE VIEW api.system_style_mark_row (
  system_id uuid,
  style text,
  mark integer
);
GRANT SELECT ON VIEW api.system_style_mark_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Subdivisions of systems.
CREATE VIEW api.system_subdivision_row (
  system_id uuid,
  code text,
  position integer
);
GRANT SELECT ON VIEW api.system_subdivision_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each trail system by language; for the functions of schema api.
CREATE VIEW api.system_text_row (
  id uuid,
  lang wiki.lang_tag,
  tagline text,
  character text,
  description text,
  weather_impact text,
  fees text,
  parking text
);
GRANT SELECT ON VIEW api.system_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Members of the vocabularies.
CREATE VIEW api.term_row (
  vocabulary text,
  code text,
  position integer,
  label text,
  description text,
  term_group text,
  common text
);
GRANT SELECT ON VIEW api.term_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Which texts link to which address, whoever asks: reads go through api.backlink_list.
CREATE VIEW api.text_link_row (
  source_id uuid,
  lang text,
  kind text,
  slug text
);
GRANT SELECT ON VIEW api.text_link_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each tip with what every entity has; for the functions of schema api.
CREATE VIEW api.tip_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  subject_id uuid,
  subject_kind wiki.entity_kind,
  kind wiki.tip_kind,
  lang wiki.lang_tag,
  body text,
  ride_date date,
  basis wiki.basis,
  valid_until date
);
GRANT SELECT ON VIEW api.tip_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Marks on the axes of difficulty.
CREATE VIEW api.trail_axis_row (
  trail_id uuid,
  direction text,
  axis text,
  predominant double precision,
  worst double precision,
  not_applicable boolean,
  wet_offset double precision,
  note text,
  basis text
);
GRANT SELECT ON VIEW api.trail_axis_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Features of trails.
CREATE VIEW api.trail_feature_row (
  trail_id uuid,
  position integer,
  at_m double precision,
  kind text,
  name text,
  size_m double precision,
  technical double precision,
  consequence double precision,
  mandatory boolean,
  bypass text,
  note text
);
GRANT SELECT ON VIEW api.trail_feature_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Junctions of trails.
CREATE VIEW api.trail_junction_row (
  trail_id uuid,
  position integer,
  other_id uuid,
  at_m double precision,
  other_at_m double precision
);
GRANT SELECT ON VIEW api.trail_junction_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Stated difficulties.
CREATE VIEW api.trail_label_row (
  trail_id uuid,
  direction text,
  position integer,
  code text,
  label_system text,
  label text,
  stated_by text
);
GRANT SELECT ON VIEW api.trail_label_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Lines of trails, whoever asks: the caller of this view applies api.sees_place.
CREATE VIEW api.trail_line_row (
  trail_id uuid,
  coordinates jsonb,
  simplified jsonb,
  point_count integer,
  has_elevation boolean,
  west double precision,
  south double precision,
  east double precision,
  north double precision
);
GRANT SELECT ON VIEW api.trail_line_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each trail with what every entity has; for the functions of schema api.
CREATE VIEW api.trail_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  local_name text,
  direction wiki.trail_direction,
  type wiki.trail_type,
  length_m double precision,
  climb_m double precision,
  descent_m double precision,
  elevation_method text,
  average_grade double precision,
  maximum_grade double precision,
  narrowest_cm integer,
  worst_camber_percent integer,
  gates integer,
  adaptive_support wiki.adaptive_support,
  fits_child_trailer boolean,
  fits_tow_rope boolean,
  fits_first_bike boolean,
  crosses_traffic boolean,
  flow wiki.mark,
  common_label text,
  trail_status wiki.trail_status,
  closed_until date,
  standing wiki.standing,
  name_key text
);
GRANT SELECT ON VIEW api.trail_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of trails.
CREATE VIEW api.trail_system_row (
  trail_id uuid,
  system_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.trail_system_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each trail by language; for the functions of schema api.
CREATE VIEW api.trail_text_row (
  id uuid,
  lang wiki.lang_tag,
  personality text,
  description text,
  comparable_to text,
  maintenance text
);
GRANT SELECT ON VIEW api.trail_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every rider's trips: they are read through api.trip_nodes, which gives each his own, and api.shared_trip, by the link.
CREATE VIEW api.trip_row (
  id uuid,
  rider_id uuid,
  title text,
  question jsonb,
  starts_on date,
  ends_on date,
  days jsonb,
  members jsonb,
  link_hash bytea,
  shares_members boolean,
  looked_at timestamp with time zone,
  archived boolean,
  version integer,
  created_at timestamp with time zone,
  updated_at timestamp with time zone
);
GRANT SELECT ON VIEW api.trip_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What uplifts cost.
CREATE VIEW api.uplift_price_row (
  uplift_id uuid,
  position integer,
  title text,
  amount numeric,
  currency text
);
GRANT SELECT ON VIEW api.uplift_price_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Each uplift with what every entity has; for the functions of schema api.
CREATE VIEW api.uplift_row (
  id uuid,
  slug text,
  state wiki.entity_state,
  version integer,
  visibility wiki.visibility,
  synthetic boolean,
  original_lang wiki.lang_tag,
  created_at timestamp with time zone,
  created_by uuid,
  updated_at timestamp with time zone,
  name text,
  kind wiki.uplift_kind,
  from_id uuid,
  from_place text,
  to_id uuid,
  to_place text,
  url text,
  takes_e_bikes boolean,
  takes_adaptive_bikes boolean,
  valid_until date,
  name_key text
);
GRANT SELECT ON VIEW api.uplift_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- When uplifts run.
CREATE VIEW api.uplift_run_row (
  uplift_id uuid,
  position integer,
  months integer[],
  weekdays integer[],
  hours text,
  last_ride text,
  note text
);
GRANT SELECT ON VIEW api.uplift_run_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of uplifts.
CREATE VIEW api.uplift_system_row (
  uplift_id uuid,
  system_id uuid,
  position integer
);
GRANT SELECT ON VIEW api.uplift_system_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Texts of each uplift by language; for the functions of schema api.
CREATE VIEW api.uplift_text_row (
  id uuid,
  lang wiki.lang_tag,
  tagline text,
  description text
);
GRANT SELECT ON VIEW api.uplift_text_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many votes there are for and against what. No row: none.
CREATE VIEW api.vote_count_row (
  entity_id uuid,
  up integer,
  down integer
);
GRANT SELECT ON VIEW api.vote_count_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Who votes for what: for functions that tell a rider of his own vote, and of no other's.
CREATE VIEW api.vote_row (
  entity_id uuid,
  rider_id uuid,
  up boolean
);
GRANT SELECT ON VIEW api.vote_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Up to when each rider has seen the changes of what he watches.
CREATE VIEW api.watch_reading_row (
  rider_id uuid,
  seen_until timestamp with time zone
);
GRANT SELECT ON VIEW api.watch_reading_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Who watches which page, whoever asks: reads are for the rider himself.
CREATE VIEW api.watch_row (
  rider_id uuid,
  entity_id uuid,
  since timestamp with time zone
);
GRANT SELECT ON VIEW api.watch_row TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Publishes a proposal. Moderators. Input: id, note, keep and overwrite (fields), expectedVersion.
CREATE FUNCTION api.accept_proposal(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.accept_proposal(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Short form of every published access point the actor may read.
CREATE FUNCTION api.access_point_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, kind text, "position" json, spaces integer, synthetic boolean, tagline text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.access_point_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Routes that can be begun at an access point, by name, the first 30.
CREATE FUNCTION api.access_point_routes(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.access_point_routes(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the systems that an access point leads to, as api.access_point_systems has them.
CREATE FUNCTION api.access_point_system_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.access_point_system_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems that an access point leads to, in its order; of none whose place the caller doesn't see, since this would tell it.
CREATE FUNCTION api.access_point_systems(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.access_point_systems(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Uplifts that leave or arrive at an access point, by name, the first 20.
CREATE FUNCTION api.access_point_uplifts(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.access_point_uplifts(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every access point the actor may read, without the nested parts.
CREATE FUNCTION api.access_points(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, kind text, "position" json, spaces integer, visibility text, synthetic boolean, tagline text, directions text, parking text, fees text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.access_points(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Puts an access point away; it can be restored.
CREATE FUNCTION api.archive_access_point(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_access_point(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a claim away; it can be restored.
CREATE FUNCTION api.archive_claim(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_claim(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a comment away; it can be restored.
CREATE FUNCTION api.archive_comment(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_comment(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a fact check away; it can be restored.
CREATE FUNCTION api.archive_fact_check(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_fact_check(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a guide away; it can be restored.
CREATE FUNCTION api.archive_guide(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_guide(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a photo or film away; it can be restored.
CREATE FUNCTION api.archive_media(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_media(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts an organisation away; it can be restored.
CREATE FUNCTION api.archive_organisation(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_organisation(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a region away; it can be restored.
CREATE FUNCTION api.archive_region(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_region(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a regional comparison away; it can be restored.
CREATE FUNCTION api.archive_regional_comparison(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_regional_comparison(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a review away; it can be restored.
CREATE FUNCTION api.archive_review(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_review(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a ride of the caller's away; its ratings count no more.
CREATE FUNCTION api.archive_ride(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_ride(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a rider away; it can be restored.
CREATE FUNCTION api.archive_rider(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_rider(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a route away; it can be restored.
CREATE FUNCTION api.archive_route(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_route(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a notice away; it can be restored.
CREATE FUNCTION api.archive_seasonal_notice(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_seasonal_notice(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a trail system away; it can be restored.
CREATE FUNCTION api.archive_system(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_system(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a tip away; it can be restored.
CREATE FUNCTION api.archive_tip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_tip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a trail away; it can be restored.
CREATE FUNCTION api.archive_trail(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_trail(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts a trip of the caller's away; its link leads nowhere meanwhile.
CREATE FUNCTION api.archive_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts an uplift away; it can be restored.
CREATE FUNCTION api.archive_uplift(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.archive_uplift(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Boxes of longitude and latitude that a list is asked for: those around a point when there is a radius, else the one given, in two when it crosses the antimeridian.
CREATE FUNCTION api.asked_boxes(west double precision, south double precision, east double precision, north double precision, lat double precision, lon double precision, radius_km double precision)
  RETURNS TABLE(box box)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.asked_boxes(double precision, double precision, double precision, double precision, double precision, double precision, double precision) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The five riding styles with the weights a question gives them (0 to 3; 1 when it names none, 0 when it doesn't name the style) and the place it names them at.
CREATE FUNCTION api.asked_styles(question jsonb)
  RETURNS TABLE(n bigint, style text, weight double precision, asked bigint)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.asked_styles(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The axes of difficulty in the order in which they are shown.
CREATE FUNCTION api.axis_order()
  RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.axis_order() TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many pages api.backlink_list has, counted to 1,000.
CREATE FUNCTION api.backlink_count(actor jsonb, entity uuid, mentions boolean)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.backlink_count(jsonb, uuid, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What links to an entity, by kind, as Backlink; at most first (1 to 101) rows after a cursor. A cursor that is none finds nothing.
CREATE FUNCTION api.backlink_list(actor jsonb, entity uuid, mentions boolean, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.backlink_list(jsonb, uuid, boolean, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Published pages that name an entity in their facts or link to it in their texts, with the fields that do; mentions: without those that only say where something belongs or what it is about.
CREATE FUNCTION api.backlink_rows(actor jsonb, entity uuid, mentions boolean)
  RETURNS TABLE(source_id uuid, kind text, fields text[])
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.backlink_rows(jsonb, uuid, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether the caller may know of an entity: it is published and not hidden, or his own and not taken down, or he moderates. The one place where this rule stands.
CREATE FUNCTION api.can_read(actor jsonb, state text, visibility text, created_by uuid)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.can_read(jsonb, text, text, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Gives, changes or takes back a rider's vote. Input: entityId, value (UP, DOWN, NONE).
CREATE FUNCTION api.cast_vote(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.cast_vote(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Short form of every published claim the actor may read.
CREATE FUNCTION api.claim_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, version integer, visibility text, "subjectId" uuid, "subjectKind" text, field text, body text, source text, url text, date date, basis text, "validUntil" date, verdict text, "checkedOn" date, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.claim_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The newest checks of a claim, at most 12.
CREATE FUNCTION api.claim_checks(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.claim_checks(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether a claim waits for a check. What several riders refuted doesn't: it waits for who corrects it or puts it away.
CREATE FUNCTION api.claim_needs_check(verdict text, valid_until date, checked_on date)
  RETURNS boolean
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.claim_needs_check(text, date, date) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether a claim waits for a check.
CREATE FUNCTION api.claim_needs_checking(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.claim_needs_checking(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether a claim's last day has passed, or its last check is too long ago.
CREATE FUNCTION api.claim_stale(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.claim_stale(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every claim the actor may read, without the nested parts.
CREATE FUNCTION api.claims(actor jsonb, lang text)
  RETURNS TABLE(id uuid, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "subjectId" uuid, "subjectKind" text, field text, lang text, body text, source text, url text, date date, basis text, "validUntil" date, verdict text, "checkedOn" date, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.claims(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published comment the actor may read.
CREATE FUNCTION api.comment_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, version integer, visibility text, "subjectId" uuid, "subjectKind" text, "replyToId" uuid, body text, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.comment_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether the author of a comment has changed it since he wrote it.
CREATE FUNCTION api.comment_edited(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.comment_edited(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every comment the actor may read, without the nested parts.
CREATE FUNCTION api.comments(actor jsonb, lang text)
  RETURNS TABLE(id uuid, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "subjectId" uuid, "subjectKind" text, "replyToId" uuid, lang text, body text, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.comments(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Says which of two trails the caller found harder. Input: id, axis, trailId, otherId, verdict, expectedVersion of the answer it replaces, questionVersion.
CREATE FUNCTION api.compare_trails(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.compare_trails(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- How many comparisons api.comparison_list has, counted to 1,000.
CREATE FUNCTION api.comparison_count(actor jsonb, trail uuid, axis text)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.comparison_count(jsonb, uuid, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own comparisons by trail and axis, the newest first, as Comparison; at most first (1 to 101) rows after a cursor.
CREATE FUNCTION api.comparison_list(actor jsonb, lang text, trail uuid, axis text, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.comparison_list(jsonb, text, uuid, text, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own comparisons, as Comparison.
CREATE FUNCTION api.comparison_nodes(actor jsonb, lang text)
  RETURNS TABLE(id uuid, axis text, trail_id uuid, other_id uuid, compared_at timestamp with time zone, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.comparison_nodes(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own comparison of two trails on an axis, as Comparison; no row: none.
CREATE FUNCTION api.comparison_of(actor jsonb, lang text, axis text, trail uuid, other uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.comparison_of(jsonb, text, text, uuid, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Says that a notice is still true. Input: id.
CREATE FUNCTION api.confirm_seasonal_notice(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.confirm_seasonal_notice(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes an access point.
CREATE FUNCTION api.create_access_point(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_access_point(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a claim.
CREATE FUNCTION api.create_claim(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_claim(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a comment.
CREATE FUNCTION api.create_comment(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_comment(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a fact check.
CREATE FUNCTION api.create_fact_check(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_fact_check(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Reports a page or a version of it. Input: id, entityId, revisionId, reason, note.
CREATE FUNCTION api.create_flag(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_flag(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a guide.
CREATE FUNCTION api.create_guide(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_guide(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a photo or film.
CREATE FUNCTION api.create_media(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_media(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes an organisation.
CREATE FUNCTION api.create_organisation(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_organisation(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Proposes a change. Input: id, entityId, baseVersion, patch, lang, comment.
CREATE FUNCTION api.create_proposal(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_proposal(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a region.
CREATE FUNCTION api.create_region(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_region(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a regional comparison.
CREATE FUNCTION api.create_regional_comparison(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_regional_comparison(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a review.
CREATE FUNCTION api.create_review(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_review(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Keeps a ride of the caller's, with ratings. Input: id, trailId, direction, riddenOn or year with month or season, conditions, bikeClass, outcome, note, ratings.
CREATE FUNCTION api.create_ride(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_ride(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes the caller's own profile.
CREATE FUNCTION api.create_rider(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_rider(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a route.
CREATE FUNCTION api.create_route(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_route(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a notice.
CREATE FUNCTION api.create_seasonal_notice(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_seasonal_notice(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a trail system.
CREATE FUNCTION api.create_system(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_system(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a tip.
CREATE FUNCTION api.create_tip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_tip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a trail.
CREATE FUNCTION api.create_trail(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_trail(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Keeps a trip of the caller's. Input: id, title, question, startsOn, endsOn, days, members.
CREATE FUNCTION api.create_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes an uplift.
CREATE FUNCTION api.create_uplift(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.create_uplift(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- The day that it still is somewhere on earth (UTC-12): what ends on the day before is over wherever it is.
CREATE FUNCTION api.day_everywhere(at timestamp with time zone)
  RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.day_everywhere(timestamp with time zone) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Says that the rider belongs to an organisation. Input: id, role.
CREATE FUNCTION api.declare_membership(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.declare_membership(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Deletes a ride of the caller's for good, with its ratings, and the comparisons that rest on no other ride.
CREATE FUNCTION api.delete_ride(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.delete_ride(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Deletes a trip of the caller's for good, its link with it.
CREATE FUNCTION api.delete_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.delete_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Systems ranked for a rider and a time, with the facts that reasons and concerns are made of.
CREATE FUNCTION api.discover(actor jsonb, question jsonb)
  RETURNS TABLE(node json)
  LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.discover(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems that pass the filters of a question on place, visibility and bike: those described, or the stubs.
CREATE FUNCTION api.discover_candidates(actor jsonb, question jsonb, stubs boolean)
  RETURNS TABLE(id uuid, name text, status text, size text, distance_km double precision, tags text[], style_marks smallint[], skill_marks smallint[], season text[], route_fitness smallint[], evidence double precision, open_m double precision[])
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.discover_candidates(jsonb, jsonb, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every described system that passes a question's filters, with its score and the five parts that add up to it, in hundredths of a point.
CREATE FUNCTION api.discover_scores(actor jsonb, question jsonb)
  RETURNS TABLE(id uuid, name text, distance_km double precision, score integer, style integer, skill integer, season integer, fit integer, evidence integer, style_known boolean, skill_known boolean, season_known boolean, days_known boolean, fitness_known boolean, evidence_known boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.discover_scores(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many threads a discussion has, counted to 1,000.
CREATE FUNCTION api.discussion_count(actor jsonb, subject uuid)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.discussion_count(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Discussion of a page, the thread with the newest comment first: a row a comment, as DiscussionComment, with whether it opens its thread, is its first reply, and is its last. At most first (1 to 10) threads after a cursor; more: there are others.
CREATE FUNCTION api.discussion_page(actor jsonb, subject uuid, first integer, after text)
  RETURNS TABLE(opens boolean, leads boolean, closes boolean, more boolean, node json, last_at text, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.discussion_page(jsonb, uuid, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Threads of a page's discussion in which something stands that the caller may read, and when the last of it was written.
CREATE FUNCTION api.discussion_threads(actor jsonb, subject uuid)
  RETURNS TABLE(id uuid, last_at timestamp with time zone)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.discussion_threads(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Great-circle distance in kilometres (haversine, mean Earth radius).
CREATE FUNCTION api.distance_km(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
  RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.distance_km(double precision, double precision, double precision, double precision) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Takes back that the rider belongs to an organisation. Input: id.
CREATE FUNCTION api.end_membership(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.end_membership(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Access rules in their order; none for readers of the name only.
CREATE FUNCTION api.entity_access(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_access(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Who made an entity; null when he is no longer shown.
CREATE FUNCTION api.entity_author(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_author(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many comments the discussion of an entity has, counted to 1,000.
CREATE FUNCTION api.entity_comment_count(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_comment_count(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Facilities in the order of their vocabulary.
CREATE FUNCTION api.entity_facilities(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_facilities(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What each fact rests on, by field.
CREATE FUNCTION api.entity_facts(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_facts(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How fresh the dated facts of an entity are and the claims about it that the reader may see: 0 to 100, null when nothing has a date.
CREATE FUNCTION api.entity_freshness(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_freshness(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What open data says of an entity, by source, with attribution and licence to show. Where the caller doesn't see the place: the source and name only.
CREATE FUNCTION api.entity_layers(actor jsonb, entity uuid)
  RETURNS TABLE(source text, title text, attribution text, licence text, url text, name text, lines json, "lengthM" double precision, "climbM" double precision, "descentM" double precision, "elevationMethod" text, profile json, junctions json, "importedAt" timestamp with time zone)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_layers(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Links in their order.
CREATE FUNCTION api.entity_links(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_links(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How a region or system grades, by axis.
CREATE FUNCTION api.entity_local_grading(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_local_grading(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Notices that matter for a system, trail, route or access point now or within 60 days, the gravest first, at most 12: its own and those of what it is made of or lies in.
CREATE FUNCTION api.entity_notices(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_notices(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What open data says of an entity, as OpenData, by source.
CREATE FUNCTION api.entity_open_data(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_open_data(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many published reviews of something there are, and their average, of locals and visitors apart; no average of fewer riders than the setting reviews.least.
CREATE FUNCTION api.entity_review_summary(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_review_summary(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Season of a system or route by month.
CREATE FUNCTION api.entity_season(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_season(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Name of what a remark is about; (not shown) for who may not know of it.
CREATE FUNCTION api.entity_subject_name(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_subject_name(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Character tags in the order of their vocabulary.
CREATE FUNCTION api.entity_tags(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_tags(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Votes for and against a remark, and the caller's own.
CREATE FUNCTION api.entity_votes(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.entity_votes(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What the file of a trail, route or system says of itself, or the problem why there is none. after: number of parts read, a hyphen, and the stamp. No row: there is no such entity, or none for this caller.
CREATE FUNCTION api.export_head(actor jsonb, entity uuid, source text, after text)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.export_head(jsonb, uuid, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Rows of a page of the file of a trail, route or system: each part (node) with its points, 1,000 a row. after: see api.export_head.
CREATE FUNCTION api.export_page(actor jsonb, entity uuid, source text, after text)
  RETURNS TABLE(n bigint, chunk bigint, node json, coordinates text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.export_page(jsonb, uuid, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Parts of the file of a trail, route or system in their order: lines that the caller may see, and legs of a route without one (points 0). stamp changes when the part does.
CREATE FUNCTION api.export_parts(actor jsonb, entity uuid, source text)
  RETURNS TABLE(n bigint, leg integer, "legKind" text, id uuid, name text, known boolean, seen boolean, line bigint, lines bigint, points integer, stamp text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.export_parts(jsonb, uuid, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published fact check the actor may read.
CREATE FUNCTION api.fact_check_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, version integer, visibility text, "subjectId" uuid, "subjectKind" text, method text, result text, body text, url text, "checkedOn" date, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.fact_check_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every fact check the actor may read, without the nested parts.
CREATE FUNCTION api.fact_checks(actor jsonb, lang text)
  RETURNS TABLE(id uuid, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "subjectId" uuid, "subjectKind" text, method text, result text, lang text, body text, url text, "checkedOn" date, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.fact_checks(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many reports api.flag_list has, counted to 1,000.
CREATE FUNCTION api.flag_count(actor jsonb, entity uuid, state text, reason text, mine boolean)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.flag_count(jsonb, uuid, text, text, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- One report, as Flag; no row: none that the caller may read.
CREATE FUNCTION api.flag_get(actor jsonb, id uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.flag_get(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Reports, newest first, as Flag: for moderators those that are open or of the state asked for, for riders (and with mine) their own; at most first (1 to 101) rows after a cursor.
CREATE FUNCTION api.flag_list(actor jsonb, entity uuid, state text, reason text, mine boolean, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.flag_list(jsonb, uuid, text, text, boolean, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Reports that the caller may read, as Flag: all for moderators, for riders their own.
CREATE FUNCTION api.flag_nodes(actor jsonb)
  RETURNS TABLE(id uuid, entity_id uuid, rider_id uuid, reason text, state text, created_at timestamp with time zone, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.flag_nodes(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published guide the actor may read.
CREATE FUNCTION api.guide_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, type text, skill text, "verifiedOn" date, status text, synthetic boolean, title text, summary text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guide_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the regions of a guide, in its order.
CREATE FUNCTION api.guide_region_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guide_region_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Regions of a guide, in its order.
CREATE FUNCTION api.guide_regions(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guide_regions(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the routes of a guide, in its order.
CREATE FUNCTION api.guide_route_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guide_route_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Routes of a guide, in its order.
CREATE FUNCTION api.guide_routes(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guide_routes(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the systems of a guide, in its order.
CREATE FUNCTION api.guide_system_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guide_system_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of a guide, in its order.
CREATE FUNCTION api.guide_systems(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guide_systems(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every guide the actor may read, without the nested parts.
CREATE FUNCTION api.guides(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, type text, skill text, "verifiedOn" date, status text, synthetic boolean, title text, summary text, sections json, "keyTakeaways" json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.guides(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Takes a version out of sight: its content and comment. Moderators. Input: id, reason.
CREATE FUNCTION api.hide_revision(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.hide_revision(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Whether the caller is an admin.
CREATE FUNCTION api.is_admin(actor jsonb)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.is_admin(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether the caller may decide for others: moderators, admins and our own importer.
CREATE FUNCTION api.is_moderator(actor jsonb)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.is_moderator(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether a claim's last day has passed, or its last check is longer ago than the setting claims.months.
CREATE FUNCTION api.is_stale(valid_until date, checked_on date)
  RETURNS boolean
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.is_stale(date, date) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Which text to show first: that of the language asked for, of a variety of it, the original, English, any.
CREATE FUNCTION api.lang_rank(has text, asked text, original text)
  RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.lang_rank(text, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The label that open data states for most of a trail, as StatedDifficulty by the source of this title; no row: none.
CREATE FUNCTION api.layer_label(profile jsonb, title text)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.layer_label(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- 1,000 points of the lines that a source of open data has of an entity, one line behind the other, and which of them, counted from 0, another line begins with. The caller applies api.sees_place.
CREATE FUNCTION api.layer_line_points(entity uuid, source text, skip integer)
  RETURNS TABLE(coordinates jsonb, breaks integer[])
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.layer_line_points(uuid, text, integer) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Says that what changed about a trip of the caller's was looked at. Input: id.
CREATE FUNCTION api.look_at_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.look_at_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Says up to when a rider has seen the changes of what he watches. Input: until.
CREATE FUNCTION api.mark_watched_seen(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.mark_watched_seen(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Short form of every published photo or film the actor may read.
CREATE FUNCTION api.media_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, version integer, visibility text, "subjectId" uuid, "subjectKind" text, kind text, storage text, url text, caption text, showcase text, "takenOn" date, attribution text, licence text, "rightsBasis" text, "peopleShown" text, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.media_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Conditions that a photo or film was taken in, in the order of their vocabulary.
CREATE FUNCTION api.media_conditions(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.media_conditions(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every photo or film the actor may read, without the nested parts.
CREATE FUNCTION api.media_items(actor jsonb, lang text)
  RETURNS TABLE(id uuid, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "subjectId" uuid, "subjectKind" text, kind text, storage text, url text, lang text, caption text, showcase text, "takenOn" date, attribution text, licence text, "rightsBasis" text, "peopleShown" text, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.media_items(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What moderators know of a wish to take a photo or film down; for others there is none.
CREATE FUNCTION api.media_takedown(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.media_takedown(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Merges a duplicate into another entity of its kind. Moderators. Input: fromId, fromVersion, intoId, intoVersion, comment.
CREATE FUNCTION api.merge_entities(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.merge_entities(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- What was merged into an entity, and what it was itself merged into, as MergedEntity; the newest 50.
CREATE FUNCTION api.merge_list(actor jsonb, entity uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.merge_list(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own rides by trail, system, and whether they are put away; null: any, and not put away.
CREATE FUNCTION api.my_ride_ids(actor jsonb, trail uuid, system uuid, archived boolean)
  RETURNS TABLE(id uuid, sort_day date)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.my_ride_ids(jsonb, uuid, uuid, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Boxes of longitude and latitude that cover the circle around a point: one, or two when it crosses the antimeridian; a circle around a pole gets the whole band.
CREATE FUNCTION api.near_boxes(lat double precision, lon double precision, radius_km double precision)
  RETURNS TABLE(box box)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.near_boxes(double precision, double precision, double precision) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Notes that somebody asked for a photo or film to be taken down. Input: id, reason.
CREATE FUNCTION api.note_media_request(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.note_media_request(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Short form of every published organisation the actor may read.
CREATE FUNCTION api.organisation_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, kind text, url text, "donateUrl" text, "position" json, synthetic boolean, tagline text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.organisation_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many riders said that they belong to an organisation, of those whom the caller may know of.
CREATE FUNCTION api.organisation_member_count(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.organisation_member_count(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Riders who said that they belong to an organisation, owners and staff first, at most 30.
CREATE FUNCTION api.organisation_members(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.organisation_members(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What the caller said he is to an organisation; no row: nothing.
CREATE FUNCTION api.organisation_my_role(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.organisation_my_role(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the systems of an organisation, in its order.
CREATE FUNCTION api.organisation_system_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.organisation_system_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of an organisation, in its order.
CREATE FUNCTION api.organisation_systems(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.organisation_systems(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every organisation the actor may read, without the nested parts.
CREATE FUNCTION api.organisations(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, kind text, url text, "donateUrl" text, "position" json, status text, synthetic boolean, tagline text, description text, "howToHelp" text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.organisations(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Lower case without accents; the same as wiki.plain, which the API may not call.
CREATE FUNCTION api.plain(value text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.plain(text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Labels stated for a trail in a direction, as system:label; those of that direction first, then those that hold both ways.
CREATE FUNCTION api.posted_labels(trail uuid, direction text)
  RETURNS text[]
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.posted_labels(uuid, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Fields of a waiting proposal that others changed meanwhile to something else, as FieldConflict; none where the caller may not read it. Input: id.
CREATE FUNCTION api.proposal_conflicts(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.proposal_conflicts(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- How many proposals api.proposal_list has, counted to 1,000.
CREATE FUNCTION api.proposal_count(actor jsonb, entity uuid, state text)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.proposal_count(jsonb, uuid, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- One proposal, as Proposal; no row: none that the caller may read.
CREATE FUNCTION api.proposal_get(actor jsonb, id uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.proposal_get(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- A page of the line that a proposal would give its trail, as TrailLine: 1,000 points, or at most 200 points of the whole when simplified. No row: no such proposal that the caller may read, or none of a line.
CREATE FUNCTION api.proposal_line_page(actor jsonb, proposal uuid, simplified boolean, after integer)
  RETURNS TABLE("trailId" uuid, "pointCount" integer, simplified boolean, coordinates json, "hasNextPage" boolean, "endCursor" text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.proposal_line_page(jsonb, uuid, boolean, integer) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Proposals of an entity; without one, for moderators all that wait (or are of the state asked for) and for everyone his own. Newest first, as Proposal; at most first (1 to 101) rows after a cursor.
CREATE FUNCTION api.proposal_list(actor jsonb, entity uuid, state text, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.proposal_list(jsonb, uuid, text, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every proposal the caller may read, as Proposal.
CREATE FUNCTION api.proposal_nodes(actor jsonb)
  RETURNS TABLE(id uuid, entity_id uuid, state text, author uuid, created_at timestamp with time zone, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.proposal_nodes(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Protects a page until a time. Moderators. Input: id, until, reason.
CREATE FUNCTION api.protect_entity(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.protect_entity(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- The newest 20 protections of a page, as Protection, newest first.
CREATE FUNCTION api.protection_list(actor jsonb, entity uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.protection_list(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Erases an archived entity for good, if no other page names it. Admins. Input: id, expectedVersion, reason.
CREATE FUNCTION api.purge_entity(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.purge_entity(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Puts back what was taken down, or lays a request aside. Input: id, reason.
CREATE FUNCTION api.put_back_media(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.put_back_media(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- A list of ids in a question; null when absent or empty, without what is no id.
CREATE FUNCTION api.question_ids(question jsonb, field text)
  RETURNS uuid[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.question_ids(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- A list in a question, its first 50 members; null when absent or empty.
CREATE FUNCTION api.question_list(question jsonb, field text)
  RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.question_list(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The axes on which a ride over a trail in a direction can be rated: no climbing where only going down is possible, and none that doesn't apply there.
CREATE FUNCTION api.ratable_axes(trail uuid, direction text)
  RETURNS text[]
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.ratable_axes(uuid, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Rates a ride of the caller's on the axes named. Input: rideId, expectedVersion, ratings.
CREATE FUNCTION api.rate_ride(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.rate_ride(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- The axes that a rider of a trail can be asked about, each with its directions, as RatingQuestion; none for a trail that the caller doesn't see.
CREATE FUNCTION api.rating_questions(actor jsonb, trail uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.rating_questions(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Empties the content of a revision, which is not undone. Admins. Input: id, reason.
CREATE FUNCTION api.redact_revision(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.redact_revision(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Short form of every published region the actor may read.
CREATE FUNCTION api.region_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, "position" json, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.region_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Comparisons of a region with others by title, at most 6.
CREATE FUNCTION api.region_comparisons(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.region_comparisons(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Countries of a region in their order.
CREATE FUNCTION api.region_countries(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.region_countries(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Guides of a region and of its systems, the last verified first, at most 6.
CREATE FUNCTION api.region_guides(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.region_guides(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of a region by name, the first 60.
CREATE FUNCTION api.region_systems(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.region_systems(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published regional comparison the actor may read.
CREATE FUNCTION api.regional_comparison_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, "verifiedOn" date, status text, synthetic boolean, title text, summary text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.regional_comparison_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the regions of a regional comparison, in its order.
CREATE FUNCTION api.regional_comparison_region_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.regional_comparison_region_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Regions of a regional comparison, in its order.
CREATE FUNCTION api.regional_comparison_regions(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.regional_comparison_regions(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every regional comparison the actor may read, without the nested parts.
CREATE FUNCTION api.regional_comparisons(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, "verifiedOn" date, status text, synthetic boolean, title text, summary text, differences json, equivalents json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.regional_comparisons(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every region the actor may read, without the nested parts.
CREATE FUNCTION api.regions(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, "position" json, status text, synthetic boolean, description text, climate text, "gradingNote" text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.regions(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Turns a proposal down. Moderators. Input: id, note.
CREATE FUNCTION api.reject_proposal(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.reject_proposal(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Closes a report, and all others of the same when alike is true. Moderators. Input: id, outcome, note, alike.
CREATE FUNCTION api.resolve_flag(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.resolve_flag(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings an access point back from the archive.
CREATE FUNCTION api.restore_access_point(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_access_point(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a claim back from the archive.
CREATE FUNCTION api.restore_claim(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_claim(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a comment back from the archive.
CREATE FUNCTION api.restore_comment(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_comment(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a fact check back from the archive.
CREATE FUNCTION api.restore_fact_check(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_fact_check(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a guide back from the archive.
CREATE FUNCTION api.restore_guide(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_guide(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a photo or film back from the archive.
CREATE FUNCTION api.restore_media(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_media(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings an organisation back from the archive.
CREATE FUNCTION api.restore_organisation(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_organisation(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a region back from the archive.
CREATE FUNCTION api.restore_region(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_region(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a regional comparison back from the archive.
CREATE FUNCTION api.restore_regional_comparison(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_regional_comparison(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a review back from the archive.
CREATE FUNCTION api.restore_review(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_review(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a ride of the caller's back.
CREATE FUNCTION api.restore_ride(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_ride(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a rider back from the archive.
CREATE FUNCTION api.restore_rider(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_rider(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a route back from the archive.
CREATE FUNCTION api.restore_route(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_route(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a notice back from the archive.
CREATE FUNCTION api.restore_seasonal_notice(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_seasonal_notice(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a trail system back from the archive.
CREATE FUNCTION api.restore_system(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_system(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a tip back from the archive.
CREATE FUNCTION api.restore_tip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_tip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a trail back from the archive.
CREATE FUNCTION api.restore_trail(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_trail(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings a trip of the caller's back.
CREATE FUNCTION api.restore_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Brings an uplift back from the archive.
CREATE FUNCTION api.restore_uplift(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.restore_uplift(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes an entity say again what a revision of it says; a new revision. Input: id, expectedVersion, revisionId, comment.
CREATE FUNCTION api.revert_entity(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.revert_entity(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Short form of every published review the actor may read.
CREATE FUNCTION api.review_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, version integer, visibility text, "subjectId" uuid, "subjectKind" text, rating integer, perspective text, "rideMonth" text, conditions text, lang text, body text, synthetic boolean, votes json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.review_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every review the actor may read, without the nested parts.
CREATE FUNCTION api.reviews(actor jsonb, lang text)
  RETURNS TABLE(id uuid, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "subjectId" uuid, "subjectKind" text, rating integer, perspective text, "rideMonth" text, conditions text, lang text, body text, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.reviews(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many revisions an entity (the whole wiki, when null) has, counted to 1,000.
CREATE FUNCTION api.revision_count(actor jsonb, entity uuid)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.revision_count(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- One revision, as Revision; no row: none that the caller may read.
CREATE FUNCTION api.revision_get(actor jsonb, id uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.revision_get(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- History of an entity, or of the whole wiki when entity is null, newest first, as Revision; at most first (1 to 101) rows after a cursor. A cursor that is none finds nothing. with_content false leaves content null: 50 contents may exceed what the Data API answers.
CREATE FUNCTION api.revision_list(actor jsonb, entity uuid, first integer, after text, with_content boolean DEFAULT true)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.revision_list(jsonb, uuid, integer, text, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every revision the caller may read, as Revision; content is left out unless asked for.
CREATE FUNCTION api.revision_nodes(actor jsonb, with_content boolean)
  RETURNS TABLE(id uuid, entity_id uuid, lang text, number integer, created_at timestamp with time zone, previous_id uuid, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.revision_nodes(jsonb, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Two revisions of one chain to compare: row TO, and row FROM (the one named, or the one before) when there is one in the same chain. TO has the names of what either speaks of by its id, as far as the caller may know of it.
CREATE FUNCTION api.revision_pair(actor jsonb, id uuid, from_id uuid)
  RETURNS TABLE(side text, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.revision_pair(jsonb, uuid, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many rides api.ride_list has, counted to 1,000.
CREATE FUNCTION api.ride_count(actor jsonb, trail uuid, system uuid, archived boolean)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.ride_count(jsonb, uuid, uuid, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- One of the caller's own rides, as Ride; no row: none of his.
CREATE FUNCTION api.ride_get(actor jsonb, lang text, id uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.ride_get(jsonb, text, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own rides, the last ridden first, as Ride; at most first (1 to 101) rows after a cursor.
CREATE FUNCTION api.ride_list(actor jsonb, lang text, trail uuid, system uuid, archived boolean, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.ride_list(jsonb, text, uuid, uuid, boolean, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own rides, as Ride. Of a trail that he doesn't see any more they keep what is his.
CREATE FUNCTION api.ride_nodes(actor jsonb, lang text)
  RETURNS TABLE(id uuid, trail_id uuid, sort_day date, archived boolean, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.ride_nodes(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Character tags a rider would rather not meet.
CREATE FUNCTION api.rider_avoid(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.rider_avoid(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published rider the actor may read.
CREATE FUNCTION api.rider_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.rider_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Id of the rider that a token's subject stands for, null when nobody signed in. Derived, so that reads need no look-up; the row is made at the first write.
CREATE FUNCTION api.rider_id(actor jsonb)
  RETURNS uuid
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.rider_id(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Organisations that a rider said he belongs to, at most ten.
CREATE FUNCTION api.rider_interests(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.rider_interests(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Styles a rider likes.
CREATE FUNCTION api.rider_styles(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.rider_styles(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every rider the actor may read, without the nested parts.
CREATE FUNCTION api.riders(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, about text, "yearsRiding" integer, "homeRegionId" uuid, skill text, fitness text, "bikeClass" text, units text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.riders(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the places where a route can be begun, in its order.
CREATE FUNCTION api.route_access_point_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.route_access_point_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Places where a route can be begun, in its order.
CREATE FUNCTION api.route_access_points(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.route_access_points(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published route the actor may read.
CREATE FUNCTION api.route_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, shape text, uplift text, "lengthM" double precision, "climbM" double precision, "minutesLow" integer, "minutesHigh" integer, skill text, fitness text, "mustDo" boolean, synthetic boolean, tagline text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.route_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Legs of a route in riding order. canSplit: junctions to the legs before and after are known.
CREATE FUNCTION api.route_legs(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.route_legs(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Simplified lines for the map of a route, as RouteLine, 40 a page: of the trails of its legs that the caller sees, then of the route itself in open data, unless it runs over a trail whose place the caller doesn't see. hasNextPage of a row: another follows; after: endCursor of the last row.
CREATE FUNCTION api.route_line_page(actor jsonb, route uuid, after text)
  RETURNS TABLE("trailId" uuid, source text, attribution text, licence text, "pointCount" integer, simplified boolean, coordinates json, breaks json, "hasNextPage" boolean, "endCursor" text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.route_line_page(jsonb, uuid, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the systems of a route, the first one where it starts.
CREATE FUNCTION api.route_system_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.route_system_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of a route, the first one where it starts.
CREATE FUNCTION api.route_systems(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.route_systems(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every route the actor may read, without the nested parts.
CREATE FUNCTION api.routes(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, shape text, uplift text, "lengthM" double precision, "climbM" double precision, "minutesLow" integer, "minutesHigh" integer, skill text, fitness text, "conditionSensitivity" text, "timeOfDay" text, "mustDo" boolean, visibility text, synthetic boolean, tagline text, purpose text, description text, highlights text, "idealFor" text, "notFor" text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.routes(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many entities a query finds, counted to 1,000.
CREATE FUNCTION api.search_count(actor jsonb, query text, kinds text)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.search_count(jsonb, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Documents that a query finds, a row a language: what the caller may read, and find by what was asked.
CREATE FUNCTION api.search_found(actor jsonb, query text, kinds text)
  RETURNS TABLE(entity_id uuid, kind text, lang text, title text, plain_title text, vector tsvector, synthetic boolean, placed boolean, asked text, words tsquery)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.search_found(jsonb, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What a query finds: one row an entity in its best language, score in millionths. kinds: comma-separated, empty for all.
CREATE FUNCTION api.search_hits(actor jsonb, query text, kinds text, lang text)
  RETURNS TABLE(entity_id uuid, kind text, lang text, title text, score bigint)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.search_hits(jsonb, text, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- A page of what a query finds, best first, as SearchResult, of trails the cards when asked for; at most first (1 to 101) rows; found: how many there are from the cursor on. The extract is plain text: whoever shows it as HTML escapes it.
CREATE FUNCTION api.search_page(actor jsonb, query text, kinds text, lang text, first integer, after text, cards boolean DEFAULT false)
  RETURNS TABLE(node json, cursor text, found bigint)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.search_page(jsonb, text, text, text, integer, text, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published notice the actor may read.
CREATE FUNCTION api.seasonal_notice_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, version integer, visibility text, "subjectId" uuid, "subjectKind" text, kind text, severity text, body text, "startsOn" date, "endsOn" date, url text, basis text, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.seasonal_notice_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many riders confirmed a notice since it was last changed, and when last.
CREATE FUNCTION api.seasonal_notice_confirmation(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.seasonal_notice_confirmation(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every notice the actor may read, without the nested parts.
CREATE FUNCTION api.seasonal_notices(actor jsonb, lang text)
  RETURNS TABLE(id uuid, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "subjectId" uuid, "subjectKind" text, kind text, severity text, lang text, body text, "startsOn" date, "endsOn" date, url text, basis text, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.seasonal_notices(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether the caller sees the places of all trails that a line runs over, so that the line tells nothing of them.
CREATE FUNCTION api.sees_passes(actor jsonb, passes uuid[])
  RETURNS boolean
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.sees_passes(jsonb, uuid[]) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether the caller may see where an entity is and what it measures, not its name only.
CREATE FUNCTION api.sees_place(actor jsonb, visibility text)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.sees_place(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Replaces or removes the line of a trail, with what is measured along it. Input: id, expectedVersion, coordinates, lengthM, climbM, descentM, elevationMethod, facts, comment.
CREATE FUNCTION api.set_trail_line(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.set_trail_line(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Makes a link to a trip of the caller's, in place of an earlier one. Input: id, expectedVersion, withMembers. The token is told here and kept nowhere.
CREATE FUNCTION api.share_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.share_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- The trip that a link leads to, as SharedTrip: the plan with the places that the reader sees, and of the members as much as its rider chose.
CREATE FUNCTION api.shared_trip(actor jsonb, lang text, token text)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.shared_trip(jsonb, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of the one line that maps draw of an entity: the wiki's own, else that of the first source of open data. The caller applies api.sees_place.
CREATE FUNCTION api.shown_line(entity uuid)
  RETURNS TABLE(source text, attribution text, licence text, point_count integer, simplified jsonb, breaks integer[])
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.shown_line(uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Access points of a system by name, the first 30.
CREATE FUNCTION api.system_access_points(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_access_points(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published trail system the actor may read.
CREATE FUNCTION api.system_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, kind text, "nearestTown" text, "position" json, size text, status text, synthetic boolean, tagline text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Guides that speak of a system, the last verified first, at most 6.
CREATE FUNCTION api.system_guides(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_guides(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Simplified lines of a system's trails by name, as TrailLine, 40 a page: the wiki's own, else those of open data. hasNextPage of a row: another trail follows; after: endCursor of the last row.
CREATE FUNCTION api.system_line_page(actor jsonb, system uuid, after text)
  RETURNS TABLE("trailId" uuid, source text, attribution text, licence text, "pointCount" integer, simplified boolean, coordinates json, breaks json, "hasNextPage" boolean, "endCursor" text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_line_page(jsonb, uuid, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Who looks after, owns, runs or serves a system, at most 12: associations, land managers, operators, guides, shops.
CREATE FUNCTION api.system_organisations(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_organisations(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the regions of a system, the primary one first.
CREATE FUNCTION api.system_region_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_region_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Regions of a system, the primary one first.
CREATE FUNCTION api.system_regions(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_regions(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many published routes of a system the caller may know of.
CREATE FUNCTION api.system_route_count(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_route_count(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Routes of a system by name, the first 30.
CREATE FUNCTION api.system_routes(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_routes(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What to know when something goes wrong; null when nobody has said.
CREATE FUNCTION api.system_safety(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_safety(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Marks of a system by skill level.
CREATE FUNCTION api.system_skill_marks(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_skill_marks(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Marks of a system by riding style.
CREATE FUNCTION api.system_style_marks(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_style_marks(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Subdivisions of a system, the primary one first.
CREATE FUNCTION api.system_subdivisions(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_subdivisions(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many published trails of a system the caller may know of.
CREATE FUNCTION api.system_trail_count(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_trail_count(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Trails of a system by name, the first 60.
CREATE FUNCTION api.system_trails(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_trails(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Uplifts of a system by name, the first 20.
CREATE FUNCTION api.system_uplifts(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.system_uplifts(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every trail system the actor may read, without the nested parts.
CREATE FUNCTION api.systems(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, "localName" text, kind text, "parentId" uuid, "nearestTown" text, "position" json, size text, "lowestM" integer, "highestM" integer, "climbingStyle" text, standing text, visibility text, status text, synthetic boolean, tagline text, "character" text, description text, "weatherImpact" text, fees text, parking text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.systems(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Takes a photo or film down: moderators alone can read it. Input: id, reason.
CREATE FUNCTION api.take_down_media(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.take_down_media(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Members of one vocabulary (of all, when null) in their order, as Term.
CREATE FUNCTION api.term_list(vocabulary text)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE PARALLEL SAFE;
GRANT EXECUTE ON FUNCTION api.term_list(text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Who wrote a tip; null when he is no longer shown.
CREATE FUNCTION api.tip_author(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.tip_author(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published tip the actor may read.
CREATE FUNCTION api.tip_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, version integer, visibility text, kind text, body text, synthetic boolean, votes json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.tip_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Name of what a tip is about; (not shown) for who may not know of it.
CREATE FUNCTION api.tip_subject_name(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.tip_subject_name(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every tip the actor may read, without the nested parts.
CREATE FUNCTION api.tips(actor jsonb, lang text)
  RETURNS TABLE(id uuid, state text, version integer, visibility text, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "subjectId" uuid, "subjectKind" text, kind text, lang text, body text, "rideDate" date, basis text, "validUntil" date, synthetic boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.tips(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Short form of every published trail the actor may read.
CREATE FUNCTION api.trail_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, direction text, type text, "lengthM" double precision, "climbM" double precision, "descentM" double precision, flow double precision, "commonLabel" text, "trailStatus" text, "openDataCard" json, synthetic boolean, personality text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Difficulty profiles of a trail by direction.
CREATE FUNCTION api.trail_difficulty(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_difficulty(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The same trail elsewhere; none for readers of the name only.
CREATE FUNCTION api.trail_external_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_external_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Features of a trail in their order; none for readers of the name only.
CREATE FUNCTION api.trail_features(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_features(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Whether there is a line that the reader may see.
CREATE FUNCTION api.trail_has_line(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_has_line(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Where a trail meets others whose place the reader may see.
CREATE FUNCTION api.trail_junctions(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_junctions(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- A page of a trail's line, as TrailLine: 1,000 points from where the last page ended (after: its endCursor), or at most 200 points of the whole line when simplified. The wiki's own line, else that of open data; of one source of open data when it is given. No row: no line that the caller may see.
CREATE FUNCTION api.trail_line_page(actor jsonb, trail uuid, simplified boolean, after text, source text)
  RETURNS TABLE("trailId" uuid, source text, attribution text, licence text, "pointCount" integer, simplified boolean, coordinates json, breaks json, "hasNextPage" boolean, "endCursor" text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_line_page(jsonb, uuid, boolean, text, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What the first source of open data says of a trail in short, as OpenDataCard; no row: none does.
CREATE FUNCTION api.trail_open_data_card(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_open_data_card(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How hard riders found a trail, by axis, as AxisRatings: the last rating of each rider; counts and median of five riders or more.
CREATE FUNCTION api.trail_ratings(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_ratings(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the systems of a trail, the primary one first.
CREATE FUNCTION api.trail_system_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_system_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems of a trail, the primary one first.
CREATE FUNCTION api.trail_systems(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trail_systems(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every trail the actor may read, without the nested parts.
CREATE FUNCTION api.trails(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, "localName" text, direction text, type text, "lengthM" double precision, "climbM" double precision, "descentM" double precision, "elevationMethod" text, "averageGrade" double precision, "maximumGrade" double precision, "narrowestCm" integer, "worstCamberPercent" integer, gates integer, "adaptiveSupport" text, "fitsChildTrailer" boolean, "fitsTowRope" boolean, "fitsFirstBike" boolean, "crossesTraffic" boolean, flow double precision, "commonLabel" text, "trailStatus" text, "closedUntil" date, standing text, visibility text, synthetic boolean, personality text, description text, "comparableTo" text, maintenance text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trails(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What changed since a time about the places of a plan, and about them in notices, as TripChange; at most 20 pages, the last changed first.
CREATE FUNCTION api.trip_changes(actor jsonb, days jsonb, since timestamp with time zone)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trip_changes(jsonb, jsonb, timestamp with time zone) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many trips api.trip_list has, counted to 1,000.
CREATE FUNCTION api.trip_count(actor jsonb, archived boolean)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trip_count(jsonb, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The plan of a trip as TripDay, with the places that the reader sees; own: ids of the others too.
CREATE FUNCTION api.trip_days(actor jsonb, lang text, days jsonb, own boolean)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trip_days(jsonb, text, jsonb, boolean) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- One of the caller's own trips, as Trip; no row: none of his.
CREATE FUNCTION api.trip_get(actor jsonb, lang text, id uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trip_get(jsonb, text, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own trips, the last changed first, as TripCard; at most first (1 to 101) rows after a cursor.
CREATE FUNCTION api.trip_list(actor jsonb, archived boolean, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trip_list(jsonb, boolean, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The caller's own trips, as Trip.
CREATE FUNCTION api.trip_nodes(actor jsonb, lang text)
  RETURNS TABLE(id uuid, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trip_nodes(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems and routes of a plan, and the trails of these routes.
CREATE FUNCTION api.trip_places(days jsonb)
  RETURNS TABLE(id uuid)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.trip_places(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Shows a hidden version again. Moderators. Input: id, reason.
CREATE FUNCTION api.unhide_revision(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.unhide_revision(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Lifts the protection of a page before its time. Moderators. Input: id, reason.
CREATE FUNCTION api.unprotect_entity(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.unprotect_entity(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Takes the link to a trip of the caller's back.
CREATE FUNCTION api.unshare_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.unshare_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Ends watching a page. Input: id.
CREATE FUNCTION api.unwatch_entity(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.unwatch_entity(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes an access point by a patch made from a known version.
CREATE FUNCTION api.update_access_point(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_access_point(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a claim by a patch made from a known version.
CREATE FUNCTION api.update_claim(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_claim(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a comment by a patch made from a known version.
CREATE FUNCTION api.update_comment(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_comment(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a fact check by a patch made from a known version.
CREATE FUNCTION api.update_fact_check(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_fact_check(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a guide by a patch made from a known version.
CREATE FUNCTION api.update_guide(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_guide(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a photo or film by a patch made from a known version.
CREATE FUNCTION api.update_media(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_media(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes an organisation by a patch made from a known version.
CREATE FUNCTION api.update_organisation(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_organisation(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a region by a patch made from a known version.
CREATE FUNCTION api.update_region(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_region(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a regional comparison by a patch made from a known version.
CREATE FUNCTION api.update_regional_comparison(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_regional_comparison(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a review by a patch made from a known version.
CREATE FUNCTION api.update_review(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_review(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a ride of the caller's by a patch made from a known version.
CREATE FUNCTION api.update_ride(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_ride(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a rider by a patch made from a known version.
CREATE FUNCTION api.update_rider(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_rider(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a route by a patch made from a known version.
CREATE FUNCTION api.update_route(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_route(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a notice by a patch made from a known version.
CREATE FUNCTION api.update_seasonal_notice(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_seasonal_notice(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a trail system by a patch made from a known version.
CREATE FUNCTION api.update_system(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_system(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a tip by a patch made from a known version.
CREATE FUNCTION api.update_tip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_tip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a trail by a patch made from a known version.
CREATE FUNCTION api.update_trail(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_trail(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes a trip of the caller's by a patch made from a known version.
CREATE FUNCTION api.update_trip(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_trip(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Changes an uplift by a patch made from a known version.
CREATE FUNCTION api.update_uplift(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.update_uplift(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Short form of every published uplift the actor may read.
CREATE FUNCTION api.uplift_cards(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, version integer, visibility text, name text, kind text, "from" json, "fromPlace" text, "to" json, "toPlace" text, url text, "takesEBikes" boolean, "takesAdaptiveBikes" boolean, "validUntil" date, synthetic boolean, tagline text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplift_cards(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The access point where an uplift leaves; none when it is no access point, or not one that the caller may see.
CREATE FUNCTION api.uplift_from(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplift_from(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What an uplift costs, in its order.
CREATE FUNCTION api.uplift_prices(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplift_prices(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- When an uplift runs, in its order.
CREATE FUNCTION api.uplift_runs(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplift_runs(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Ids of the systems that an uplift serves, as api.uplift_systems has them.
CREATE FUNCTION api.uplift_system_ids(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplift_system_ids(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Systems that an uplift serves, in its order; of none whose place the caller doesn't see, since this would tell it.
CREATE FUNCTION api.uplift_systems(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplift_systems(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- The access point where an uplift arrives; none when it is no access point, or not one that the caller may see.
CREATE FUNCTION api.uplift_to(id uuid, lang text, actor jsonb)
  RETURNS SETOF json
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplift_to(uuid, text, jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every uplift the actor may read, without the nested parts.
CREATE FUNCTION api.uplifts(actor jsonb, lang text)
  RETURNS TABLE(id uuid, slug text, state text, version integer, "createdAt" text, "updatedAt" text, "updatedMicros" bigint, "nameKey" text, name text, kind text, "fromId" uuid, "fromPlace" text, "toId" uuid, "toPlace" text, url text, "takesEBikes" boolean, "takesAdaptiveBikes" boolean, "validUntil" date, visibility text, synthetic boolean, tagline text, description text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.uplifts(jsonb, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- How many pages api.watch_list has, counted to 1,000.
CREATE FUNCTION api.watch_count(actor jsonb)
  RETURNS TABLE(total integer, more boolean)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watch_count(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Watches a page. Input: id.
CREATE FUNCTION api.watch_entity(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.watch_entity(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- How the caller watches a page, as Watch; no row: none that he may read.
CREATE FUNCTION api.watch_get(actor jsonb, id uuid)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watch_get(jsonb, uuid) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What the caller watches and may read, the latest first, as Watch; at most first (1 to 101) rows after a cursor.
CREATE FUNCTION api.watch_list(actor jsonb, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watch_list(jsonb, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Every entity the caller may read, as Watch of his.
CREATE FUNCTION api.watch_nodes(actor jsonb)
  RETURNS TABLE(id uuid, since timestamp with time zone, node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watch_nodes(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Up to when the caller has seen the changes of what he watches, as WatchReading; no row: he never said so.
CREATE FUNCTION api.watch_reading_get(actor jsonb)
  RETURNS TABLE(node json)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watch_reading_get(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What the caller watches and may read: pages, and what is said about them, with up to when he has seen their changes.
CREATE FUNCTION api.watched(actor jsonb)
  RETURNS TABLE(page_id uuid, entity_id uuid, seen_until timestamp with time zone)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watched(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- What others changed in what the caller watches, and said about it, newest first, as WatchedRevision; at most first (1 to 101) rows after a cursor.
CREATE FUNCTION api.watched_revision_list(actor jsonb, first integer, after text)
  RETURNS TABLE(node json, cursor text)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watched_revision_list(jsonb, integer, text) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Up to when the caller has seen the changes of what he watches, and how many he hasn't, counted to 100.
CREATE FUNCTION api.watched_state(actor jsonb)
  RETURNS TABLE(seen_until text, unseen integer)
  LANGUAGE sql STABLE;
GRANT EXECUTE ON FUNCTION api.watched_state(jsonb) TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

-- Deletes a comparison of the caller's for good. Input: id, expectedVersion.
CREATE FUNCTION api.withdraw_comparison(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.withdraw_comparison(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

-- Takes a proposal back. Its author. Input: id, note.
CREATE FUNCTION api.withdraw_proposal(actor jsonb, input jsonb)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION api.withdraw_proposal(jsonb, jsonb) TO mtbwiki_api, mtbwiki_jobs;

CREATE SCHEMA extensions;
-- Contrib extensions, apart from our own objects.
GRANT USAGE ON SCHEMA extensions TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;

CREATE SCHEMA jobs;
GRANT USAGE ON SCHEMA jobs TO mtbwiki_jobs;

-- Archives notices that ended before a day, at most so many; the number of them. Called again it goes on.
CREATE FUNCTION jobs.expire_seasonal_notices(day date, most integer)
  RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
GRANT EXECUTE ON FUNCTION jobs.expire_seasonal_notices(date, integer) TO mtbwiki_jobs;

CREATE SCHEMA wiki;
-- Tables and inner functions. The API has no right here.

-- Kinds of places where rides begin.
CREATE DOMAIN wiki.access_point_kind AS text CHECK ((VALUE = ANY (ARRAY['TRAILHEAD'::text, 'PARKING'::text, 'STATION'::text, 'LIFT_BASE'::text])));

-- Whether a class of bikes may ride.
CREATE DOMAIN wiki.access_verdict AS text CHECK ((VALUE = ANY (ARRAY['ALLOWED'::text, 'PERMIT'::text, 'FORBIDDEN'::text, 'UNKNOWN'::text])));

-- Whether a rider of an adaptive bike needs a companion.
CREATE DOMAIN wiki.adaptive_support AS text CHECK ((VALUE = ANY (ARRAY['NONE'::text, 'RECOMMENDED'::text, 'NEEDED'::text, 'NO'::text, 'UNKNOWN'::text])));

-- How complete an article is.
CREATE DOMAIN wiki.article_status AS text CHECK ((VALUE = ANY (ARRAY['STUB'::text, 'OUTLINE'::text, 'USABLE'::text, 'GUIDE'::text])));

-- Axes of difficulty.
CREATE DOMAIN wiki.axis AS text CHECK ((VALUE = ANY (ARRAY['TECHNICAL_CLIMBING'::text, 'TECHNICAL_DESCENDING'::text, 'AIR'::text, 'CONSEQUENCE'::text, 'FITNESS'::text])));

-- What a fact rests on.
CREATE DOMAIN wiki.basis AS text CHECK ((VALUE = ANY (ARRAY['MEASURED'::text, 'IMPORTED'::text, 'OFFICIAL'::text, 'LOCAL'::text, 'EDITORIAL_ESTIMATE'::text])));

-- Classes of bikes that access rules tell apart.
CREATE DOMAIN wiki.bike_class AS text CHECK ((VALUE = ANY (ARRAY['MTB'::text, 'PEDELEC_25'::text, 'E_MTB_CLASS_1'::text, 'E_MTB_CLASS_2'::text, 'E_MTB_CLASS_3'::text, 'ADAPTIVE'::text])));

-- How a claim was checked.
CREATE DOMAIN wiki.check_method AS text CHECK ((VALUE = ANY (ARRAY['PERSONAL_EXPERIENCE'::text, 'LOCAL_KNOWLEDGE'::text, 'OFFICIAL_SOURCE'::text, 'COMMUNITY_CONSENSUS'::text])));

-- What came out of a check.
CREATE DOMAIN wiki.check_result AS text CHECK ((VALUE = ANY (ARRAY['VERIFIED'::text, 'INCORRECT'::text, 'PARTLY_CORRECT'::text, 'OUTDATED'::text, 'CANNOT_VERIFY'::text])));

-- What fact checks make of a claim.
CREATE DOMAIN wiki.claim_verdict AS text CHECK ((VALUE = ANY (ARRAY['UNCHECKED'::text, 'VERIFIED'::text, 'DISPUTED'::text, 'REFUTED'::text, 'OUTDATED'::text])));

-- What climbing is like in a system.
CREATE DOMAIN wiki.climbing_style AS text CHECK ((VALUE = ANY (ARRAY['SUSTAINED'::text, 'PUNCHY'::text, 'MIXED'::text, 'LIFT_ASSISTED'::text])));

-- How much weather spoils a route.
CREATE DOMAIN wiki.condition_sensitivity AS text CHECK ((VALUE = ANY (ARRAY['BOMBPROOF'::text, 'WEATHER_DEPENDENT'::text, 'VERY_SENSITIVE'::text])));

-- Kinds of entities.
CREATE DOMAIN wiki.entity_kind AS text CHECK ((VALUE = ANY (ARRAY['REGION'::text, 'SYSTEM'::text, 'TRAIL'::text, 'ROUTE'::text, 'TIP'::text, 'RIDER'::text, 'GUIDE'::text, 'REGIONAL_COMPARISON'::text, 'SEASONAL_NOTICE'::text, 'ORGANISATION'::text, 'ACCESS_POINT'::text, 'UPLIFT'::text, 'COMMENT'::text, 'CLAIM'::text, 'FACT_CHECK'::text, 'REVIEW'::text, 'MEDIA'::text])));

-- Whether readers see an entity: DRAFT, PUBLISHED, ARCHIVED, or TAKEN_DOWN (moderators alone).
CREATE DOMAIN wiki.entity_state AS text CHECK ((VALUE = ANY (ARRAY['DRAFT'::text, 'PUBLISHED'::text, 'ARCHIVED'::text, 'TAKEN_DOWN'::text])));

-- Kinds of features on a trail.
CREATE DOMAIN wiki.feature_kind AS text CHECK ((VALUE = ANY (ARRAY['DROP'::text, 'JUMP'::text, 'GAP'::text, 'ROCK_GARDEN'::text, 'ROCK_ROLL'::text, 'ROOTS'::text, 'STEEP'::text, 'SWITCHBACK'::text, 'BRIDGE'::text, 'LADDER'::text, 'BERM'::text, 'STEPS'::text, 'EXPOSURE'::text, 'CREEK_CROSSING'::text, 'GATE'::text, 'OTHER'::text])));

-- Fitness of riders, as they say themselves.
CREATE DOMAIN wiki.fitness_level AS text CHECK ((VALUE = ANY (ARRAY['CASUAL'::text, 'FIT'::text, 'VERY_FIT'::text, 'ATHLETE'::text])));

-- What is wrong, as a rider sees it.
CREATE DOMAIN wiki.flag_reason AS text CHECK ((VALUE = ANY (ARRAY['SPAM'::text, 'VANDALISM'::text, 'WRONG'::text, 'DANGEROUS'::text, 'RIGHTS'::text, 'ABUSE'::text, 'OTHER'::text])));

-- What became of a report.
CREATE DOMAIN wiki.flag_state AS text CHECK ((VALUE = ANY (ARRAY['OPEN'::text, 'ACCEPTED'::text, 'REJECTED'::text])));

-- What a guide is for.
CREATE DOMAIN wiki.guide_type AS text CHECK ((VALUE = ANY (ARRAY['SYSTEM_OVERVIEW'::text, 'ROUTE_GUIDE'::text, 'SKILLS_PROGRESSION'::text, 'SEASONAL_GUIDE'::text, 'VISITOR_PRIMER'::text])));

-- Hazards that come by month.
CREATE DOMAIN wiki.hazard_kind AS text CHECK ((VALUE = ANY (ARRAY['HEAT'::text, 'STORMS'::text, 'SNOW'::text, 'HUNTING'::text, 'WILDLIFE'::text, 'GUARD_DOGS'::text, 'FIRE'::text])));

-- Whether a rider knew the label before he rated.
CREATE DOMAIN wiki.label_seen AS text CHECK ((VALUE = ANY (ARRAY['YES'::text, 'NO'::text, 'UNKNOWN'::text])));

-- A language by BCP 47, such as en or pt-BR.
CREATE DOMAIN wiki.lang_tag AS text CHECK (((VALUE ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (length(VALUE) <= 35)));

-- Degrees north of the equator, WGS84.
CREATE DOMAIN wiki.latitude AS double precision CHECK (((VALUE >= ('-90'::integer)::double precision) AND (VALUE <= (90)::double precision)));

-- What a leg of a route is.
CREATE DOMAIN wiki.leg_kind AS text CHECK ((VALUE = ANY (ARRAY['TRAIL'::text, 'CONNECTOR'::text, 'UPLIFT'::text, 'PUSH'::text])));

-- A direction along the line of a trail.
CREATE DOMAIN wiki.line_direction AS text CHECK ((VALUE = ANY (ARRAY['FORWARD'::text, 'BACKWARD'::text, 'EITHER'::text])));

-- Degrees east of Greenwich, WGS84.
CREATE DOMAIN wiki.longitude AS double precision CHECK (((VALUE >= ('-180'::integer)::double precision) AND (VALUE <= (180)::double precision)));

-- A mark from 0 to 5, halves and less allowed.
CREATE DOMAIN wiki.mark AS double precision CHECK (((VALUE >= (0)::double precision) AND (VALUE <= (5)::double precision)));

-- Photo or film.
CREATE DOMAIN wiki.media_kind AS text CHECK ((VALUE = ANY (ARRAY['PHOTO'::text, 'VIDEO'::text])));

-- Under what terms others may use a photo or film.
CREATE DOMAIN wiki.media_licence AS text CHECK ((VALUE = ANY (ARRAY['ALL_RIGHTS_RESERVED'::text, 'CC0_1_0'::text, 'CC_BY_4_0'::text, 'CC_BY_SA_4_0'::text, 'CC_BY_NC_4_0'::text, 'CC_BY_NC_SA_4_0'::text, 'CC_BY_ND_4_0'::text, 'CC_BY_NC_ND_4_0'::text, 'OTHER_OPEN'::text])));

-- Where a photo or film is kept.
CREATE DOMAIN wiki.media_storage AS text CHECK ((VALUE = 'LINKED'::text));

-- What a rider is to an organisation.
CREATE DOMAIN wiki.membership_role AS text CHECK ((VALUE = ANY (ARRAY['MEMBER'::text, 'VOLUNTEER'::text, 'STAFF'::text, 'OWNER'::text])));

-- A month by number, 1 for January.
CREATE DOMAIN wiki.month AS integer CHECK (((VALUE >= 1) AND (VALUE <= 12)));

-- What a notice tells of.
CREATE DOMAIN wiki.notice_kind AS text CHECK ((VALUE = ANY (ARRAY['CLOSURE'::text, 'TRAIL_CHANGE'::text, 'NEW_FEATURE'::text, 'EVENT'::text])));

-- How much a notice matters.
CREATE DOMAIN wiki.notice_severity AS text CHECK ((VALUE = ANY (ARRAY['INFO'::text, 'IMPORTANT'::text, 'CRITICAL'::text])));

-- What an organisation is to a place.
CREATE DOMAIN wiki.organisation_kind AS text CHECK ((VALUE = ANY (ARRAY['ASSOCIATION'::text, 'LAND_MANAGER'::text, 'OPERATOR'::text, 'SHOP'::text, 'GUIDE_SERVICE'::text])));

-- Who can be seen in a photo or film.
CREATE DOMAIN wiki.people_shown AS text CHECK ((VALUE = ANY (ARRAY['NONE'::text, 'NOT_RECOGNISABLE'::text, 'WITH_CONSENT'::text, 'WITHOUT_CONSENT'::text])));

-- How far a proposal has come.
CREATE DOMAIN wiki.proposal_state AS text CHECK ((VALUE = ANY (ARRAY['OPEN'::text, 'HELD'::text, 'ACCEPTED'::text, 'REJECTED'::text, 'WITHDRAWN'::text])));

-- Who reviews: a local or a visitor.
CREATE DOMAIN wiki.review_perspective AS text CHECK ((VALUE = ANY (ARRAY['LOCAL_RIDER'::text, 'VISITOR'::text])));

-- Why a revision was written.
CREATE DOMAIN wiki.revision_kind AS text CHECK ((VALUE = ANY (ARRAY['CREATE'::text, 'EDIT'::text, 'REVERT'::text, 'MERGE'::text, 'IMPORT'::text, 'ARCHIVE'::text, 'RESTORE'::text])));

-- How a ride went.
CREATE DOMAIN wiki.ride_outcome AS text CHECK ((VALUE = ANY (ARRAY['CLEAN'::text, 'DABS'::text, 'WALKED_PART'::text])));

-- Styles of riding.
CREATE DOMAIN wiki.riding_style AS text CHECK ((VALUE = ANY (ARRAY['XC'::text, 'TRAIL'::text, 'ENDURO'::text, 'DOWNHILL'::text, 'FLOW'::text])));

-- Why a photo or film may be here.
CREATE DOMAIN wiki.rights_basis AS text CHECK ((VALUE = ANY (ARRAY['OWN_WORK'::text, 'PERMISSION'::text, 'OPEN_LICENCE'::text, 'LINK_ONLY'::text])));

-- How a route comes back, if it does.
CREATE DOMAIN wiki.route_shape AS text CHECK ((VALUE = ANY (ARRAY['LOOP'::text, 'OUT_AND_BACK'::text, 'POINT_TO_POINT'::text])));

-- Seasons; which months they are depends on the hemisphere.
CREATE DOMAIN wiki.season_of_year AS text CHECK ((VALUE = ANY (ARRAY['SPRING'::text, 'SUMMER'::text, 'AUTUMN'::text, 'WINTER'::text])));

-- Whether to ride in a month.
CREATE DOMAIN wiki.season_verdict AS text CHECK ((VALUE = ANY (ARRAY['GO'::text, 'RISKY'::text, 'AVOID'::text, 'CLOSED'::text])));

-- Skill of riders, as they say themselves.
CREATE DOMAIN wiki.skill_level AS text CHECK ((VALUE = ANY (ARRAY['LEARNING'::text, 'COMFORTABLE'::text, 'CHALLENGING'::text, 'EXPERT'::text])));

-- The name of an entity in an address: lower-case letters, digits and hyphens, at most 100.
CREATE DOMAIN wiki.slug_text AS text CHECK (((VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(VALUE) <= 100)));

-- Whether trails are sanctioned by who owns the land.
CREATE DOMAIN wiki.standing AS text CHECK ((VALUE = ANY (ARRAY['SANCTIONED'::text, 'TOLERATED'::text, 'UNSANCTIONED'::text, 'UNKNOWN'::text])));

-- Kinds of riding areas.
CREATE DOMAIN wiki.system_kind AS text CHECK ((VALUE = ANY (ARRAY['BIKE_PARK'::text, 'TRAIL_CENTRE'::text, 'NETWORK'::text, 'NATURAL_AREA'::text, 'TOWN'::text])));

-- How far riders travel for a system.
CREATE DOMAIN wiki.system_size AS text CHECK ((VALUE = ANY (ARRAY['LOCAL_GEM'::text, 'WEEKEND_TRIP'::text, 'DESTINATION'::text, 'WORLD_CLASS'::text])));

-- When a route is best begun.
CREATE DOMAIN wiki.time_of_day AS text CHECK ((VALUE = ANY (ARRAY['ANY'::text, 'MORNING'::text, 'MIDDAY'::text, 'AFTERNOON'::text, 'EVENING'::text])));

-- Kinds of tips.
CREATE DOMAIN wiki.tip_kind AS text CHECK ((VALUE = ANY (ARRAY['GEM'::text, 'TIP'::text, 'MISTAKE'::text, 'LINE_CHOICE'::text, 'TRAFFIC'::text, 'PARKING'::text, 'WEATHER'::text, 'ETIQUETTE'::text])));

-- Directions in which a trail is ridden.
CREATE DOMAIN wiki.trail_direction AS text CHECK ((VALUE = ANY (ARRAY['BOTH'::text, 'UP_PREFERRED'::text, 'DOWN_PREFERRED'::text, 'UP_ONLY'::text, 'DOWN_ONLY'::text, 'ONE_WAY'::text])));

-- Whether a trail is open.
CREATE DOMAIN wiki.trail_status AS text CHECK ((VALUE = ANY (ARRAY['OPEN'::text, 'SEASONAL'::text, 'CLOSED_UNTIL'::text, 'DECOMMISSIONED'::text, 'UNDER_CONSTRUCTION'::text])));

-- What a trail is as a way.
CREATE DOMAIN wiki.trail_type AS text CHECK ((VALUE = ANY (ARRAY['SINGLETRACK'::text, 'DOUBLETRACK'::text, 'FIRE_ROAD'::text, 'PAVED'::text])));

-- Units to show lengths and heights in; stored ones are metric.
CREATE DOMAIN wiki.units AS text CHECK ((VALUE = ANY (ARRAY['METRIC'::text, 'IMPERIAL'::text])));

-- What carries riders up.
CREATE DOMAIN wiki.uplift_kind AS text CHECK ((VALUE = ANY (ARRAY['NONE'::text, 'SHUTTLE'::text, 'LIFT'::text, 'TRAIN'::text, 'BOAT'::text])));

-- How a trail compares with another one.
CREATE DOMAIN wiki.verdict AS text CHECK ((VALUE = ANY (ARRAY['HARDER'::text, 'EASIER'::text, 'SAME'::text])));

-- How much of a place the public sees.
CREATE DOMAIN wiki.visibility AS text CHECK ((VALUE = ANY (ARRAY['PUBLIC'::text, 'PUBLIC_WITH_WARNING'::text, 'NAME_ONLY'::text, 'HIDDEN'::text])));

-- Trailheads, car parks, stations and lift bases.
CREATE TABLE wiki.access_point (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('ACCESS_POINT'::text) STORED NOT NULL,
  -- Name
  name text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  -- Kind
  kind wiki.access_point_kind NOT NULL,
  -- Null: unknown, or only the name is public.
  position_lat wiki.latitude,
  -- Null: unknown, or only the name is public.
  position_lon wiki.longitude,
  -- How many cars find room; null: unknown.
  spaces integer,
  CONSTRAINT access_point_pkey PRIMARY KEY (id),
  CONSTRAINT access_point_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- A name has 1 to 120 characters and no spaces around it.
  CONSTRAINT access_point_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- A position has both latitude and longitude.
  CONSTRAINT access_point_position_whole CHECK (((position_lat IS NULL) = (position_lon IS NULL))),
  -- Room is for 0 to 100,000 cars; leave it empty when unknown.
  CONSTRAINT access_point_spaces_range CHECK (((spaces >= 0) AND (spaces <= 100000)))
);
CREATE INDEX access_point_name_key ON wiki.access_point USING btree (name_key, id);
CREATE INDEX access_point_position ON wiki.access_point USING gist (point((position_lon)::double precision, (position_lat)::double precision));

-- Systems that an access point leads to; position 1 is the nearest.
CREATE TABLE wiki.access_point_system (
  access_point_id uuid NOT NULL,
  system_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT access_point_system_pkey PRIMARY KEY (access_point_id, system_id),
  CONSTRAINT access_point_system_access_point_id_position_key UNIQUE (access_point_id, "position"),
  CONSTRAINT access_point_system_access_point_id_fkey FOREIGN KEY (access_point_id) REFERENCES wiki.access_point(id) ON DELETE CASCADE,
  CONSTRAINT access_point_system_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id),
  CONSTRAINT access_point_system_position_check CHECK (("position" >= 1))
);
CREATE INDEX access_point_system_system ON wiki.access_point_system USING btree (system_id, access_point_id);

-- Texts of access points by language.
CREATE TABLE wiki.access_point_text (
  -- The access point.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- What to know in one line.
  tagline text,
  -- How to get there
  directions text,
  -- Parking
  parking text,
  -- Fees
  fees text,
  CONSTRAINT access_point_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT access_point_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.access_point(id) ON DELETE CASCADE,
  -- How to get there has at most 2,000 characters.
  CONSTRAINT access_point_directions_length CHECK ((length(directions) <= 2000)),
  -- The text on fees has at most 500 characters.
  CONSTRAINT access_point_fees_length CHECK ((length(fees) <= 500)),
  -- The text on parking has at most 1,000 characters.
  CONSTRAINT access_point_parking_length CHECK ((length(parking) <= 1000)),
  -- The line that sums it up has at most 200 characters.
  CONSTRAINT access_point_tagline_length CHECK ((length(tagline) <= 200))
);

-- Who may ride when, for a system or trail. No rule: unknown.
CREATE TABLE wiki.access_rule (
  entity_id uuid NOT NULL,
  position integer NOT NULL,
  bike_class wiki.bike_class NOT NULL,
  verdict wiki.access_verdict NOT NULL,
  months integer[] DEFAULT '{}'::integer[] NOT NULL,
  weekdays integer[] DEFAULT '{}'::integer[] NOT NULL,
  hours text,
  when_wet boolean,
  legal_basis text,
  source text,
  dated date,
  CONSTRAINT access_rule_pkey PRIMARY KEY (entity_id, "position"),
  CONSTRAINT access_rule_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  -- Hours are written like 07:00-19:00.
  CONSTRAINT access_hours CHECK ((hours ~ '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'::text)),
  -- Months are numbers from 1 to 12.
  CONSTRAINT access_months CHECK ((months <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
  CONSTRAINT access_rule_position_check CHECK (("position" >= 1)),
  -- A legal basis has at most 300 characters, a source 500.
  CONSTRAINT access_text_length CHECK (((length(legal_basis) <= 300) AND (length(source) <= 500))),
  -- Days of the week are numbers from 1 (Monday) to 7 (Sunday).
  CONSTRAINT access_weekdays CHECK ((weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]))
);

-- Every use case that changed something. Never updated, never deleted.
CREATE TABLE wiki.audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  -- [personal]
  actor uuid,
  action text NOT NULL,
  entity_id uuid,
  -- [personal]
  detail jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT audit_log_pkey PRIMARY KEY (id),
  CONSTRAINT audit_log_actor_fkey FOREIGN KEY (actor) REFERENCES wiki.rider(id),
  CONSTRAINT audit_log_action_check CHECK ((length(action) <= 60))
);
CREATE TRIGGER audit_log_is_a_record BEFORE DELETE OR UPDATE ON wiki.audit_log FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON wiki.audit_log FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();

-- Facts stated about systems, trails and routes, for others to check.
CREATE TABLE wiki.claim (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('CLAIM'::text) STORED NOT NULL,
  -- The system, trail or route it is about.
  subject_id uuid NOT NULL,
  -- Field subjectKind of the schema.
  subject_kind wiki.entity_kind NOT NULL,
  -- The field whose value it supports, as the schema of what it is about spells it; null: none in particular.
  field text,
  -- The language it is written in, as a BCP 47 tag.
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- What is so, in words that somebody can check.
  body text NOT NULL,
  -- Who or what says so.
  source text,
  -- Where the source says so.
  url text,
  -- When the source was read, or it was seen.
  date date,
  -- Basis
  basis wiki.basis DEFAULT 'LOCAL'::text NOT NULL,
  -- Last day that it is known to hold; null: until somebody says otherwise.
  valid_until date,
  -- Checked
  verdict wiki.claim_verdict DEFAULT 'UNCHECKED'::text NOT NULL,
  -- Date of the youngest check that tells something; null: none does.
  checked_on date,
  CONSTRAINT claim_pkey PRIMARY KEY (id),
  CONSTRAINT claim_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- There is no such system, trail or route.
  CONSTRAINT claim_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity(id, kind),
  -- A claim has 5 to 500 characters and no spaces around it.
  CONSTRAINT claim_body_length CHECK ((((length(body) >= 5) AND (length(body) <= 500)) AND (body = btrim(body)))),
  -- What was checked has the day of its check, and nothing else has.
  CONSTRAINT claim_checked CHECK ((((verdict)::text = 'UNCHECKED'::text) = (checked_on IS NULL))),
  -- A source was read, or a thing seen, today or before.
  CONSTRAINT claim_date CHECK (((date >= '1900-01-01'::date) AND (date <= (((now() AT TIME ZONE 'UTC'::text))::date + 1)))),
  -- A claim supports one fact of the page, or none in particular.
  CONSTRAINT claim_field CHECK ((field ~ '^[a-z][A-Za-z]{0,40}$'::text)),
  -- A source has at most 200 characters.
  CONSTRAINT claim_source_length CHECK ((length(source) <= 200)),
  -- A claim is about a system, trail or route.
  CONSTRAINT claim_subject_kind CHECK (((subject_kind)::text = ANY (ARRAY['SYSTEM'::text, 'TRAIL'::text, 'ROUTE'::text]))),
  -- The address of a source begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT claim_url CHECK (((url ~ '^https?://'::text) AND (length(url) <= 500))),
  -- A claim holds until the day that it is from, or later; leave it empty when nobody knows.
  CONSTRAINT claim_valid_until CHECK ((((valid_until >= '1900-01-01'::date) AND (valid_until <= '2200-01-01'::date)) AND ((date IS NULL) OR (valid_until >= date))))
);
CREATE INDEX claim_of_subject ON wiki.claim USING btree (subject_id);

-- What riders say in the discussion of a page.
CREATE TABLE wiki.comment (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('COMMENT'::text) STORED NOT NULL,
  -- The page whose discussion it stands in: anything but a profile, and what is said about another page.
  subject_id uuid NOT NULL,
  -- Field subjectKind of the schema.
  subject_kind wiki.entity_kind NOT NULL,
  -- The comment of the same discussion that it answers, which is no answer itself; null: it begins a thread.
  reply_to_id uuid,
  -- The language it is written in, as a BCP 47 tag.
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- Plain text; an empty line begins a paragraph.
  body text NOT NULL,
  CONSTRAINT comment_pkey PRIMARY KEY (id),
  -- A comment stands in one discussion.
  CONSTRAINT comment_in_discussion UNIQUE (id, subject_id),
  CONSTRAINT comment_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- A reply answers a comment of the same discussion.
  CONSTRAINT comment_reply FOREIGN KEY (reply_to_id, subject_id) REFERENCES wiki.comment(id, subject_id) DEFERRABLE INITIALLY DEFERRED,
  -- There is no such page.
  CONSTRAINT comment_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity(id, kind),
  -- A comment has 1 to 2,000 characters and no spaces around it.
  CONSTRAINT comment_body_length CHECK ((((length(body) >= 1) AND (length(body) <= 2000)) AND (body = btrim(body)))),
  -- A comment can't answer itself.
  CONSTRAINT comment_reply_to_another CHECK ((reply_to_id <> id)),
  -- A comment is about a page, not about a profile or what is said about a page.
  CONSTRAINT comment_subject_kind CHECK (((subject_kind)::text <> ALL (ARRAY['RIDER'::text, 'TIP'::text, 'SEASONAL_NOTICE'::text, 'COMMENT'::text, 'CLAIM'::text, 'FACT_CHECK'::text, 'REVIEW'::text, 'MEDIA'::text])))
);
CREATE INDEX comment_of_comment ON wiki.comment USING btree (reply_to_id) WHERE (reply_to_id IS NOT NULL);
CREATE INDEX comment_of_subject ON wiki.comment USING btree (subject_id);

-- Which of two trails a rider found harder; the one with the lesser id stands first.
CREATE TABLE wiki.comparison (
  -- [personal]
  id uuid NOT NULL,
  -- Whose it is, and nobody else's to read. [personal]
  rider_id uuid NOT NULL,
  -- [personal]
  axis wiki.axis NOT NULL,
  -- [personal]
  trail_id uuid NOT NULL,
  -- [personal]
  other_id uuid NOT NULL,
  -- How the trail compares with the other one. [personal]
  verdict wiki.verdict NOT NULL,
  -- Which wording was answered. [personal]
  question_version integer NOT NULL,
  -- [personal]
  version integer DEFAULT 1 NOT NULL,
  -- [personal]
  compared_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT comparison_pkey PRIMARY KEY (id),
  -- A rider has one answer for each axis and pair of trails.
  CONSTRAINT comparison_pair UNIQUE (rider_id, axis, trail_id, other_id),
  CONSTRAINT comparison_other_id_fkey FOREIGN KEY (other_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  CONSTRAINT comparison_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id) ON DELETE CASCADE,
  CONSTRAINT comparison_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  -- Two different trails are compared.
  CONSTRAINT comparison_order CHECK ((trail_id < other_id)),
  -- The wordings of the question are counted from 1.
  CONSTRAINT comparison_question_version CHECK (((question_version >= 1) AND (question_version <= 1000)))
);
CREATE INDEX comparison_other ON wiki.comparison USING btree (other_id);
CREATE INDEX comparison_recent ON wiki.comparison USING btree (rider_id, compared_at DESC, id);
CREATE INDEX comparison_trail ON wiki.comparison USING btree (trail_id);

-- What discovery weighs of each system, rewritten with every change (wiki.refresh_discovery); after a bulk load: SELECT wiki.refresh_discovery(NULL).
CREATE TABLE wiki.discovery_document (
  system_id uuid NOT NULL,
  name text NOT NULL,
  state wiki.entity_state NOT NULL,
  visibility wiki.visibility NOT NULL,
  created_by uuid,
  -- Invented: suggested only to those who ask for such places.
  synthetic boolean NOT NULL,
  status wiki.article_status NOT NULL,
  size wiki.system_size,
  lat wiki.latitude,
  lon wiki.longitude,
  regions uuid[] NOT NULL,
  -- ISO 3166-1 alpha-2 codes of its subdivisions, else of its regions.
  countries text[] NOT NULL,
  tags text[] NOT NULL,
  -- Marks for XC, TRAIL, ENDURO, DOWNHILL, FLOW; null: unknown.
  style_marks smallint[] NOT NULL,
  -- Marks for LEARNING, COMFORTABLE, CHALLENGING, EXPERT; null: unknown.
  skill_marks smallint[] NOT NULL,
  -- Verdicts of the months 1 to 12; null: unknown.
  season text[] NOT NULL,
  -- Fitness levels that its public routes ask for: 1 CASUAL to 4 ATHLETE.
  route_fitness smallint[] NOT NULL,
  -- Bike class, colon, month (0: whenever) in which it may not be ridden at all.
  forbidden text[] NOT NULL,
  -- Share of the facts with a basis that rest on more than an estimate; null: none has a basis.
  evidence double precision,
  -- By open data, metres of public singletrack and doubletrack: all, and those roughly for LEARNING, COMFORTABLE, CHALLENGING, EXPERT (a trail can be for several); null: no open data.
  open_m double precision[],
  CONSTRAINT discovery_document_pkey PRIMARY KEY (system_id),
  CONSTRAINT discovery_document_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  CONSTRAINT discovery_document_evidence_check CHECK (((evidence >= (0)::double precision) AND (evidence <= (1)::double precision))),
  CONSTRAINT discovery_document_open_m_check CHECK ((cardinality(open_m) = 5)),
  CONSTRAINT discovery_document_season_check CHECK ((cardinality(season) = 12)),
  CONSTRAINT discovery_document_skill_marks_check CHECK ((cardinality(skill_marks) = 4)),
  CONSTRAINT discovery_document_style_marks_check CHECK ((cardinality(style_marks) = 5))
);
CREATE INDEX discovery_document_countries ON wiki.discovery_document USING gin (countries);
CREATE INDEX discovery_document_place ON wiki.discovery_document USING gist (point((lon)::double precision, (lat)::double precision));
CREATE INDEX discovery_document_regions ON wiki.discovery_document USING gin (regions);

-- What every entity has: kind, state, visibility, version. The facts stand in the table of its kind.
CREATE TABLE wiki.entity (
  id uuid NOT NULL,
  kind wiki.entity_kind NOT NULL,
  state wiki.entity_state DEFAULT 'PUBLISHED'::text NOT NULL,
  visibility wiki.visibility DEFAULT 'PUBLIC'::text NOT NULL,
  -- Counts its revisions; an edit names the version it was made from.
  version integer DEFAULT 0 NOT NULL,
  -- Language of the texts that translations follow.
  original_lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- Invented, and shown so wherever it appears.
  synthetic boolean DEFAULT false NOT NULL,
  featured_from date,
  featured_until date,
  protected_until timestamp with time zone,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by uuid,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_by uuid,
  merged_into uuid,
  -- When its content was erased for good; the row and the envelopes of its history stay.
  purged_at timestamp with time zone,
  CONSTRAINT entity_pkey PRIMARY KEY (id),
  CONSTRAINT entity_id_kind_key UNIQUE (id, kind),
  CONSTRAINT entity_created_by_rider FOREIGN KEY (created_by) REFERENCES wiki.rider(id),
  CONSTRAINT entity_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES wiki.entity(id),
  CONSTRAINT entity_updated_by_rider FOREIGN KEY (updated_by) REFERENCES wiki.rider(id),
  CONSTRAINT entity_check CHECK (((featured_until IS NULL) OR (featured_until > featured_from))),
  CONSTRAINT entity_check1 CHECK (((merged_into IS NULL) OR ((state)::text = 'ARCHIVED'::text))),
  -- Only what was put away is purged.
  CONSTRAINT entity_purged CHECK (((purged_at IS NULL) OR ((state)::text = 'ARCHIVED'::text))),
  CONSTRAINT entity_version_check CHECK ((version >= 0))
);
CREATE INDEX entity_created_by ON wiki.entity USING btree (created_by) WHERE (created_by IS NOT NULL);
CREATE INDEX entity_kind_updated ON wiki.entity USING btree (kind, updated_at DESC, id);
CREATE INDEX entity_merged_into ON wiki.entity USING btree (merged_into) WHERE (merged_into IS NOT NULL);

-- Facilities at a system.
CREATE TABLE wiki.entity_facility (
  entity_id uuid NOT NULL,
  vocabulary text DEFAULT 'facility'::text NOT NULL,
  code text NOT NULL,
  CONSTRAINT entity_facility_pkey PRIMARY KEY (entity_id, code),
  CONSTRAINT entity_facility_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT entity_facility_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT entity_facility_vocabulary_check CHECK ((vocabulary = 'facility'::text))
);
CREATE INDEX entity_facility_code ON wiki.entity_facility USING btree (code, entity_id);

-- Character tags of regions, systems, trails and routes.
CREATE TABLE wiki.entity_tag (
  entity_id uuid NOT NULL,
  vocabulary text DEFAULT 'character-tag'::text NOT NULL,
  code text NOT NULL,
  CONSTRAINT entity_tag_pkey PRIMARY KEY (entity_id, code),
  CONSTRAINT entity_tag_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT entity_tag_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT entity_tag_vocabulary_check CHECK ((vocabulary = 'character-tag'::text))
);
CREATE INDEX entity_tag_code ON wiki.entity_tag USING btree (code, entity_id);

-- The same thing elsewhere.
CREATE TABLE wiki.external_id (
  entity_id uuid NOT NULL,
  scheme text NOT NULL,
  value text NOT NULL,
  -- The same id elsewhere is there twice.
  CONSTRAINT external_id_pkey PRIMARY KEY (entity_id, scheme, value),
  CONSTRAINT external_id_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  -- Known schemes are trailforks, osm-way, osm-relation and strava-segment.
  CONSTRAINT external_id_scheme CHECK ((scheme = ANY (ARRAY['trailforks'::text, 'osm-way'::text, 'osm-relation'::text, 'strava-segment'::text]))),
  -- An id elsewhere has 1 to 80 letters, digits, hyphens or underscores.
  CONSTRAINT external_id_value CHECK ((value ~ '^[A-Za-z0-9_-]{1,80}$'::text))
);
CREATE INDEX external_id_value ON wiki.external_id USING btree (scheme, value);

-- What each fact rests on. No row: nobody has said.
CREATE TABLE wiki.fact_basis (
  entity_id uuid NOT NULL,
  field text NOT NULL,
  basis wiki.basis NOT NULL,
  source text,
  url text,
  -- When the source was read or the measurement made.
  dated date,
  valid_until date,
  licence text,
  -- Each field has one basis.
  CONSTRAINT fact_basis_pkey PRIMARY KEY (entity_id, field),
  CONSTRAINT fact_basis_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  -- A basis names a field of the schema, or * for all others.
  CONSTRAINT fact_basis_field_check CHECK ((field ~ '^(\*|[a-z][A-Za-z]{0,40})$'::text)),
  -- A licence is a short identifier of at most 60 characters.
  CONSTRAINT fact_basis_licence_check CHECK ((length(licence) <= 60)),
  -- A source has at most 200 characters.
  CONSTRAINT fact_basis_source_check CHECK ((length(source) <= 200)),
  -- A source's address begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT fact_basis_url_check CHECK (((url ~ '^https?://'::text) AND (length(url) <= 500)))
);

-- Checks of claims.
CREATE TABLE wiki.fact_check (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('FACT_CHECK'::text) STORED NOT NULL,
  -- The claim that was checked.
  subject_id uuid NOT NULL,
  -- Field subjectKind of the schema.
  subject_kind wiki.entity_kind NOT NULL,
  -- How do you know?
  method wiki.check_method NOT NULL,
  -- Is it so?
  result wiki.check_result NOT NULL,
  -- The language it is written in, as a BCP 47 tag.
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- The evidence: what was seen, read or heard.
  body text NOT NULL,
  -- Where the evidence is.
  url text,
  -- Checked on
  checked_on date NOT NULL,
  CONSTRAINT fact_check_pkey PRIMARY KEY (id),
  CONSTRAINT fact_check_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- There is no such claim.
  CONSTRAINT fact_check_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity(id, kind),
  -- Evidence has 5 to 600 characters and no spaces around it.
  CONSTRAINT fact_check_body_length CHECK ((((length(body) >= 5) AND (length(body) <= 600)) AND (body = btrim(body)))),
  -- A claim was checked today or before.
  CONSTRAINT fact_check_checked_on CHECK (((checked_on >= '2000-01-01'::date) AND (checked_on <= (((now() AT TIME ZONE 'UTC'::text))::date + 1)))),
  -- What is checked is a claim.
  CONSTRAINT fact_check_subject_kind CHECK (((subject_kind)::text = 'CLAIM'::text)),
  -- The address of evidence begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT fact_check_url CHECK (((url ~ '^https?://'::text) AND (length(url) <= 500)))
);
CREATE INDEX fact_check_of_claim ON wiki.fact_check USING btree (subject_id);

-- What riders reported to the moderators; nobody else knows who did.
CREATE TABLE wiki.flag (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  -- [personal]
  rider_id uuid NOT NULL,
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  revision_id uuid,
  reason wiki.flag_reason NOT NULL,
  -- [personal]
  note text,
  state wiki.flag_state DEFAULT 'OPEN'::text NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  decided_at timestamp with time zone,
  decided_by uuid,
  -- [personal]
  decision_note text,
  CONSTRAINT flag_pkey PRIMARY KEY (id),
  CONSTRAINT flag_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES wiki.rider(id),
  CONSTRAINT flag_entity_id_entity_kind_fkey FOREIGN KEY (entity_id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  CONSTRAINT flag_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES wiki.revision(id),
  CONSTRAINT flag_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id),
  -- A report is open until it is decided.
  CONSTRAINT flag_decided CHECK ((((state)::text = 'OPEN'::text) = (decided_at IS NULL))),
  -- The answer to a report has at most 500 characters.
  CONSTRAINT flag_decision_note_length CHECK (((length(decision_note) >= 1) AND (length(decision_note) <= 500))),
  -- What is wrong is said in at most 500 characters.
  CONSTRAINT flag_note_length CHECK (((length(note) >= 1) AND (length(note) <= 500))),
  -- Say what is wrong: no reason of the list tells.
  CONSTRAINT flag_other_says_what CHECK ((((reason)::text <> 'OTHER'::text) OR (note IS NOT NULL)))
);
CREATE INDEX flag_entity ON wiki.flag USING btree (entity_id, created_at DESC);
-- You have reported this already; a moderator will look at it.
CREATE UNIQUE INDEX flag_open_once ON wiki.flag USING btree (rider_id, entity_id, COALESCE(revision_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE ((state)::text = 'OPEN'::text);
CREATE INDEX flag_recent ON wiki.flag USING btree (state, created_at DESC, id);
CREATE INDEX flag_rider ON wiki.flag USING btree (rider_id, created_at DESC);

-- Articles for people who plan a trip or want to learn something.
CREATE TABLE wiki.guide (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  kind text GENERATED ALWAYS AS ('GUIDE'::text) STORED NOT NULL,
  -- Title in the language it was first written in.
  name text NOT NULL,
  -- Type
  type wiki.guide_type NOT NULL,
  -- Whom it is written for, when not for everybody.
  skill wiki.skill_level,
  -- When somebody last checked that all of it is still so.
  verified_on date,
  -- Article status
  status wiki.article_status DEFAULT 'STUB'::text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT guide_pkey PRIMARY KEY (id),
  CONSTRAINT guide_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- A title has 1 to 120 characters and no spaces around it.
  CONSTRAINT guide_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- The day of the last check is out of range.
  CONSTRAINT guide_verified_on CHECK (((verified_on >= '2000-01-01'::date) AND (verified_on <= '2200-01-01'::date)))
);
CREATE INDEX guide_name_key ON wiki.guide USING btree (name_key, id);

-- Regions that a guide is about.
CREATE TABLE wiki.guide_region (
  guide_id uuid NOT NULL,
  region_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT guide_region_pkey PRIMARY KEY (guide_id, region_id),
  CONSTRAINT guide_region_guide_id_position_key UNIQUE (guide_id, "position"),
  CONSTRAINT guide_region_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES wiki.guide(id) ON DELETE CASCADE,
  CONSTRAINT guide_region_region_id_fkey FOREIGN KEY (region_id) REFERENCES wiki.region(id),
  CONSTRAINT guide_region_position_check CHECK (("position" >= 1))
);
CREATE INDEX guide_region_region ON wiki.guide_region USING btree (region_id, guide_id);

-- Routes that a guide speaks of, in its order.
CREATE TABLE wiki.guide_route (
  guide_id uuid NOT NULL,
  route_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT guide_route_pkey PRIMARY KEY (guide_id, route_id),
  CONSTRAINT guide_route_guide_id_position_key UNIQUE (guide_id, "position"),
  CONSTRAINT guide_route_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES wiki.guide(id) ON DELETE CASCADE,
  CONSTRAINT guide_route_route_id_fkey FOREIGN KEY (route_id) REFERENCES wiki.route(id),
  CONSTRAINT guide_route_position_check CHECK (("position" >= 1))
);
CREATE INDEX guide_route_route ON wiki.guide_route USING btree (route_id, guide_id);

-- Systems that a guide speaks of.
CREATE TABLE wiki.guide_system (
  guide_id uuid NOT NULL,
  system_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT guide_system_pkey PRIMARY KEY (guide_id, system_id),
  CONSTRAINT guide_system_guide_id_position_key UNIQUE (guide_id, "position"),
  CONSTRAINT guide_system_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES wiki.guide(id) ON DELETE CASCADE,
  CONSTRAINT guide_system_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id),
  CONSTRAINT guide_system_position_check CHECK (("position" >= 1))
);
CREATE INDEX guide_system_system ON wiki.guide_system USING btree (system_id, guide_id);

-- Texts of guides by language.
CREATE TABLE wiki.guide_text (
  -- The guide.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- The title in another language.
  title text,
  -- Summary
  summary text,
  -- 30,000 bytes in all; a heading has at most 120 characters.
  sections jsonb,
  -- What to remember, a line each of at most 240 characters.
  key_takeaways jsonb,
  CONSTRAINT guide_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT guide_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.guide(id) ON DELETE CASCADE,
  -- A section says something below its heading.
  CONSTRAINT guide_section_body CHECK ((NOT jsonb_path_exists(sections, '$[*]?(!(@."body" like_regex "\\S"))'::jsonpath))),
  -- A section's heading has 1 to 120 characters and no spaces around it.
  CONSTRAINT guide_section_heading CHECK ((NOT jsonb_path_exists(sections, '$[*]?(!(@."heading" like_regex "^\\S(.{0,118}\\S)?$"))'::jsonpath))),
  -- A guide has at most 20 sections, and all together at most 30,000 bytes; make a second guide of what is longer.
  CONSTRAINT guide_sections_list CHECK (((jsonb_typeof(sections) = 'array'::text) AND (jsonb_array_length(sections) <= 20) AND (octet_length((sections)::text) <= 30000))),
  -- A summary has at most 500 characters.
  CONSTRAINT guide_summary_length CHECK ((length(summary) <= 500)),
  -- There are at most 10 key takeaways; each has 1 to 240 characters and no spaces around it.
  CONSTRAINT guide_takeaways_list CHECK (((jsonb_typeof(key_takeaways) = 'array'::text) AND (jsonb_array_length(key_takeaways) <= 10) AND (NOT jsonb_path_exists(key_takeaways, '$[*]?(!(@ like_regex "^\\S(.{0,238}\\S)?$"))'::jsonpath)))),
  -- A title has at most 120 characters.
  CONSTRAINT guide_title_length CHECK ((length(title) <= 120))
);

-- Versions whose content and comment a moderator took out of sight. Deleting a row shows them again.
CREATE TABLE wiki.hidden_revision (
  revision_id uuid NOT NULL,
  -- [personal]
  reason text NOT NULL,
  -- [personal]
  hidden_by uuid,
  hidden_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT hidden_revision_pkey PRIMARY KEY (revision_id),
  CONSTRAINT hidden_revision_hidden_by_fkey FOREIGN KEY (hidden_by) REFERENCES wiki.rider(id),
  CONSTRAINT hidden_revision_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES wiki.revision(id),
  -- A reason has 1 to 500 characters.
  CONSTRAINT hidden_revision_reason CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

-- What a source says of an entity, taken or computed from its features; shown beside the wiki's own values, never merged into them.
CREATE TABLE wiki.layer_entity (
  entity_id uuid NOT NULL,
  source text NOT NULL,
  -- Ids of the elements of the source that the entity stands on; importing again finds it by them.
  features text[] NOT NULL,
  name text NOT NULL,
  -- GeoJSON MultiLineString coordinates, the longest line first for trails; systems have none.
  lines jsonb NOT NULL,
  length_m double precision,
  -- Null: elevation unknown. Along the lines, as computed by the method beside it.
  climb_m double precision,
  descent_m double precision,
  elevation_method text,
  -- Trails: stated labels, marks and cruxes, mapped from the source's keys. Routes: stated values and legs. Both: grades, where elevation is known.
  profile jsonb,
  -- Trails: {trailId, atM, otherAtM} where others are met, along the longest line.
  junctions jsonb DEFAULT '[]'::jsonb NOT NULL,
  imported_at timestamp with time zone DEFAULT now() NOT NULL,
  -- At most 200 points of the lines, one behind the other, for maps.
  simplified jsonb DEFAULT '[]'::jsonb NOT NULL,
  -- Points of simplified, counted from 0, that another line begins with.
  breaks integer[] DEFAULT '{}'::integer[] NOT NULL,
  -- Points of all lines.
  point_count integer DEFAULT 0 NOT NULL,
  -- Routes: the trails of the wiki that the lines run over, all of them.
  passes uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  CONSTRAINT layer_entity_pkey PRIMARY KEY (entity_id, source),
  CONSTRAINT layer_entity_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT layer_entity_source_fkey FOREIGN KEY (source) REFERENCES wiki.layer_source(code),
  -- The short form of lines has at most 101 pieces.
  CONSTRAINT layer_entity_breaks CHECK ((cardinality(breaks) <= 100)),
  -- Climb and descent lie between 0 and 20,000 m; leave them empty when unknown.
  CONSTRAINT layer_entity_climb CHECK ((((climb_m >= (0)::double precision) AND (climb_m <= (20000)::double precision)) AND ((descent_m >= (0)::double precision) AND (descent_m <= (20000)::double precision)))),
  -- An imported entity stands on at least one element of its source.
  CONSTRAINT layer_entity_features CHECK ((cardinality(features) >= 1)),
  -- Junctions are a list.
  CONSTRAINT layer_entity_junctions CHECK ((jsonb_typeof(junctions) = 'array'::text)),
  -- A length is more than 0; leave it empty when unknown.
  CONSTRAINT layer_entity_length CHECK (((length_m > (0)::double precision) AND (length_m < 'Infinity'::double precision))),
  -- Lines are a list.
  CONSTRAINT layer_entity_lines CHECK ((jsonb_typeof(lines) = 'array'::text)),
  -- Climb, descent and the method they were computed by come together.
  CONSTRAINT layer_entity_method CHECK ((((climb_m IS NULL) = (elevation_method IS NULL)) AND ((climb_m IS NULL) = (descent_m IS NULL)))),
  -- A name has 1 to 120 characters.
  CONSTRAINT layer_entity_name CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  -- Lines of one entity have at most 20,000 points.
  CONSTRAINT layer_entity_points CHECK (((point_count >= 0) AND (point_count <= 20000))),
  -- A profile is an object.
  CONSTRAINT layer_entity_profile CHECK ((jsonb_typeof(profile) = 'object'::text)),
  -- The short form of lines has at most 200 points.
  CONSTRAINT layer_entity_simplified CHECK ((jsonb_array_length(simplified) <= 200))
);
CREATE INDEX layer_entity_by_feature ON wiki.layer_entity USING gin (features);

-- Elements of open data as they were read: original keys and line. Nothing of it is edited here.
CREATE TABLE wiki.layer_feature (
  source text NOT NULL,
  -- Type and number in the source, such as way/123.
  native_id text NOT NULL,
  name text,
  tags jsonb NOT NULL,
  -- GeoJSON LineString coordinates in WGS84.
  coordinates jsonb NOT NULL,
  -- The key for which it must not be shown to everybody; null: it may be.
  sensitive text,
  imported_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT layer_feature_pkey PRIMARY KEY (source, native_id),
  CONSTRAINT layer_feature_source_fkey FOREIGN KEY (source) REFERENCES wiki.layer_source(code),
  -- The id of an element has 1 to 200 characters.
  CONSTRAINT layer_feature_id CHECK (((length(native_id) >= 1) AND (length(native_id) <= 200))),
  -- A line has 2 to 20,000 points.
  CONSTRAINT layer_feature_points CHECK (((jsonb_array_length(coordinates) >= 2) AND (jsonb_array_length(coordinates) <= 20000))),
  -- The keys of an element are an object.
  CONSTRAINT layer_feature_tags CHECK ((jsonb_typeof(tags) = 'object'::text))
);

-- Sources of open data. Their attribution is shown wherever something of theirs is.
CREATE TABLE wiki.layer_source (
  code text NOT NULL,
  title text NOT NULL,
  attribution text NOT NULL,
  -- Licence of the data, as an SPDX identifier where there is one; exports of the layer are under it.
  licence text NOT NULL,
  url text,
  CONSTRAINT layer_source_pkey PRIMARY KEY (code),
  -- The code of a source has 1 to 40 lower-case letters, digits and hyphens.
  CONSTRAINT layer_source_code CHECK ((code ~ '^[a-z][a-z0-9-]{0,39}$'::text)),
  -- A source has a title, an attribution and a licence of at most 120, 200 and 60 characters.
  CONSTRAINT layer_source_text CHECK ((((length(title) >= 1) AND (length(title) <= 120)) AND ((length(attribution) >= 1) AND (length(attribution) <= 200)) AND ((length(licence) >= 1) AND (length(licence) <= 60)))),
  -- The address of a source begins with http:// or https://.
  CONSTRAINT layer_source_url CHECK (((url ~ '^https?://'::text) AND (length(url) <= 500)))
);

-- Where to read on.
CREATE TABLE wiki.link (
  entity_id uuid NOT NULL,
  position integer NOT NULL,
  title text NOT NULL,
  url text NOT NULL,
  CONSTRAINT link_pkey PRIMARY KEY (entity_id, "position"),
  CONSTRAINT link_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT link_position_check CHECK (("position" >= 1)),
  -- A link's title has 1 to 120 characters.
  CONSTRAINT link_title_length CHECK (((length(title) >= 1) AND (length(title) <= 120))),
  -- A link begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT link_url CHECK (((url ~ '^https?://[^ ]+$'::text) AND (length(url) <= 500)))
);

-- Hand-set opinion on how a region or system grades, in label steps.
CREATE TABLE wiki.local_grading (
  entity_id uuid NOT NULL,
  axis wiki.axis NOT NULL,
  step_offset double precision NOT NULL,
  note text,
  -- Each axis has one local grading.
  CONSTRAINT local_grading_pkey PRIMARY KEY (entity_id, axis),
  CONSTRAINT local_grading_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  -- A note has at most 300 characters.
  CONSTRAINT local_grading_note_length CHECK ((length(note) <= 300)),
  -- Local grading runs from -1.5 to +1.5 label steps in halves.
  CONSTRAINT local_grading_steps CHECK ((((step_offset >= ('-1.5'::numeric)::double precision) AND (step_offset <= (1.5)::double precision)) AND ((step_offset * (2)::double precision) = trunc((step_offset * (2)::double precision)))))
);

-- Photos and films of a system, trail or route: links to them.
CREATE TABLE wiki.media (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('MEDIA'::text) STORED NOT NULL,
  -- The system, trail or route it shows.
  subject_id uuid NOT NULL,
  -- Field subjectKind of the schema.
  subject_kind wiki.entity_kind NOT NULL,
  -- What it is
  kind wiki.media_kind NOT NULL,
  -- Field storage of the schema.
  storage wiki.media_storage NOT NULL,
  -- Where it stands, beginning with https://.
  url text,
  -- The language it is described in, as a BCP 47 tag.
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- What is to be seen, and where.
  caption text NOT NULL,
  -- What a visitor learns from it better than from words.
  showcase text,
  -- Taken on
  taken_on date,
  -- Who made it, as they want to be named.
  attribution text NOT NULL,
  -- Licence
  licence wiki.media_licence NOT NULL,
  -- Why it may be here
  rights_basis wiki.rights_basis NOT NULL,
  -- People in it
  people_shown wiki.people_shown NOT NULL,
  CONSTRAINT media_pkey PRIMARY KEY (id),
  CONSTRAINT media_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- There is no such system, trail or route.
  CONSTRAINT media_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity(id, kind),
  -- Say in 1 to 120 characters who made it.
  CONSTRAINT media_attribution_length CHECK ((((length(attribution) >= 1) AND (length(attribution) <= 120)) AND (attribution = btrim(attribution)))),
  -- Say in 5 to 300 characters what is to be seen, and where.
  CONSTRAINT media_caption_length CHECK ((((length(caption) >= 5) AND (length(caption) <= 300)) AND (caption = btrim(caption)))),
  -- With all rights reserved it is under no open licence: name the licence, or say otherwise why it may be here.
  CONSTRAINT media_licence_open CHECK ((((rights_basis)::text <> 'OPEN_LICENCE'::text) OR ((licence)::text <> 'ALL_RIGHTS_RESERVED'::text))),
  -- People who can be recognised must have agreed to be shown. Ask them, or choose another photo or film.
  CONSTRAINT media_people_shown CHECK (((people_shown)::text <> 'WITHOUT_CONSENT'::text)),
  -- What it shows well has at most 300 characters.
  CONSTRAINT media_showcase_length CHECK ((length(showcase) <= 300)),
  -- A photo or film shows a system, trail or route.
  CONSTRAINT media_subject_kind CHECK (((subject_kind)::text = ANY (ARRAY['SYSTEM'::text, 'TRAIL'::text, 'ROUTE'::text]))),
  -- It was taken on a day from 1970 on.
  CONSTRAINT media_taken_on CHECK (((taken_on >= '1970-01-01'::date) AND (taken_on <= '2200-01-01'::date))),
  -- A link begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT media_url CHECK (((url ~ '^https?://[^/?#[:space:]]+'::text) AND (length(url) <= 500))),
  -- Paste the link: the address where the photo or film stands.
  CONSTRAINT media_url_there CHECK ((((storage)::text <> 'LINKED'::text) OR (url IS NOT NULL)))
);
CREATE INDEX media_of_subject ON wiki.media USING btree (subject_id);

-- Conditions that a photo or film was taken in.
CREATE TABLE wiki.media_condition (
  media_id uuid NOT NULL,
  vocabulary text DEFAULT 'condition'::text NOT NULL,
  code text NOT NULL,
  CONSTRAINT media_condition_pkey PRIMARY KEY (media_id, code),
  CONSTRAINT media_condition_media_id_fkey FOREIGN KEY (media_id) REFERENCES wiki.media(id) ON DELETE CASCADE,
  CONSTRAINT media_condition_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT media_condition_vocabulary_check CHECK ((vocabulary = 'condition'::text))
);

-- Why a photo or film was taken down, or what was asked of it; whether it is down says its entity's state.
CREATE TABLE wiki.media_takedown (
  media_id uuid NOT NULL,
  -- [personal]
  reason text NOT NULL,
  -- [personal]
  decided_by uuid,
  decided_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT media_takedown_pkey PRIMARY KEY (media_id),
  CONSTRAINT media_takedown_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES wiki.rider(id),
  CONSTRAINT media_takedown_media_id_fkey FOREIGN KEY (media_id) REFERENCES wiki.media(id) ON DELETE CASCADE,
  -- Say why, in 3 to 500 characters.
  CONSTRAINT media_takedown_reason CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
);

-- Who found a notice still true, and when last.
CREATE TABLE wiki.notice_confirmation (
  notice_id uuid NOT NULL,
  -- [personal]
  rider_id uuid NOT NULL,
  confirmed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT notice_confirmation_pkey PRIMARY KEY (notice_id, rider_id),
  CONSTRAINT notice_confirmation_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES wiki.seasonal_notice(id) ON DELETE CASCADE,
  CONSTRAINT notice_confirmation_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id)
);

-- Who looks after, owns, runs or serves riding areas.
CREATE TABLE wiki.organisation (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('ORGANISATION'::text) STORED NOT NULL,
  -- Name
  name text NOT NULL,
  -- Kind
  kind wiki.organisation_kind NOT NULL,
  -- Its own site.
  url text,
  -- Where it takes donations.
  donate_url text,
  -- Where one finds it, such as a shop's door; null: it has no such place, or nobody has said.
  position_lat wiki.latitude,
  -- Where one finds it, such as a shop's door; null: it has no such place, or nobody has said.
  position_lon wiki.longitude,
  -- Article status
  status wiki.article_status DEFAULT 'STUB'::text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT organisation_pkey PRIMARY KEY (id),
  CONSTRAINT organisation_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- The address for donations begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT organisation_donate_url CHECK (((donate_url ~ '^https?://'::text) AND (length(donate_url) <= 500))),
  -- A name has 1 to 120 characters and no spaces around it.
  CONSTRAINT organisation_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- A position has both latitude and longitude.
  CONSTRAINT organisation_position_whole CHECK (((position_lat IS NULL) = (position_lon IS NULL))),
  -- The website's address begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT organisation_url CHECK (((url ~ '^https?://'::text) AND (length(url) <= 500)))
);
CREATE INDEX organisation_name_key ON wiki.organisation USING btree (name_key, id);
CREATE INDEX organisation_position ON wiki.organisation USING gist (point((position_lon)::double precision, (position_lat)::double precision));

-- Riders who said that they belong to an organisation: a declared interest, shown on both pages.
CREATE TABLE wiki.organisation_member (
  organisation_id uuid NOT NULL,
  -- [personal]
  rider_id uuid NOT NULL,
  role wiki.membership_role NOT NULL,
  since date DEFAULT CURRENT_DATE NOT NULL,
  CONSTRAINT organisation_member_pkey PRIMARY KEY (organisation_id, rider_id),
  CONSTRAINT organisation_member_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES wiki.organisation(id) ON DELETE CASCADE,
  CONSTRAINT organisation_member_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id) ON DELETE CASCADE
);
CREATE INDEX organisation_member_rider ON wiki.organisation_member USING btree (rider_id);

-- Systems that an organisation looks after, owns, runs or serves.
CREATE TABLE wiki.organisation_system (
  organisation_id uuid NOT NULL,
  system_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT organisation_system_pkey PRIMARY KEY (organisation_id, system_id),
  CONSTRAINT organisation_system_organisation_id_position_key UNIQUE (organisation_id, "position"),
  CONSTRAINT organisation_system_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES wiki.organisation(id) ON DELETE CASCADE,
  CONSTRAINT organisation_system_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id),
  CONSTRAINT organisation_system_position_check CHECK (("position" >= 1))
);
CREATE INDEX organisation_system_system ON wiki.organisation_system USING btree (system_id, organisation_id);

-- Texts of organisations by language.
CREATE TABLE wiki.organisation_text (
  -- The organisation.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- What it does, in one line.
  tagline text,
  -- Markdown.
  description text,
  -- How riders can help: work days, membership, what is needed.
  how_to_help text,
  CONSTRAINT organisation_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT organisation_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.organisation(id) ON DELETE CASCADE,
  -- A description has at most 4,000 characters.
  CONSTRAINT organisation_description_length CHECK ((length(description) <= 4000)),
  -- The text on how to help has at most 2,000 characters.
  CONSTRAINT organisation_how_to_help_length CHECK ((length(how_to_help) <= 2000)),
  -- The line below the name has at most 200 characters.
  CONSTRAINT organisation_tagline_length CHECK ((length(tagline) <= 200))
);

-- Events written with the change they tell of; a publisher drains them in order, at least once.
CREATE TABLE wiki.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  topic text NOT NULL,
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  revision_id uuid,
  visibility wiki.visibility NOT NULL,
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_topic_check CHECK ((length(topic) <= 60))
);

-- How hard a rider found a trail on one axis, 0 like a white trail to 4 like a double black one.
CREATE TABLE wiki.perceived_rating (
  -- [personal]
  ride_id uuid NOT NULL,
  -- [personal]
  axis wiki.axis NOT NULL,
  -- The step on the common scale of labels, 0 to 4. [personal]
  category integer NOT NULL,
  -- Labels stated for the trail in this direction when it was rated, system:label, the first one first. [personal]
  posted_labels text[] DEFAULT '{}'::text[] NOT NULL,
  -- Whether he knew them before. [personal]
  label_seen wiki.label_seen NOT NULL,
  -- Which wording was answered. [personal]
  question_version integer NOT NULL,
  -- [personal]
  rated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT perceived_rating_pkey PRIMARY KEY (ride_id, axis),
  CONSTRAINT perceived_rating_ride_id_fkey FOREIGN KEY (ride_id) REFERENCES wiki.ride(id) ON DELETE CASCADE,
  -- A rating is one of five steps: 0 (white), 1 (green), 2 (blue), 3 (black), 4 (double black).
  CONSTRAINT rating_category CHECK (((category >= 0) AND (category <= 4))),
  -- At most 12 labels are kept.
  CONSTRAINT rating_posted_labels CHECK ((cardinality(posted_labels) <= 12)),
  -- The wordings of the question are counted from 1.
  CONSTRAINT rating_question_version CHECK (((question_version >= 1) AND (question_version <= 1000)))
);

-- Who signs in as a rider. The one erasable table: deleting a row leaves the pseudonym.
CREATE TABLE wiki.person (
  rider_id uuid NOT NULL,
  -- Claim sub of the user pool; never matched by e-mail. [secret]
  subject text NOT NULL,
  -- [personal]
  username text,
  -- [personal]
  blocked_until timestamp with time zone,
  -- [personal]
  blocked_reason text,
  -- [personal]
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT person_pkey PRIMARY KEY (rider_id),
  CONSTRAINT person_subject_key UNIQUE (subject),
  CONSTRAINT person_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id),
  CONSTRAINT person_blocked_reason_check CHECK ((length(blocked_reason) <= 500)),
  CONSTRAINT person_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 200))),
  CONSTRAINT person_username_check CHECK ((length(username) <= 200))
);
CREATE TRIGGER person_takes_rides AFTER DELETE ON wiki.person FOR EACH ROW EXECUTE FUNCTION wiki.forget_rides();
CREATE TRIGGER person_takes_trips AFTER DELETE ON wiki.person FOR EACH ROW EXECUTE FUNCTION wiki.forget_trips();

-- Changes not yet published, several per entity.
CREATE TABLE wiki.proposal (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  base_version integer NOT NULL,
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- [personal: RIDER]
  patch jsonb NOT NULL,
  author uuid NOT NULL,
  state wiki.proposal_state DEFAULT 'OPEN'::text NOT NULL,
  comment text,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  decided_at timestamp with time zone,
  decided_by uuid,
  decision_note text,
  revision_id uuid,
  -- Fields of the patch that the moderator left as they were.
  left_out text[],
  CONSTRAINT proposal_pkey PRIMARY KEY (id),
  CONSTRAINT proposal_author_fkey FOREIGN KEY (author) REFERENCES wiki.rider(id),
  CONSTRAINT proposal_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES wiki.rider(id),
  CONSTRAINT proposal_entity_id_entity_kind_fkey FOREIGN KEY (entity_id, entity_kind) REFERENCES wiki.entity(id, kind),
  CONSTRAINT proposal_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES wiki.revision(id),
  CONSTRAINT proposal_base_version_check CHECK ((base_version >= 0)),
  -- A comment has at most 300 characters.
  CONSTRAINT proposal_comment_length CHECK ((length(comment) <= 300)),
  CONSTRAINT proposal_decided CHECK ((((state)::text = ANY (ARRAY['ACCEPTED'::text, 'REJECTED'::text, 'WITHDRAWN'::text])) = (decided_at IS NOT NULL))),
  -- A decision leaves out 1 to 60 fields.
  CONSTRAINT proposal_left_out CHECK (((cardinality(left_out) >= 1) AND (cardinality(left_out) <= 60))),
  -- A note on a decision has at most 500 characters.
  CONSTRAINT proposal_note_length CHECK ((length(decision_note) <= 500)),
  -- A proposal is an object of at most 40,000 characters.
  CONSTRAINT proposal_patch_size CHECK (((jsonb_typeof(patch) = 'object'::text) AND (length((patch)::text) <= 40000))),
  CONSTRAINT proposal_published CHECK (((revision_id IS NULL) OR ((state)::text = 'ACCEPTED'::text)))
);
CREATE INDEX proposal_author ON wiki.proposal USING btree (author, created_at DESC);
CREATE INDEX proposal_entity ON wiki.proposal USING btree (entity_id, created_at DESC);
CREATE INDEX proposal_waiting ON wiki.proposal USING btree (created_at, id) WHERE ((state)::text = ANY (ARRAY['OPEN'::text, 'HELD'::text]));

-- Lines that proposals would give their trails, while they wait: GeoJSON coordinates in WGS84. A decided proposal keeps the fingerprint in its patch, and no line.
CREATE TABLE wiki.proposal_line (
  proposal_id uuid NOT NULL,
  coordinates jsonb NOT NULL,
  -- At most 200 of the points, for the map of the proposal.
  simplified jsonb NOT NULL,
  point_count integer NOT NULL,
  CONSTRAINT proposal_line_pkey PRIMARY KEY (proposal_id),
  CONSTRAINT proposal_line_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES wiki.proposal(id) ON DELETE CASCADE,
  -- A line has 2 to 20,000 points.
  CONSTRAINT proposal_line_points CHECK ((((point_count >= 2) AND (point_count <= 20000)) AND (jsonb_array_length(coordinates) = point_count))),
  -- The short form of a line has 2 to 200 points.
  CONSTRAINT proposal_line_simplified CHECK (((jsonb_array_length(simplified) >= 2) AND (jsonb_array_length(simplified) <= 200)))
);

-- When and why a page was protected. What holds now is wiki.entity.protected_until.
CREATE TABLE wiki.protection (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  entity_id uuid NOT NULL,
  until timestamp with time zone NOT NULL,
  reason text NOT NULL,
  protected_by uuid,
  protected_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  -- Before its time; null: it ran out or still holds.
  lifted_at timestamp with time zone,
  lifted_by uuid,
  CONSTRAINT protection_pkey PRIMARY KEY (id),
  CONSTRAINT protection_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT protection_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES wiki.rider(id),
  CONSTRAINT protection_protected_by_fkey FOREIGN KEY (protected_by) REFERENCES wiki.rider(id),
  -- A protection is lifted after it began.
  CONSTRAINT protection_lifted CHECK (((lifted_at >= protected_at) AND ((lifted_by IS NULL) OR (lifted_at IS NOT NULL)))),
  -- A reason has 1 to 500 characters.
  CONSTRAINT protection_reason CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  -- A protection ends later than now and within five years.
  CONSTRAINT protection_until CHECK (((until > protected_at) AND (until <= (protected_at + '5 years'::interval))))
);
CREATE INDEX protection_entity ON wiki.protection USING btree (entity_id, protected_at DESC);

-- Journal of erasures, replayed after every restore, clone and dump.
CREATE TABLE wiki.redaction (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  revision_id uuid NOT NULL,
  -- [personal]
  reason text NOT NULL,
  -- [personal]
  decided_by uuid,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT redaction_pkey PRIMARY KEY (id),
  CONSTRAINT redaction_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES wiki.rider(id),
  CONSTRAINT redaction_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES wiki.revision(id),
  CONSTRAINT redaction_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);
CREATE TRIGGER redaction_is_a_record BEFORE DELETE OR UPDATE ON wiki.redaction FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER redaction_is_kept BEFORE TRUNCATE ON wiki.redaction FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();

-- Which entity names which other in which of its facts; follows from the newest facts, written with them.
CREATE TABLE wiki.reference (
  source_id uuid NOT NULL,
  field text NOT NULL,
  target_id uuid NOT NULL,
  CONSTRAINT reference_pkey PRIMARY KEY (source_id, field, target_id),
  CONSTRAINT reference_source_id_fkey FOREIGN KEY (source_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT reference_target_id_fkey FOREIGN KEY (target_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  -- A field is called by its name.
  CONSTRAINT reference_field CHECK ((field ~ '^[a-z][A-Za-z]{0,40}$'::text)),
  -- Nothing is mentioned by itself.
  CONSTRAINT reference_other CHECK ((source_id <> target_id))
);
CREATE INDEX reference_target ON wiki.reference USING btree (target_id);

-- Riding regions.
CREATE TABLE wiki.region (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  kind text GENERATED ALWAYS AS ('REGION'::text) STORED NOT NULL,
  -- Name in the wiki's main language.
  name text NOT NULL,
  -- Middle of the region, for maps.
  position_lat wiki.latitude,
  -- Middle of the region, for maps.
  position_lon wiki.longitude,
  -- Article status
  status wiki.article_status DEFAULT 'STUB'::text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT region_pkey PRIMARY KEY (id),
  CONSTRAINT region_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- A name has 1 to 120 characters and no spaces around it.
  CONSTRAINT region_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- A position has both latitude and longitude.
  CONSTRAINT region_position_whole CHECK (((position_lat IS NULL) = (position_lon IS NULL)))
);
CREATE INDEX region_name_key ON wiki.region USING btree (name_key, id);

-- Countries a region lies in.
CREATE TABLE wiki.region_country (
  region_id uuid NOT NULL,
  vocabulary text DEFAULT 'country'::text NOT NULL,
  code text NOT NULL,
  position integer NOT NULL,
  CONSTRAINT region_country_pkey PRIMARY KEY (region_id, code),
  CONSTRAINT region_country_region_id_position_key UNIQUE (region_id, "position"),
  CONSTRAINT region_country_region_id_fkey FOREIGN KEY (region_id) REFERENCES wiki.region(id) ON DELETE CASCADE,
  CONSTRAINT region_country_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT region_country_position_check CHECK (("position" >= 1)),
  CONSTRAINT region_country_vocabulary_check CHECK ((vocabulary = 'country'::text))
);
CREATE INDEX region_country_code ON wiki.region_country USING btree (code);

-- Texts of regions by language.
CREATE TABLE wiki.region_text (
  -- The region.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- Description
  description text,
  -- Climate
  climate text,
  -- How this region grades
  grading_note text,
  CONSTRAINT region_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT region_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.region(id) ON DELETE CASCADE,
  -- The text on climate has at most 2,000 characters.
  CONSTRAINT region_climate_length CHECK ((length(climate) <= 2000)),
  -- A description has at most 8,000 characters.
  CONSTRAINT region_description_length CHECK ((length(description) <= 8000)),
  -- The note on grading has at most 2,000 characters.
  CONSTRAINT region_grading_note_length CHECK ((length(grading_note) <= 2000))
);

-- Two regions compared, for riders who know the first and travel to the second.
CREATE TABLE wiki.regional_comparison (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  kind text GENERATED ALWAYS AS ('REGIONAL_COMPARISON'::text) STORED NOT NULL,
  -- Title in the language it was first written in.
  name text NOT NULL,
  -- Last verified
  verified_on date,
  -- Article status
  status wiki.article_status DEFAULT 'STUB'::text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT regional_comparison_pkey PRIMARY KEY (id),
  CONSTRAINT regional_comparison_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- A title has 1 to 120 characters and no spaces around it.
  CONSTRAINT regional_comparison_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- The day of the last check is out of range.
  CONSTRAINT regional_comparison_verified_on CHECK (((verified_on >= '2000-01-01'::date) AND (verified_on <= '2200-01-01'::date)))
);
CREATE INDEX regional_comparison_name_key ON wiki.regional_comparison USING btree (name_key, id);

-- The two regions of a comparison: 1 is the one the reader knows.
CREATE TABLE wiki.regional_comparison_region (
  regional_comparison_id uuid NOT NULL,
  region_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT regional_comparison_region_pkey PRIMARY KEY (regional_comparison_id, region_id),
  CONSTRAINT regional_comparison_region_regional_comparison_id_position_key UNIQUE (regional_comparison_id, "position"),
  CONSTRAINT regional_comparison_region_region_id_fkey FOREIGN KEY (region_id) REFERENCES wiki.region(id),
  CONSTRAINT regional_comparison_region_regional_comparison_id_fkey FOREIGN KEY (regional_comparison_id) REFERENCES wiki.regional_comparison(id) ON DELETE CASCADE,
  CONSTRAINT regional_comparison_region_position_check CHECK (("position" = ANY (ARRAY[1, 2])))
);
CREATE INDEX regional_comparison_region_region ON wiki.regional_comparison_region USING btree (region_id, regional_comparison_id);

-- Texts of regional comparisons by language.
CREATE TABLE wiki.regional_comparison_text (
  -- The comparison.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- The title in another language.
  title text,
  -- Summary
  summary text,
  -- 12,000 bytes in all.
  differences jsonb,
  -- 12,000 bytes in all.
  equivalents jsonb,
  CONSTRAINT regional_comparison_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT regional_comparison_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.regional_comparison(id) ON DELETE CASCADE,
  -- A difference is of one of the schema's categories.
  CONSTRAINT regional_comparison_category CHECK ((NOT jsonb_path_exists(differences, '$[*]?(!(@."category" like_regex "^(GRADING|TERRAIN|SURFACE|WEATHER|SEASON|ACCESS|UPLIFT|SAFETY|CULTURE|OTHER)$"))'::jsonpath))),
  -- There are at most 20 differences and 30 equivalents; each list has at most 12,000 bytes.
  CONSTRAINT regional_comparison_lists CHECK (((jsonb_typeof(differences) = 'array'::text) AND (jsonb_array_length(differences) <= 20) AND (octet_length((differences)::text) <= 12000) AND (jsonb_typeof(equivalents) = 'array'::text) AND (jsonb_array_length(equivalents) <= 30) AND (octet_length((equivalents)::text) <= 12000))),
  -- A summary has at most 500 characters.
  CONSTRAINT regional_comparison_summary_length CHECK ((length(summary) <= 500)),
  -- A title has at most 120 characters.
  CONSTRAINT regional_comparison_title_length CHECK ((length(title) <= 120)),
  -- A difference has a text; an equivalent says what it is here and what it is there.
  CONSTRAINT regional_comparison_words CHECK (((NOT jsonb_path_exists(differences, '$[*]?(!(@."text" like_regex "\\S"))'::jsonpath)) AND (NOT jsonb_path_exists(equivalents, '$[*]?(!(@."here" like_regex "\\S" && @."there" like_regex "\\S"))'::jsonpath))))
);

-- What riders found of systems, trails and routes that they rode.
CREATE TABLE wiki.review (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('REVIEW'::text) STORED NOT NULL,
  -- The system, trail or route that was ridden.
  subject_id uuid NOT NULL,
  -- Field subjectKind of the schema.
  subject_kind wiki.entity_kind NOT NULL,
  -- 1 (not again) to 5 (again and again).
  rating integer NOT NULL,
  -- You are
  perspective wiki.review_perspective NOT NULL,
  -- Month of the ride, such as 2026-09.
  ride_month text,
  -- What the ground and the weather were like.
  conditions text,
  -- The language it is written in, as a BCP 47 tag.
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- What it was like, and for whom it is.
  body text NOT NULL,
  CONSTRAINT review_pkey PRIMARY KEY (id),
  CONSTRAINT review_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- There is no such system, trail or route.
  CONSTRAINT review_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity(id, kind),
  -- A review has 10 to 1,500 characters and no spaces around it.
  CONSTRAINT review_body_length CHECK ((((length(body) >= 10) AND (length(body) <= 1500)) AND (body = btrim(body)))),
  -- Conditions have at most 120 characters.
  CONSTRAINT review_conditions_length CHECK ((length(conditions) <= 120)),
  -- A rating is a number from 1 to 5.
  CONSTRAINT review_rating_range CHECK (((rating >= 1) AND (rating <= 5))),
  -- The month of a ride is this one or one before, such as 2026-09.
  CONSTRAINT review_ride_month CHECK (((length(ride_month) <= 7) AND (ride_month ~ '^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])$'::text) AND ((ride_month COLLATE "C") <= to_char(((now() AT TIME ZONE 'UTC'::text) + '1 day'::interval), 'YYYY-MM'::text)))),
  -- A review is about a system, trail or route.
  CONSTRAINT review_subject_kind CHECK (((subject_kind)::text = ANY (ARRAY['SYSTEM'::text, 'TRAIL'::text, 'ROUTE'::text])))
);
CREATE INDEX review_of_subject ON wiki.review USING btree (subject_id);

-- Revision envelopes: who changed what and when. Never updated, never deleted.
CREATE TABLE wiki.revision (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  entity_id uuid NOT NULL,
  entity_kind wiki.entity_kind NOT NULL,
  number integer NOT NULL,
  -- Null: the facts; otherwise the language whose texts changed.
  lang wiki.lang_tag,
  kind wiki.revision_kind NOT NULL,
  author uuid,
  comment text,
  created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  size integer NOT NULL,
  -- [secret]
  salt bytea NOT NULL,
  -- SHA-256 of salt and content, so that redacted content can still be proved.
  hash bytea NOT NULL,
  licence text DEFAULT 'CC-BY-SA-4.0'::text NOT NULL,
  terms_version integer DEFAULT 1 NOT NULL,
  -- The revision before it in the same chain (facts, or texts of one language).
  previous_id uuid,
  -- A translation: the language it was made from.
  based_on_lang wiki.lang_tag,
  -- A translation: the revision of that language it was made from.
  based_on_number integer,
  CONSTRAINT revision_pkey PRIMARY KEY (id),
  CONSTRAINT revision_entity_id_number_key UNIQUE (entity_id, number),
  CONSTRAINT revision_author_fkey FOREIGN KEY (author) REFERENCES wiki.rider(id),
  CONSTRAINT revision_entity_id_entity_kind_fkey FOREIGN KEY (entity_id, entity_kind) REFERENCES wiki.entity(id, kind),
  CONSTRAINT revision_previous_id_fkey FOREIGN KEY (previous_id) REFERENCES wiki.revision(id),
  -- A comment on an edit has at most 300 characters.
  CONSTRAINT revision_comment_length CHECK ((length(comment) <= 300)),
  CONSTRAINT revision_hash_check CHECK ((length(hash) = 32)),
  CONSTRAINT revision_number_check CHECK ((number >= 1)),
  CONSTRAINT revision_size_check CHECK ((size >= 0))
);
CREATE INDEX revision_author ON wiki.revision USING btree (author, created_at DESC);
CREATE INDEX revision_chain ON wiki.revision USING btree (entity_id, lang, number DESC);
CREATE INDEX revision_recent ON wiki.revision USING btree (created_at DESC, id);
CREATE TRIGGER revision_is_a_record BEFORE DELETE OR UPDATE ON wiki.revision FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER revision_is_kept BEFORE TRUNCATE ON wiki.revision FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();

-- Content of a revision, in the schema's spelling. Only a recorded redaction may empty it.
CREATE TABLE wiki.revision_content (
  revision_id uuid NOT NULL,
  -- [personal: RIDER]
  content jsonb,
  -- [personal]
  redacted_reason text,
  CONSTRAINT revision_content_pkey PRIMARY KEY (revision_id),
  CONSTRAINT revision_content_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES wiki.revision(id),
  CONSTRAINT revision_content_check CHECK (((content IS NULL) = (redacted_reason IS NOT NULL))),
  CONSTRAINT revision_content_redacted_reason_check CHECK (((length(redacted_reason) >= 1) AND (length(redacted_reason) <= 500)))
);
CREATE TRIGGER revision_content_is_a_record BEFORE DELETE ON wiki.revision_content FOR EACH ROW EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER revision_content_is_kept BEFORE TRUNCATE ON wiki.revision_content FOR EACH STATEMENT EXECUTE FUNCTION wiki.refuse_change();
CREATE TRIGGER revision_content_is_only_emptied BEFORE UPDATE ON wiki.revision_content FOR EACH ROW WHEN ((NOT ((new.revision_id = old.revision_id) AND (old.content IS NOT NULL) AND (new.content IS NULL) AND (new.redacted_reason IS NOT NULL)))) EXECUTE FUNCTION wiki.refuse_change();

-- Rides, each its rider's own.
CREATE TABLE wiki.ride (
  -- [personal]
  id uuid NOT NULL,
  -- Whose it is, and nobody else's to read. [personal]
  rider_id uuid NOT NULL,
  -- [personal]
  trail_id uuid NOT NULL,
  -- Along the trail's line or against it. [personal]
  direction wiki.line_direction NOT NULL,
  -- The day; null: year, and month or season, say when. [personal]
  ridden_on date,
  -- [personal]
  year integer,
  -- [personal]
  month wiki.month,
  -- [personal]
  season wiki.season_of_year,
  -- What rides are sorted by: the day, or the first day of what is known; seasons as in the north. [personal]
  sort_day date GENERATED ALWAYS AS (COALESCE(ridden_on, make_date(year, COALESCE((month)::integer,
CASE season
    WHEN 'SPRING'::text THEN 4
    WHEN 'SUMMER'::text THEN 7
    WHEN 'AUTUMN'::text THEN 10
    ELSE 1
END), 1))) STORED NOT NULL,
  -- [personal]
  bike_class wiki.bike_class,
  -- [personal]
  outcome wiki.ride_outcome,
  -- To himself. [personal]
  note text,
  -- Put away: its ratings don't count. [personal]
  archived boolean DEFAULT false NOT NULL,
  -- Counts changes, those of its ratings too. [personal]
  version integer DEFAULT 1 NOT NULL,
  -- [personal]
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  -- [personal]
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ride_pkey PRIMARY KEY (id),
  CONSTRAINT ride_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id) ON DELETE CASCADE,
  CONSTRAINT ride_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  -- A note has at most 1,000 characters.
  CONSTRAINT ride_note_length CHECK (((length(note) >= 1) AND (length(note) <= 1000))),
  -- Say when it was: the day, or the year with a month or a season, not both.
  CONSTRAINT ride_when CHECK ((((ridden_on IS NULL) = (year IS NOT NULL)) AND ((ridden_on IS NULL) OR ((month IS NULL) AND (season IS NULL))) AND ((month IS NULL) OR (season IS NULL)))),
  -- A ride was in 1970 or later.
  CONSTRAINT ride_years CHECK ((((ridden_on >= '1970-01-01'::date) AND (ridden_on <= '2199-12-31'::date)) AND ((year >= 1970) AND (year <= 2199))))
);
CREATE INDEX ride_of_rider ON wiki.ride USING btree (rider_id, sort_day DESC, id);
CREATE INDEX ride_of_trail ON wiki.ride USING btree (trail_id, rider_id);

-- What the trail was like on a ride.
CREATE TABLE wiki.ride_condition (
  -- [personal]
  ride_id uuid NOT NULL,
  -- Constant.
  vocabulary text DEFAULT 'condition'::text NOT NULL,
  -- [personal]
  code text NOT NULL,
  CONSTRAINT ride_condition_pkey PRIMARY KEY (ride_id, code),
  CONSTRAINT ride_condition_ride_id_fkey FOREIGN KEY (ride_id) REFERENCES wiki.ride(id) ON DELETE CASCADE,
  CONSTRAINT ride_condition_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT ride_condition_vocabulary CHECK ((vocabulary = 'condition'::text))
);

-- Public profiles. A rider is a pseudonym: what identifies a person stands in wiki.person.
CREATE TABLE wiki.rider (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  kind text GENERATED ALWAYS AS ('RIDER'::text) STORED NOT NULL,
  -- What others see; chosen by the rider. [personal]
  name text NOT NULL,
  -- About [personal]
  about text,
  -- Years riding [personal]
  years_riding integer,
  -- Home region [personal]
  home_region_id uuid,
  -- Skill [personal]
  skill wiki.skill_level,
  -- Fitness [personal]
  fitness wiki.fitness_level,
  -- Bike [personal]
  bike_class wiki.bike_class,
  -- Units [personal]
  units wiki.units DEFAULT 'METRIC'::text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents. [personal]
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT rider_pkey PRIMARY KEY (id),
  -- There is no such region.
  CONSTRAINT rider_home_region FOREIGN KEY (home_region_id) REFERENCES wiki.region(id),
  CONSTRAINT rider_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- The text about you has at most 1,000 characters.
  CONSTRAINT rider_about_length CHECK ((length(about) <= 1000)),
  -- A name has 1 to 60 characters and no spaces around it.
  CONSTRAINT rider_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 60)) AND (name = btrim(name)))),
  -- Years riding lie between 0 and 90.
  CONSTRAINT rider_years_riding CHECK (((years_riding >= 0) AND (years_riding <= 90)))
);
CREATE INDEX rider_name_key ON wiki.rider USING btree (name_key, id);

-- Character tags a rider would rather not meet.
CREATE TABLE wiki.rider_avoid (
  rider_id uuid NOT NULL,
  vocabulary text DEFAULT 'character-tag'::text NOT NULL,
  -- [personal]
  code text NOT NULL,
  CONSTRAINT rider_avoid_pkey PRIMARY KEY (rider_id, code),
  CONSTRAINT rider_avoid_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id) ON DELETE CASCADE,
  CONSTRAINT rider_avoid_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT rider_avoid_vocabulary_check CHECK ((vocabulary = 'character-tag'::text))
);

-- Styles a rider likes.
CREATE TABLE wiki.rider_style (
  rider_id uuid NOT NULL,
  -- [personal]
  style wiki.riding_style NOT NULL,
  CONSTRAINT rider_style_pkey PRIMARY KEY (rider_id, style),
  CONSTRAINT rider_style_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id) ON DELETE CASCADE
);

-- Curated rides with a purpose.
CREATE TABLE wiki.route (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  kind text GENERATED ALWAYS AS ('ROUTE'::text) STORED NOT NULL,
  -- Name
  name text NOT NULL,
  -- Shape
  shape wiki.route_shape NOT NULL,
  -- Uplift
  uplift wiki.uplift_kind DEFAULT 'NONE'::text NOT NULL,
  -- Length, in m.
  length_m double precision,
  -- Climb, in m.
  climb_m double precision,
  -- Moving time of a very fit rider, in min.
  minutes_low integer,
  -- Moving time of a casual rider, in min.
  minutes_high integer,
  -- For skill
  skill wiki.skill_level,
  -- For fitness
  fitness wiki.fitness_level,
  -- In bad weather
  condition_sensitivity wiki.condition_sensitivity,
  -- Time of day
  time_of_day wiki.time_of_day DEFAULT 'ANY'::text NOT NULL,
  -- Must do
  must_do boolean,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT route_pkey PRIMARY KEY (id),
  CONSTRAINT route_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- A climb lies between 0 and 30,000 m; leave it empty when unknown.
  CONSTRAINT route_climb_range CHECK (((climb_m >= (0)::double precision) AND (climb_m <= (30000)::double precision))),
  -- A length is more than 0 and at most 1,000,000 m; leave it empty when unknown.
  CONSTRAINT route_length_range CHECK (((length_m > (0)::double precision) AND (length_m <= (1000000)::double precision))),
  -- Times lie between 1 and 10,000 minutes, the shortest below the longest.
  CONSTRAINT route_minutes CHECK ((((minutes_low >= 1) AND (minutes_low <= 10000)) AND ((minutes_high >= 1) AND (minutes_high <= 10000)) AND (minutes_low <= minutes_high))),
  -- A name has 1 to 120 characters and no spaces around it.
  CONSTRAINT route_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name))))
);
CREATE INDEX route_name_key ON wiki.route USING btree (name_key, id);

-- Where a route can be begun; position 1 is the best place.
CREATE TABLE wiki.route_access_point (
  route_id uuid NOT NULL,
  access_point_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT route_access_point_pkey PRIMARY KEY (route_id, access_point_id),
  CONSTRAINT route_access_point_route_id_position_key UNIQUE (route_id, "position"),
  CONSTRAINT route_access_point_access_point_id_fkey FOREIGN KEY (access_point_id) REFERENCES wiki.access_point(id),
  CONSTRAINT route_access_point_route_id_fkey FOREIGN KEY (route_id) REFERENCES wiki.route(id) ON DELETE CASCADE,
  CONSTRAINT route_access_point_position_check CHECK (("position" >= 1))
);
CREATE INDEX route_access_point_point ON wiki.route_access_point USING btree (access_point_id, route_id);

-- Legs of a route in riding order.
CREATE TABLE wiki.route_leg (
  route_id uuid NOT NULL,
  position integer NOT NULL,
  kind wiki.leg_kind NOT NULL,
  trail_id uuid,
  from_m double precision,
  to_m double precision,
  direction wiki.line_direction DEFAULT 'FORWARD'::text NOT NULL,
  purpose text,
  notes text,
  alternatives text,
  -- The uplift that a leg takes.
  uplift_id uuid,
  CONSTRAINT route_leg_pkey PRIMARY KEY (route_id, "position"),
  CONSTRAINT route_leg_route_id_fkey FOREIGN KEY (route_id) REFERENCES wiki.route(id) ON DELETE CASCADE,
  CONSTRAINT route_leg_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id),
  CONSTRAINT route_leg_uplift_id_fkey FOREIGN KEY (uplift_id) REFERENCES wiki.uplift(id),
  -- A leg runs from one distance along the trail to another.
  CONSTRAINT route_leg_part CHECK (((from_m >= (0)::double precision) AND (to_m >= (0)::double precision) AND (from_m <> to_m))),
  CONSTRAINT route_leg_position_check CHECK (("position" >= 1)),
  -- A leg's purpose has at most 200 characters, its notes 500, its alternatives 300.
  CONSTRAINT route_leg_text CHECK (((length(purpose) <= 200) AND (length(notes) <= 500) AND (length(alternatives) <= 300))),
  -- A leg of kind TRAIL names its trail.
  CONSTRAINT route_leg_trail CHECK ((((kind)::text <> 'TRAIL'::text) OR (trail_id IS NOT NULL))),
  -- Only a leg of kind UPLIFT names an uplift.
  CONSTRAINT route_leg_uplift CHECK (((uplift_id IS NULL) OR ((kind)::text = 'UPLIFT'::text)))
);
CREATE INDEX route_leg_trail_id ON wiki.route_leg USING btree (trail_id) WHERE (trail_id IS NOT NULL);
CREATE INDEX route_leg_uplift_id ON wiki.route_leg USING btree (uplift_id) WHERE (uplift_id IS NOT NULL);

-- Systems a route goes through; position 1 is where it starts.
CREATE TABLE wiki.route_system (
  route_id uuid NOT NULL,
  system_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT route_system_pkey PRIMARY KEY (route_id, system_id),
  CONSTRAINT route_system_route_id_position_key UNIQUE (route_id, "position"),
  CONSTRAINT route_system_route_id_fkey FOREIGN KEY (route_id) REFERENCES wiki.route(id) ON DELETE CASCADE,
  CONSTRAINT route_system_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id),
  CONSTRAINT route_system_position_check CHECK (("position" >= 1))
);
CREATE INDEX route_system_system ON wiki.route_system USING btree (system_id, route_id);

-- Texts of routes by language.
CREATE TABLE wiki.route_text (
  -- The route.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- In one line
  tagline text,
  -- Purpose
  purpose text,
  -- Description
  description text,
  -- Highlights
  highlights text,
  -- Ideal for
  ideal_for text,
  -- Not recommended for
  not_for text,
  CONSTRAINT route_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT route_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.route(id) ON DELETE CASCADE,
  -- A description has at most 8,000 characters.
  CONSTRAINT route_description_length CHECK ((length(description) <= 8000)),
  -- Whom it suits has at most 500 characters.
  CONSTRAINT route_for_length CHECK (((length(ideal_for) <= 500) AND (length(not_for) <= 500))),
  -- Highlights have at most 2,000 characters.
  CONSTRAINT route_highlights_length CHECK ((length(highlights) <= 2000)),
  -- A purpose has at most 500 characters.
  CONSTRAINT route_purpose_length CHECK ((length(purpose) <= 500)),
  -- The line that sums it up has at most 200 characters.
  CONSTRAINT route_tagline_length CHECK ((length(tagline) <= 200))
);

-- Searchable words of an entity by language, rewritten with every change.
CREATE TABLE wiki.search_document (
  entity_id uuid NOT NULL,
  kind wiki.entity_kind NOT NULL,
  lang wiki.lang_tag NOT NULL,
  -- [personal: RIDER]
  title text NOT NULL,
  -- Local and other names, nearest town. [personal: RIDER]
  names text,
  -- [personal: RIDER]
  body text,
  -- [personal: RIDER]
  vector tsvector GENERATED ALWAYS AS (wiki.search_vector(title, names, body)) STORED NOT NULL,
  -- [personal: RIDER]
  plain_title text GENERATED ALWAYS AS (wiki.plain(((title || ' '::text) || COALESCE(names, ''::text)))) STORED NOT NULL,
  CONSTRAINT search_document_pkey PRIMARY KEY (entity_id, lang),
  CONSTRAINT search_document_entity_id_kind_fkey FOREIGN KEY (entity_id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE
);
CREATE INDEX search_document_title ON wiki.search_document USING gin (plain_title extensions.gin_trgm_ops);
CREATE INDEX search_document_vector ON wiki.search_document USING gin (vector);

-- A verdict per month for a system, one of its zones, or a route. No row: unknown.
CREATE TABLE wiki.season_month (
  entity_id uuid NOT NULL,
  zone_id uuid,
  month wiki.month NOT NULL,
  verdict wiki.season_verdict NOT NULL,
  reason text,
  basis wiki.basis NOT NULL,
  CONSTRAINT season_month_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT season_month_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES wiki.system_zone(id) ON DELETE CASCADE,
  -- A reason has at most 300 characters.
  CONSTRAINT season_reason_length CHECK ((length(reason) <= 300))
);
-- Each month has one verdict.
CREATE UNIQUE INDEX season_month_once ON wiki.season_month USING btree (entity_id, COALESCE(zone_id, '00000000-0000-0000-0000-000000000000'::uuid), month);

-- Closures, changes, new features and events of a system, trail or route.
CREATE TABLE wiki.seasonal_notice (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('SEASONAL_NOTICE'::text) STORED NOT NULL,
  -- The system, trail, route or access point it is about.
  subject_id uuid NOT NULL,
  -- Field subjectKind of the schema.
  subject_kind wiki.entity_kind NOT NULL,
  -- Kind
  kind wiki.notice_kind NOT NULL,
  -- How much it matters
  severity wiki.notice_severity NOT NULL,
  -- The language it is written in, as a BCP 47 tag.
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- What is so, and for whom.
  body text NOT NULL,
  -- First day.
  starts_on date NOT NULL,
  -- Last day; null: until somebody says otherwise.
  ends_on date,
  -- Where who decides about the place says so.
  url text,
  -- Basis
  basis wiki.basis DEFAULT 'LOCAL'::text NOT NULL,
  CONSTRAINT seasonal_notice_pkey PRIMARY KEY (id),
  -- There is no such system, trail, route or access point.
  CONSTRAINT notice_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity(id, kind),
  CONSTRAINT seasonal_notice_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- A notice has 5 to 600 characters and no spaces around it.
  CONSTRAINT notice_body_length CHECK ((((length(body) >= 5) AND (length(body) <= 600)) AND (body = btrim(body)))),
  -- A notice ends on the day that it begins, or later; leave the end empty when nobody knows it.
  CONSTRAINT notice_days CHECK ((((starts_on >= '2000-01-01'::date) AND (starts_on <= '2200-01-01'::date)) AND ((ends_on IS NULL) OR ((ends_on >= starts_on) AND (ends_on <= '2200-01-01'::date))))),
  -- A notice is about a system, trail, route or access point.
  CONSTRAINT notice_subject_kind CHECK (((subject_kind)::text = ANY (ARRAY['SYSTEM'::text, 'TRAIL'::text, 'ROUTE'::text, 'ACCESS_POINT'::text]))),
  -- The official page's address begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT notice_url CHECK (((url ~ '^https?://'::text) AND (length(url) <= 500)))
);
CREATE INDEX notice_end ON wiki.seasonal_notice USING btree (ends_on) WHERE (ends_on IS NOT NULL);
CREATE INDEX notice_of_subject ON wiki.seasonal_notice USING btree (subject_id);

-- Rules that are data: weights, limits, publishing policy.
CREATE TABLE wiki.setting (
  name text NOT NULL,
  value jsonb NOT NULL,
  description text NOT NULL,
  CONSTRAINT setting_pkey PRIMARY KEY (name),
  CONSTRAINT setting_name_check CHECK ((name ~ '^[a-z][a-z.-]{0,60}$'::text))
);

-- Slugs by language; old ones stay and redirect.
CREATE TABLE wiki.slug (
  kind wiki.entity_kind NOT NULL,
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- [personal: RIDER]
  slug wiki.slug_text NOT NULL,
  entity_id uuid NOT NULL,
  current boolean DEFAULT true NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT slug_pkey PRIMARY KEY (kind, lang, slug),
  CONSTRAINT slug_entity_id_kind_fkey FOREIGN KEY (entity_id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE
);
CREATE UNIQUE INDEX slug_current ON wiki.slug USING btree (entity_id, lang) WHERE current;
CREATE INDEX slug_entity ON wiki.slug USING btree (entity_id);
CREATE INDEX slug_slug ON wiki.slug USING btree (slug, kind);

-- Synthetic data that is in this database: what package synthetic was asked for. Written and deleted with the data, in one transaction.
CREATE TABLE wiki.synthetic_batch (
  seed bigint NOT NULL,
  systems integer NOT NULL,
  trails integer NOT NULL,
  regions integer NOT NULL,
  riders integer NOT NULL,
  -- Every entity and revision of the batch has an id from first_id to last_id, and nothing else has.
  first_id uuid NOT NULL,
  last_id uuid NOT NULL,
  made_at timestamp with time zone DEFAULT now() NOT NULL,
  -- Synthetic data of one seed is there once.
  CONSTRAINT synthetic_batch_pkey PRIMARY KEY (seed),
  -- The ids of a batch are a range.
  CONSTRAINT synthetic_batch_ids CHECK ((first_id < last_id)),
  -- A batch has a system, a region and a rider at least.
  CONSTRAINT synthetic_batch_numbers CHECK (((seed >= 0) AND (systems >= 1) AND (trails >= 0) AND (regions >= 1) AND (riders >= 1)))
);

-- Riding areas.
CREATE TABLE wiki.system (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('SYSTEM'::text) STORED NOT NULL,
  -- Name
  name text NOT NULL,
  -- Local name
  local_name text,
  -- Kind
  kind wiki.system_kind NOT NULL,
  -- The system this one is part of; at most three levels.
  parent_id uuid,
  -- Nearest town
  nearest_town text,
  -- Position
  position_lat wiki.latitude,
  -- Position
  position_lon wiki.longitude,
  -- Size
  size wiki.system_size,
  -- Lowest point, in m.
  lowest_m integer,
  -- Highest point, in m.
  highest_m integer,
  -- Climbing
  climbing_style wiki.climbing_style,
  -- Standing
  standing wiki.standing DEFAULT 'UNKNOWN'::text NOT NULL,
  -- Article status
  status wiki.article_status DEFAULT 'STUB'::text NOT NULL,
  -- Whom to call, if not the usual number of the country.
  emergency_number text,
  -- Where a phone works and where not.
  phone_coverage text,
  -- Hospital with an emergency department.
  nearest_hospital text,
  -- Where a ride can be cut short.
  bail_out_points text,
  -- Where there is drinking water.
  water text,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT system_pkey PRIMARY KEY (id),
  CONSTRAINT system_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- parentId: there is no such trail system.
  CONSTRAINT system_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES wiki.system(id),
  -- Elevations lie between -450 and 6,500 m, the lowest point below the highest.
  CONSTRAINT system_elevation CHECK ((((lowest_m >= '-450'::integer) AND (lowest_m <= 6500)) AND ((highest_m >= '-450'::integer) AND (highest_m <= 6500)) AND (lowest_m <= highest_m))),
  -- A local name has 1 to 120 characters.
  CONSTRAINT system_local_name_length CHECK (((length(local_name) >= 1) AND (length(local_name) <= 120))),
  -- A name has 1 to 120 characters and no spaces around it.
  CONSTRAINT system_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- The nearest town has 1 to 120 characters.
  CONSTRAINT system_nearest_town_length CHECK (((length(nearest_town) >= 1) AND (length(nearest_town) <= 120))),
  -- A system can't be part of itself.
  CONSTRAINT system_not_its_own_parent CHECK ((parent_id <> id)),
  -- A position has both latitude and longitude.
  CONSTRAINT system_position_whole CHECK (((position_lat IS NULL) = (position_lon IS NULL))),
  -- A safety note is too long: at most 40 characters for the number, 300 to 500 for the rest.
  CONSTRAINT system_safety_length CHECK (((length(emergency_number) <= 40) AND (length(phone_coverage) <= 300) AND (length(nearest_hospital) <= 300) AND (length(bail_out_points) <= 500) AND (length(water) <= 300)))
);
CREATE INDEX system_name_key ON wiki.system USING btree (name_key, id);
CREATE INDEX system_parent ON wiki.system USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX system_position ON wiki.system USING gist (point((position_lon)::double precision, (position_lat)::double precision));
CREATE TRIGGER system_parent_levels AFTER INSERT OR UPDATE OF parent_id ON wiki.system FOR EACH ROW EXECUTE FUNCTION wiki.check_system_parent();

-- Hazards by month.
CREATE TABLE wiki.system_hazard (
  system_id uuid NOT NULL,
  hazard wiki.hazard_kind NOT NULL,
  months integer[] DEFAULT '{}'::integer[] NOT NULL,
  note text,
  -- Each hazard stands there once.
  CONSTRAINT system_hazard_pkey PRIMARY KEY (system_id, hazard),
  CONSTRAINT system_hazard_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  -- Months are numbers from 1 to 12.
  CONSTRAINT system_hazard_months CHECK ((months <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
  -- A note on a hazard has at most 300 characters.
  CONSTRAINT system_hazard_note_length CHECK ((length(note) <= 300))
);

-- Regions of a system; position 1 is the primary one.
CREATE TABLE wiki.system_region (
  system_id uuid NOT NULL,
  region_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT system_region_pkey PRIMARY KEY (system_id, region_id),
  CONSTRAINT system_region_system_id_position_key UNIQUE (system_id, "position"),
  CONSTRAINT system_region_region_id_fkey FOREIGN KEY (region_id) REFERENCES wiki.region(id),
  CONSTRAINT system_region_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  CONSTRAINT system_region_position_check CHECK (("position" >= 1))
);
CREATE INDEX system_region_region ON wiki.system_region USING btree (region_id, system_id);

-- How well a system suits a skill level, 0 to 5.
CREATE TABLE wiki.system_skill_mark (
  system_id uuid NOT NULL,
  skill wiki.skill_level NOT NULL,
  mark integer NOT NULL,
  -- Each skill level has one mark.
  CONSTRAINT system_skill_mark_pkey PRIMARY KEY (system_id, skill),
  CONSTRAINT system_skill_mark_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  -- Marks lie between 0 and 5.
  CONSTRAINT system_skill_mark_range CHECK (((mark >= 0) AND (mark <= 5)))
);

-- How well a system suits a riding style, 0 to 5.
CREATE TABLE wiki.system_style_mark (
  system_id uuid NOT NULL,
  style wiki.riding_style NOT NULL,
  mark integer NOT NULL,
  -- Each riding style has one mark.
  CONSTRAINT system_style_mark_pkey PRIMARY KEY (system_id, style),
  CONSTRAINT system_style_mark_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  -- Marks lie between 0 and 5.
  CONSTRAINT system_style_mark_range CHECK (((mark >= 0) AND (mark <= 5)))
);

-- ISO 3166-2 subdivisions of a system; position 1 is the primary one.
CREATE TABLE wiki.system_subdivision (
  system_id uuid NOT NULL,
  vocabulary text DEFAULT 'subdivision'::text NOT NULL,
  code text NOT NULL,
  position integer NOT NULL,
  CONSTRAINT system_subdivision_pkey PRIMARY KEY (system_id, code),
  CONSTRAINT system_subdivision_system_id_position_key UNIQUE (system_id, "position"),
  CONSTRAINT system_subdivision_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  CONSTRAINT system_subdivision_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT system_subdivision_position_check CHECK (("position" >= 1)),
  CONSTRAINT system_subdivision_vocabulary_check CHECK ((vocabulary = 'subdivision'::text))
);
CREATE INDEX system_subdivision_code ON wiki.system_subdivision USING btree (code);

-- Texts of systems by language.
CREATE TABLE wiki.system_text (
  -- The system.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- In one line
  tagline text,
  -- Character
  character text,
  -- Description
  description text,
  -- Weather
  weather_impact text,
  -- Fees
  fees text,
  -- Parking
  parking text,
  CONSTRAINT system_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT system_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  -- The text on character has at most 4,000 characters.
  CONSTRAINT system_character_length CHECK ((length("character") <= 4000)),
  -- A description has at most 8,000 characters.
  CONSTRAINT system_description_length CHECK ((length(description) <= 8000)),
  -- The text on fees has at most 1,000 characters.
  CONSTRAINT system_fees_length CHECK ((length(fees) <= 1000)),
  -- The text on parking has at most 1,000 characters.
  CONSTRAINT system_parking_length CHECK ((length(parking) <= 1000)),
  -- The line that sums it up has at most 200 characters.
  CONSTRAINT system_tagline_length CHECK ((length(tagline) <= 200)),
  -- The text on weather has at most 1,000 characters.
  CONSTRAINT system_weather_length CHECK ((length(weather_impact) <= 1000))
);

-- Elevation zones of a system, each with a season of its own.
CREATE TABLE wiki.system_zone (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  system_id uuid NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  from_m integer,
  to_m integer,
  CONSTRAINT system_zone_pkey PRIMARY KEY (id),
  CONSTRAINT system_zone_system_id_position_key UNIQUE (system_id, "position"),
  CONSTRAINT system_zone_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id) ON DELETE CASCADE,
  CONSTRAINT system_zone_check CHECK ((from_m <= to_m)),
  CONSTRAINT system_zone_from_m_check CHECK (((from_m >= '-450'::integer) AND (from_m <= 6500))),
  CONSTRAINT system_zone_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  CONSTRAINT system_zone_position_check CHECK (("position" >= 1)),
  CONSTRAINT system_zone_to_m_check CHECK (((to_m >= '-450'::integer) AND (to_m <= 6500)))
);

-- Members of the vocabularies in their order.
CREATE TABLE wiki.term (
  vocabulary text NOT NULL,
  code text NOT NULL,
  position integer NOT NULL,
  label text NOT NULL,
  description text,
  -- Group inside the vocabulary, such as surface among the character tags; the label system of a label.
  term_group text,
  -- IMBA colour that stands for it on the common scale, for display.
  common text,
  -- ISO codes change: first day of validity.
  valid_from date,
  valid_until date,
  CONSTRAINT term_pkey PRIMARY KEY (vocabulary, code),
  CONSTRAINT term_vocabulary_position_key UNIQUE (vocabulary, "position"),
  CONSTRAINT term_vocabulary_fkey FOREIGN KEY (vocabulary) REFERENCES wiki.vocabulary(name),
  CONSTRAINT term_check CHECK (((valid_until IS NULL) OR (valid_from IS NULL) OR (valid_until > valid_from))),
  CONSTRAINT term_code_check CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9+ :_-]{0,40}$'::text)),
  CONSTRAINT term_common_check CHECK ((common = ANY (ARRAY['white'::text, 'green'::text, 'blue'::text, 'black'::text, 'double-black'::text]))),
  CONSTRAINT term_description_check CHECK ((length(description) <= 1000)),
  CONSTRAINT term_label_check CHECK (((length(label) >= 1) AND (length(label) <= 120))),
  CONSTRAINT term_position_check CHECK (("position" >= 1)),
  CONSTRAINT term_term_group_check CHECK ((length(term_group) <= 60))
);

-- Addresses of pages that texts link to, such as /trails/daydream; follows from the newest texts, written with them. The page need not be there.
CREATE TABLE wiki.text_link (
  source_id uuid NOT NULL,
  lang wiki.lang_tag NOT NULL,
  -- Kind that the address stands for.
  kind text NOT NULL,
  slug wiki.slug_text NOT NULL,
  CONSTRAINT text_link_pkey PRIMARY KEY (source_id, lang, kind, slug),
  CONSTRAINT text_link_source_id_fkey FOREIGN KEY (source_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  -- A kind is called as in wiki.entity_kind.
  CONSTRAINT text_link_kind CHECK ((kind ~ '^[A-Z][A-Z_]{0,40}$'::text))
);
CREATE INDEX text_link_address ON wiki.text_link USING btree (kind, slug);

-- One or two sentences of local knowledge about a system, trail or route.
CREATE TABLE wiki.tip (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('TIP'::text) STORED NOT NULL,
  -- The system, trail, route or access point it is about.
  subject_id uuid NOT NULL,
  -- Field subjectKind of the schema.
  subject_kind wiki.entity_kind NOT NULL,
  -- Kind
  kind wiki.tip_kind NOT NULL,
  -- The language it is written in, as a BCP 47 tag.
  lang wiki.lang_tag DEFAULT 'en'::text NOT NULL,
  -- Tip
  body text NOT NULL,
  -- Ridden on
  ride_date date,
  -- Basis
  basis wiki.basis DEFAULT 'LOCAL'::text NOT NULL,
  -- Valid until
  valid_until date,
  CONSTRAINT tip_pkey PRIMARY KEY (id),
  CONSTRAINT tip_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- There is no such system, trail, route or access point.
  CONSTRAINT tip_subject FOREIGN KEY (subject_id, subject_kind) REFERENCES wiki.entity(id, kind),
  -- A tip has 5 to 400 characters and no spaces around it.
  CONSTRAINT tip_body_length CHECK ((((length(body) >= 5) AND (length(body) <= 400)) AND (body = btrim(body)))),
  -- The date ridden is out of range.
  CONSTRAINT tip_ride_date CHECK (((ride_date >= '1970-01-01'::date) AND (ride_date <= '2200-01-01'::date))),
  -- A tip is about a system, trail, route or access point.
  CONSTRAINT tip_subject_kind CHECK (((subject_kind)::text = ANY (ARRAY['SYSTEM'::text, 'TRAIL'::text, 'ROUTE'::text, 'ACCESS_POINT'::text])))
);
CREATE INDEX tip_of_subject ON wiki.tip USING btree (subject_id);

-- Trails.
CREATE TABLE wiki.trail (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  kind text GENERATED ALWAYS AS ('TRAIL'::text) STORED NOT NULL,
  -- Name
  name text NOT NULL,
  -- Local name
  local_name text,
  -- Direction
  direction wiki.trail_direction NOT NULL,
  -- Type
  type wiki.trail_type NOT NULL,
  -- Length along the line, in m.
  length_m double precision,
  -- Climb along the line's direction, in m.
  climb_m double precision,
  -- Descent along the line's direction, in m.
  descent_m double precision,
  -- How climb and descent were computed.
  elevation_method text,
  -- Average grade, in percent.
  average_grade double precision,
  -- Maximum grade, in percent.
  maximum_grade double precision,
  -- Narrowest width, in cm.
  narrowest_cm integer,
  -- Worst camber, in percent.
  worst_camber_percent integer,
  -- Gates
  gates integer,
  -- Support on an adaptive bike
  adaptive_support wiki.adaptive_support DEFAULT 'UNKNOWN'::text NOT NULL,
  -- Fit for a child trailer
  fits_child_trailer boolean,
  -- Fit for a tow rope
  fits_tow_rope boolean,
  -- Fit for a first bike
  fits_first_bike boolean,
  -- Crosses traffic
  crosses_traffic boolean,
  -- Flow 0 to 5: a character, not a difficulty, in marks.
  flow wiki.mark,
  -- The hardest stated label on the common (IMBA) scale, for display; derived from the profiles.
  common_label text,
  -- Status
  trail_status wiki.trail_status DEFAULT 'OPEN'::text NOT NULL,
  -- Closed until
  closed_until date,
  -- Standing
  standing wiki.standing DEFAULT 'UNKNOWN'::text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  CONSTRAINT trail_pkey PRIMARY KEY (id),
  CONSTRAINT trail_id_kind_fkey FOREIGN KEY (id, kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- The worst camber lies between 0 and 100 percent.
  CONSTRAINT trail_camber_range CHECK (((worst_camber_percent >= 0) AND (worst_camber_percent <= 100))),
  -- A climb lies between 0 and 20,000 m; leave it empty when unknown.
  CONSTRAINT trail_climb_range CHECK (((climb_m >= (0)::double precision) AND (climb_m <= (20000)::double precision))),
  -- The status CLOSED_UNTIL needs a date in closedUntil, and only that status has one.
  CONSTRAINT trail_closed_until CHECK ((((trail_status)::text = 'CLOSED_UNTIL'::text) = (closed_until IS NOT NULL))),
  CONSTRAINT trail_common_label CHECK ((common_label = ANY (ARRAY['white'::text, 'green'::text, 'blue'::text, 'black'::text, 'double-black'::text]))),
  -- A descent lies between 0 and 20,000 m; leave it empty when unknown.
  CONSTRAINT trail_descent_range CHECK (((descent_m >= (0)::double precision) AND (descent_m <= (20000)::double precision))),
  -- The elevation method has at most 200 characters.
  CONSTRAINT trail_elevation_method_length CHECK ((length(elevation_method) <= 200)),
  -- Gates are a number from 0 to 100.
  CONSTRAINT trail_gates_range CHECK (((gates >= 0) AND (gates <= 100))),
  -- An average grade lies between -100 and 100 percent, a maximum grade between -200 and 200.
  CONSTRAINT trail_grade_range CHECK ((((average_grade >= ('-100'::integer)::double precision) AND (average_grade <= (100)::double precision)) AND ((maximum_grade >= ('-200'::integer)::double precision) AND (maximum_grade <= (200)::double precision)))),
  -- A length is more than 0 and at most 500,000 m; leave it empty when unknown.
  CONSTRAINT trail_length_range CHECK (((length_m > (0)::double precision) AND (length_m <= (500000)::double precision))),
  -- A local name has 1 to 120 characters.
  CONSTRAINT trail_local_name_length CHECK (((length(local_name) >= 1) AND (length(local_name) <= 120))),
  -- A name has 1 to 120 characters and no spaces around it.
  CONSTRAINT trail_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- The narrowest width lies between 5 and 1,000 cm.
  CONSTRAINT trail_narrowest_range CHECK (((narrowest_cm >= 5) AND (narrowest_cm <= 1000)))
);
CREATE INDEX trail_common_label ON wiki.trail USING btree (common_label);
CREATE INDEX trail_name_key ON wiki.trail USING btree (name_key, id);

-- Marks 0 to 5 on the axes of difficulty, by direction of the line.
CREATE TABLE wiki.trail_axis (
  trail_id uuid NOT NULL,
  direction wiki.line_direction NOT NULL,
  axis wiki.axis NOT NULL,
  predominant wiki.mark,
  worst wiki.mark,
  not_applicable boolean DEFAULT false NOT NULL,
  wet_offset double precision,
  note text,
  basis wiki.basis NOT NULL,
  -- Each axis stands once in a profile.
  CONSTRAINT trail_axis_pkey PRIMARY KEY (trail_id, direction, axis),
  CONSTRAINT trail_axis_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  -- An axis that does not apply has no marks.
  CONSTRAINT trail_axis_not_applicable CHECK (((NOT not_applicable) OR ((predominant IS NULL) AND (worst IS NULL) AND (wet_offset IS NULL)))),
  -- A note has at most 300 characters.
  CONSTRAINT trail_axis_note_length CHECK ((length(note) <= 300)),
  -- The offset when wet lies between 0 and 2.
  CONSTRAINT trail_axis_wet CHECK (((wet_offset >= (0)::double precision) AND (wet_offset <= (2)::double precision))),
  -- The worst mandatory place can't be easier than most of the trail.
  CONSTRAINT trail_axis_worst CHECK (((worst)::double precision >= (predominant)::double precision))
);

-- Features on a trail at a distance from its start.
CREATE TABLE wiki.trail_feature (
  trail_id uuid NOT NULL,
  position integer NOT NULL,
  at_m double precision,
  kind wiki.feature_kind NOT NULL,
  name text,
  size_m double precision,
  technical wiki.mark,
  consequence wiki.mark,
  mandatory boolean NOT NULL,
  bypass text,
  note text,
  CONSTRAINT trail_feature_pkey PRIMARY KEY (trail_id, "position"),
  CONSTRAINT trail_feature_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  -- A feature lies between 0 and 500,000 m from the start.
  CONSTRAINT trail_feature_at CHECK (((at_m >= (0)::double precision) AND (at_m <= (500000)::double precision))),
  CONSTRAINT trail_feature_position_check CHECK (("position" >= 1)),
  -- A feature's size is more than 0 and at most 2,000 m.
  CONSTRAINT trail_feature_size CHECK (((size_m > (0)::double precision) AND (size_m <= (2000)::double precision))),
  -- A feature's name has at most 80 characters, its bypass 200, its note 300.
  CONSTRAINT trail_feature_text CHECK (((length(name) <= 80) AND (length(bypass) <= 200) AND (length(note) <= 300)))
);

-- Where a trail meets others.
CREATE TABLE wiki.trail_junction (
  trail_id uuid NOT NULL,
  position integer NOT NULL,
  other_id uuid NOT NULL,
  at_m double precision NOT NULL,
  other_at_m double precision NOT NULL,
  CONSTRAINT trail_junction_pkey PRIMARY KEY (trail_id, "position"),
  CONSTRAINT trail_junction_other_id_fkey FOREIGN KEY (other_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  CONSTRAINT trail_junction_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  -- A junction lies between 0 and 500,000 m from the start.
  CONSTRAINT trail_junction_at CHECK ((((at_m >= (0)::double precision) AND (at_m <= (500000)::double precision)) AND ((other_at_m >= (0)::double precision) AND (other_at_m <= (500000)::double precision)))),
  -- A junction joins two different trails.
  CONSTRAINT trail_junction_other CHECK ((other_id <> trail_id)),
  CONSTRAINT trail_junction_position_check CHECK (("position" >= 1))
);
CREATE INDEX trail_junction_other_id ON wiki.trail_junction USING btree (other_id);

-- Difficulties as somebody states them.
CREATE TABLE wiki.trail_label (
  trail_id uuid NOT NULL,
  direction wiki.line_direction NOT NULL,
  position integer NOT NULL,
  vocabulary text DEFAULT 'label'::text NOT NULL,
  -- Member of the vocabulary label: system, colon, label, such as imba:blue.
  code text NOT NULL,
  stated_by text NOT NULL,
  CONSTRAINT trail_label_pkey PRIMARY KEY (trail_id, direction, "position"),
  CONSTRAINT trail_label_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  CONSTRAINT trail_label_vocabulary_code_fkey FOREIGN KEY (vocabulary, code) REFERENCES wiki.term(vocabulary, code),
  CONSTRAINT trail_label_position_check CHECK (("position" >= 1)),
  -- A stated difficulty says who states it, in 1 to 120 characters.
  CONSTRAINT trail_label_stated_by CHECK (((length(stated_by) >= 1) AND (length(stated_by) <= 120))),
  CONSTRAINT trail_label_vocabulary_check CHECK ((vocabulary = 'label'::text))
);

-- Lines of our own (imported ones stand in layers of their own): GeoJSON coordinates in WGS84.
CREATE TABLE wiki.trail_line (
  trail_id uuid NOT NULL,
  coordinates jsonb NOT NULL,
  -- At most 200 of the points, for maps of many trails.
  simplified jsonb NOT NULL,
  point_count integer NOT NULL,
  has_elevation boolean NOT NULL,
  west wiki.longitude NOT NULL,
  south wiki.latitude NOT NULL,
  east wiki.longitude NOT NULL,
  north wiki.latitude NOT NULL,
  CONSTRAINT trail_line_pkey PRIMARY KEY (trail_id),
  CONSTRAINT trail_line_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  -- A line has 2 to 20,000 points.
  CONSTRAINT trail_line_points CHECK ((((point_count >= 2) AND (point_count <= 20000)) AND (jsonb_array_length(coordinates) = point_count))),
  CONSTRAINT trail_line_simplified CHECK (((jsonb_array_length(simplified) >= 2) AND (jsonb_array_length(simplified) <= 200)))
);
CREATE INDEX trail_line_box ON wiki.trail_line USING gist (box(point((west)::double precision, (south)::double precision), point((east)::double precision, (north)::double precision)));

-- Systems a trail belongs to; position 1 is the primary one.
CREATE TABLE wiki.trail_system (
  trail_id uuid NOT NULL,
  system_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT trail_system_pkey PRIMARY KEY (trail_id, system_id),
  CONSTRAINT trail_system_trail_id_position_key UNIQUE (trail_id, "position"),
  CONSTRAINT trail_system_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id),
  CONSTRAINT trail_system_trail_id_fkey FOREIGN KEY (trail_id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  CONSTRAINT trail_system_position_check CHECK (("position" >= 1))
);
CREATE INDEX trail_system_system ON wiki.trail_system USING btree (system_id, trail_id);

-- Texts of trails by language.
CREATE TABLE wiki.trail_text (
  -- The trail.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- Personality
  personality text,
  -- Description
  description text,
  -- Comparable to
  comparable_to text,
  -- Maintenance
  maintenance text,
  CONSTRAINT trail_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT trail_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.trail(id) ON DELETE CASCADE,
  -- The comparison has at most 500 characters.
  CONSTRAINT trail_comparable_length CHECK ((length(comparable_to) <= 500)),
  -- A description has at most 8,000 characters.
  CONSTRAINT trail_description_length CHECK ((length(description) <= 8000)),
  -- The text on maintenance has at most 1,000 characters.
  CONSTRAINT trail_maintenance_length CHECK ((length(maintenance) <= 1000)),
  -- A personality is one line of at most 240 characters.
  CONSTRAINT trail_personality_length CHECK ((length(personality) <= 240))
);

-- Trips, each its rider's own.
CREATE TABLE wiki.trip (
  -- [personal]
  id uuid NOT NULL,
  -- Whose it is, and nobody else's to read but by the link. [personal]
  rider_id uuid NOT NULL,
  -- [personal]
  title text NOT NULL,
  -- What was asked of discovery, as DiscoverInput. [personal]
  question jsonb,
  -- [personal]
  starts_on date,
  -- [personal]
  ends_on date,
  -- The plan: [{date, note, systemIds, routeIds}]. [personal]
  days jsonb DEFAULT '[]'::jsonb NOT NULL,
  -- Who comes along: [{nickname, skill, fitness, childrenAges, adaptiveNeeds}]. [personal]
  members jsonb DEFAULT '[]'::jsonb NOT NULL,
  -- SHA-256 of the token in the link; the token itself is kept nowhere. [personal]
  link_hash bytea,
  -- The link tells of the members too. [personal]
  shares_members boolean DEFAULT false NOT NULL,
  -- When its rider last looked at what changed. [personal]
  looked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  -- [personal]
  archived boolean DEFAULT false NOT NULL,
  -- [personal]
  version integer DEFAULT 1 NOT NULL,
  -- [personal]
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  -- [personal]
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT trip_pkey PRIMARY KEY (id),
  CONSTRAINT trip_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id) ON DELETE CASCADE,
  -- A trip ends on the day that it begins, or later, within a year.
  CONSTRAINT trip_dates CHECK ((((starts_on >= '2000-01-01'::date) AND (starts_on <= '2199-12-31'::date)) AND ((ends_on IS NULL) OR ((ends_on >= starts_on) AND (ends_on <= (starts_on + 366)))))),
  -- A plan has at most 21 days, and with all notes at most 12,000 bytes. Shorten some.
  CONSTRAINT trip_days_size CHECK (((jsonb_typeof(days) = 'array'::text) AND (jsonb_array_length(days) <= 21) AND (octet_length((days)::text) <= 12000))),
  -- A trip that has a last day has a first one.
  CONSTRAINT trip_end_has_start CHECK (((ends_on IS NULL) OR (starts_on IS NOT NULL))),
  CONSTRAINT trip_link_hash CHECK ((length(link_hash) = 32)),
  -- At most 12 people come along, with at most 12,000 bytes of what they need.
  CONSTRAINT trip_members_size CHECK (((jsonb_typeof(members) = 'array'::text) AND (jsonb_array_length(members) <= 12) AND (octet_length((members)::text) <= 12000))),
  -- A saved question has at most 4,000 bytes.
  CONSTRAINT trip_question_size CHECK (((jsonb_typeof(question) = 'object'::text) AND (octet_length((question)::text) <= 4000))),
  -- A title has 1 to 120 characters.
  CONSTRAINT trip_title_length CHECK ((((length(title) >= 1) AND (length(title) <= 120)) AND (title = btrim(title))))
);
-- Two trips can't have one link.
CREATE UNIQUE INDEX trip_link ON wiki.trip USING btree (link_hash) WHERE (link_hash IS NOT NULL);
CREATE INDEX trip_of_rider ON wiki.trip USING btree (rider_id, updated_at DESC, id);

-- Shuttles, lifts, trains and boats.
CREATE TABLE wiki.uplift (
  -- The entity whose facts these are.
  id uuid NOT NULL,
  -- Constant: only an entity of this kind can have such facts.
  entity_kind text GENERATED ALWAYS AS ('UPLIFT'::text) STORED NOT NULL,
  -- Name
  name text NOT NULL,
  -- What lists are sorted by: the name in lower case without accents.
  name_key text GENERATED ALWAYS AS (wiki.plain(name)) STORED,
  -- Kind
  kind wiki.uplift_kind NOT NULL,
  -- Leaves at
  from_id uuid,
  -- Leaves at, in words
  from_place text,
  -- Arrives at
  to_id uuid,
  -- Arrives at, in words
  to_place text,
  -- Where timetable and tickets are.
  url text,
  -- Null: unknown.
  takes_e_bikes boolean,
  -- Null: unknown.
  takes_adaptive_bikes boolean,
  -- Last day for which all of this was known to hold; afterwards it may be out of date.
  valid_until date,
  CONSTRAINT uplift_pkey PRIMARY KEY (id),
  -- There is no such access point to leave from.
  CONSTRAINT uplift_from_id FOREIGN KEY (from_id) REFERENCES wiki.access_point(id),
  CONSTRAINT uplift_id_entity_kind_fkey FOREIGN KEY (id, entity_kind) REFERENCES wiki.entity(id, kind) ON DELETE CASCADE,
  -- There is no such access point to arrive at.
  CONSTRAINT uplift_to_id FOREIGN KEY (to_id) REFERENCES wiki.access_point(id),
  -- Where it leaves has at most 120 characters.
  CONSTRAINT uplift_from_place_length CHECK (((length(from_place) >= 1) AND (length(from_place) <= 120))),
  -- An uplift is a shuttle, a lift, a train or a boat.
  CONSTRAINT uplift_kind_none CHECK (((kind)::text <> 'NONE'::text)),
  -- A name has 1 to 120 characters and no spaces around it.
  CONSTRAINT uplift_name_length CHECK ((((length(name) >= 1) AND (length(name) <= 120)) AND (name = btrim(name)))),
  -- An uplift arrives at another place than it leaves from.
  CONSTRAINT uplift_to_id_elsewhere CHECK ((from_id <> to_id)),
  -- Where it arrives has at most 120 characters.
  CONSTRAINT uplift_to_place_length CHECK (((length(to_place) >= 1) AND (length(to_place) <= 120))),
  -- The address of timetable and tickets begins with http:// or https:// and has at most 500 characters.
  CONSTRAINT uplift_url CHECK (((url ~ '^https?://[^ ]+$'::text) AND (length(url) <= 500))),
  -- The day until which it holds is out of range.
  CONSTRAINT uplift_valid_until CHECK (((valid_until >= '2000-01-01'::date) AND (valid_until <= '2200-01-01'::date)))
);
CREATE INDEX uplift_from ON wiki.uplift USING btree (from_id) WHERE (from_id IS NOT NULL);
CREATE INDEX uplift_name_key ON wiki.uplift USING btree (name_key, id);
CREATE INDEX uplift_to ON wiki.uplift USING btree (to_id) WHERE (to_id IS NOT NULL);

-- What an uplift costs; 0: nothing. No row: unknown.
CREATE TABLE wiki.uplift_price (
  uplift_id uuid NOT NULL,
  position integer NOT NULL,
  title text NOT NULL,
  -- In whole units of the currency; exact.
  amount numeric NOT NULL,
  -- ISO 4217.
  currency text NOT NULL,
  CONSTRAINT uplift_price_pkey PRIMARY KEY (uplift_id, "position"),
  CONSTRAINT uplift_price_uplift_id_fkey FOREIGN KEY (uplift_id) REFERENCES wiki.uplift(id) ON DELETE CASCADE,
  -- A price lies between 0 and 10,000,000, with at most three digits behind the point; take the row away when it is unknown.
  CONSTRAINT uplift_price_amount CHECK ((((amount >= (0)::numeric) AND (amount <= (10000000)::numeric)) AND (amount = round(amount, 3)))),
  -- A currency is three capital letters such as EUR.
  CONSTRAINT uplift_price_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT uplift_price_position_check CHECK (("position" >= 1)),
  -- What a price is for has 1 to 80 characters and no spaces around it.
  CONSTRAINT uplift_price_title_length CHECK ((((length(title) >= 1) AND (length(title) <= 80)) AND (title = btrim(title))))
);

-- When an uplift runs, a row for each part of its year or week. No row: unknown.
CREATE TABLE wiki.uplift_run (
  uplift_id uuid NOT NULL,
  position integer NOT NULL,
  -- Empty: all year.
  months integer[] DEFAULT '{}'::integer[] NOT NULL,
  -- 1 Monday to 7 Sunday; empty: every day.
  weekdays integer[] DEFAULT '{}'::integer[] NOT NULL,
  hours text,
  last_ride text,
  note text,
  CONSTRAINT uplift_run_pkey PRIMARY KEY (uplift_id, "position"),
  CONSTRAINT uplift_run_uplift_id_fkey FOREIGN KEY (uplift_id) REFERENCES wiki.uplift(id) ON DELETE CASCADE,
  -- Hours are written like 09:00-17:00.
  CONSTRAINT uplift_run_hours CHECK ((hours ~ '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'::text)),
  -- The last ride is a time such as 16:30.
  CONSTRAINT uplift_run_last_ride CHECK ((last_ride ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text)),
  -- Months are numbers from 1 to 12.
  CONSTRAINT uplift_run_months CHECK ((months <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
  -- A note on when it runs has at most 200 characters.
  CONSTRAINT uplift_run_note_length CHECK ((length(note) <= 200)),
  CONSTRAINT uplift_run_position_check CHECK (("position" >= 1)),
  -- Days of the week are numbers from 1 (Monday) to 7 (Sunday).
  CONSTRAINT uplift_run_weekdays CHECK ((weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]))
);

-- Systems that an uplift serves; position 1 is the main one.
CREATE TABLE wiki.uplift_system (
  uplift_id uuid NOT NULL,
  system_id uuid NOT NULL,
  position integer NOT NULL,
  CONSTRAINT uplift_system_pkey PRIMARY KEY (uplift_id, system_id),
  CONSTRAINT uplift_system_uplift_id_position_key UNIQUE (uplift_id, "position"),
  CONSTRAINT uplift_system_system_id_fkey FOREIGN KEY (system_id) REFERENCES wiki.system(id),
  CONSTRAINT uplift_system_uplift_id_fkey FOREIGN KEY (uplift_id) REFERENCES wiki.uplift(id) ON DELETE CASCADE,
  CONSTRAINT uplift_system_position_check CHECK (("position" >= 1))
);
CREATE INDEX uplift_system_system ON wiki.uplift_system USING btree (system_id, uplift_id);

-- Texts of uplifts by language.
CREATE TABLE wiki.uplift_text (
  -- The uplift.
  id uuid NOT NULL,
  -- Language of these texts.
  lang wiki.lang_tag NOT NULL,
  -- In one line
  tagline text,
  -- Description
  description text,
  CONSTRAINT uplift_text_pkey PRIMARY KEY (id, lang),
  CONSTRAINT uplift_text_id_fkey FOREIGN KEY (id) REFERENCES wiki.uplift(id) ON DELETE CASCADE,
  -- A description has at most 2,000 characters.
  CONSTRAINT uplift_description_length CHECK ((length(description) <= 2000)),
  -- The line that sums it up has at most 200 characters.
  CONSTRAINT uplift_tagline_length CHECK ((length(tagline) <= 200))
);

-- Vocabularies: seeded from content/vocabularies, versioned, editable by admins.
CREATE TABLE wiki.vocabulary (
  name text NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  CONSTRAINT vocabulary_pkey PRIMARY KEY (name),
  CONSTRAINT vocabulary_description_check CHECK ((length(description) <= 500)),
  CONSTRAINT vocabulary_name_check CHECK ((name ~ '^[a-z][a-z-]{0,40}$'::text)),
  CONSTRAINT vocabulary_title_check CHECK (((length(title) >= 1) AND (length(title) <= 80))),
  CONSTRAINT vocabulary_version_check CHECK ((version >= 1))
);

-- Who votes for or against what. In no dump, and not in copies for other stages.
CREATE TABLE wiki.vote (
  entity_id uuid NOT NULL,
  -- [personal]
  rider_id uuid NOT NULL,
  -- For it; false: against it.
  up boolean NOT NULL,
  voted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  -- A rider has one vote.
  CONSTRAINT vote_pkey PRIMARY KEY (entity_id, rider_id),
  CONSTRAINT vote_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT vote_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id)
);
CREATE INDEX vote_of_rider ON wiki.vote USING btree (rider_id);

-- How many votes there are, counted as they are cast. A dump has it, the votes themselves stay: so there may be more than rows of wiki.vote.
CREATE TABLE wiki.vote_count (
  entity_id uuid NOT NULL,
  up integer DEFAULT 0 NOT NULL,
  down integer DEFAULT 0 NOT NULL,
  CONSTRAINT vote_count_pkey PRIMARY KEY (entity_id),
  CONSTRAINT vote_count_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  -- Votes are counted from 0.
  CONSTRAINT vote_count_numbers CHECK (((up >= 0) AND (down >= 0)))
);

-- Who watches which page; nobody's business but his.
CREATE TABLE wiki.watch (
  -- [personal]
  rider_id uuid NOT NULL,
  entity_id uuid NOT NULL,
  since timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT watch_pkey PRIMARY KEY (rider_id, entity_id),
  CONSTRAINT watch_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES wiki.entity(id) ON DELETE CASCADE,
  CONSTRAINT watch_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id)
);
CREATE INDEX watch_entity ON wiki.watch USING btree (entity_id);

-- Up to when a rider has seen the changes of what he watches.
CREATE TABLE wiki.watch_reading (
  -- [personal]
  rider_id uuid NOT NULL,
  seen_until timestamp with time zone NOT NULL,
  CONSTRAINT watch_reading_pkey PRIMARY KEY (rider_id),
  CONSTRAINT watch_reading_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES wiki.rider(id)
);

-- What messages call one entity of this kind, with its article: a guide, an access point.
CREATE FUNCTION wiki.a_kind(kind text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp;

-- Facts of an access point as a revision keeps them.
CREATE FUNCTION wiki.access_point_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of an access point in one language as a revision keeps them.
CREATE FUNCTION wiki.access_point_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Adds a revision to one chain (null: facts; else the texts of a language) when its content differs from the last one or always; the entity's version counts up with it. The entity is locked by the caller.
CREATE FUNCTION wiki.add_revision(INOUT e wiki.entity, rider uuid, chain text, revision_kind text, comment text, content jsonb, always boolean, OUT revision_id uuid)
  RETURNS record
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Gives an entity a slug made from its name, unique within kind and language: name, name-2, name-3...
CREATE FUNCTION wiki.add_slug(kind text, id uuid, lang text, name text)
  RETURNS text
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Fields whose change by a rider is held for review.
CREATE FUNCTION wiki.careful_fields(kind text)
  RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Puts an entity away (archive) or back (restore); both are revisions and reversible.
CREATE FUNCTION wiki.change_state(actor jsonb, input jsonb, kind text, action text)
  RETURNS wiki.entity
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Checks a list of distinct ids of existing entities of a kind and returns it; null is the empty list.
CREATE FUNCTION wiki.check_ids(field text, value jsonb, most integer, kind text)
  RETURNS uuid[]
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Checks a list of objects (see wiki.check_object) and returns it; null is the empty list.
CREATE FUNCTION wiki.check_items(field text, value jsonb, most integer, spec jsonb)
  RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Refuses an access point of systems that its author may not lead others to.
CREATE FUNCTION wiki.check_new_access_point(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a claim about what its author can't see, what takes none, or a field that it doesn't have.
CREATE FUNCTION wiki.check_new_claim(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a comment about what its author can't see or what takes none, and a reply to what can't be answered.
CREATE FUNCTION wiki.check_new_comment(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a check of what its author can't see, or of his own words; puts away the one that he made before.
CREATE FUNCTION wiki.check_new_fact_check(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses what leads to a system that its author can't see, or whose place isn't shown: it would tell where that is.
CREATE FUNCTION wiki.check_new_in_systems(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a photo or film of what its author can't see, or what takes none, and a link that is there.
CREATE FUNCTION wiki.check_new_media(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a remark about what its author can't see, or what takes none. kinds: those that take it; null: all pages.
CREATE FUNCTION wiki.check_new_remark(actor jsonb, input jsonb, what text, kinds text[] DEFAULT '{SYSTEM,TRAIL,ROUTE,ACCESS_POINT}'::text[])
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a review of what its author can't see or has reviewed already.
CREATE FUNCTION wiki.check_new_review(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a notice about what its author can't see, or what takes none.
CREATE FUNCTION wiki.check_new_seasonal_notice(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a tip about what its author can't see, or what takes none.
CREATE FUNCTION wiki.check_new_tip(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses an uplift of systems that its author may not lead others to.
CREATE FUNCTION wiki.check_new_uplift(actor jsonb, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Checks an object's keys and types against a specification: {"key": "type"}, type one of string, number, integer, integers, boolean, array, object, uuid, date; ! after it: required.
CREATE FUNCTION wiki.check_object(field text, value jsonb, spec jsonb)
  RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Refuses a change of a rider's own ride or trip that was made from another version than it has, or that what was put away doesn't take. Only restore and delete change what was put away.
CREATE FUNCTION wiki.check_own(what text, version integer, expected_version integer, archived boolean, action text)
  RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Checks a list of distinct texts, members of a vocabulary when one is named, and returns it; null is the empty list.
CREATE FUNCTION wiki.check_strings(field text, value jsonb, most integer, vocabulary text DEFAULT NULL::text)
  RETURNS text[]
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Keeps the systems a forest of at most three levels. Refuses as wiki.refuse does.
CREATE FUNCTION wiki.check_system_parent()
  RETURNS trigger
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Facts of a claim as a revision keeps them.
CREATE FUNCTION wiki.claim_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a claim in one language as a revision keeps them.
CREATE FUNCTION wiki.claim_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- What checks make of a claim: a list of {result, on (the day checked)}.
CREATE FUNCTION wiki.claim_verdict(checks jsonb)
  RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Facts of a comment as a revision keeps them.
CREATE FUNCTION wiki.comment_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a comment in one language as a revision keeps them.
CREATE FUNCTION wiki.comment_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- What a conflict tells: fields that both sides changed, and for each base, theirs and yours, unless that is more than fits (cut).
CREATE FUNCTION wiki.conflict_data(kind text, id uuid, lang text, base_version integer, patch jsonb)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Content of a chain (null: facts; else texts of a language) as it stood when the entity had this version; null when there was none or it is redacted or hidden.
CREATE FUNCTION wiki.content_at(entity_id uuid, chain text, version integer)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of an entity and its texts of one language as they stand now.
CREATE FUNCTION wiki.content_now(kind text, id uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Makes an entity's row and its slug, once the rider may; the row of its kind and the revision are the caller's to add. An id or slug in use is refused.
CREATE FUNCTION wiki.create_entity(actor jsonb, rider uuid, kind text, input jsonb)
  RETURNS wiki.entity
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- A moderator's decision on a photo or film: note (somebody asked), takeDown, putBack. Recorded in the journal with its reason.
CREATE FUNCTION wiki.decide_media(actor jsonb, input jsonb, decision text)
  RETURNS wiki.entity
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- What a caught error means for the caller. Called by the outermost block of every write function with its stacked diagnostics. What nobody foresaw goes to the server log under a request id.
CREATE FUNCTION wiki.explain_error(code text, said text, hint text, detail text, schema_name text, table_name text, constraint_name text, column_name text)
  RETURNS TABLE(ok boolean, error_type text, message text, data jsonb)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Facts of a fact check as a revision keeps them.
CREATE FUNCTION wiki.fact_check_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a fact check in one language as a revision keeps them.
CREATE FUNCTION wiki.fact_check_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of an entity of any kind, as a revision keeps them.
CREATE FUNCTION wiki.facts_of(kind text, target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Writes what entities of a range of ids name, after rows came in otherwise than by wiki.record_change.
CREATE FUNCTION wiki.fill_references(first uuid, last uuid)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Deletes the rides and comparisons of a person who is erased.
CREATE FUNCTION wiki.forget_rides()
  RETURNS trigger
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Deletes the trips of a person who is erased.
CREATE FUNCTION wiki.forget_trips()
  RETURNS trigger
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Systems of an access point as a revision keeps them.
CREATE FUNCTION wiki.get_access_point_system_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Access rules as a revision keeps them.
CREATE FUNCTION wiki.get_entity_access(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Facilities as a revision keeps them.
CREATE FUNCTION wiki.get_entity_facilities(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- What facts rest on, as a revision keeps it.
CREATE FUNCTION wiki.get_entity_facts(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Links as a revision keeps them.
CREATE FUNCTION wiki.get_entity_links(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Local grading as a revision keeps it.
CREATE FUNCTION wiki.get_entity_local_grading(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Season as a revision keeps it.
CREATE FUNCTION wiki.get_entity_season(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Character tags as a revision keeps them.
CREATE FUNCTION wiki.get_entity_tags(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Regions of a guide as a revision keeps them.
CREATE FUNCTION wiki.get_guide_region_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Routes of a guide as a revision keeps them.
CREATE FUNCTION wiki.get_guide_route_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Systems of a guide as a revision keeps them.
CREATE FUNCTION wiki.get_guide_system_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Conditions of a photo or film as a revision keeps them.
CREATE FUNCTION wiki.get_media_conditions(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Systems of an organisation as a revision keeps them.
CREATE FUNCTION wiki.get_organisation_system_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Countries of a region as a revision keeps them.
CREATE FUNCTION wiki.get_region_countries(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Regions of a regional comparison as a revision keeps them.
CREATE FUNCTION wiki.get_regional_comparison_region_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Character tags a rider avoids as a revision keeps them.
CREATE FUNCTION wiki.get_rider_avoid(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Styles of a rider as a revision keeps them.
CREATE FUNCTION wiki.get_rider_styles(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Places where a route can be begun as a revision keeps them.
CREATE FUNCTION wiki.get_route_access_point_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Legs of a route as a revision keeps them.
CREATE FUNCTION wiki.get_route_legs(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Systems of a route as a revision keeps them.
CREATE FUNCTION wiki.get_route_system_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Regions of a system as a revision keeps them.
CREATE FUNCTION wiki.get_system_region_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Safety of a system as a revision keeps it.
CREATE FUNCTION wiki.get_system_safety(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Marks of a system by skill level as a revision keeps them.
CREATE FUNCTION wiki.get_system_skill_marks(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Marks of a system by riding style as a revision keeps them.
CREATE FUNCTION wiki.get_system_style_marks(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Subdivisions of a system as a revision keeps them.
CREATE FUNCTION wiki.get_system_subdivisions(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Difficulty profiles of a trail as a revision keeps them.
CREATE FUNCTION wiki.get_trail_difficulty(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- External ids of a trail as a revision keeps them.
CREATE FUNCTION wiki.get_trail_external_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Features of a trail as a revision keeps them.
CREATE FUNCTION wiki.get_trail_features(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Junctions of a trail as a revision keeps them.
CREATE FUNCTION wiki.get_trail_junctions(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- What a revision keeps of a trail's line: its number of points and fingerprint.
CREATE FUNCTION wiki.get_trail_line(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Systems of a trail as a revision keeps them.
CREATE FUNCTION wiki.get_trail_system_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- What an uplift costs, as a revision keeps it.
CREATE FUNCTION wiki.get_uplift_prices(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- When an uplift runs, as a revision keeps it.
CREATE FUNCTION wiki.get_uplift_runs(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Systems of an uplift as a revision keeps them.
CREATE FUNCTION wiki.get_uplift_system_ids(id uuid)
  RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of a guide as a revision keeps them.
CREATE FUNCTION wiki.guide_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a guide in one language as a revision keeps them.
CREATE FUNCTION wiki.guide_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Makes the row of an access point; its entity is there.
CREATE FUNCTION wiki.insert_access_point(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a claim; its entity is there.
CREATE FUNCTION wiki.insert_claim(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a comment; its entity is there.
CREATE FUNCTION wiki.insert_comment(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a kind for an entity that is there.
CREATE FUNCTION wiki.insert_entity(kind text, target uuid, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a fact check; its entity is there.
CREATE FUNCTION wiki.insert_fact_check(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a guide; its entity is there.
CREATE FUNCTION wiki.insert_guide(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a photo or film; its entity is there.
CREATE FUNCTION wiki.insert_media(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of an organisation; its entity is there.
CREATE FUNCTION wiki.insert_organisation(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a region; its entity is there.
CREATE FUNCTION wiki.insert_region(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a regional comparison; its entity is there.
CREATE FUNCTION wiki.insert_regional_comparison(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a review; its entity is there.
CREATE FUNCTION wiki.insert_review(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a rider; its entity is there.
CREATE FUNCTION wiki.insert_rider(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a route; its entity is there.
CREATE FUNCTION wiki.insert_route(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a notice; its entity is there.
CREATE FUNCTION wiki.insert_seasonal_notice(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a trail system; its entity is there.
CREATE FUNCTION wiki.insert_system(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a tip; its entity is there.
CREATE FUNCTION wiki.insert_tip(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of a trail; its entity is there.
CREATE FUNCTION wiki.insert_trail(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Makes the row of an uplift; its entity is there.
CREATE FUNCTION wiki.insert_uplift(target uuid, input jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Whether entities of a kind are about another one: they have no name and no slug, and are seen as that is.
CREATE FUNCTION wiki.is_remark(kind text)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;

-- Whether riders vote on entities of a kind.
CREATE FUNCTION wiki.is_voted_on(kind text)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;

-- What messages call an entity of this kind.
CREATE FUNCTION wiki.kind_name(kind text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;

-- Addresses of pages of this wiki that Markdown texts link to, such as [Daydream](/trails/daydream).
CREATE FUNCTION wiki.links_in(texts jsonb)
  RETURNS TABLE(kind text, slug text)
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Locks an entity for a change, once the rider may make it; which version it was made from is the caller's to look at. Actions: update, archive, restore.
CREATE FUNCTION wiki.lock_entity(actor jsonb, rider uuid, kind text, id uuid, action text)
  RETURNS wiki.entity
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- A revision that is to be hidden, shown or taken out; its entity is locked.
CREATE FUNCTION wiki.lock_revision(actor jsonb, id uuid)
  RETURNS wiki.revision
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- A name as it stands in an address: transliterated, at most 80 characters; empty when nothing is left.
CREATE FUNCTION wiki.make_slug(value text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp;

-- Fields that readers of the name only do not see.
CREATE FUNCTION wiki.masked_fields(kind text)
  RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Who may do what: regions are the moderators' work; systems, trails, routes, access points and uplifts any rider's, except putting them away and back; tips, photos, films, fact checks and reviews their author's; notices and claims any rider's, put away and back by their author; comments their author's; profiles their rider's. Moderators may do all, except changing what others say in comments.
CREATE FUNCTION wiki.may_change(actor jsonb, rider uuid, e wiki.entity, action text)
  RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of a photo or film as a revision keeps them.
CREATE FUNCTION wiki.media_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a photo or film in one language as a revision keeps them.
CREATE FUNCTION wiki.media_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- The fields of an update as they are to be applied now: all of them when it was made from the version there is; of an older one, when merge is asked for, those that only its author changed. Everything else is a Conflict.
CREATE FUNCTION wiki.merge_patch(actor jsonb, e wiki.entity, lang text, input jsonb)
  RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- The sides of each field of a patch that was made from a version: base, theirs (now) and yours; whether others moved it, the patch touches it, and both to something else (clash). base is null when it was taken out.
CREATE FUNCTION wiki.merge_sides(kind text, id uuid, lang text, base_version integer, patch jsonb)
  RETURNS TABLE(field text, base jsonb, theirs jsonb, yours jsonb, moved boolean, touched boolean, clash boolean)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- A field's value in a form in which equal values compare as equal: null, empty and absent are one.
CREATE FUNCTION wiki.normal_value(value jsonb)
  RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp;

-- Whether a rider has at most one published remark of this kind about the same thing.
CREATE FUNCTION wiki.one_each(kind text)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE;

-- Locks an entity for a change, once the rider may make it and names the version it has. Actions: update, archive, restore.
CREATE FUNCTION wiki.open_entity(actor jsonb, rider uuid, kind text, id uuid, expected_version integer, action text)
  RETURNS wiki.entity
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Locks a proposal that waits, once the rider may decide on it: accept, reject (moderators) or withdraw (its author).
CREATE FUNCTION wiki.open_proposal(actor jsonb, rider uuid, input jsonb, decision text)
  RETURNS wiki.proposal
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Locks one of a rider's own rides for a change, once he names the version it has. Actions: update, rate, archive, restore, delete.
CREATE FUNCTION wiki.open_ride(rider uuid, id uuid, expected_version integer, action text)
  RETURNS wiki.ride
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Locks one of a rider's own trips for a change, once he names the version it has. Actions: update, share, archive, restore, delete; look, which needs no version.
CREATE FUNCTION wiki.open_trip(rider uuid, input jsonb, action text)
  RETURNS wiki.trip
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Facts of an organisation as a revision keeps them.
CREATE FUNCTION wiki.organisation_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of an organisation in one language as a revision keeps them.
CREATE FUNCTION wiki.organisation_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- An organisation that a rider joins or leaves; nobody puts it away meanwhile.
CREATE FUNCTION wiki.organisation_to_join(actor jsonb, id uuid)
  RETURNS wiki.entity
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- The published remark of a kind that a rider has made about something, null when there is none; until the transaction ends nobody else looks for it.
CREATE FUNCTION wiki.own_remark(rider uuid, kind text, subject uuid)
  RETURNS uuid
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to an access point: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_access_point(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a claim: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_claim(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a comment: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_comment(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to an entity of any kind.
CREATE FUNCTION wiki.patch_entity(kind text, target uuid, lang text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a fact check: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_fact_check(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a guide: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_guide(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a photo or film: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_media(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to an organisation: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_organisation(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a region: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_region(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a regional comparison: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_regional_comparison(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a review: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_review(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a ride that is there: absent is unchanged, null is cleared; the day, year, month and season are replaced together.
CREATE FUNCTION wiki.patch_ride(ride uuid, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a rider: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_rider(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a route: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_route(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a notice: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_seasonal_notice(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a trail system: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_system(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a tip: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_tip(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a trail: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_trail(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to a trip that is there: absent is unchanged, null is cleared; days and members are replaced as a whole.
CREATE FUNCTION wiki.patch_trip(actor jsonb, trip uuid, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Applies a patch to an uplift: absent is unchanged, null is cleared.
CREATE FUNCTION wiki.patch_uplift(target uuid, language text, patch jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Lower case without accents. Immutable by our word: unaccent depends on a rules file only.
CREATE FUNCTION wiki.plain(value text)
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp;

-- Erases an entity for good, with the archived tips and notices about it; how many versions were emptied. The caller has looked at who may and who names it.
CREATE FUNCTION wiki.purge(rider uuid, e wiki.entity, reason text)
  RETURNS integer
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Keeps what an entity names in step with the newest content of one of its chains (null: facts; else the texts of a language).
CREATE FUNCTION wiki.put_references(e wiki.entity, chain text, content jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Checks GeoJSON LineString coordinates and makes them the line of a trail: rounded, without repeated points, with a simplified form. JSON null takes the line away.
CREATE FUNCTION wiki.put_trail_line(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Records what a use case changed: a revision of each chain that differs from its last one, search document, event and audit row. Nothing changed, nothing written.
CREATE FUNCTION wiki.record_change(actor jsonb, rider uuid, entity_id uuid, revision_kind text, lang text, comment text)
  RETURNS wiki.entity
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Audit row and event of what happened to a proposal: create, accept, reject or withdraw.
CREATE FUNCTION wiki.record_decision(rider uuid, p wiki.proposal, decision text, more jsonb DEFAULT '{}'::jsonb)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Facts of an entity as its revisions keep them: with the fingerprint of a trail's line.
CREATE FUNCTION wiki.recorded_facts(kind text, id uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Entities that facts name by their id, with the field that does; of whatever kind, without knowing its fields.
CREATE FUNCTION wiki.references_in(facts jsonb)
  RETURNS TABLE(field text, target_id uuid)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Rewrites a claim's verdict and the day of its last check, from the checks that count.
CREATE FUNCTION wiki.refresh_claim(claim uuid)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Rewrites what discovery weighs of these systems; null: of all, as after a bulk load.
CREATE FUNCTION wiki.refresh_discovery(systems uuid[])
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Rewrites what discovery weighs of the systems that the last change of this entity's facts concerns.
CREATE FUNCTION wiki.refresh_discovery_of(e wiki.entity)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Rewrites what search knows of an entity: in one language, or in all when lang is null.
CREATE FUNCTION wiki.refresh_search(kind text, id uuid, lang text)
  RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses the use case under way: everything it did is undone, and the caller hears error type, message and data (see wiki.explain_error).
CREATE FUNCTION wiki.refuse(error_type text, message text, data jsonb DEFAULT NULL::jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a rider's direct change of fields that are reviewed first. Sending them unchanged is no change.
CREATE FUNCTION wiki.refuse_careful(actor jsonb, e wiki.entity, input jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Keeps records as they were written.
CREATE FUNCTION wiki.refuse_change()
  RETURNS trigger
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses to hide or take out what is shown now.
CREATE FUNCTION wiki.refuse_shown(r wiki.revision)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Refuses a change that was made from another version than the one there is.
CREATE FUNCTION wiki.refuse_stale(e wiki.entity, expected_version integer)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Facts of a region as a revision keeps them.
CREATE FUNCTION wiki.region_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a region in one language as a revision keeps them.
CREATE FUNCTION wiki.region_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of a regional comparison as a revision keeps them.
CREATE FUNCTION wiki.regional_comparison_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a regional comparison in one language as a revision keeps them.
CREATE FUNCTION wiki.regional_comparison_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- A field's value with one entity named in another's place; own: without what would name the entity that has the field.
CREATE FUNCTION wiki.repoint(value jsonb, from_id uuid, into_id uuid, own boolean)
  RETURNS jsonb
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- The reason that a moderator must give.
CREATE FUNCTION wiki.required_reason(input jsonb)
  RETURNS text
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Facts of a review as a revision keeps them.
CREATE FUNCTION wiki.review_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a review in one language as a revision keeps them.
CREATE FUNCTION wiki.review_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Refuses a ride, rating or comparison of a trail that the rider can't see, or that was put away.
CREATE FUNCTION wiki.rideable_trail(actor jsonb, id uuid)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Facts of a rider as a revision keeps them.
CREATE FUNCTION wiki.rider_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a rider in one language as a revision keeps them.
CREATE FUNCTION wiki.rider_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of a route as a revision keeps them.
CREATE FUNCTION wiki.route_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a route in one language as a revision keeps them.
CREATE FUNCTION wiki.route_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- What full text search looks in: names weigh more than texts.
CREATE FUNCTION wiki.search_vector(title text, names text, body text)
  RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp;

-- Facts of a notice as a revision keeps them.
CREATE FUNCTION wiki.seasonal_notice_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a notice in one language as a revision keeps them.
CREATE FUNCTION wiki.seasonal_notice_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Replaces the systems that an access point leads to.
CREATE FUNCTION wiki.set_access_point_system_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the access rules of a system or trail.
CREATE FUNCTION wiki.set_entity_access(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the facilities of an entity.
CREATE FUNCTION wiki.set_entity_facilities(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces what the facts of an entity rest on.
CREATE FUNCTION wiki.set_entity_facts(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the links of an entity.
CREATE FUNCTION wiki.set_entity_links(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the local grading of a region or system.
CREATE FUNCTION wiki.set_entity_local_grading(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the season of a system or route; zones keep theirs.
CREATE FUNCTION wiki.set_entity_season(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the character tags of an entity.
CREATE FUNCTION wiki.set_entity_tags(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the regions of a guide.
CREATE FUNCTION wiki.set_guide_region_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the routes of a guide.
CREATE FUNCTION wiki.set_guide_route_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the systems of a guide.
CREATE FUNCTION wiki.set_guide_system_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the conditions of a photo or film.
CREATE FUNCTION wiki.set_media_conditions(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the systems of an organisation.
CREATE FUNCTION wiki.set_organisation_system_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces ratings of a ride on the axes named, with the labels stated now; a category of null takes one back.
CREATE FUNCTION wiki.set_ratings(r wiki.ride, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the countries of a region.
CREATE FUNCTION wiki.set_region_countries(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the regions of a regional comparison.
CREATE FUNCTION wiki.set_regional_comparison_region_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the character tags that a rider avoids.
CREATE FUNCTION wiki.set_rider_avoid(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the styles of a rider.
CREATE FUNCTION wiki.set_rider_styles(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the places where a route can be begun.
CREATE FUNCTION wiki.set_route_access_point_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the legs of a route.
CREATE FUNCTION wiki.set_route_legs(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the systems of a route.
CREATE FUNCTION wiki.set_route_system_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the regions of a system.
CREATE FUNCTION wiki.set_system_region_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces what to know of a system when something goes wrong; null clears it.
CREATE FUNCTION wiki.set_system_safety(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the marks of a system by skill level.
CREATE FUNCTION wiki.set_system_skill_marks(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the marks of a system by riding style.
CREATE FUNCTION wiki.set_system_style_marks(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the subdivisions of a system.
CREATE FUNCTION wiki.set_system_subdivisions(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the difficulty profiles of a trail, and with them the label it is shown under.
CREATE FUNCTION wiki.set_trail_difficulty(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the external ids of a trail.
CREATE FUNCTION wiki.set_trail_external_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the features of a trail.
CREATE FUNCTION wiki.set_trail_features(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the junctions of a trail; the other trails own lists stay as they are.
CREATE FUNCTION wiki.set_trail_junctions(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the systems of a trail.
CREATE FUNCTION wiki.set_trail_system_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces what an uplift costs.
CREATE FUNCTION wiki.set_uplift_prices(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces when an uplift runs.
CREATE FUNCTION wiki.set_uplift_runs(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- Replaces the systems that an uplift serves.
CREATE FUNCTION wiki.set_uplift_system_ids(id uuid, value jsonb)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;

-- The distinct members in order; empty for null.
CREATE FUNCTION wiki.sorted_set(value integer[])
  RETURNS integer[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp;

-- Facts of a trail system as a revision keeps them.
CREATE FUNCTION wiki.system_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a trail system in one language as a revision keeps them.
CREATE FUNCTION wiki.system_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Fields that stand in languages, each with a chain of its own.
CREATE FUNCTION wiki.text_fields(kind text)
  RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Texts of an entity of any kind in one language.
CREATE FUNCTION wiki.texts_of(kind text, target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of a tip as a revision keeps them.
CREATE FUNCTION wiki.tip_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a tip in one language as a revision keeps them.
CREATE FUNCTION wiki.tip_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Facts of a trail as a revision keeps them.
CREATE FUNCTION wiki.trail_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of a trail in one language as a revision keeps them.
CREATE FUNCTION wiki.trail_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Fields that an update or a proposal may name.
CREATE FUNCTION wiki.updatable_fields(kind text)
  RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- Facts of an uplift as a revision keeps them.
CREATE FUNCTION wiki.uplift_facts(target uuid)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Texts of an uplift in one language as a revision keeps them.
CREATE FUNCTION wiki.uplift_texts(target uuid, lang text)
  RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp;

-- Who may read remarks about an entity: of a place that isn't shown, they would tell.
CREATE FUNCTION wiki.visibility_of_remark(subject wiki.entity)
  RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp;

-- The rider who writes; his rows are made at his first write. Refuses callers who have not signed in and riders who are blocked.
CREATE FUNCTION wiki.writer(actor jsonb)
  RETURNS uuid
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp;
