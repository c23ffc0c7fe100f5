package codetest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

// Ten thousand systems and a hundred thousand trails, spread over the globe.
const crowd = `
	INSERT INTO wiki.entity (id, kind, version) SELECT md5('region ' || i)::uuid, 'REGION', 1 FROM generate_series(1, 50) i;
	INSERT INTO wiki.region (id, name) SELECT md5('region ' || i)::uuid, 'Region ' || i FROM generate_series(1, 50) i;
	INSERT INTO wiki.entity (id, kind, version) SELECT md5('system ' || i)::uuid, 'SYSTEM', 1 FROM generate_series(1, 10000) i;
	INSERT INTO wiki.system (id, name, kind, position_lat, position_lon, size, status)
	  SELECT md5('system ' || i)::uuid, 'System ' || i, 'NETWORK', (i * 7919 % 14000) / 100.0 - 70, (i * 104729 % 36000) / 100.0 - 180,
	    (ARRAY['LOCAL_GEM', 'WEEKEND_TRIP', 'DESTINATION', 'WORLD_CLASS'])[i % 4 + 1], (ARRAY['STUB', 'OUTLINE', 'USABLE', 'GUIDE'])[i % 4 + 1]
	  FROM generate_series(1, 10000) i;
	INSERT INTO wiki.slug (kind, slug, entity_id) SELECT 'SYSTEM', 'system-' || i, md5('system ' || i)::uuid FROM generate_series(1, 10000) i;
	INSERT INTO wiki.system_region (system_id, region_id, position) SELECT md5('system ' || i)::uuid, md5('region ' || i % 50 + 1)::uuid, 1 FROM generate_series(1, 10000) i;
	INSERT INTO wiki.system_style_mark (system_id, style, mark) SELECT md5('system ' || i)::uuid, s, (i + length(s)) % 6 FROM generate_series(1, 10000) i, unnest(ARRAY['XC', 'TRAIL', 'ENDURO', 'DOWNHILL', 'FLOW']) s;
	INSERT INTO wiki.system_skill_mark (system_id, skill, mark) SELECT md5('system ' || i)::uuid, s, (i + length(s)) % 6 FROM generate_series(1, 10000) i, unnest(ARRAY['LEARNING', 'COMFORTABLE', 'CHALLENGING', 'EXPERT']) s;
	INSERT INTO wiki.season_month (entity_id, month, verdict, basis) SELECT md5('system ' || i)::uuid, m, (ARRAY['GO', 'RISKY', 'AVOID', 'CLOSED'])[(i + m) % 4 + 1], 'EDITORIAL_ESTIMATE' FROM generate_series(1, 10000) i, generate_series(1, 12) m;
	INSERT INTO wiki.entity_tag (entity_id, code) SELECT md5('system ' || i)::uuid, (ARRAY['rooty', 'rocky', 'flowy', 'desert'])[i % 4 + 1] FROM generate_series(1, 10000) i;
	INSERT INTO wiki.fact_basis (entity_id, field, basis) SELECT md5('system ' || i)::uuid, f, 'IMPORTED' FROM generate_series(1, 10000) i, unnest(ARRAY['name', 'position', '*']) f;
	INSERT INTO wiki.entity (id, kind, version) SELECT md5('trail ' || i)::uuid, 'TRAIL', 1 FROM generate_series(1, 100000) i;
	INSERT INTO wiki.trail (id, name, direction, type, common_label) SELECT md5('trail ' || i)::uuid, 'Trail ' || i, 'BOTH', 'SINGLETRACK', (ARRAY['green', 'blue', 'black'])[i % 3 + 1] FROM generate_series(1, 100000) i;
	INSERT INTO wiki.trail_system (trail_id, system_id, position) SELECT md5('trail ' || i)::uuid, md5('system ' || i % 10000 + 1)::uuid, 1 FROM generate_series(1, 100000) i;
	INSERT INTO wiki.search_document (entity_id, kind, lang, title, body)
	  SELECT md5('system ' || i)::uuid, 'SYSTEM', 'en', 'System ' || i, 'A place with long descents through forest number ' || i FROM generate_series(1, 10000) i;
	INSERT INTO wiki.search_document (entity_id, kind, lang, title, body)
	  SELECT md5('trail ' || i)::uuid, 'TRAIL', 'en', 'Trail ' || md5(i::text), 'Rooty and fast' FROM generate_series(1, 100000) i;
	SELECT wiki.refresh_discovery(NULL);
	ANALYZE`

var crowded = databasetest.Seed{
	Name: "crowd",
	Hash: crowd,
	Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
		_, err := owner.Exec(ctx, crowd)
		return err
	},
}

func BenchmarkReads(b *testing.B) {
	w := wiki{databasetest.New(b, vocabularies, crowded)}
	rider := m{"month": 10, "skill": "COMFORTABLE", "fitness": "FIT", "days": 3, "bikeClass": "MTB", "styles": l{m{"style": "FLOW", "weight": 2}, m{"style": "XC"}}}
	const discover = "SELECT CAST(node AS text) FROM api.discover(CAST($1 AS jsonb), CAST($2 AS jsonb))"
	const search = "SELECT CAST(node AS text) FROM api.search_page(CAST($1 AS jsonb), $2, NULL, 'en', 20, NULL, true)"
	for _, bench := range []struct {
		name, sql string
		args      []any
	}{
		{"discover near", discover, []any{text(anonymous), text(with(m{"near": m{"lat": 40, "lon": 10, "radiusKm": 300}}, rider))}},
		{"discover region", discover, []any{text(anonymous), text(with(m{"regionIds": l{regionOne}}, rider))}},
		{"discover anywhere", discover, []any{text(anonymous), text(rider)}},
		{"search name", search, []any{text(anonymous), "system 777"}},
		{"search common word", search, []any{text(anonymous), "rooty"}},
		{"search slip", search, []any{text(anonymous), "sistem 777"}},
		{"nested trails", "SELECT CAST(v AS text) FROM api.system_trails(CAST($1 AS uuid), 'en', CAST($2 AS jsonb)) v", []any{systemOne, text(anonymous)}},
		{"recent changes", "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), NULL, 20, NULL)", []any{text(anonymous)}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				w.rowsDiscarded(b, bench.sql, bench.args...)
			}
		})
	}
}

// md5('region 1') and md5('system 1') as ids.
const (
	regionOne = "32c8bf7a-bc61-a77b-18f5-55fa274daec0"
	systemOne = "0977226e-e266-23a0-6fee-a7d157d8b03d"
)

func (w wiki) rowsDiscarded(b *testing.B, sql string, args ...any) {
	rows, err := w.API.Query(b.Context(), sql, args...)
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkWrites(b *testing.B) {
	w := newWiki(b)
	system := w.system(b, w.region(b))
	b.Run("create trail", func(b *testing.B) {
		for b.Loop() {
			w.trail(b, system, m{"personality": "Fast", "tags": l{"rooty"}, "difficulty": l{m{"direction": "FORWARD", "labels": l{m{"system": "imba", "label": "blue", "statedBy": "x"}}, "axes": l{}}}})
		}
	})
	b.Run("update system", func(b *testing.B) {
		v := version(b, w, system)
		for b.Loop() {
			_, v = w.do(b, "update_system", ann, m{"id": system, "expectedVersion": v, "localName": text(v)})
		}
	})
}
