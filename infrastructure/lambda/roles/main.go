// Command roles is the Lambda that makes the database roles of a stage: the first
// thing after a cluster stands, and before each migration, because a release may
// bring a role. It runs outside the VPC and reaches the database through the Data
// API as its administrator, whose secret RDS keeps.
//
// It also gives the API's user the password that its secret holds, which CloudFormation
// made up: until then nobody can sign in as the API. A second run changes nothing.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
)

func main() {
	h, err := newHandler()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(func(ctx context.Context) (string, error) { return h.run(ctx) })
}

type handler struct {
	Admin        *dataapi.Cluster
	Secrets      *secretsmanager.Client
	APISecretARN string
}

func newHandler() (*handler, error) {
	env, err := awsenv.Variables("CLUSTER_ARN", "ADMIN_SECRET_ARN", "API_SECRET_ARN", "DATABASE")
	if err != nil {
		return nil, err
	}
	cfg, err := awsenv.Config()
	if err != nil {
		return nil, err
	}
	return &handler{
		Admin: &dataapi.Cluster{
			Client: rdsdata.NewFromConfig(cfg), ClusterARN: env["CLUSTER_ARN"], SecretARN: env["ADMIN_SECRET_ARN"], Database: env["DATABASE"],
		},
		Secrets:      secretsmanager.NewFromConfig(cfg),
		APISecretARN: env["API_SECRET_ARN"],
	}, nil
}

func (h *handler) run(ctx context.Context) (string, error) {
	current, err := dataapi.ReadSecret(ctx, h.Secrets, h.APISecretARN, "AWSCURRENT", "")
	if err != nil {
		return "", fmt.Errorf("the API's secret: %w", err)
	}
	err = h.Admin.InTransaction(ctx, func(tx *dataapi.Transaction) error {
		if err := tx.MakeRoles(ctx); err != nil {
			return fmt.Errorf("making the roles: %w", err)
		}
		return tx.SetPassword(ctx, current.Username, current.Password)
	})
	if err != nil {
		return "", err
	}
	return "the roles are there; " + current.Username + " signs in with its secret", nil
}
