package main

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
)

// migration brings one database up to date.
type migration struct {
	Database *rdsiam.Database
	// Writable says whether the API may run the write functions afterwards.
	Writable bool
}

// report is what the Lambda answers.
type report struct {
	From        int64    `json:"from"`
	To          int64    `json:"to"`
	Applied     []string `json:"applied"`
	CodeChanged bool     `json:"codeChanged"`
	CodeObjects int      `json:"codeObjects"`
	Writable    bool     `json:"writable"`
	Seconds     float64  `json:"seconds"`
}

func (m *migration) run(ctx context.Context) (report, error) {
	if err := m.Database.Wake(ctx); err != nil {
		return report{}, err
	}
	done, err := database.Migrate(ctx, m.Database.URL, m.Database.Options())
	if err != nil {
		return report{}, err
	}
	// The code grants everything anew; the right is taken away again where it must be.
	// Between the two the API may write for a moment, in a stage nobody writes to.
	err = m.Database.AsOwner(ctx, func(conn *pgx.Conn) error { return database.SetWritable(ctx, conn, m.Writable) })
	if err != nil {
		return report{}, err
	}
	return report{
		From: done.From, To: done.To, Applied: append([]string{}, done.Applied...),
		CodeChanged: done.CodeChanged, CodeObjects: done.CodeObjects, Writable: m.Writable, Seconds: done.Took.Seconds(),
	}, nil
}
