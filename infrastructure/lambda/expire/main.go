// Command expire is the Lambda that puts what is over into the archive: notices whose last
// day has passed everywhere. It runs in the isolated subnets, by a schedule, and signs in
// as mtbwiki_jobs with a token of IAM: that role may run background jobs and what the API
// may, and knows no table.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
)

func main() {
	db, err := newDatabase()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(func(ctx context.Context) (report, error) { return run(ctx, db, time.Now()) })
}

// report is what the Lambda answers.
type report struct {
	Notices int `json:"notices"`
}

func newDatabase() (*rdsiam.Database, error) {
	env, err := awsenv.Variables("DATABASE_HOST", "DATABASE_PORT", "DATABASE")
	if err != nil {
		return nil, err
	}
	cfg, err := awsenv.Config()
	if err != nil {
		return nil, err
	}
	return rdsiam.New(cfg, database.RoleJobs, net.JoinHostPort(env["DATABASE_HOST"], env["DATABASE_PORT"]), env["DATABASE"], slog.New(slog.NewJSONHandler(os.Stderr, nil)))
}

func run(ctx context.Context, db *rdsiam.Database, at time.Time) (out report, err error) {
	if err := db.Wake(ctx); err != nil {
		return out, err
	}
	err = db.With(ctx, func(conn *pgx.Conn) error {
		out.Notices, err = database.EndNotices(ctx, conn, at)
		return err
	})
	return out, err
}
