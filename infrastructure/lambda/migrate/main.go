// Command migrate is the Lambda that brings a stage's database up to date: what
// `mtbwiki migrate` does, from inside the network. It runs in the isolated subnets,
// from where it reaches the database and nothing else, and signs in as
// mtbwiki_migrator with a token of IAM that it makes itself: no secret, no endpoint.
//
// It only goes up. A release that fails is followed by the one before, whose code
// runs on the newer tables too.
package main

import (
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
)

func main() {
	m, err := newMigration()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(m.run)
}

func newMigration() (*migration, error) {
	env, err := awsenv.Variables("DATABASE_HOST", "DATABASE_PORT", "DATABASE", "WRITABLE")
	if err != nil {
		return nil, err
	}
	cfg, err := awsenv.Config()
	if err != nil {
		return nil, err
	}
	db, err := rdsiam.New(cfg, database.RoleMigrator, net.JoinHostPort(env["DATABASE_HOST"], env["DATABASE_PORT"]), env["DATABASE"], slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err != nil {
		return nil, err
	}
	return &migration{Database: db, Writable: env["WRITABLE"] == "true"}, nil
}
