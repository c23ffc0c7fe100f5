// Command rotate is the Lambda by which Secrets Manager changes the password of the
// API's database user. It runs outside the VPC and works through the Data API.
//
// Two users take turns: the one in use is left alone, the other one gets a new
// password, is tried, and becomes the current one. Whoever still holds the
// credentials of before goes on working until the next rotation.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
)

func main() {
	r, err := newRotation()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(func(ctx context.Context, e events.SecretsManagerSecretRotationEvent) error {
		return r.step(ctx, e.Step, e.SecretID, e.ClientRequestToken)
	})
}

func newRotation() (*rotation, error) {
	env, err := awsenv.Variables("CLUSTER_ARN", "ADMIN_SECRET_ARN", "API_SECRET_ARN", "CANDIDATE_PREFIX", "KEY_ARN", "DATABASE")
	if err != nil {
		return nil, err
	}
	cfg, err := awsenv.Config()
	if err != nil {
		return nil, err
	}
	return &rotation{
		Admin: dataapi.Cluster{
			Client: rdsdata.NewFromConfig(cfg), ClusterARN: env["CLUSTER_ARN"], SecretARN: env["ADMIN_SECRET_ARN"], Database: env["DATABASE"],
		},
		Secrets:         secretsmanager.NewFromConfig(cfg),
		APISecretARN:    env["API_SECRET_ARN"],
		CandidatePrefix: env["CANDIDATE_PREFIX"],
		KeyARN:          env["KEY_ARN"],
	}, nil
}
