package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
	"github.com/mtbwiki/mtbwiki/masking"
)

type refresh struct {
	RDS *rds.Client
	IAM *iam.Client

	Stage         string
	Source, Clone string // names of clusters
	// How the clone lies in the network: its security group lets nobody in but the
	// Lambda mask.
	SubnetGroup, ParameterGroup, SecurityGroup string
	MaxCapacity                                float64 // Aurora capacity units
	// MaskRole gets, for as long as the clone stands, the right to sign in to it:
	// ConnectARN with a %s for the cluster's resource id.
	MaskRole, ConnectARN string

	// Admin administers Gamma's cluster.
	Admin          dataapi.Cluster
	Database, Next string // the one in use, and the one that is made
}

type request struct {
	Step string `json:"step"`
}

// answer of a step: whether it is done, or to be asked again after a while.
type answer struct {
	Done bool `json:"done"`
	// Host of the clone, once it is ready.
	Host string `json:"host,omitempty"`
}

func (r *refresh) step(ctx context.Context, in request) (answer, error) {
	do, ok := map[string]func(context.Context) (answer, error){
		"remove": r.remove, "clone": r.clone, "ready": r.ready, "prepare": r.prepare, "swap": r.swap,
	}[in.Step]
	if !ok {
		return answer{}, fmt.Errorf("there is no step %q in a refresh", in.Step)
	}
	out, err := do(ctx)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", in.Step, err)
	}
	return out, nil
}

// connectPolicy is the name of the policy by which the Lambda mask signs in to the clone.
const connectPolicy = "TheClone"

func (r *refresh) instance() string { return r.Clone + "-writer" }

// cluster is the clone, nil when there is none.
func (r *refresh) cluster(ctx context.Context) (*types.DBCluster, error) {
	out, err := r.RDS.DescribeDBClusters(ctx, &rds.DescribeDBClustersInput{DBClusterIdentifier: aws.String(r.Clone)})
	var missing *types.DBClusterNotFoundFault
	if errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &out.DBClusters[0], nil
}

// instanceStatus is "" when the clone has no instance.
func (r *refresh) instanceStatus(ctx context.Context) (string, error) {
	out, err := r.RDS.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String(r.instance())})
	var missing *types.DBInstanceNotFoundFault
	if errors.As(err, &missing) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return aws.ToString(out.DBInstances[0].DBInstanceStatus), nil
}

// remove deletes the right to sign in first, then the instance, then the cluster with its
// backups: until it was masked they hold what it held.
func (r *refresh) remove(ctx context.Context) (answer, error) {
	var none *iamtypes.NoSuchEntityException
	_, err := r.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(r.MaskRole), PolicyName: aws.String(connectPolicy)})
	if err != nil && !errors.As(err, &none) {
		return answer{}, err
	}
	status, err := r.instanceStatus(ctx)
	if err != nil {
		return answer{}, err
	}
	switch status {
	case "":
	case "deleting":
		return answer{}, nil
	default:
		_, err := r.RDS.DeleteDBInstance(ctx, &rds.DeleteDBInstanceInput{DBInstanceIdentifier: aws.String(r.instance()), SkipFinalSnapshot: aws.Bool(true)})
		return answer{}, busy(err)
	}
	cluster, err := r.cluster(ctx)
	if err != nil || cluster == nil {
		return answer{Done: err == nil}, err
	}
	if aws.ToString(cluster.Status) == "deleting" {
		return answer{}, nil
	}
	_, err = r.RDS.DeleteDBCluster(ctx, &rds.DeleteDBClusterInput{
		DBClusterIdentifier: aws.String(r.Clone), SkipFinalSnapshot: aws.Bool(true), DeleteAutomatedBackups: aws.Bool(true),
	})
	return answer{}, busy(err)
}

// busy forgives a refusal for being in the middle of something: it is asked again.
func busy(err error) error {
	var cluster *types.InvalidDBClusterStateFault
	var instance *types.InvalidDBInstanceStateFault
	if errors.As(err, &cluster) || errors.As(err, &instance) {
		return nil
	}
	return err
}

// clone has no Data API, which is off unless it is switched on, and no password that
// anybody knows: RDS keeps Prod's, and Prod's API user isn't in this network.
func (r *refresh) clone(ctx context.Context) (answer, error) {
	_, err := r.RDS.RestoreDBClusterToPointInTime(ctx, &rds.RestoreDBClusterToPointInTimeInput{
		SourceDBClusterIdentifier: aws.String(r.Source), DBClusterIdentifier: aws.String(r.Clone),
		RestoreType: aws.String("copy-on-write"), UseLatestRestorableTime: aws.Bool(true),
		DBSubnetGroupName: aws.String(r.SubnetGroup), DBClusterParameterGroupName: aws.String(r.ParameterGroup), VpcSecurityGroupIds: []string{r.SecurityGroup},
		EnableIAMDatabaseAuthentication: aws.Bool(true), DeletionProtection: aws.Bool(false),
		BackupRetentionPeriod: aws.Int32(1), // the least there is
		CopyTagsToSnapshot:    aws.Bool(true), Tags: r.tags(),
		ServerlessV2ScalingConfiguration: &types.ServerlessV2ScalingConfiguration{MinCapacity: aws.Float64(0.5), MaxCapacity: aws.Float64(r.MaxCapacity)},
	})
	var there *types.DBClusterAlreadyExistsFault
	if errors.As(err, &there) { // a repeated call: remove came before
		err = nil
	}
	return answer{Done: err == nil}, err
}

func (r *refresh) tags() []types.Tag {
	return []types.Tag{
		{Key: aws.String("project"), Value: aws.String("mtb-wiki")},
		{Key: aws.String("stage"), Value: aws.String(r.Stage)},
	}
}

func (r *refresh) ready(ctx context.Context) (answer, error) {
	cluster, err := r.cluster(ctx)
	if err != nil {
		return answer{}, err
	}
	if cluster == nil {
		return answer{}, fmt.Errorf("there is no cluster %s", r.Clone)
	}
	if status := aws.ToString(cluster.Status); status != "available" {
		return answer{}, final(r.Clone, status)
	}
	if aws.ToBool(cluster.HttpEndpointEnabled) {
		return answer{}, fmt.Errorf("the Data API of %s is on; nobody but the Lambda mask may reach a clone", r.Clone)
	}
	status, err := r.instanceStatus(ctx)
	if err != nil {
		return answer{}, err
	}
	switch status {
	case "":
		_, err := r.RDS.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
			DBInstanceIdentifier: aws.String(r.instance()), DBClusterIdentifier: aws.String(r.Clone),
			Engine: cluster.Engine, DBInstanceClass: aws.String("db.serverless"), PubliclyAccessible: aws.Bool(false),
			AutoMinorVersionUpgrade: aws.Bool(false), CACertificateIdentifier: aws.String("rds-ca-rsa2048-g1"), Tags: r.tags(),
		})
		return answer{}, err
	case "available":
	default:
		return answer{}, final(r.instance(), status)
	}
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "rds-db:connect", "Resource": fmt.Sprintf(r.ConnectARN, aws.ToString(cluster.DbClusterResourceId)),
	}}})
	if err != nil {
		return answer{}, err
	}
	_, err = r.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String(r.MaskRole), PolicyName: aws.String(connectPolicy), PolicyDocument: aws.String(string(policy)),
	})
	if err != nil {
		return answer{}, err
	}
	return answer{Done: true, Host: aws.ToString(cluster.Endpoint)}, nil
}

// final is an error for a status that waiting doesn't mend.
func final(name, status string) error {
	for _, bad := range []string{"failed", "inaccessible", "incompatible", "deleting", "stopped", "storage-full", "restore-error"} {
		if strings.Contains(status, bad) {
			return fmt.Errorf("%s is %s", name, status)
		}
	}
	return nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// run runs statements, each by itself: making and dropping databases can't stand in a
// transaction.
func (r *refresh) run(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := r.Admin.Run(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// prepare makes the next database. What an earlier try left behind goes.
func (r *refresh) prepare(ctx context.Context) (answer, error) {
	next := quote(r.Next)
	err := r.run(ctx,
		"DROP DATABASE IF EXISTS "+next+" WITH (FORCE)",
		"CREATE DATABASE "+next,
		"REVOKE ALL ON DATABASE "+next+" FROM PUBLIC",
		"GRANT CREATE ON DATABASE "+next+" TO "+database.RoleOwner,
		"GRANT CONNECT ON DATABASE "+next+" TO "+database.RoleMigrator,
	)
	return answer{Done: err == nil}, err
}

// swap may begin again wherever it was interrupted.
func (r *refresh) swap(ctx context.Context) (answer, error) {
	names, err := r.Admin.Run(ctx, "SELECT CAST(datname AS text) FROM pg_catalog.pg_database")
	if err != nil {
		return answer{}, err
	}
	is, was := r.Next, r.Database
	if !slices.Contains(names, is) {
		is = r.Database // it took the place before
	}
	inside := r.Admin
	inside.Database = is
	says, err := inside.Run(ctx, "SELECT coalesce(obj_description(to_regnamespace('wiki'), 'pg_namespace'), '')")
	if err != nil {
		return answer{}, err
	}
	if !slices.Equal(says, []string{masking.Verified}) {
		return answer{}, fmt.Errorf("the database %s isn't verified: the schema wiki says %q", is, says)
	}
	if is == was {
		return answer{Done: true}, nil
	}
	var statements []string
	for _, role := range []string{database.RoleAPI, database.RoleJobs, database.RoleReadonly} {
		statements = append(statements, "GRANT CONNECT ON DATABASE "+quote(is)+" TO "+role)
	}
	if slices.Contains(names, was) {
		statements = append(statements,
			"ALTER DATABASE "+quote(was)+" WITH ALLOW_CONNECTIONS false", // who asks now waits, and isn't served from both
			"DROP DATABASE "+quote(was)+" WITH (FORCE)")
	}
	statements = append(statements,
		// The Data API keeps the session of the question above.
		"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '"+is+"'",
		"ALTER DATABASE "+quote(is)+" RENAME TO "+quote(was))
	err = r.run(ctx, statements...)
	return answer{Done: err == nil}, err
}
