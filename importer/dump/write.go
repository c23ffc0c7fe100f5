package dump

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/importer/layer"
)

// Write writes a dump into dir, which must not be there yet; what fails leaves none.
// owner must be able to read every table (database role mtbwiki_owner).
func Write(ctx context.Context, owner *pgxpool.Pool, dir string) (m *Manifest, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the folder of a dump is made anew: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	// One snapshot for all of it.
	err = pgx.BeginTxFunc(ctx, owner, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		w := &writer{tx: tx, dir: dir, manifest: &Manifest{Format: Format}}
		m = w.manifest
		return w.all(ctx)
	})
	return m, err
}

type writer struct {
	tx       pgx.Tx
	dir      string
	manifest *Manifest
	// hidden are the ids of entities that the dump doesn't tell of.
	hidden map[string]bool
}

// Conditions on wiki.entity e: what a visitor without an account may know of, and where
// he may see it. One rule says both for every way out. What is said about a page that
// isn't there can't be there either.
const (
	known = `e.kind <> 'RIDER' AND api.can_read('{"mode": "KEY"}', e.state, e.visibility, e.created_by)
  AND NOT EXISTS (SELECT FROM api.remark_row k JOIN wiki.entity s ON s.id = k.subject_id
    WHERE k.id = e.id AND NOT api.can_read('{"mode": "KEY"}', s.state, s.visibility, s.created_by))`
	seen = known + ` AND api.sees_place('{"mode": "KEY"}', e.visibility)`
	// reader is a rider whom a visitor may know of; r is the column that names him.
	reader = `(SELECT x.id FROM wiki.entity x WHERE x.id = %s AND api.can_read('{"mode": "KEY"}', x.state, x.visibility, x.created_by))`
)

// instant writes a time so that it comes back as it was.
const instant = `to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

func at(column string) string { return fmt.Sprintf(instant, column) }
func by(column string) string { return fmt.Sprintf(reader, column) }

func (w *writer) all(ctx context.Context) error {
	if err := w.tx.QueryRow(ctx, lastMigration).Scan(&w.manifest.Migration); err != nil {
		return err
	}
	if err := w.tx.QueryRow(ctx, "SELECT coalesce("+at("max(e.updated_at)")+", '') FROM wiki.entity e WHERE "+known).Scan(&w.manifest.Changed); err != nil {
		return err
	}
	rows, err := w.tx.Query(ctx, "SELECT e.id::text FROM wiki.entity e WHERE e.kind <> 'RIDER' AND NOT ("+known+")")
	if err != nil {
		return err
	}
	hidden, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	w.hidden = map[string]bool{}
	for _, id := range hidden {
		w.hidden[id] = true
	}
	schema, err := api.FS.ReadFile("deploy/schema.graphql")
	if err != nil {
		return err
	}
	for name, text := range map[string]string{readmeFile: readme, schemaFile: string(schema)} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o644); err != nil { //nolint:gosec // it is for everybody
			return err
		}
	}
	if err := w.file(ctx, File{Name: vocabularyFile, Licence: Licence}, vocabularySQL); err != nil {
		return err
	}
	for _, kind := range entity.EntityKindValues {
		if kind == entity.EntityKindRider {
			continue
		}
		if err := w.file(ctx, File{Name: kindFile(kind), Licence: Licence}, entitySQL, string(kind)); err != nil {
			return err
		}
	}
	for _, f := range []struct{ name, sql string }{{riderFile, riderSQL}, {revisionFile, revisionSQL}, {lineFile, lineSQL}} {
		if err := w.file(ctx, File{Name: f.name, Licence: Licence}, f.sql); err != nil {
			return err
		}
	}
	if err := w.layers(ctx); err != nil {
		return err
	}
	text, err := json.MarshalIndent(w.manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.dir, manifestFile), append(text, '\n'), 0o644) //nolint:gosec // it is for everybody
}

// Each answers a JSON value a row.
var (
	vocabularySQL = `
SELECT json_build_object('name', v.name, 'title', v.title, 'description', v.description, 'version', v.version, 'terms', (
  SELECT coalesce(json_agg(json_strip_nulls(json_build_object('code', t.code, 'label', t.label, 'description', t.description, 'group', t.term_group,
    'common', t.common, 'validFrom', t.valid_from, 'validUntil', t.valid_until)) ORDER BY t.position), '[]')
  FROM wiki.term t
  WHERE t.vocabulary = v.name))
FROM wiki.vocabulary v
ORDER BY v.name COLLATE "C"`

	entitySQL = `
SELECT json_strip_nulls(json_build_object('id', e.id, 'version', e.version, 'originalLang', e.original_lang,
  'visibility', e.visibility, 'synthetic', nullif(e.synthetic, false), 'featuredFrom', e.featured_from, 'featuredUntil', e.featured_until,
  'createdAt', ` + at("e.created_at") + `, 'createdBy', ` + by("e.created_by") + `,
  'updatedAt', ` + at("e.updated_at") + `, 'updatedBy', ` + by("e.updated_by") + `,
  'slugs', (
    -- Those of a duplicate that was merged into it lead here too.
    SELECT json_agg(json_build_object('lang', s.lang, 'slug', s.slug, 'current', s.current AND o.id = e.id, 'createdAt', ` + at("s.created_at") + `) ORDER BY s.lang COLLATE "C", s.slug COLLATE "C")
    FROM wiki.slug s
    JOIN wiki.entity o ON o.id = s.entity_id
    WHERE o.id = e.id OR o.merged_into = e.id),
  'facts', CASE WHEN api.sees_place('{"mode": "KEY"}', e.visibility) THEN f.facts ELSE f.facts - wiki.masked_fields(e.kind) END,
  'texts', (
    SELECT json_object_agg(l.lang, t.texts ORDER BY l.lang COLLATE "C")
    FROM (
      SELECT e.original_lang::text AS lang
      UNION
      SELECT r.lang::text FROM wiki.revision r WHERE r.entity_id = e.id AND r.lang IS NOT NULL
    ) l
    CROSS JOIN LATERAL (
      SELECT CASE WHEN api.sees_place('{"mode": "KEY"}', e.visibility) THEN x ELSE x - wiki.masked_fields(e.kind) END AS texts
      FROM wiki.texts_of(e.kind, e.id, l.lang) x) t
    WHERE t.texts <> '{}'),
  'votes', (SELECT json_build_object('up', c.up, 'down', c.down) FROM wiki.vote_count c WHERE c.entity_id = e.id AND c.up + c.down > 0)))
FROM wiki.entity e
CROSS JOIN LATERAL (SELECT wiki.facts_of(e.kind, e.id) AS facts) f
WHERE e.kind = $1 AND ` + known + `
ORDER BY e.id`

	// The name that a contribution carries, and nothing of the profile.
	riderSQL = `
SELECT json_build_object('id', e.id, 'name', r.name, 'createdAt', ` + at("e.created_at") + `, 'slugs', (
  SELECT coalesce(json_agg(json_build_object('lang', s.lang, 'slug', s.slug, 'current', s.current, 'createdAt', ` + at("s.created_at") + `) ORDER BY s.lang COLLATE "C", s.slug COLLATE "C"), '[]')
  FROM wiki.slug s
  WHERE s.entity_id = e.id))
FROM wiki.entity e
JOIN wiki.rider r ON r.id = e.id
WHERE api.can_read('{"mode": "KEY"}', e.state, e.visibility, e.created_by) AND e.id IN (
  SELECT x FROM wiki.entity e CROSS JOIN LATERAL (VALUES (e.created_by), (e.updated_by)) v (x) WHERE ` + known + `
  UNION
  SELECT r.author FROM wiki.revision r JOIN wiki.entity e ON e.id = r.entity_id WHERE ` + seen + `)
ORDER BY e.id`

	revisionSQL = `
SELECT json_strip_nulls(json_build_object('id', r.id, 'entityId', r.entity_id, 'kind', r.kind, 'number', r.number, 'lang', r.lang,
  'author', ` + by("r.author") + `, 'comment', CASE WHEN h.revision_id IS NULL THEN r.comment END, 'createdAt', ` + at("r.created_at") + `, 'size', r.size, 'licence', r.licence,
  'termsVersion', r.terms_version, 'previousId', r.previous_id, 'basedOnLang', r.based_on_lang, 'basedOnNumber', r.based_on_number,
  'redacted', CASE WHEN c.content IS NULL OR h.revision_id IS NOT NULL THEN true END, 'content', CASE WHEN h.revision_id IS NULL THEN c.content END))
FROM wiki.revision r
JOIN wiki.revision_content c ON c.revision_id = r.id
LEFT JOIN wiki.hidden_revision h ON h.revision_id = r.id
JOIN wiki.entity e ON e.id = r.entity_id
WHERE ` + seen + `
ORDER BY r.entity_id, r.number`

	lineSQL = `
SELECT json_build_object('type', 'Feature', 'id', e.id, 'properties', json_build_object('name', t.name),
  'geometry', json_build_object('type', 'LineString', 'coordinates', l.coordinates))
FROM wiki.trail_line l
JOIN wiki.trail t ON t.id = l.trail_id
JOIN wiki.entity e ON e.id = l.trail_id
WHERE ` + seen + `
ORDER BY e.id`
)

// layers writes each source of open data into a folder of its own.
func (w *writer) layers(ctx context.Context) error {
	rows, err := w.tx.Query(ctx, `SELECT s.code, s.licence, s.attribution FROM wiki.layer_source s ORDER BY s.code COLLATE "C"`)
	if err != nil {
		return err
	}
	type source struct{ code, licence, attribution string }
	sources, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s source, err error) {
		err = row.Scan(&s.code, &s.licence, &s.attribution)
		return s, err
	})
	if err != nil {
		return err
	}
	for _, s := range sources {
		folder := layerFolder + s.code + "/"
		if err := os.MkdirAll(filepath.Join(w.dir, folder), 0o755); err != nil {
			return err
		}
		for _, f := range []struct{ name, sql string }{
			{"source.ndjson", `SELECT to_json(s) FROM wiki.layer_source s WHERE s.code = $1`},
			// What is for everybody may stand on elements that aren't: a system on all of its trails.
			{"entities.ndjson", `
				SELECT to_jsonb(l) - 'source' || jsonb_build_object('imported_at', ` + at("l.imported_at") + `, 'features', s.features)
				FROM wiki.layer_entity l
				JOIN wiki.entity e ON e.id = l.entity_id
				CROSS JOIN LATERAL (
				  SELECT array_agg(x ORDER BY n) AS features
				  FROM unnest(l.features) WITH ORDINALITY AS u (x, n)
				  WHERE NOT EXISTS (SELECT FROM wiki.layer_feature f WHERE f.source = l.source AND f.native_id = x AND NOT (` + layer.EverybodysElement + `))
				) s
				WHERE l.source = $1 AND ` + layer.Everybody + ` AND s.features IS NOT NULL
				ORDER BY l.entity_id`},
			{"elements.ndjson", `
				SELECT to_jsonb(f) - 'source' - 'sensitive' || jsonb_build_object('imported_at', ` + at("f.imported_at") + `)
				FROM wiki.layer_feature f
				WHERE f.source = $1 AND ` + layer.EverybodysElement + `
				ORDER BY f.native_id COLLATE "C"`},
		} {
			if err := w.file(ctx, File{Name: folder + f.name, Licence: s.licence, Attribution: s.attribution}, f.sql, s.code); err != nil {
				return err
			}
		}
	}
	return nil
}

// file writes the values that a query answers, a line each.
func (w *writer) file(ctx context.Context, about File, sql string, args ...any) (err error) {
	f, err := os.Create(filepath.Join(w.dir, about.Name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := &sink{out: bufio.NewWriterSize(f, 1<<16), sum: sha256.New()}
	between, end := "\n", "\n"
	if strings.HasSuffix(about.Name, ".geojson") {
		out.write("{\"type\":\"FeatureCollection\",\"features\":[\n")
		between, end = ",\n", "\n]}\n"
	}
	rows, err := w.tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	var value []byte
	_, err = pgx.ForEachRow(rows, []any{&value}, func() error {
		line, err := w.tidy(value)
		if err != nil {
			return err
		}
		if about.Records++; about.Records > 1 {
			out.write(between)
		}
		out.write(line)
		return out.err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", about.Name, err)
	}
	if about.Records > 0 || end != "\n" {
		out.write(end)
	}
	if err := errors.Join(out.err, out.out.Flush()); err != nil {
		return err
	}
	about.SHA256 = hex.EncodeToString(out.sum.Sum(nil))
	w.manifest.Files = append(w.manifest.Files, about)
	return nil
}

// sink writes and keeps the first error.
type sink struct {
	out *bufio.Writer
	sum hash.Hash
	err error
}

func (s *sink) write(text string) {
	if s.err == nil {
		_, s.err = s.out.WriteString(text)
		s.sum.Write([]byte(text))
	}
}

// tidy is a value with its keys sorted, without references to what the dump doesn't tell of.
func (w *writer) tidy(value []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber() // digits as they are
	var v any
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	if len(w.hidden) > 0 {
		v = w.without(v)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// without drops keys whose value is the id of something hidden, and of lists the items
// that are or name one.
func (w *writer) without(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if w.hides(x) {
				delete(v, k)
				continue
			}
			v[k] = w.without(x)
		}
	case []any:
		kept := v[:0]
		for _, x := range v {
			if w.hides(x) {
				continue
			}
			if m, ok := x.(map[string]any); ok && w.names(m) {
				continue
			}
			kept = append(kept, w.without(x))
		}
		return kept
	}
	return v
}

func (w *writer) hides(v any) bool {
	s, ok := v.(string)
	return ok && w.hidden[s]
}

func (w *writer) names(m map[string]any) bool {
	for _, x := range m {
		if w.hides(x) {
			return true
		}
	}
	return false
}
