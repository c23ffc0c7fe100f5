// Package importer brings content into the wiki's database. Seed takes the
// shipped format of package content, through the same write functions that the
// API uses, so that every entity begins with a complete revision of kind IMPORT.
//
// Importing again is safe: what people have changed since stays theirs, what the
// files changed is brought up to date, and nothing is made twice. The package
// starts no server and asks nobody anything.
package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/content"
)

// Report counts what an import did.
type Report struct {
	Terms     int // members of vocabularies, new or as they were
	Created   int
	Updated   int
	Unchanged int
	// Kept are entities that people have changed, which were left alone.
	Kept []string
}

// namespace of the ids of imported entities, which are made from kind and slug,
// so that the same file finds the same entity again.
var namespace = uuid.MustParse("5f1c1f0e-6d2b-4c8e-9b0e-6d7462776b69")

// ID of an imported entity.
func ID(kind content.Kind, slug string) string {
	return uuid.NewSHA1(namespace, []byte(string(kind)+"/"+slug)).String()
}

// actor of imports: the database takes it for the rider "MTB Wiki import".
const actor = `{"mode": "IMPORT"}`

// Seed imports everything of c. owner must be able to run every function
// (database role mtbwiki_owner). progress, when not nil, hears of each kind.
// Each entity is a transaction of its own: when one is refused, the error says
// which and why, those before it stay, and importing again goes on behind them.
func Seed(ctx context.Context, owner *pgxpool.Pool, c *content.Content, progress func(string)) (Report, error) {
	s := &seeder{db: owner, say: progress}
	if s.say == nil {
		s.say = func(string) {}
	}
	steps := []func() error{
		func() error { return s.vocabularies(ctx, c) },
		func() error { return all(ctx, s, "regions", c.Regions) },
		func() error { return all(ctx, s, "systems", c.Systems) },
		func() error { return all(ctx, s, "access points", c.AccessPoints) },
		func() error { return all(ctx, s, "uplifts", c.Uplifts) },
		func() error { return s.trails(ctx, c) },
		func() error { return all(ctx, s, "routes", c.Routes) },
		func() error { return all(ctx, s, "tips", c.Tips) },
		func() error { return all(ctx, s, "notices", c.Notices) },
		func() error { return all(ctx, s, "photos and films", c.Media) },
		func() error { return all(ctx, s, "comments", c.Comments) },
		func() error { return all(ctx, s, "claims", c.Claims) },
		func() error { return all(ctx, s, "guides", c.Guides) },
		func() error { return all(ctx, s, "regional comparisons", c.Comparisons) },
		func() error { return all(ctx, s, "organisations", c.Organisations) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return s.report, err
		}
	}
	return s.report, nil
}

// creatable is an entity of the files.
type creatable[T any] interface {
	*T
	Base() *content.Entity
	CreateInput(content.Resolver) (map[string]any, error)
}

// all makes the entities of a kind, or brings them up to date; what they name was
// imported before.
func all[T any, P creatable[T]](ctx context.Context, s *seeder, what string, list []T) error {
	s.say(fmt.Sprintf("%d %s", len(list), what))
	for i := range list {
		one := P(&list[i])
		input, err := one.CreateInput(resolve)
		if err != nil {
			return err
		}
		if err := s.put(ctx, one.Base(), input); err != nil {
			return err
		}
	}
	return nil
}

type seeder struct {
	db     *pgxpool.Pool
	say    func(string)
	report Report
}

func resolve(kind content.Kind, slug string) (string, error) { return ID(kind, slug), nil }

func (s *seeder) vocabularies(ctx context.Context, c *content.Content) error {
	s.say(fmt.Sprintf("%d vocabularies", len(c.Vocabularies)))
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, v := range c.Vocabularies {
			batch.Queue(`
INSERT INTO wiki.vocabulary (name, title, description, version) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET title = EXCLUDED.title, description = EXCLUDED.description, version = EXCLUDED.version
WHERE wiki.vocabulary.version < EXCLUDED.version`, v.Name, v.Title, v.Description, v.Version)
			// Positions may move within a vocabulary: out of the way first, behind all
			// that are taken. A term that the files dropped stays there.
			batch.Queue(`
UPDATE wiki.term t SET position = p.n + p.most + $2
FROM (
  SELECT x.code, row_number() OVER (ORDER BY x.position) AS n, max(x.position) OVER () AS most
  FROM wiki.term x WHERE x.vocabulary = $1
) p
WHERE t.vocabulary = $1 AND t.code = p.code`, v.Name, len(v.Terms))
			for i, t := range v.Terms {
				batch.Queue(`
INSERT INTO wiki.term (vocabulary, code, position, label, description, term_group, common, valid_from, valid_until)
VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), nullif($8, '')::date, nullif($9, '')::date)
ON CONFLICT (vocabulary, code) DO UPDATE SET position = EXCLUDED.position, label = EXCLUDED.label,
  description = EXCLUDED.description, term_group = EXCLUDED.term_group, common = EXCLUDED.common,
  valid_from = EXCLUDED.valid_from, valid_until = EXCLUDED.valid_until`,
					v.Name, t.Code, i+1, t.Label, t.Description, t.Group, t.Common, t.ValidFrom, t.ValidUntil)
				s.report.Terms++
			}
		}
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("importing vocabularies: %w", err)
		}
		return nil
	})
}

func (s *seeder) trails(ctx context.Context, c *content.Content) error {
	if err := all(ctx, s, "trails", c.Trails); err != nil {
		return err
	}
	for i := range c.Trails {
		t := &c.Trails[i]
		if len(t.Line) > 0 {
			if err := s.write(ctx, "set_trail_line", t.Place, content.KindTrail, t.Slug, map[string]any{"coordinates": t.Line}); err != nil {
				return err
			}
		}
	}
	// Junctions name other trails, so all trails come first.
	for i := range c.Trails {
		t := &c.Trails[i]
		if len(t.Junctions) == 0 {
			continue
		}
		junctions, err := t.JunctionsInput(resolve)
		if err != nil {
			return err
		}
		if err := s.write(ctx, "update_trail", t.Place, content.KindTrail, t.Slug, map[string]any{"junctions": junctions}); err != nil {
			return err
		}
	}
	return nil
}

// standing is what the database has of an entity.
type standing struct {
	version int
	// byPeople: somebody other than the import changed it last.
	byPeople bool
}

func (s *seeder) standing(ctx context.Context, id string) (standing, bool, error) {
	var st standing
	err := s.db.QueryRow(ctx, `
SELECT e.version, e.updated_by IS DISTINCT FROM md5('mtbwiki import')::uuid
FROM wiki.entity e
WHERE e.id = $1`, id).Scan(&st.version, &st.byPeople)
	if errors.Is(err, pgx.ErrNoRows) {
		return st, false, nil
	}
	return st, err == nil, err
}

// put makes an entity or brings it up to date, with its translations.
func (s *seeder) put(ctx context.Context, e *content.Entity, input map[string]any) error {
	kind, table := e.Kind, strings.ToLower(string(e.Kind))
	id := ID(kind, e.Slug)
	st, there, err := s.standing(ctx, id)
	if err != nil {
		return fmt.Errorf("%s: %s %s: %w", e.Place, kind, e.Slug, err)
	}
	if there && st.byPeople {
		s.report.Kept = append(s.report.Kept, string(kind)+" "+e.Slug)
		return nil
	}
	input["id"] = id
	// What is about something else has no slug and one language.
	about := kind.Remark()
	if !there {
		input["synthetic"] = e.Synthetic
		if !about {
			input["slug"] = e.Slug
		}
		if err := s.call(ctx, "create_"+table, e.Place, kind, e.Slug, input); err != nil {
			return err
		}
		s.report.Created++
	} else {
		patch := map[string]any{}
		for k, v := range input {
			// What is given once can't be given again.
			if k != "slug" && k != "synthetic" && k != "subjectId" && k != "replyToId" && !(about && (k == "lang" || k == "field")) {
				patch[k] = v
			}
		}
		if err := s.write(ctx, "update_"+table, e.Place, kind, e.Slug, patch); err != nil {
			return err
		}
		after, _, err := s.standing(ctx, id)
		if err != nil {
			return err
		}
		if after.version == st.version {
			s.report.Unchanged++
		} else {
			s.report.Updated++
		}
	}
	for _, t := range e.Translations() {
		patch := map[string]any{"lang": t.Lang}
		for field, text := range t.Texts {
			patch[field] = text
		}
		if err := s.write(ctx, "update_"+table, e.Place, kind, e.Slug, patch); err != nil {
			return err
		}
	}
	return nil
}

// write calls a use case on an entity as it now stands, unless people have changed it.
func (s *seeder) write(ctx context.Context, useCase, place string, kind content.Kind, slug string, input map[string]any) error {
	id := ID(kind, slug)
	st, there, err := s.standing(ctx, id)
	if err != nil {
		return fmt.Errorf("%s: %s %s: %w", place, kind, slug, err)
	}
	if !there {
		return fmt.Errorf("%s: %s %s is not in the database", place, kind, slug)
	}
	if st.byPeople {
		return nil
	}
	input["id"] = id
	input["expectedVersion"] = st.version
	return s.call(ctx, useCase, place, kind, slug, input)
}

func (s *seeder) call(ctx context.Context, useCase, place string, kind content.Kind, slug string, input map[string]any) error {
	text, err := json.Marshal(input)
	if err != nil {
		return fmt.Errorf("%s: %s %s: %w", place, kind, slug, err)
	}
	var ok bool
	var errorType, message *string
	var data []byte
	// The use case is one of this file's constants, never input.
	err = s.db.QueryRow(ctx, "SELECT ok, error_type, message, data FROM api."+useCase+"($1::jsonb, $2::jsonb)", actor, string(text)).
		Scan(&ok, &errorType, &message, &data)
	if err != nil {
		return fmt.Errorf("%s: %s %s: %w", place, kind, slug, err)
	}
	if !ok {
		return fmt.Errorf("%s: %s %s was refused by api.%s: %s: %s %s", place, kind, slug, useCase, deref(errorType), deref(message), data)
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
