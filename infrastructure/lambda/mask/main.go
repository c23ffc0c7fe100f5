// Command mask is the Lambda of Gamma that makes data of Prod fit to be seen. It runs in
// the isolated subnets, and nobody else reaches the clone of Prod's database that it is
// told of: it brings the clone to this release's migrations, takes out what is of a
// person or secret, verifies, and then copies what is left into a new database of Gamma's
// cluster, into which nobody is let yet. It signs in by IAM.
//
// Which clone, when, and what happens before and after is the business of the Lambda
// refresh.
package main

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
)

func main() {
	m, err := newMasker()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(m.run)
}

func newMasker() (*masker, error) {
	env, err := awsenv.Variables("CLONE", "DATABASE_HOST", "DATABASE_PORT", "DATABASE", "NEXT_DATABASE")
	if err != nil {
		return nil, err
	}
	cfg, err := awsenv.Config()
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	next, err := rdsiam.New(cfg, database.RoleMigrator, net.JoinHostPort(env["DATABASE_HOST"], env["DATABASE_PORT"]), env["NEXT_DATABASE"], log)
	if err != nil {
		return nil, err
	}
	return &masker{
		CloneName: env["CLONE"], Next: next,
		Clone: func(host string) (*rdsiam.Database, error) {
			clone, err := rdsiam.New(cfg, database.RoleMigrator, net.JoinHostPort(host, env["DATABASE_PORT"]), env["DATABASE"], log)
			if err != nil {
				return nil, err
			}
			// The right to connect to it was given with the clone, minutes ago at most.
			clone.Patience = 2 * time.Minute
			return clone, nil
		},
	}, nil
}
