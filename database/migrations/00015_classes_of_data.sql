-- Every column says in its comment what class its data is of, by which copies for
-- other stages are masked (package masking): the last word of the comment, in
-- brackets.
--
--   [public]           anybody may read it who may read the entity
--   [personal]         of a person; a copy has something else in its place
--   [secret]           nobody outside may know it
--   [personal: RIDER]  personal in the rows of entities of that kind, public in others
--
-- Later migrations write it where they make a column.

-- +goose Up
-- +goose StatementBegin
DO $$
DECLARE
  r record;
BEGIN
  FOR r IN
    SELECT a.attrelid, a.attrelid::regclass AS relation, a.attname, wanted.class, col_description(a.attrelid, a.attnum) AS comment
    FROM (VALUES
      ('access_rule', 'public', 'entity_id position bike_class verdict months weekdays hours when_wet legal_basis source dated'),
      ('audit_log', 'public', 'id at action entity_id'),
      ('audit_log', 'personal', 'actor detail'),
      ('discovery_document', 'public', 'system_id name state visibility created_by synthetic status size lat lon regions countries tags style_marks skill_marks season route_fitness forbidden evidence open_m'),
      ('entity', 'public', 'id kind state visibility version original_lang synthetic featured_from featured_until protected_until created_at created_by updated_at updated_by merged_into'),
      ('entity_facility', 'public', 'entity_id vocabulary code'),
      ('entity_tag', 'public', 'entity_id vocabulary code'),
      ('external_id', 'public', 'entity_id scheme value'),
      ('fact_basis', 'public', 'entity_id field basis source url dated valid_until licence'),
      ('guide', 'public', 'id kind name type skill verified_on status name_key'),
      ('guide_region', 'public', 'guide_id region_id position'),
      ('guide_route', 'public', 'guide_id route_id position'),
      ('guide_system', 'public', 'guide_id system_id position'),
      ('guide_text', 'public', 'id lang title summary sections key_takeaways'),
      ('layer_entity', 'public', 'entity_id source features name lines length_m climb_m descent_m elevation_method profile junctions imported_at simplified breaks point_count passes'),
      ('layer_feature', 'public', 'source native_id name tags coordinates sensitive imported_at'),
      ('layer_source', 'public', 'code title attribution licence url'),
      ('link', 'public', 'entity_id position title url'),
      ('local_grading', 'public', 'entity_id axis step_offset note'),
      ('outbox', 'public', 'id created_at topic entity_id entity_kind revision_id visibility'),
      ('person', 'public', 'rider_id'),
      ('person', 'personal', 'username blocked_until blocked_reason created_at'),
      ('person', 'secret', 'subject'),
      ('proposal', 'public', 'id entity_id entity_kind base_version lang author state comment created_at decided_at decided_by decision_note revision_id'),
      ('proposal', 'personal: RIDER', 'patch'),
      ('proposal_line', 'public', 'proposal_id coordinates simplified point_count'),
      ('redaction', 'public', 'id revision_id created_at'),
      ('redaction', 'personal', 'reason decided_by'),
      ('region', 'public', 'id kind name position_lat position_lon status name_key'),
      ('region_country', 'public', 'region_id vocabulary code position'),
      ('region_text', 'public', 'id lang description climate grading_note'),
      ('regional_comparison', 'public', 'id kind name verified_on status name_key'),
      ('regional_comparison_region', 'public', 'regional_comparison_id region_id position'),
      ('regional_comparison_text', 'public', 'id lang title summary differences equivalents'),
      ('revision', 'public', 'id entity_id entity_kind number lang kind author comment created_at size hash licence terms_version previous_id based_on_lang based_on_number'),
      ('revision', 'secret', 'salt'),
      ('revision_content', 'public', 'revision_id'),
      ('revision_content', 'personal', 'redacted_reason'),
      ('revision_content', 'personal: RIDER', 'content'),
      ('rider', 'public', 'id kind'),
      ('rider', 'personal', 'name about years_riding home_region_id skill fitness bike_class units name_key'),
      ('rider_avoid', 'public', 'rider_id vocabulary'),
      ('rider_avoid', 'personal', 'code'),
      ('rider_style', 'public', 'rider_id'),
      ('rider_style', 'personal', 'style'),
      ('route', 'public', 'id kind name shape uplift length_m climb_m minutes_low minutes_high skill fitness condition_sensitivity time_of_day must_do name_key'),
      ('route_leg', 'public', 'route_id position kind trail_id from_m to_m direction purpose notes alternatives'),
      ('route_system', 'public', 'route_id system_id position'),
      ('route_text', 'public', 'id lang tagline purpose description highlights ideal_for not_for'),
      ('search_document', 'public', 'entity_id kind lang'),
      ('search_document', 'personal: RIDER', 'title names body vector plain_title'),
      ('season_month', 'public', 'entity_id zone_id month verdict reason basis'),
      ('setting', 'public', 'name value description'),
      ('slug', 'public', 'kind lang entity_id current created_at'),
      ('slug', 'personal: RIDER', 'slug'),
      ('synthetic_batch', 'public', 'seed systems trails regions riders first_id last_id made_at'),
      ('system', 'public', 'id entity_kind name local_name kind parent_id nearest_town position_lat position_lon size lowest_m highest_m climbing_style standing status emergency_number phone_coverage nearest_hospital bail_out_points water name_key'),
      ('system_hazard', 'public', 'system_id hazard months note'),
      ('system_region', 'public', 'system_id region_id position'),
      ('system_skill_mark', 'public', 'system_id skill mark'),
      ('system_style_mark', 'public', 'system_id style mark'),
      ('system_subdivision', 'public', 'system_id vocabulary code position'),
      ('system_text', 'public', 'id lang tagline character description weather_impact fees parking'),
      ('system_zone', 'public', 'id system_id position name from_m to_m'),
      ('term', 'public', 'vocabulary code position label description term_group common valid_from valid_until'),
      ('tip', 'public', 'id entity_kind subject_id subject_kind kind lang body ride_date basis valid_until'),
      ('trail', 'public', 'id kind name local_name direction type length_m climb_m descent_m elevation_method average_grade maximum_grade narrowest_cm worst_camber_percent gates adaptive_support fits_child_trailer fits_tow_rope fits_first_bike crosses_traffic flow common_label trail_status closed_until standing name_key'),
      ('trail_axis', 'public', 'trail_id direction axis predominant worst not_applicable wet_offset note basis'),
      ('trail_feature', 'public', 'trail_id position at_m kind name size_m technical consequence mandatory bypass note'),
      ('trail_junction', 'public', 'trail_id position other_id at_m other_at_m'),
      ('trail_label', 'public', 'trail_id direction position vocabulary code stated_by'),
      ('trail_line', 'public', 'trail_id coordinates simplified point_count has_elevation west south east north'),
      ('trail_system', 'public', 'trail_id system_id position'),
      ('trail_text', 'public', 'id lang personality description comparable_to maintenance'),
      ('vocabulary', 'public', 'name title description version')
    ) AS wanted (relation, class, columns)
    CROSS JOIN LATERAL string_to_table(wanted.columns, ' ') AS c (name)
    -- A column that isn't there stops the migration.
    LEFT JOIN pg_attribute a ON a.attrelid = ('wiki.' || wanted.relation)::regclass AND a.attname = c.name
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', r.relation, r.attname, concat_ws(' ', r.comment, '[' || r.class || ']'));
  END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
  r record;
BEGIN
  FOR r IN
    SELECT a.attrelid::regclass AS relation, a.attname, col_description(a.attrelid, a.attnum) AS comment
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'wiki'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', r.relation, r.attname,
      nullif(regexp_replace(coalesce(r.comment, ''), ' ?\[[^]]*\]$', ''), ''));
  END LOOP;
END
$$;
-- +goose StatementEnd
