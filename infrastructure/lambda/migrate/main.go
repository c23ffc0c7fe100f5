// Command migrate is the Lambda that brings a stage's database up to date: what
// `mtbwiki migrate` does, from inside the network. It runs in the isolated subnets,
// from where it reaches the database and nothing else, and signs in as
// mtbwiki_migrator with a token of IAM that it makes itself: no secret, no endpoint.
//
// It only goes up. A release that fails is followed by the one before, whose code
// runs on the newer tables too.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
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
	authorities, err := readAuthorities(authoritiesPEM)
	if err != nil {
		return nil, err
	}
	return &migration{
		URL: fmt.Sprintf("postgres://%s@%s:%s/%s?sslmode=verify-full", user, env["DATABASE_HOST"], env["DATABASE_PORT"], env["DATABASE"]),
		BeforeConnect: func(ctx context.Context, c *pgx.ConnConfig) error {
			c.TLSConfig.RootCAs = authorities
			c.Password, err = auth.BuildAuthToken(ctx, fmt.Sprintf("%s:%d", c.Host, c.Port), cfg.Region, user, cfg.Credentials)
			return err
		},
		Writable: env["WRITABLE"] == "true",
		Log:      slog.New(slog.NewJSONHandler(os.Stderr, nil)),
	}, nil
}
