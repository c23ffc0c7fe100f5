package rdsdata_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/postgres/postgrestest"
)

func benchPool(b *testing.B) *pgxpool.Pool {
	b.Helper()
	cfg, err := pgxpool.ParseConfig(postgrestest.New(b, postgrestest.Template{}))
	if err != nil {
		b.Fatal(err)
	}
	cfg.MaxConns = 6
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

// BenchmarkQuery measures the service's ways against the bare driver on the same
// statement; sub-benchmark "pgx" is the ceiling.
func BenchmarkQuery(b *testing.B) {
	pool := benchPool(b)
	s := rdsdata.New(pool, rdsdata.Options{})
	b.Cleanup(s.Close)
	for _, q := range []struct{ name, text string }{
		{"20KB", `SELECT i AS id, repeat('{"name": "trail", "n": 12345}', 35)::text AS doc FROM generate_series(1, CAST(%a AS int)) i WHERE i > CAST(%b AS bigint)`},
		{"one", `SELECT CAST(%a AS int) AS id WHERE 1 > CAST(%b AS bigint)`},
	} {
		positional, named := replace(q.text, "$1", "$2"), replace(q.text, ":n", ":from")
		in := &rdsdata.ExecuteStatementInput{SQL: named, Parameters: []rdsdata.Parameter{{Name: "n", Value: rdsdata.Long(20)}, {Name: "from", Value: rdsdata.Long(0)}}}
		b.Run(q.name+"/pgx", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					rows, err := pool.Query(b.Context(), positional, 20, int64(0))
					if err != nil {
						b.Error(err)
						return
					}
					n := 0
					for rows.Next() {
						for _, v := range rows.RawValues() {
							n += len(v)
						}
					}
					if rows.Err() != nil || n == 0 {
						b.Error(n, rows.Err())
						return
					}
				}
			})
		})
		b.Run(q.name+"/query", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r, err := s.Query(b.Context(), in)
					if err != nil || r.Len() == 0 {
						b.Error(err)
						return
					}
				}
			})
		})
		b.Run(q.name+"/execute", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					out, err := s.ExecuteStatement(b.Context(), in)
					if err != nil || len(out.Records) == 0 {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

func replace(text, a, b string) string {
	out := make([]byte, 0, len(text)+8)
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '%' && text[i+1] == 'a':
			out = append(out, a...)
			i++
		case text[i] == '%' && text[i+1] == 'b':
			out = append(out, b...)
			i++
		default:
			out = append(out, text[i])
		}
	}
	return string(out)
}

// BenchmarkParse measures the analysis of a text that isn't cached.
func BenchmarkParse(b *testing.B) {
	var n atomic.Int64
	b.ReportAllocs()
	for b.Loop() {
		n.Add(int64(len(rdsdata.Parameters(`SELECT t.id, t.name /* the name */ FROM trail t WHERE t.system = CAST(:system AS uuid) AND t.kind::text = 'x:y' LIMIT :limit`))))
	}
}
