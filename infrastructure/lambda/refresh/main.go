// Command refresh is the Lambda that brings Prod's data to Gamma, step by step: a state
// machine calls it again and again, so that it never waits and each step may be repeated.
//
//	remove   takes away the clone that is there, until none is
//	clone    begins a clone of Prod's storage, copy-on-write, that only the Lambda mask reaches
//	ready    gives it an instance and the Lambda mask the right to sign in, until it answers
//	prepare  makes an empty database in Gamma's cluster, closed to all but who fills it
//	swap     lets that database, filled and verified, take the place of the one in use
//
// It runs outside the VPC and sees no data: it asks RDS, and it administers databases
// through the Data API of Gamma's cluster.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"

	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
)

func main() {
	r, err := newRefresh()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(func(ctx context.Context, in request) (answer, error) { return r.step(ctx, in) })
}

func newRefresh() (*refresh, error) {
	env, err := awsenv.Variables("STAGE", "SOURCE", "CLONE", "SUBNET_GROUP", "PARAMETER_GROUP", "SECURITY_GROUP", "MAX_CAPACITY",
		"MASK_ROLE", "CONNECT_ARN", "CLUSTER_ARN", "ADMIN_SECRET_ARN", "DATABASE", "NEXT_DATABASE")
	if err != nil {
		return nil, err
	}
	capacity, err := strconv.ParseFloat(env["MAX_CAPACITY"], 64)
	if err != nil {
		return nil, fmt.Errorf("MAX_CAPACITY: %w", err)
	}
	cfg, err := awsenv.Config()
	if err != nil {
		return nil, err
	}
	return &refresh{
		RDS: rds.NewFromConfig(cfg), IAM: iam.NewFromConfig(cfg),
		Stage: env["STAGE"], Source: env["SOURCE"], Clone: env["CLONE"],
		SubnetGroup: env["SUBNET_GROUP"], ParameterGroup: env["PARAMETER_GROUP"], SecurityGroup: env["SECURITY_GROUP"], MaxCapacity: capacity,
		MaskRole: env["MASK_ROLE"], ConnectARN: env["CONNECT_ARN"],
		Admin: dataapi.Cluster{
			Client: rdsdata.NewFromConfig(cfg), ClusterARN: env["CLUSTER_ARN"], SecretARN: env["ADMIN_SECRET_ARN"], Database: "postgres",
		},
		Database: env["DATABASE"], Next: env["NEXT_DATABASE"],
	}, nil
}
