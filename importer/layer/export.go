package layer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/track"
	"github.com/mtbwiki/mtbwiki/track/exchange"
)

// ErrSource means that a source isn't in the database; ErrPlace that a region or
// system isn't.
var (
	ErrSource = errors.New("no such source of open data")
	ErrPlace  = errors.New("no such place")
)

// ExportOptions say what of a layer goes out.
type ExportOptions struct {
	Source string // code
	// Region and System are slugs; at most one is given. Empty: everything.
	Region, System string
	// All takes in what not everybody may see; such a file is not for others.
	All bool
	// Elements exports the source's elements as they were read, with their keys and
	// without what was computed from them; otherwise the trails and routes made of them.
	Elements bool
}

// Export writes a layer as GeoJSON, under its own licence and with its attribution,
// and returns the number of features. owner is as for Write. What is written before
// an error is no whole file.
func Export(ctx context.Context, owner *pgxpool.Pool, w io.Writer, o ExportOptions) (features int, err error) {
	// One snapshot for all of it.
	err = pgx.BeginTxFunc(ctx, owner, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var err error
		features, err = export(ctx, tx, bufio.NewWriterSize(w, 1<<16), o)
		return err
	})
	return features, err
}

// Everybody is the condition for what anonymous readers see of a row l of wiki.layer_entity
// whose entity is e.
const Everybody = `api.can_read('{"mode": "KEY"}', e.state, e.visibility, e.created_by) AND api.sees_place('{"mode": "KEY"}', e.visibility) AND api.sees_passes('{"mode": "KEY"}', l.passes)`

// EverybodysElement is the condition for a row f of wiki.layer_feature: nothing that isn't
// for everybody stands on it.
const EverybodysElement = `f.sensitive IS NULL AND NOT EXISTS (
    SELECT FROM wiki.layer_entity l
    JOIN wiki.entity e ON e.id = l.entity_id
    WHERE l.source = f.source AND l.features @> ARRAY[f.native_id] AND NOT (` + Everybody + `))`

// inside are the entities of a system ($3) or of the systems of a region ($4).
const inside = `WITH place AS (
  SELECT $3::uuid AS id WHERE $3::uuid IS NOT NULL
  UNION
  SELECT s.system_id FROM wiki.system_region s WHERE s.region_id = $4
), inside AS (
  SELECT p.id FROM place p
  UNION
  SELECT t.trail_id FROM wiki.trail_system t JOIN place p ON p.id = t.system_id
  UNION
  SELECT r.route_id FROM wiki.route_system r JOIN place p ON p.id = r.system_id
)
`

// Both answer: id, kind, name, lines, and further properties as an object.
const (
	exportEntities = inside + `
SELECT e.id::text, e.kind::text, l.name, l.lines::text, json_strip_nulls(json_build_object('elements', l.features, 'lengthM', l.length_m,
  'climbM', l.climb_m, 'descentM', l.descent_m, 'elevationMethod', l.elevation_method, 'profile', l.profile))::text
FROM wiki.layer_entity l
JOIN wiki.entity e ON e.id = l.entity_id
WHERE l.source = $1 AND e.kind IN ('TRAIL', 'ROUTE') AND jsonb_array_length(l.lines) > 0
  AND ($2::boolean OR (` + Everybody + `))
  AND (coalesce($3, $4) IS NULL OR e.id IN (SELECT i.id FROM inside i))
ORDER BY e.kind DESC, l.name, e.id`
	exportElements = inside + `
SELECT f.native_id, 'ELEMENT', coalesce(f.name, ''), jsonb_build_array(f.coordinates)::text, json_build_object('tags', f.tags)::text
FROM wiki.layer_feature f
WHERE f.source = $1
  AND ($2::boolean OR (` + EverybodysElement + `))
  AND (coalesce($3, $4) IS NULL OR EXISTS (
    SELECT FROM wiki.layer_entity l
    JOIN inside i ON i.id = l.entity_id
    WHERE l.source = f.source AND l.features @> ARRAY[f.native_id]))
ORDER BY f.native_id`
)

func export(ctx context.Context, tx pgx.Tx, w *bufio.Writer, o ExportOptions) (features int, err error) {
	head := exchange.Head{}
	var url *string
	err = tx.QueryRow(ctx, "SELECT s.title, s.attribution, s.licence, s.url FROM wiki.layer_source s WHERE s.code = $1", o.Source).
		Scan(&head.Name, &head.Attribution, &head.Licence, &url)
	if errors.Is(err, pgx.ErrNoRows) {
		var known string
		if err := tx.QueryRow(ctx, "SELECT coalesce(string_agg(s.code, ', ' ORDER BY s.code), 'none yet') FROM wiki.layer_source s").Scan(&known); err != nil {
			return 0, err
		}
		return 0, fmt.Errorf("%w: %.60q; there are: %s", ErrSource, o.Source, known)
	}
	if err != nil {
		return 0, err
	}
	head.URL = deref(url)
	head.Description = fmt.Sprintf("Trails and routes as %s has them, and what MTB Wiki computed from that. Lines: %s, %s.", head.Name, head.Attribution, exchange.LicenceName(head.Licence))
	if o.Elements {
		head.Description = fmt.Sprintf("Elements of %s as they were read. Lines: %s, %s.", head.Name, head.Attribution, exchange.LicenceName(head.Licence))
	}
	if o.All {
		head.Description += " With places that are not public: not for others."
	}
	system, err := slugID(ctx, tx, "SYSTEM", o.System)
	if err != nil {
		return 0, err
	}
	region, err := slugID(ctx, tx, "REGION", o.Region)
	if err != nil {
		return 0, err
	}
	sql := exportEntities
	if o.Elements {
		sql = exportElements
	}
	rows, err := tx.Query(ctx, sql, o.Source, o.All, system, region)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	buffer := exchange.AppendGeoJSONHead(nil, head)
	for rows.Next() {
		if buffer, err = appendRow(buffer, rows, features == 0); err != nil {
			return features, err
		}
		features++
		if _, err := w.Write(buffer); err != nil {
			return features, err
		}
		buffer = buffer[:0]
	}
	if err := rows.Err(); err != nil {
		return features, err
	}
	if _, err := w.Write(exchange.AppendGeoJSONEnd(buffer)); err != nil {
		return features, err
	}
	return features, w.Flush()
}

func appendRow(buffer []byte, rows pgx.Rows, first bool) ([]byte, error) {
	var id, kind, name, lines, more string
	if err := rows.Scan(&id, &kind, &name, &lines, &more); err != nil {
		return nil, err
	}
	var coordinates []json.RawMessage
	if err := json.Unmarshal([]byte(lines), &coordinates); err != nil {
		return nil, fmt.Errorf("lines of %s: %w", id, err)
	}
	f := exchange.Feature{ID: id, Properties: []exchange.Property{{Name: "kind", Value: kind}, {Name: "name", Value: name}}}
	for _, c := range coordinates {
		l, err := track.ParseGeoJSON([]byte(`{"type":"LineString","coordinates":` + string(c) + `}`))
		if err != nil {
			return nil, fmt.Errorf("lines of %s: %w", id, err)
		}
		f.Lines = append(f.Lines, l)
	}
	var properties map[string]json.RawMessage
	if err := json.Unmarshal([]byte(more), &properties); err != nil {
		return nil, fmt.Errorf("properties of %s: %w", id, err)
	}
	for _, name := range []string{"tags", "elements", "lengthM", "climbM", "descentM", "elevationMethod", "profile"} {
		if value, ok := properties[name]; ok {
			f.Properties = append(f.Properties, exchange.Property{Name: name, Value: value})
		}
	}
	return exchange.AppendGeoJSONFeature(buffer, first, f)
}

// slugID finds an entity by its slug, old ones too; nil for no slug.
func slugID(ctx context.Context, tx pgx.Tx, kind, slug string) (*string, error) {
	if slug == "" {
		return nil, nil
	}
	var id string
	err := tx.QueryRow(ctx, "SELECT s.entity_id::text FROM wiki.slug s WHERE s.kind = $1 AND s.slug = $2 ORDER BY s.current DESC LIMIT 1", kind, slug).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("%w: a %s with the slug %.100q", ErrPlace, map[string]string{"SYSTEM": "system", "REGION": "region"}[kind], slug)
	}
	return &id, err
}
