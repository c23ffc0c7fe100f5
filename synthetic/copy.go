package synthetic

import (
	"encoding/binary"
	"math"
	"time"
)

// tableIndex of a table in [Tables].
type tableIndex int

const (
	tEntity tableIndex = iota
	tSlug
	tRider
	tRiderStyle
	tRegion
	tRegionText
	tSystem
	tSystemText
	tSystemRegion
	tSystemStyleMark
	tSystemSkillMark
	tSystemHazard
	tEntityTag
	tEntityFacility
	tSeasonMonth
	tAccessRule
	tLocalGrading
	tAccessPoint
	tAccessPointText
	tAccessPointSystem
	tUplift
	tUpliftText
	tUpliftSystem
	tUpliftRun
	tUpliftPrice
	tTrail
	tTrailText
	tTrailSystem
	tTrailLine
	tTrailLabel
	tTrailAxis
	tTrailFeature
	tTrailJunction
	tRoute
	tRouteText
	tRouteSystem
	tRouteLeg
	tRouteAccessPoint
	tTip
	tNotice
	tMedia
	tMediaCondition
	tComment
	tClaim
	tFactCheck
	tReview
	tVote
	tVoteCount
	tOrganisation
	tOrganisationText
	tOrganisationSystem
	tOrganisationMember
	tRide
	tRideCondition
	tRating
	tComparison
	tFactBasis
	tRevision
	tRevisionContent
	tSearchDocument
	tableCount
)

// Table says what the rows of a table have.
type Table struct {
	Name    string // in schema wiki
	Columns string
	// Owner is the column with the id of the batch by which its rows are found.
	Owner string
}

// Tables are all that the generator fills, in the order of [Chunk.Rows].
var Tables = [tableCount]Table{
	tEntity:             {"entity", "id, kind, state, visibility, version, original_lang, synthetic, created_at, created_by, updated_at, updated_by", "id"},
	tSlug:               {"slug", "kind, lang, slug, entity_id, created_at", "entity_id"},
	tRider:              {"rider", "id, name, about, years_riding, home_region_id, skill, fitness, bike_class", "id"},
	tRiderStyle:         {"rider_style", "rider_id, style", "rider_id"},
	tRegion:             {"region", "id, name, position_lat, position_lon, status", "id"},
	tRegionText:         {"region_text", "id, lang, description, climate, grading_note", "id"},
	tSystem:             {"system", "id, name, local_name, kind, nearest_town, position_lat, position_lon, size, lowest_m, highest_m, climbing_style, standing, status, emergency_number, phone_coverage, water", "id"},
	tSystemText:         {"system_text", "id, lang, tagline, character, description, weather_impact, fees, parking", "id"},
	tSystemRegion:       {"system_region", "system_id, region_id, position", "system_id"},
	tSystemStyleMark:    {"system_style_mark", "system_id, style, mark", "system_id"},
	tSystemSkillMark:    {"system_skill_mark", "system_id, skill, mark", "system_id"},
	tSystemHazard:       {"system_hazard", "system_id, hazard, months", "system_id"},
	tEntityTag:          {"entity_tag", "entity_id, code", "entity_id"},
	tEntityFacility:     {"entity_facility", "entity_id, code", "entity_id"},
	tSeasonMonth:        {"season_month", "entity_id, month, verdict, reason, basis", "entity_id"},
	tAccessRule:         {"access_rule", "entity_id, position, bike_class, verdict, months, source, dated", "entity_id"},
	tLocalGrading:       {"local_grading", "entity_id, axis, step_offset, note", "entity_id"},
	tAccessPoint:        {"access_point", "id, name, kind, position_lat, position_lon, spaces", "id"},
	tAccessPointText:    {"access_point_text", "id, lang, tagline, directions, parking, fees", "id"},
	tAccessPointSystem:  {"access_point_system", "access_point_id, system_id, position", "access_point_id"},
	tUplift:             {"uplift", "id, name, kind, from_id, to_place, takes_e_bikes, takes_adaptive_bikes, valid_until", "id"},
	tUpliftText:         {"uplift_text", "id, lang, tagline, description", "id"},
	tUpliftSystem:       {"uplift_system", "uplift_id, system_id, position", "uplift_id"},
	tUpliftRun:          {"uplift_run", "uplift_id, position, months, weekdays, hours, last_ride", "uplift_id"},
	tUpliftPrice:        {"uplift_price", "uplift_id, position, title, amount, currency", "uplift_id"},
	tTrail:              {"trail", "id, name, local_name, direction, type, length_m, climb_m, descent_m, elevation_method, average_grade, maximum_grade, narrowest_cm, gates, adaptive_support, fits_first_bike, crosses_traffic, flow, common_label, trail_status, standing", "id"},
	tTrailText:          {"trail_text", "id, lang, personality, description", "id"},
	tTrailSystem:        {"trail_system", "trail_id, system_id, position", "trail_id"},
	tTrailLine:          {"trail_line", "trail_id, coordinates, simplified, point_count, has_elevation, west, south, east, north", "trail_id"},
	tTrailLabel:         {"trail_label", "trail_id, direction, position, code, stated_by", "trail_id"},
	tTrailAxis:          {"trail_axis", "trail_id, direction, axis, predominant, worst, not_applicable, wet_offset, basis", "trail_id"},
	tTrailFeature:       {"trail_feature", "trail_id, position, at_m, kind, size_m, technical, consequence, mandatory", "trail_id"},
	tTrailJunction:      {"trail_junction", "trail_id, position, other_id, at_m, other_at_m", "trail_id"},
	tRoute:              {"route", "id, name, shape, uplift, length_m, climb_m, minutes_low, minutes_high, skill, fitness, condition_sensitivity, time_of_day, must_do", "id"},
	tRouteText:          {"route_text", "id, lang, tagline, purpose, description", "id"},
	tRouteSystem:        {"route_system", "route_id, system_id, position", "route_id"},
	tRouteLeg:           {"route_leg", "route_id, position, kind, trail_id, from_m, to_m, direction, purpose", "route_id"},
	tRouteAccessPoint:   {"route_access_point", "route_id, access_point_id, position", "route_id"},
	tTip:                {"tip", "id, subject_id, subject_kind, kind, lang, body, ride_date, basis", "id"},
	tNotice:             {"seasonal_notice", "id, subject_id, subject_kind, kind, severity, lang, body, starts_on, basis", "id"},
	tMedia:              {"media", "id, subject_id, subject_kind, kind, storage, url, lang, caption, taken_on, attribution, licence, rights_basis, people_shown", "id"},
	tMediaCondition:     {"media_condition", "media_id, code", "media_id"},
	tOrganisation:       {"organisation", "id, name, kind, url, status", "id"},
	tOrganisationText:   {"organisation_text", "id, lang, tagline, how_to_help", "id"},
	tOrganisationSystem: {"organisation_system", "organisation_id, system_id, position", "organisation_id"},
	tOrganisationMember: {"organisation_member", "organisation_id, rider_id, role, since", "organisation_id"},
	tComment:            {"comment", "id, subject_id, subject_kind, reply_to_id, lang, body", "id"},
	tClaim:              {"claim", "id, subject_id, subject_kind, field, lang, body, source, date, basis", "id"},
	tFactCheck:          {"fact_check", "id, subject_id, subject_kind, method, result, lang, body, checked_on", "id"},
	tReview:             {"review", "id, subject_id, subject_kind, rating, perspective, ride_month, conditions, lang, body", "id"},
	tVote:               {"vote", "entity_id, rider_id, up, voted_at", "entity_id"},
	tVoteCount:          {"vote_count", "entity_id, up, down", "entity_id"},
	tRide:               {"ride", "id, rider_id, trail_id, direction, ridden_on, year, month, season, bike_class, outcome, archived, created_at, updated_at", "rider_id"},
	tRideCondition:      {"ride_condition", "ride_id, code", "ride_id"},
	tRating:             {"perceived_rating", "ride_id, axis, category, posted_labels, label_seen, question_version, rated_at", "ride_id"},
	tComparison:         {"comparison", "id, rider_id, axis, trail_id, other_id, verdict, question_version, compared_at", "rider_id"},
	tFactBasis:          {"fact_basis", "entity_id, field, basis, source, dated", "entity_id"},
	tRevision:           {"revision", "id, entity_id, entity_kind, number, lang, kind, author, comment, created_at, size, salt, hash, previous_id", "entity_id"},
	tRevisionContent:    {"revision_content", "revision_id, content", "revision_id"},
	tSearchDocument:     {"search_document", "entity_id, kind, lang, title, names, body", "entity_id"},
}

// Rows of one table in PostgreSQL's binary COPY format, without its header and
// trailer (see [CopyHeader], [CopyTrailer]).
type Rows struct {
	Data  []byte
	Count int
}

// CopyHeader and CopyTrailer stand around the rows of a COPY in binary format.
var (
	CopyHeader  = []byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	CopyTrailer = []byte{0xff, 0xff}
)

func (r *Rows) row(columns int) {
	r.Data = binary.BigEndian.AppendUint16(r.Data, uint16(columns))
	r.Count++
}

func (r *Rows) null() { r.Data = append(r.Data, 0xff, 0xff, 0xff, 0xff) }

func (r *Rows) size(n int) { r.Data = binary.BigEndian.AppendUint32(r.Data, uint32(n)) }

func (r *Rows) uuid(u UUID) {
	r.size(16)
	r.Data = append(r.Data, u[:]...)
}

func (r *Rows) text(s string) {
	r.size(len(s))
	r.Data = append(r.Data, s...)
}

// optional text: empty is null.
func (r *Rows) optional(s string) {
	if s == "" {
		r.null()
		return
	}
	r.text(s)
}

func (r *Rows) bytes(b []byte) {
	r.size(len(b))
	r.Data = append(r.Data, b...)
}

// json as jsonb: a version before the text.
func (r *Rows) json(b []byte) {
	r.size(len(b) + 1)
	r.Data = append(r.Data, 1)
	r.Data = append(r.Data, b...)
}

func (r *Rows) int(v int) {
	r.size(4)
	r.Data = binary.BigEndian.AppendUint32(r.Data, uint32(int32(v)))
}

// numeric is a whole number from 0 to 9999: one digit of PostgreSQL's base 10,000.
func (r *Rows) numeric(v int) {
	if v == 0 {
		r.size(8)
		r.Data = append(r.Data, make([]byte, 8)...)
		return
	}
	r.size(10)
	for _, part := range []int{1, 0, 0, 0, v} { // digits, weight, sign, digits shown behind the point, the digit
		r.Data = binary.BigEndian.AppendUint16(r.Data, uint16(part))
	}
}

func (r *Rows) float(v float64) {
	r.size(8)
	r.Data = binary.BigEndian.AppendUint64(r.Data, math.Float64bits(v))
}

func (r *Rows) maybe(v *float64) {
	if v == nil {
		r.null()
		return
	}
	r.float(*v)
}

func (r *Rows) bool(v bool) {
	r.size(1)
	if v {
		r.Data = append(r.Data, 1)
	} else {
		r.Data = append(r.Data, 0)
	}
}

// epoch of PostgreSQL's times.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (r *Rows) time(t time.Time) {
	r.size(8)
	r.Data = binary.BigEndian.AppendUint64(r.Data, uint64(t.Sub(epoch).Microseconds()))
}

func (r *Rows) date(t time.Time) { r.int(int(t.Sub(epoch).Hours() / 24)) }

// ints is an integer[].
func (r *Rows) ints(values []int32) {
	const int4 = 23 // its type's number
	if len(values) == 0 {
		r.size(12)
		r.Data = append(r.Data, make([]byte, 8)...)
		r.Data = binary.BigEndian.AppendUint32(r.Data, int4)
		return
	}
	r.size(20 + 8*len(values))
	for _, v := range []uint32{1, 0, int4, uint32(len(values)), 1} {
		r.Data = binary.BigEndian.AppendUint32(r.Data, v)
	}
	for _, v := range values {
		r.int(int(v))
	}
}

// texts is a text[].
func (r *Rows) texts(values []string) {
	const textType = 25 // its number
	n := 20
	for _, v := range values {
		n += 4 + len(v)
	}
	r.size(n)
	for _, v := range []uint32{1, 0, textType, uint32(len(values)), 1} {
		r.Data = binary.BigEndian.AppendUint32(r.Data, v)
	}
	for _, v := range values {
		r.text(v)
	}
}
