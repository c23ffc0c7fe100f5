package layer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

// ErrRegion means that a region named in Options isn't in the database.
var ErrRegion = errors.New("no such region")

// Options of writing.
type Options struct {
	// Regions are slugs of the regions that new systems lie in, the primary one
	// first; at least one is needed, because the source doesn't know them.
	Regions []string
	// Today is the date the source was read, for the basis of facts.
	Today time.Time
	// Progress, when not nil, hears of each system.
	Progress func(string)
}

// Counts of entities.
type Counts struct {
	// Made are new pages; Found were there before and are as they were.
	Made, Found int
}

// Report is what writing did.
type Report struct {
	Systems, Trails, Routes Counts
	// Features of the layer that are new or changed.
	Features int
	// Refused names what the wiki refused, and why. Nothing of a refused system or
	// route was written.
	Refused []string
}

var namespace = uuid.MustParse("0b7c2c36-35f5-4e0e-8f6c-6c6179657273")

// Write writes the plan. owner must be able to run every function (database role
// mtbwiki_owner). Each system with its trails, and each route, is a transaction of
// its own: what is refused is reported and the rest goes on; when an error ends
// it, what was written stays, and writing again goes on behind it.
func Write(ctx context.Context, owner *pgxpool.Pool, p *Plan, o Options) (Report, error) {
	w := &writer{db: owner, plan: p, options: o, systems: map[int]uuid.UUID{}, trails: map[string]uuid.UUID{}, written: make([]bool, len(p.Features)), index: map[string]int{}}
	if w.options.Progress == nil {
		w.options.Progress = func(string) {}
	}
	for i := range p.Features {
		w.index[p.Features[i].ID] = i
	}
	if err := w.prepare(ctx); err != nil {
		return w.report, err
	}
	for i := range p.Systems {
		w.options.Progress(fmt.Sprintf("%s, %d trails", p.Systems[i].Name, len(p.Systems[i].Trails)))
		if err := w.transaction(ctx, p.Systems[i].Name, func(tx pgx.Tx) error { return w.system(ctx, tx, i) }); err != nil {
			return w.report, err
		}
	}
	for i := range p.Routes {
		if err := w.transaction(ctx, p.Routes[i].Name, func(tx pgx.Tx) error { return w.route(ctx, tx, &p.Routes[i]) }); err != nil {
			return w.report, err
		}
	}
	// Ways without a name that lie apart from all trails.
	var rest []int
	refused := map[int]bool{}
	for i := range p.Systems {
		if _, ok := w.systems[i]; !ok {
			for _, f := range w.featuresOf(i) {
				refused[f] = true
			}
		}
	}
	for i := range p.Features {
		if !w.written[i] && !refused[i] && !p.Features[i].ofRoute {
			rest = append(rest, i)
		}
	}
	err := w.transaction(ctx, "ways apart", func(tx pgx.Tx) error { return w.features(ctx, tx, rest) })
	return w.report, err
}

type writer struct {
	db      *pgxpool.Pool
	plan    *Plan
	options Options
	regions []string
	report  Report
	// systems written, by index, and trails, by key.
	systems map[int]uuid.UUID
	trails  map[string]uuid.UUID
	written []bool
	index   map[string]int
	// pending is the report of the open transaction.
	pending Report
	done    []int
}

// refusal of the wiki, which ends a transaction but not the import.
type refusal struct{ error }

func (w *writer) transaction(ctx context.Context, name string, f func(pgx.Tx) error) error {
	w.pending, w.done = Report{}, nil
	err := pgx.BeginFunc(ctx, w.db, f)
	var r refusal
	if errors.As(err, &r) {
		w.report.Refused = append(w.report.Refused, fmt.Sprintf("%s: %v", name, r))
		return nil
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	for _, c := range []struct{ to, from *Counts }{
		{&w.report.Systems, &w.pending.Systems}, {&w.report.Trails, &w.pending.Trails}, {&w.report.Routes, &w.pending.Routes}} {
		c.to.Made += c.from.Made
		c.to.Found += c.from.Found
	}
	w.report.Features += w.pending.Features
	for _, i := range w.done {
		w.written[i] = true
	}
	return nil
}

func (w *writer) prepare(ctx context.Context) error {
	if len(w.options.Regions) == 0 {
		return fmt.Errorf("%w: name at least one, because the source doesn't know them", ErrRegion)
	}
	for _, slug := range w.options.Regions {
		var id string
		err := w.db.QueryRow(ctx, `SELECT s.entity_id FROM wiki.slug s WHERE s.kind = 'REGION' AND s.slug = $1 ORDER BY s.current DESC LIMIT 1`, slug).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("%w: %.100q", ErrRegion, slug)
		}
		if err != nil {
			return err
		}
		w.regions = append(w.regions, id)
	}
	s := w.plan.Source
	_, err := w.db.Exec(ctx, `
INSERT INTO wiki.layer_source AS l (code, title, attribution, licence, url) VALUES ($1, $2, $3, $4, nullif($5, ''))
ON CONFLICT (code) DO UPDATE SET title = EXCLUDED.title, attribution = EXCLUDED.attribution, licence = EXCLUDED.licence, url = EXCLUDED.url`,
		s.Code, s.Title, s.Attribution, s.Licence, s.URL)
	if err != nil {
		return fmt.Errorf("writing the source %.60q: %w", s.Code, err)
	}
	return nil
}

func (w *writer) featuresOf(system int) []int {
	s := &w.plan.Systems[system]
	out := append([]int(nil), s.Unnamed...)
	for _, id := range s.Features {
		if i, ok := w.index[id]; ok {
			out = append(out, i)
		}
	}
	return out
}

func (w *writer) system(ctx context.Context, tx pgx.Tx, i int) error {
	s := &w.plan.Systems[i]
	used := map[uuid.UUID]bool{}
	input := map[string]any{"kind": "NETWORK", "regionIds": w.regions, "status": "STUB"}
	fields := []string{"name", "kind"}
	if s.Visibility == Public {
		input["position"] = map[string]any{"lat": track.Round(s.Centre.Lat, 5), "lon": track.Round(s.Centre.Lon, 5)}
		fields = append(fields, "position")
	}
	id, err := w.entity(ctx, tx, "SYSTEM", &s.Place, used, input, fields, &w.pending.Systems)
	if err != nil {
		return err
	}
	if err := w.features(ctx, tx, w.featuresOf(i)); err != nil {
		return err
	}
	if err := w.layer(ctx, tx, id, &s.Place, nil, nil, []uuid.UUID{}); err != nil {
		return err
	}
	ids := map[string]uuid.UUID{}
	for _, t := range s.Trails {
		trail := &w.plan.Trails[t]
		var elsewhere []any
		if w.plan.Source.Code == OpenStreetMap.Code {
			for _, f := range trail.Features[:min(8, len(trail.Features))] {
				elsewhere = append(elsewhere, map[string]any{"scheme": "osm-way", "value": strings.TrimPrefix(f, "way/")})
			}
		}
		input := map[string]any{"systemIds": []string{id.String()}, "direction": trail.Direction, "type": trail.Type, "externalIds": elsewhere}
		trailID, err := w.entity(ctx, tx, "TRAIL", &trail.Place, used, input, []string{"name", "direction", "type", "externalIds"}, &w.pending.Trails)
		if err != nil {
			return err
		}
		ids[trail.Key] = trailID
	}
	// Junctions name other trails, so all of them come first. Those that share a
	// point lie in one system.
	for _, t := range s.Trails {
		trail := &w.plan.Trails[t]
		junctions := []any{}
		for _, j := range trail.Junctions {
			if other, ok := ids[j.Other]; ok {
				junctions = append(junctions, map[string]any{"trailId": other, "atM": track.Round(j.AtM, 1), "otherAtM": track.Round(j.OtherAtM, 1)})
			}
		}
		profile := struct {
			Profile
			Grades *recording.Grades `json:"grades,omitempty"`
		}{trail.Profile.short(), trail.Grades}
		if err := w.layer(ctx, tx, ids[trail.Key], &trail.Place, profile, junctions, []uuid.UUID{}); err != nil {
			return err
		}
	}
	// Discovery weighs a system by what open data says of its trails.
	if _, err := tx.Exec(ctx, "SELECT wiki.refresh_discovery(ARRAY[$1::uuid])", id); err != nil {
		return err
	}
	w.systems[i] = id
	for key, trail := range ids {
		w.trails[key] = trail
	}
	return nil
}

func (w *writer) route(ctx context.Context, tx pgx.Tx, r *Route) error {
	var systems []string
	for _, i := range r.Systems {
		if id, ok := w.systems[i]; ok {
			systems = append(systems, id.String())
		}
	}
	if len(systems) == 0 {
		return refusal{errors.New("none of its systems was written")}
	}
	input := map[string]any{"systemIds": systems, "shape": r.Shape}
	id, err := w.entity(ctx, tx, "ROUTE", &r.Place, map[uuid.UUID]bool{}, input, []string{"name", "shape"}, &w.pending.Routes)
	if err != nil {
		return err
	}
	if err := w.features(ctx, tx, []int{r.feature}); err != nil {
		return err
	}
	profile := struct {
		*RouteProfile
		Legs   []any             `json:"legs"`
		Grades *recording.Grades `json:"grades,omitempty"`
	}{&r.Profile, w.legs(r), r.Grades}
	return w.layer(ctx, tx, id, &r.Place, profile, nil, w.passes(r))
}

// legs of a route as they are stored. A trail that was not written is a connector.
func (w *writer) legs(r *Route) []any {
	type leg struct {
		Kind      string     `json:"kind"`
		TrailID   *uuid.UUID `json:"trailId,omitempty"`
		FromM     *float64   `json:"fromM,omitempty"`
		ToM       *float64   `json:"toM,omitempty"`
		Direction string     `json:"direction,omitempty"`
		LengthM   float64    `json:"lengthM"`
		Gap       bool       `json:"gap,omitempty"`
	}
	out := []any{}
	for _, l := range r.Profile.Legs[:min(len(r.Profile.Legs), maxLegs)] {
		x := leg{Kind: "CONNECTOR", LengthM: track.Round(l.LengthM, 1), Gap: l.Gap}
		if id, ok := w.trails[l.Trail]; ok {
			x.Kind, x.TrailID = l.Kind, &id
			if !math.IsNaN(l.FromM) && !math.IsNaN(l.ToM) {
				x.FromM, x.ToM, x.Direction = ptr(track.Round(l.FromM, 1)), ptr(track.Round(l.ToM, 1)), "FORWARD"
				if l.FromM > l.ToM {
					x.Direction = "BACKWARD"
				}
			}
		}
		out = append(out, x)
	}
	return out
}

// passes are the trails that a route's lines run over, also behind the last leg that
// is kept.
func (w *writer) passes(r *Route) []uuid.UUID {
	out := []uuid.UUID{}
	for _, l := range r.Profile.Legs {
		if id, ok := w.trails[l.Trail]; ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// entity finds the page of a place by the features it stands on, or makes a stub.
// used are entities that another place of this transaction was found to be.
func (w *writer) entity(ctx context.Context, tx pgx.Tx, kind string, p *Place, used map[uuid.UUID]bool, input map[string]any, fields []string, counts *Counts) (uuid.UUID, error) {
	rows, err := tx.Query(ctx, `
SELECT l.entity_id
FROM wiki.layer_entity l
JOIN wiki.entity e ON e.id = l.entity_id
WHERE l.source = $1 AND e.kind = $2 AND l.features && $3::text[]
ORDER BY (SELECT count(*) FROM unnest(l.features) AS f (id) WHERE f.id = ANY ($3::text[])) DESC, e.created_at, e.id
LIMIT 20`, w.plan.Source.Code, kind, p.Features)
	if err != nil {
		return uuid.Nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return uuid.Nil, err
	}
	for _, id := range found {
		if !used[id] {
			used[id] = true
			counts.Found++
			return id, nil
		}
	}
	id := uuid.NewSHA1(namespace, []byte(w.plan.Source.Code+" "+p.Key))
	input["id"] = id
	input["name"] = p.Name
	input["visibility"] = string(p.Visibility)
	var facts []any
	for _, f := range fields {
		facts = append(facts, map[string]any{"field": f, "basis": "IMPORTED", "source": w.plan.Source.Attribution,
			"url": orNull(w.plan.Source.URL), "date": w.options.Today.Format(time.DateOnly), "licence": w.plan.Source.Licence})
	}
	input["facts"] = facts
	text, err := json.Marshal(input)
	if err != nil {
		return uuid.Nil, err
	}
	var ok bool
	var errorType, message *string
	// kind is one of three constants, never input.
	err = tx.QueryRow(ctx, "SELECT ok, error_type, message FROM api.create_"+strings.ToLower(kind)+`('{"mode": "IMPORT"}', $1::jsonb)`, string(text)).
		Scan(&ok, &errorType, &message)
	if err != nil {
		return uuid.Nil, err
	}
	if !ok {
		return uuid.Nil, refusal{fmt.Errorf("%s %q was refused: %s: %s", strings.ToLower(kind), p.Name, deref(errorType), deref(message))}
	}
	used[id] = true
	counts.Made++
	return id, nil
}

// layer writes what the source says of an entity.
func (w *writer) layer(ctx context.Context, tx pgx.Tx, id uuid.UUID, p *Place, profile any, junctions []any, passes []uuid.UUID) error {
	var climb, descent *float64
	var method *string
	if p.Climb != nil {
		climb, descent, method = ptr(track.Round(p.Climb.Gain, 1)), ptr(track.Round(p.Climb.Loss, 1)), &p.Climb.Method
	}
	var length *float64
	if p.Length > 0 {
		length = ptr(track.Round(p.Length, 1))
	}
	lines := "[]"
	if len(p.Lines) > 0 {
		lines = linesJSON(p.Lines)
	}
	var profileText *string
	if profile != nil {
		text, err := json.Marshal(profile)
		if err != nil {
			return err
		}
		profileText = ptr(string(text))
	}
	if junctions == nil {
		junctions = []any{}
	}
	junctionText, err := json.Marshal(junctions)
	if err != nil {
		return err
	}
	short, breaks := shortForm(p.Drawn)
	points := 0
	for _, l := range p.Lines {
		points += len(l)
	}
	tag, err := tx.Exec(ctx, `
INSERT INTO wiki.layer_entity AS l (entity_id, source, features, name, lines, length_m, climb_m, descent_m, elevation_method, profile, junctions, simplified, breaks, point_count, passes)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12::jsonb, $13, $14, $15)
ON CONFLICT (entity_id, source) DO UPDATE SET features = EXCLUDED.features, name = EXCLUDED.name, lines = EXCLUDED.lines,
  length_m = EXCLUDED.length_m, climb_m = EXCLUDED.climb_m, descent_m = EXCLUDED.descent_m,
  elevation_method = EXCLUDED.elevation_method, profile = EXCLUDED.profile, junctions = EXCLUDED.junctions,
  simplified = EXCLUDED.simplified, breaks = EXCLUDED.breaks, point_count = EXCLUDED.point_count, passes = EXCLUDED.passes, imported_at = now()
WHERE (l.features, l.name, l.lines, l.length_m, l.climb_m, l.descent_m, l.elevation_method, l.profile, l.junctions, l.simplified, l.breaks, l.passes)
  IS DISTINCT FROM (EXCLUDED.features, EXCLUDED.name, EXCLUDED.lines, EXCLUDED.length_m, EXCLUDED.climb_m, EXCLUDED.descent_m,
    EXCLUDED.elevation_method, EXCLUDED.profile, EXCLUDED.junctions, EXCLUDED.simplified, EXCLUDED.breaks, EXCLUDED.passes)`,
		id, w.plan.Source.Code, p.Features, p.Name, lines, length, climb, descent, method, profileText, string(junctionText),
		short, breaks, points, passes)
	if err != nil || tag.RowsAffected() == 0 || profile == nil {
		return err
	}
	// Search knows what the source calls it besides.
	_, err = tx.Exec(ctx, "SELECT wiki.refresh_search(e.kind, e.id, NULL) FROM wiki.entity e WHERE e.id = $1", id)
	return err
}

// Decimals that a layer keeps: those of OpenStreetMap, and decimetres.
const degreeDecimals, metreDecimals = 7, 1

// shortForm is lines one behind the other as maps draw them: GeoJSON coordinates,
// and which points another line begins with.
func shortForm(lines []track.Line) (short string, breaks []int32) {
	var all track.Line
	breaks = []int32{}
	for i, l := range lines {
		if i > 0 {
			breaks = append(breaks, int32(len(all)))
		}
		all = append(all, l...)
	}
	return string(track.AppendCoordinates(nil, all, degreeDecimals, metreDecimals)), breaks
}

func (w *writer) features(ctx context.Context, tx pgx.Tx, indexes []int) error {
	const size = 500
	for len(indexes) > 0 {
		part := indexes[:min(size, len(indexes))]
		indexes = indexes[len(part):]
		batch := &pgx.Batch{}
		for _, i := range part {
			f := &w.plan.Features[i]
			tags, err := json.Marshal(clean(f.Tags))
			if err != nil {
				return err
			}
			batch.Queue(`
INSERT INTO wiki.layer_feature AS l (source, native_id, name, tags, coordinates, sensitive)
VALUES ($1, $2, nullif($3, ''), $4::jsonb, $5::jsonb, nullif($6, ''))
ON CONFLICT (source, native_id) DO UPDATE SET name = EXCLUDED.name, tags = EXCLUDED.tags, coordinates = EXCLUDED.coordinates,
  sensitive = EXCLUDED.sensitive, imported_at = now()
WHERE (l.name, l.tags, l.coordinates, l.sensitive) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.tags, EXCLUDED.coordinates, EXCLUDED.sensitive)`,
				w.plan.Source.Code, f.ID, f.Name, string(tags), string(track.AppendCoordinates(nil, f.Line, degreeDecimals, metreDecimals)), f.Sensitive)
		}
		results := tx.SendBatch(ctx, batch)
		for range part {
			tag, err := results.Exec()
			if err != nil {
				return errors.Join(err, results.Close())
			}
			w.pending.Features += int(tag.RowsAffected())
		}
		if err := results.Close(); err != nil {
			return err
		}
		w.done = append(w.done, part...)
	}
	return nil
}

// clean leaves out NUL, which PostgreSQL can't store.
func clean(tags map[string]string) map[string]string {
	out := make(map[string]string, len(tags))
	for k, v := range tags {
		out[strings.ReplaceAll(k, "\x00", "")] = strings.ReplaceAll(v, "\x00", "")
	}
	return out
}

func linesJSON(lines []track.Line) string {
	b := []byte{'['}
	for i, l := range lines {
		if i > 0 {
			b = append(b, ',')
		}
		b = track.AppendCoordinates(b, l, degreeDecimals, metreDecimals)
	}
	return string(append(b, ']'))
}

func ptr[T any](v T) *T { return &v }

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
