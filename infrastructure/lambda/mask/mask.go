package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
	"github.com/mtbwiki/mtbwiki/masking"
)

type masker struct {
	// CloneName is the cluster's; a host of another one is refused.
	CloneName string
	Clone     func(host string) (*rdsiam.Database, error)
	// Next is the database that gets what is left.
	Next *rdsiam.Database
}

// request names the clone.
type request struct {
	Host string `json:"host"`
}

// report is what the Lambda answers: numbers, and nothing of what stands in rows.
type report struct {
	// Migrations that the clone was behind: those that Prod will get with this release.
	Applied []string `json:"applied"`
	// Changed and Dropped count rows that were masked.
	Changed int64 `json:"changed"`
	Dropped int64 `json:"dropped"`
	// Rows that Gamma has now.
	Rows int64 `json:"rows"`
}

func (m *masker) run(ctx context.Context, in request) (out report, err error) {
	if !strings.HasPrefix(in.Host, m.CloneName+".cluster-") {
		return out, fmt.Errorf("asked to mask %q, but this Lambda is for the cluster %s", in.Host, m.CloneName)
	}
	clone, err := m.Clone(in.Host)
	if err != nil {
		return out, err
	}
	if err := clone.Wake(ctx); err != nil {
		return out, fmt.Errorf("the clone: %w", err)
	}
	migrated, err := database.Migrate(ctx, clone.URL, clone.Options())
	if err != nil {
		return out, fmt.Errorf("migrating the clone: %w", err)
	}
	out.Applied = append([]string{}, migrated.Applied...)
	if err := m.Next.Wake(ctx); err != nil {
		return out, err
	}
	if _, err := database.Migrate(ctx, m.Next.URL, m.Next.Options()); err != nil {
		return out, err
	}
	err = clone.AsOwner(ctx, func(from *pgx.Conn) error {
		masked, err := masking.Mask(ctx, from)
		if err != nil {
			return err
		}
		for _, n := range masked.Changed {
			out.Changed += n
		}
		for _, n := range masked.Dropped {
			out.Dropped += n
		}
		return m.Next.AsOwner(ctx, func(to *pgx.Conn) error {
			// Read-only by right, before anybody can come.
			if err := database.SetWritable(ctx, to, false); err != nil {
				return err
			}
			rows, err := masking.Transfer(ctx, from, to)
			for _, n := range rows {
				out.Rows += n
			}
			return err
		})
	})
	return out, err
}
