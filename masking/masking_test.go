package masking_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/masking"
)

// people is somebody's data wherever the wiki can hold it, and texts beside it that
// must stay.
const people = `
SET LOCAL session_replication_role = replica;
INSERT INTO wiki.entity (id, kind, version) VALUES ('00000000-0000-0000-0000-0000000000b1', 'RIDER', 2), ('00000000-0000-0000-0000-0000000000b2', 'RIDER', 1);
INSERT INTO wiki.rider (id, name, about, years_riding, skill, fitness, bike_class, units, home_region_id) VALUES
  ('00000000-0000-0000-0000-0000000000b1', 'Berta Beispiel', 'Write me: berta@example.org', 12, 'EXPERT', 'ATHLETE', NULL, 'IMPERIAL', '00000000-0000-0000-0000-000000000001'),
  ('00000000-0000-0000-0000-0000000000b2', 'Carl', NULL, NULL, NULL, NULL, NULL, 'METRIC', NULL);
INSERT INTO wiki.slug (kind, slug, entity_id) VALUES ('RIDER', 'berta-beispiel', '00000000-0000-0000-0000-0000000000b1');
INSERT INTO wiki.person (rider_id, subject, username, blocked_until, blocked_reason, created_at) VALUES
  ('00000000-0000-0000-0000-0000000000b1', '7d2f-subject-of-berta', 'berta', now() + interval '1 day', 'Berta shouted.', '2020-02-02'),
  ('00000000-0000-0000-0000-0000000000b2', '7d2f-subject-of-carl', NULL, NULL, NULL, '2021-03-03');
INSERT INTO wiki.revision (id, entity_id, entity_kind, number, kind, author, comment, size, salt, hash) VALUES
  ('00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000b1', 'RIDER', 2, 'EDIT', '00000000-0000-0000-0000-0000000000b1', 'ring +49 6221 123456', 9, '\x5a17c0de', sha256('\x01')),
  ('00000000-0000-0000-0000-0000000000c2', '00000000-0000-0000-0000-000000000003', 'TRAIL', 2, 'EDIT', '00000000-0000-0000-0000-0000000000b1', NULL, 9, '\x5a17c0df', sha256('\x02'));
INSERT INTO wiki.revision_content (revision_id, content) VALUES
  ('00000000-0000-0000-0000-0000000000c1', '{"name": "Berta Beispiel", "about": "Write me"}'),
  ('00000000-0000-0000-0000-0000000000c2', '{"name": "Path", "personality": "Steep.\nberta@example.org knows it, 1,200 m up."}');
INSERT INTO wiki.proposal (entity_id, entity_kind, base_version, patch, author) VALUES
  ('00000000-0000-0000-0000-0000000000b1', 'RIDER', 1, '{"about": "secretly slow"}', '00000000-0000-0000-0000-0000000000b1'),
  ('00000000-0000-0000-0000-000000000003', 'TRAIL', 1, '{"name": "Better Path"}', '00000000-0000-0000-0000-0000000000b1');
INSERT INTO wiki.search_document (entity_id, kind, lang, title, names, body) VALUES
  ('00000000-0000-0000-0000-0000000000b1', 'RIDER', 'en', 'Berta Beispiel', NULL, 'Write me');
INSERT INTO wiki.audit_log (actor, action, detail) VALUES ('00000000-0000-0000-0000-0000000000b1', 'block', '{"who": "Berta"}');
UPDATE wiki.tip SET body = 'Ask berta@example.org, or Berta at the bakery; the gate opens at 8.';
INSERT INTO wiki.link (entity_id, position, title, url) VALUES ('00000000-0000-0000-0000-000000000002', 9, 'Club', 'https://club.example/~berta@example.org/+49-6221-123456');`

var rows = databasetest.Seed{Name: "masking", Hash: read("../database/testdata/rows.sql") + people, Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
	_, err := owner.Exec(ctx, read("../database/testdata/rows.sql"), pgx.QueryExecModeSimpleProtocol)
	return err
}}

func read(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func world(t *testing.T) *databasetest.Databases {
	t.Helper()
	db := databasetest.New(t, rows)
	exec(t, db, people)
	return db
}

func exec(t *testing.T, db *databasetest.Databases, sql string) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), db.Admin, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// as gives a connection of the owner, with whose rights everything here happens.
func as(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if _, err := conn.Exec(t.Context(), "SET ROLE mtbwiki_owner"); err != nil {
		t.Fatal(err)
	}
	return conn
}

func value(t *testing.T, conn *pgx.Conn, sql string) string {
	t.Helper()
	var s string
	if err := conn.QueryRow(t.Context(), "SELECT coalesce(CAST(("+sql+") AS text), 'null')").Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

// dump is all that is in the tables, as text.
func dump(t *testing.T, conn *pgx.Conn) map[string]string {
	t.Helper()
	found := map[string]string{}
	tables := strings.Split(value(t, conn, "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'wiki'::regnamespace AND relkind = 'r'"), " ")
	for _, name := range tables {
		found[name] = value(t, conn, "SELECT string_agg(x::text, E'\n' ORDER BY x::text) FROM wiki."+name+" x")
	}
	return found
}

func TestMask(t *testing.T) {
	t.Parallel()
	db := world(t)
	conn := as(t, db.OwnerURL)
	before := dump(t, conn)
	report, err := masking.Mask(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	after := dump(t, conn)
	for name, rows := range after {
		for _, personal := range []string{"Beispiel", "beispiel", "7d2f", "berta@", "6221", "shouted", "secretly", "Write me", "sub-ana", "5a17c0d", "2020-02-02", "EXPERT", "IMPERIAL", "ATHLETE", "Once more", "Kuno", "Ana in May"} {
			if strings.Contains(rows, personal) {
				t.Errorf("table %s still holds %q:\n%s", name, personal, rows)
			}
		}
		// Nothing else changed.
		if report.Changed[name]+report.Dropped[name] == 0 && rows != before[name] {
			t.Errorf("table %s changed, and the report doesn't say so", name)
		}
	}
	if got, want := slices.Sorted(mapKeys(report.Dropped)), []string{"comparison", "flag", "notice_confirmation", "organisation_member", "perceived_rating", "ride", "ride_condition", "rider_avoid", "rider_style", "trip", "vote", "watch", "watch_reading"}; !slices.Equal(got, want) {
		t.Errorf("rows dropped from %v, want %v", got, want)
	}
	got := map[string]string{}
	for what, sql := range map[string]string{
		"tip":           "SELECT body FROM wiki.tip WHERE id = '00000000-0000-0000-0000-000000000005'",
		"trail's text":  "SELECT content ->> 'personality' FROM wiki.revision_content WHERE content ->> 'name' = 'Path'",
		"trail's patch": "SELECT patch FROM wiki.proposal WHERE entity_kind = 'TRAIL' AND patch <> '{}'",
		"link":          "SELECT url FROM wiki.link WHERE position = 9",
		"comment":       "SELECT comment FROM wiki.revision WHERE comment IS NOT NULL",
		"name, about":   "SELECT name ~ '^masked-[0-9a-f]{16}$' AND about ~ '^masked-' AND skill IS NULL AND units = 'METRIC' FROM wiki.rider WHERE years_riding IS NOT DISTINCT FROM NULL AND about IS NOT NULL",
		"same person":   "SELECT d.title = r.name FROM wiki.search_document d JOIN wiki.rider r ON r.id = d.entity_id",
		"found again":   "SELECT d.vector @@ to_tsquery('simple', 'berta') FROM wiki.search_document d JOIN wiki.rider r ON r.id = d.entity_id",
		"slug of rider": "SELECT slug ~ '^masked-' FROM wiki.slug WHERE kind = 'RIDER'",
		"other slugs":   "SELECT string_agg(slug, ' ' ORDER BY slug) FROM wiki.slug WHERE kind <> 'RIDER'",
		"author":        "SELECT count(*) FROM wiki.revision WHERE author = '00000000-0000-0000-0000-0000000000b1'",
		"two people":    "SELECT count(DISTINCT subject) FROM wiki.person",
		"statistics":    "SELECT count(*) FROM pg_stats WHERE schemaname = 'wiki' AND (most_common_vals::text || histogram_bounds::text) ~ 'berta|7d2f|Beispiel'",
		"triggers":      "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O' AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'wiki'::regnamespace)",
	} {
		got[what] = value(t, conn, sql)
	}
	want := map[string]string{
		"tip":           "Ask removed, or Berta at the bakery; the gate opens at 8.",
		"trail's text":  "Steep.\nremoved knows it, 1,200 m up.",
		"trail's patch": `{"name": "Better Path"}`,
		"link":          "https://club.example/~removed/removed",
		"comment":       "ring removed",
		"name, about":   "true", "same person": "true", "found again": "false", "slug of rider": "true",
		"other slugs": "sierra valley", "author": "2", "two people": "3", "statistics": "0", "triggers": "0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after masking (-want +got):\n%s", diff)
	}
	if err := masking.Verify(t.Context(), conn); err != nil {
		t.Errorf("Verify: %v", err)
	}
	// Again: pseudonyms of pseudonyms.
	if _, err := masking.Mask(t.Context(), conn); err != nil {
		t.Errorf("masked again: %v", err)
	}
}

func mapKeys(m map[string]int64) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// Whatever isn't known stops masking, and nothing is changed.
func TestMaskRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ sql, want string }{
		"column without class":       {"ALTER TABLE wiki.person ADD COLUMN phone text", `person.phone: its comment "" names no class`},
		"unknown class":              {"COMMENT ON COLUMN wiki.tip.body IS 'What. [internal]'", `tip.body: its comment "What. [internal]" names no class`},
		"public of a kind":           {"COMMENT ON COLUMN wiki.tip.body IS '[public: TIP]'", "tip.body: its comment"},
		"whose rows":                 {"COMMENT ON COLUMN wiki.setting.value IS '[personal: RIDER]'", "setting.value: which rows are of the kind RIDER can't be told"},
		"table elsewhere":            {"CREATE TABLE public.backup AS SELECT * FROM wiki.person", "outside of the schema wiki, of which nothing is known: public.backup"},
		"materialized view":          {"CREATE MATERIALIZED VIEW wiki.copy AS SELECT * FROM wiki.person; ALTER MATERIALIZED VIEW wiki.copy SET SCHEMA api", "api.copy"},
		"large object":               {"SELECT lo_from_bytea(0, 'berta')", "1 large objects"},
		"secret in a public column":  {"UPDATE wiki.setting SET value = to_jsonb(subject) FROM wiki.person WHERE username = 'berta' AND name = 'test.one'", "setting.value: a secret in 1 rows"},
		"secret deep in JSON":        {"UPDATE wiki.setting SET value = jsonb_build_object('a', jsonb_build_array(subject)) FROM wiki.person WHERE username = 'berta' AND name = 'test.one'", "setting.value: a secret in 1 rows"},
		"pseudonym that can't stand": {"ALTER TABLE wiki.rider ADD CONSTRAINT short CHECK (length(name) < 20)", "table rider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := world(t)
			exec(t, db, test.sql)
			conn := as(t, db.OwnerURL)
			before := value(t, conn, "SELECT string_agg(p::text, ' ' ORDER BY subject) FROM wiki.person p")
			_, err := masking.Mask(t.Context(), conn)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Mask: %v, want an error with %q", err, test.want)
			}
			if after := value(t, conn, "SELECT string_agg(p::text, ' ' ORDER BY subject) FROM wiki.person p"); after != before {
				t.Errorf("persons changed:\n%s\n%s", before, after)
			}
		})
	}
}

// Verify finds what a masking that forgets something leaves, and tells no value.
func TestVerify(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ sql, want string }{
		"nothing forgotten": {"SELECT 1", ""},
		"name":              {"UPDATE wiki.rider SET name = 'Berta Beispiel' WHERE about IS NOT NULL", "rider.name: a value that is no pseudonym in 1 rows"},
		"subject":           {"UPDATE wiki.person SET subject = 'berta-s' WHERE username IS NOT NULL", "person.subject: a value that is no pseudonym in 1 rows"},
		"skill":             {"UPDATE wiki.rider SET skill = 'EXPERT' WHERE about IS NOT NULL", "rider.skill: a value that should be empty in 1 rows"},
		"units":             {"UPDATE wiki.rider SET units = 'IMPERIAL' WHERE about IS NOT NULL", "rider.units: a value other than the default in 1 rows"},
		"date":              {"UPDATE wiki.person SET created_at = created_at + interval '1 day' WHERE username IS NOT NULL", "person.created_at: a value other than the default in 1 rows"},
		"style":             {"INSERT INTO wiki.rider_style (rider_id, style) SELECT id, 'FLOW' FROM wiki.rider WHERE about IS NOT NULL", "rider_style.style: a value that can only be dropped in 1 rows"},
		"snapshot":          {`ALTER TABLE wiki.revision_content DISABLE TRIGGER USER; UPDATE wiki.revision_content c SET content = '{"name": "Berta"}' FROM wiki.revision r WHERE r.id = c.revision_id AND r.entity_kind = 'RIDER' AND r.number = 2`, "revision_content.content: JSON that isn't empty in 1 rows"},
		"slug":              {"UPDATE wiki.slug SET slug = 'berta' WHERE kind = 'RIDER'", "slug.slug: a value that is no pseudonym in 1 rows"},
		"free text":         {"UPDATE wiki.trail_text SET personality = 'Call +49 (6221) 12 34 56.'", "trail_text.personality: an e-mail address or telephone number in 1 rows"},
		"JSON":              {`UPDATE wiki.proposal SET patch = '{"name": "a@b.example"}' WHERE entity_kind = 'TRAIL' AND state = 'OPEN'`, "proposal.patch: an e-mail address or telephone number in 1 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := world(t)
			conn := as(t, db.OwnerURL)
			if _, err := masking.Mask(t.Context(), conn); err != nil {
				t.Fatal(err)
			}
			exec(t, db, test.sql)
			switch err := masking.Verify(t.Context(), conn); {
			case test.want == "" && err != nil:
				t.Errorf("Verify: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n")):
				t.Errorf("Verify: %v, want %q alone", err, test.want)
			case err != nil && strings.Contains(strings.ToLower(err.Error()), "berta"):
				t.Errorf("Verify tells a value: %v", err)
			}
		})
	}
}
