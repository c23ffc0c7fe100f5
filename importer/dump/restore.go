package dump

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/entity"
)

// ErrNotEmpty means that the wiki to restore into has pages already.
var ErrNotEmpty = errors.New("the wiki has pages already; a dump is restored into an empty one")

// Read reads the manifest of a dump and checks that every file is as it says, and that
// there are no others.
func Read(dump fs.FS) (*Manifest, error) {
	text, err := fs.ReadFile(dump, manifestFile)
	if err != nil {
		return nil, badf("there is no %s: %w", manifestFile, err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var m Manifest
	if err := d.Decode(&m); err != nil {
		return nil, badf("%s: %w", manifestFile, err)
	}
	if m.Format != Format {
		return nil, badf("it has the format %d; this program reads %d", m.Format, Format)
	}
	expected := map[string]bool{manifestFile: true, schemaFile: true, readmeFile: true}
	for _, f := range m.Files {
		if !fs.ValidPath(f.Name) || expected[f.Name] {
			return nil, badf("%s: the file %q", manifestFile, f.Name)
		}
		expected[f.Name] = true
		sum, err := sumOf(dump, f.Name)
		if err != nil {
			return nil, badf("%w", err)
		}
		if sum != f.SHA256 {
			return nil, badf("%s isn't as it was written: its SHA-256 is %s, the manifest says %s", f.Name, sum, f.SHA256)
		}
	}
	for _, name := range needed() {
		if !expected[name] {
			return nil, badf("%s names no %s", manifestFile, name)
		}
	}
	return &m, fs.WalkDir(dump, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !expected[name] {
			return badf("%s doesn't belong to it", name)
		}
		return err
	})
}

// needed are the files that every dump has.
func needed() []string {
	names := []string{vocabularyFile, riderFile, revisionFile, lineFile}
	for _, kind := range entity.EntityKindValues {
		if kind != entity.EntityKindRider {
			names = append(names, kindFile(kind))
		}
	}
	return names
}

func sumOf(dump fs.FS, name string) (string, error) {
	f, err := dump.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Restore fills an empty wiki with a dump, in one transaction: what is wrong with it leaves
// the wiki empty. owner must be able to write every table (database role mtbwiki_owner).
// progress, when not nil, hears of each file.
func Restore(ctx context.Context, owner *pgxpool.Pool, dump fs.FS, progress func(string)) (*Manifest, error) {
	m, err := Read(dump)
	if err != nil {
		return nil, err
	}
	return m, pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		// Two at once would both find it empty.
		if _, err := tx.Exec(ctx, "LOCK TABLE wiki.entity IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM wiki.entity) OR EXISTS (SELECT FROM wiki.layer_source)").Scan(&there); err != nil {
			return err
		}
		if there {
			return ErrNotEmpty
		}
		var migration int64
		if err := tx.QueryRow(ctx, lastMigration).Scan(&migration); err != nil {
			return err
		}
		if migration < m.Migration {
			return badf("it comes from a wiki at migration %d, this one is at %d: update the program first", m.Migration, migration)
		}
		r := &restorer{tx: tx, dump: dump, manifest: m, say: progress, batch: &pgx.Batch{}}
		if r.say == nil {
			r.say = func(string) {}
		}
		return r.all(ctx)
	})
}

type restorer struct {
	tx       pgx.Tx
	dump     fs.FS
	manifest *Manifest
	say      func(string)
	batch    *pgx.Batch
	// names of what the batch's statements are about, for the error.
	names []string
}

// statement is what happens to a record, $1.
type statement struct{ sql string }

func (r *restorer) all(ctx context.Context) error {
	if _, err := r.tx.Exec(ctx, "DELETE FROM wiki.term"); err != nil {
		return err
	}
	if err := r.file(ctx, vocabularyFile, addVocabulary, addTerms); err != nil {
		return err
	}
	if err := r.file(ctx, riderFile, addRider, addRiderRow, ownRider, addSlugs); err != nil {
		return err
	}
	// First all pages with what they can't be without, then the rest: pages name each other.
	// Of a remark that is what it is about; a fact check is about another remark, and its
	// kind comes after that one's.
	kinds := slices.DeleteFunc(slices.Clone(entity.EntityKindValues), func(k entity.EntityKind) bool { return k == entity.EntityKindRider })
	slices.SortStableFunc(kinds, func(a, b entity.EntityKind) int {
		late := func(k entity.EntityKind) int {
			if remark(k) {
				return 1
			}
			return 0
		}
		return late(a) - late(b)
	})
	for _, kind := range kinds {
		if err := r.file(ctx, kindFile(kind), ofKind(addEntity, kind), ofKind(addRow, kind), ofKind(addSlugs, kind), addVotes); err != nil {
			return err
		}
	}
	for _, kind := range kinds {
		if err := r.file(ctx, kindFile(kind), ofKind(patchFacts, kind), ofKind(patchTexts, kind)); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		name string
		do   []statement
	}{{lineFile, []statement{addLine}}, {revisionFile, []statement{addRevision, addContent}}} {
		if err := r.file(ctx, f.name, f.do...); err != nil {
			return err
		}
	}
	for _, f := range r.manifest.Files {
		folder, name := path.Split(f.Name)
		if !strings.HasPrefix(folder, layerFolder) {
			continue
		}
		do, ok := map[string]statement{"source.ndjson": addSource, "entities.ndjson": addLayerEntity, "elements.ndjson": addLayerFeature}[name]
		source := strings.TrimSuffix(strings.TrimPrefix(folder, layerFolder), "/")
		if !ok || strings.Contains(source, "/") {
			return badf("%s is no file of a layer", f.Name)
		}
		if err := r.file(ctx, f.Name, statement{strings.ReplaceAll(do.sql, "SOURCE", quoteLiteral(source))}); err != nil {
			return err
		}
	}
	r.say("search, claims and discovery")
	for _, sql := range []string{
		"SET CONSTRAINTS ALL IMMEDIATE",
		"SELECT count(wiki.refresh_search(e.kind, e.id, NULL)) FROM wiki.entity e",
		"SELECT count(wiki.refresh_claim(c.id)) FROM wiki.claim c",
		"SELECT wiki.fill_references('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff')",
		"SELECT wiki.refresh_discovery(ARRAY(SELECT s.id FROM wiki.system s))",
	} {
		if _, err := r.tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// remark tells whether entities of a kind are about another one.
func remark(kind entity.EntityKind) bool {
	return slices.ContainsFunc(entity.Descriptions, func(d entity.Description) bool {
		_, about := d.Field("subjectId")
		return d.Kind == kind && about
	})
}

func ofKind(s statement, kind entity.EntityKind) statement {
	return statement{strings.ReplaceAll(s.sql, "KIND", quoteLiteral(string(kind)))}
}

func quoteLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// $1 is the record, as jsonb.
var (
	addVocabulary = statement{`
INSERT INTO wiki.vocabulary (name, title, description, version)
SELECT v.name, v.title, v.description, v.version FROM jsonb_to_record($1) AS v (name text, title text, description text, version integer)
ON CONFLICT (name) DO UPDATE SET title = EXCLUDED.title, description = EXCLUDED.description, version = EXCLUDED.version`}
	addTerms = statement{`
INSERT INTO wiki.term (vocabulary, code, position, label, description, term_group, common, valid_from, valid_until)
SELECT $1 ->> 'name', t ->> 'code', n, t ->> 'label', t ->> 'description', t ->> 'group', t ->> 'common', (t ->> 'validFrom')::date, (t ->> 'validUntil')::date
FROM jsonb_array_elements($1 -> 'terms') WITH ORDINALITY AS x (t, n)`}

	addRider = statement{`
INSERT INTO wiki.entity (id, kind, state, created_at, updated_at)
VALUES (($1 ->> 'id')::uuid, 'RIDER', 'PUBLISHED', ($1 ->> 'createdAt')::timestamptz, ($1 ->> 'createdAt')::timestamptz)`}
	addRiderRow = statement{`SELECT wiki.insert_rider(($1 ->> 'id')::uuid, $1)`}
	ownRider    = statement{`UPDATE wiki.entity SET created_by = id, updated_by = id WHERE id = ($1 ->> 'id')::uuid`}
	addSlugs    = statement{`
INSERT INTO wiki.slug (kind, lang, slug, entity_id, current, created_at)
SELECT e.kind, s.lang, s.slug, e.id, s.current, s."createdAt"
FROM wiki.entity e
CROSS JOIN jsonb_to_recordset($1 -> 'slugs') AS s (lang text, slug text, current boolean, "createdAt" timestamptz)
WHERE e.id = ($1 ->> 'id')::uuid`}

	addEntity = statement{`
INSERT INTO wiki.entity (id, kind, state, visibility, version, original_lang, synthetic, featured_from, featured_until, created_at, created_by, updated_at, updated_by)
VALUES (($1 ->> 'id')::uuid, KIND, 'PUBLISHED', $1 ->> 'visibility', ($1 ->> 'version')::integer, $1 ->> 'originalLang', coalesce(($1 ->> 'synthetic')::boolean, false),
  ($1 ->> 'featuredFrom')::date, ($1 ->> 'featuredUntil')::date, ($1 ->> 'createdAt')::timestamptz, ($1 ->> 'createdBy')::uuid, ($1 ->> 'updatedAt')::timestamptz, ($1 ->> 'updatedBy')::uuid)`}
	addRow   = statement{`SELECT wiki.insert_entity(KIND, ($1 ->> 'id')::uuid, $1 -> 'facts')`}
	addVotes = statement{`
INSERT INTO wiki.vote_count (entity_id, up, down)
SELECT ($1 ->> 'id')::uuid, v.up, v.down FROM jsonb_to_record($1 -> 'votes') AS v (up integer, down integer) WHERE $1 ? 'votes'`}
	patchFacts = statement{`SELECT wiki.patch_entity(KIND, ($1 ->> 'id')::uuid, $1 ->> 'originalLang', $1 -> 'facts')`}
	patchTexts = statement{`SELECT wiki.patch_entity(KIND, ($1 ->> 'id')::uuid, t.key, t.value) FROM jsonb_each($1 -> 'texts') AS t`}

	addLine = statement{`SELECT wiki.put_trail_line(($1 ->> 'id')::uuid, $1 #> '{geometry,coordinates}')`}

	addRevision = statement{`
INSERT INTO wiki.revision (id, entity_id, entity_kind, number, lang, kind, author, comment, created_at, size, salt, hash, licence, terms_version, previous_id, based_on_lang, based_on_number)
SELECT ($1 ->> 'id')::uuid, e.id, e.kind, ($1 ->> 'number')::integer, $1 ->> 'lang', $1 ->> 'kind', ($1 ->> 'author')::uuid, $1 ->> 'comment', ($1 ->> 'createdAt')::timestamptz,
  ($1 ->> 'size')::integer, s.salt, sha256(s.salt || convert_to(coalesce(($1 -> 'content')::text, ''), 'UTF8')), $1 ->> 'licence', ($1 ->> 'termsVersion')::integer,
  ($1 ->> 'previousId')::uuid, $1 ->> 'basedOnLang', ($1 ->> 'basedOnNumber')::integer
FROM (SELECT decode($2, 'hex')) AS s (salt)
LEFT JOIN wiki.entity e ON e.id = ($1 ->> 'entityId')::uuid`}
	addContent = statement{`
INSERT INTO wiki.revision_content (revision_id, content, redacted_reason)
VALUES (($1 ->> 'id')::uuid, $1 -> 'content', CASE WHEN ($1 ->> 'redacted')::boolean THEN 'Taken out before the dump that this wiki was restored from.' END)`}

	addSource = statement{`
INSERT INTO wiki.layer_source SELECT r.* FROM jsonb_populate_record(NULL::wiki.layer_source, $1 || jsonb_build_object('code', SOURCE)) r`}
	addLayerEntity = statement{`
INSERT INTO wiki.layer_entity SELECT r.* FROM jsonb_populate_record(NULL::wiki.layer_entity, $1 || jsonb_build_object('source', SOURCE)) r`}
	addLayerFeature = statement{`
INSERT INTO wiki.layer_feature SELECT r.* FROM jsonb_populate_record(NULL::wiki.layer_feature, $1 || jsonb_build_object('source', SOURCE)) r`}
)

// file runs statements for each record of a file.
func (r *restorer) file(ctx context.Context, name string, statements ...statement) error {
	r.say(name)
	i := slices.IndexFunc(r.manifest.Files, func(f File) bool { return f.Name == name })
	f, err := r.dump.Open(name)
	if err != nil {
		return badf("%w", err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxRecord)
	collection := strings.HasSuffix(name, ".geojson")
	var n int64
	for at := 1; lines.Scan(); at++ {
		line := lines.Bytes()
		if collection {
			if at == 1 || bytes.Equal(line, []byte("]}")) || len(line) == 0 {
				continue
			}
			line = bytes.TrimSuffix(line, []byte(","))
		}
		n++
		if !json.Valid(line) || line[0] != '{' {
			return badf("%s, line %d: it is no JSON object", name, at)
		}
		for _, s := range statements {
			args := []any{string(line)}
			if strings.Contains(s.sql, "$2") {
				salt := make([]byte, 16)
				if _, err := rand.Read(salt); err != nil {
					return err
				}
				args = append(args, hex.EncodeToString(salt))
			}
			r.batch.Queue(strings.ReplaceAll(s.sql, "$1", "CAST($1 AS jsonb)"), args...)
			r.names = append(r.names, fmt.Sprintf("%s, line %d", name, at))
		}
		if r.batch.Len() >= 500 {
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return badf("%s: %w", name, err)
	}
	if n != r.manifest.Files[i].Records {
		return badf("%s has %d records, the manifest says %d", name, n, r.manifest.Files[i].Records)
	}
	return r.flush(ctx)
}

// flush runs what is queued, and says which record was refused.
func (r *restorer) flush(ctx context.Context) error {
	batch, names := r.batch, r.names
	r.batch, r.names = &pgx.Batch{}, nil
	results := r.tx.SendBatch(ctx, batch)
	for _, name := range names {
		if _, err := results.Exec(); err != nil {
			return errors.Join(badf("%s: %w", name, err), results.Close())
		}
	}
	return results.Close()
}
