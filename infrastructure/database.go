package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
)

// Names inside the cluster; the roles are those of database/roles.sql.
const (
	databaseName = "mtbwiki"
	adminRole    = "mtbwiki_admin"
	apiRole      = "mtbwiki_api"
)

// database is a stage's cluster as the API stack sees it: names and ARNs, never
// the constructs, through which CDK would grant more than is asked for.
type database struct {
	Stack      awscdk.Stack
	ClusterARN *string
	// APISecretARN is the secret with the password of the role mtbwiki_api,
	// encrypted with the key.
	APISecretARN *string
	KeyARN       *string
	// AdminSecretARN is RDS's own; only the Lambdas that make roles and rotate
	// passwords may read it.
	AdminSecretARN *string
	// Host answers on port 5432 inside the network, to members of groups that the
	// group GroupID lets in.
	Host, GroupID *string
	// ResourceID names the cluster in policies of IAM database authentication.
	ResourceID *string
	// SubnetGroup and ParameterGroup are what a clone needs to be like this cluster.
	SubnetGroup, ParameterGroup *string
}

// newDatabase makes the stack mtb-wiki-<stage>-db: an Aurora PostgreSQL cluster
// of Serverless v2 in the isolated subnets, reached through the Data API (its
// security group lets nobody in but the jobs, by a rule that stands in their stack),
// its key, and the secret of the API's role.
func newDatabase(app constructs.Construct, e *config.Environment, n *network, besideNetwork bool) *database {
	name := prefix + e.Stage + "-db"
	keep := e.Database.KeepSnapshot
	stack := newStack(app, name, "MTB Wiki: database of the stage "+e.Stage, e.AWS, e.Database.DeletionProtection,
		map[string]string{"fabric": e.Fabric, "stage": e.Stage})
	if besideNetwork { // otherwise it was deployed with an earlier stage
		stack.AddStackDependency(n.Stack, jsii.String("the subnets"))
	}
	vpc := n.in(stack)

	// A snapshot that is kept can't be read without its key.
	key := awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{
		Alias:             jsii.String("alias/" + name),
		Description:       jsii.String("MTB Wiki " + e.Stage + ": database, backups and secrets"),
		EnableKeyRotation: jsii.Bool(true),
		RemovalPolicy:     removal(keep),
	})

	// CloudWatch's group for the cluster's log, made before the cluster makes one
	// that keeps its lines for ever.
	log := newLogGroup(stack, "Log", jsii.String("/aws/rds/cluster/"+name+"/postgresql"), e.Monitoring.LogDays, keep)

	group := awsec2.NewSecurityGroup(stack, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("MTB Wiki " + e.Stage + ": the database; jobs come in, nothing goes out"),
		AllowAllOutbound: jsii.Bool(false),
	})

	major, _, _ := strings.Cut(e.Database.Engine, ".")
	version := awsrds.AuroraPostgresEngineVersion_Of(jsii.String(e.Database.Engine), jsii.String(major), nil)
	// The authority that package lambda/internal/rdsiam knows.
	authority := awsrds.CaCertificate_RDS_CA_RSA2048_G1()
	instance := func(reader bool) *awsrds.ServerlessV2ClusterInstanceProps {
		props := &awsrds.ServerlessV2ClusterInstanceProps{
			PubliclyAccessible: jsii.Bool(false),
			CaCertificate:      authority,
			// The settings say which version runs; an upgrade of its own would be
			// undone, or fail, at the next deployment.
			AutoMinorVersionUpgrade: jsii.Bool(false),
		}
		if reader {
			// It takes over as it is when the writer fails, so it must be as large.
			props.ScaleWithWriter = jsii.Bool(true)
		}
		return props
	}
	var readers []awsrds.IClusterInstance
	for i := range e.Database.Readers {
		readers = append(readers, awsrds.ClusterInstance_ServerlessV2(jsii.String(fmt.Sprintf("Reader%d", i+1)), instance(true)))
	}
	props := &awsrds.DatabaseClusterProps{
		ClusterIdentifier: jsii.String(name),
		Engine: awsrds.DatabaseClusterEngine_AuroraPostgres(&awsrds.AuroraPostgresClusterEngineProps{
			Version: version,
		}),
		DefaultDatabaseName: jsii.String(databaseName),
		// RDS makes, keeps and rotates the password; nobody of ours reads it.
		Credentials: awsrds.Credentials_FromUsername(jsii.String(adminRole), &awsrds.CredentialsFromUsernameOptions{
			EncryptionKey: key,
		}),
		ManageMasterUserPassword: jsii.Bool(true),
		EnableDataApi:            jsii.Bool(true),
		// For migrations, which connect from inside the network.
		IamAuthentication:       jsii.Bool(true),
		StorageEncrypted:        jsii.Bool(true),
		StorageEncryptionKey:    key,
		Parameters:              &map[string]*string{"rds.force_ssl": jsii.String("1")},
		Writer:                  awsrds.ClusterInstance_ServerlessV2(jsii.String("Writer"), instance(false)),
		ServerlessV2MinCapacity: jsii.Number(e.Database.MinCapacity),
		ServerlessV2MaxCapacity: jsii.Number(e.Database.MaxCapacity),
		Vpc:                     vpc,
		VpcSubnets:              &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		SecurityGroups:          &[]awsec2.ISecurityGroup{group},
		CloudwatchLogsExports:   jsii.Strings("postgresql"),
		Backup: &awsrds.BackupProps{
			Retention:       awscdk.Duration_Days(jsii.Number(e.Database.BackupDays)),
			PreferredWindow: jsii.String("09:00-09:30"), // night in the Americas, before Europe rides
		},
		PreferredMaintenanceWindow: jsii.String("tue:10:00-tue:10:30"),
		CopyTagsToSnapshot:         jsii.Bool(true),
		DeletionProtection:         jsii.Bool(e.Database.DeletionProtection),
		RemovalPolicy:              awscdk.RemovalPolicy_DESTROY,
	}
	if len(readers) > 0 {
		props.Readers = &readers
	}
	if keep {
		props.RemovalPolicy = awscdk.RemovalPolicy_SNAPSHOT
	}
	if e.Database.MinCapacity == 0 {
		props.ServerlessV2AutoPauseDuration = awscdk.Duration_Minutes(jsii.Number(e.Database.AutoPauseMinutes))
	}
	cluster := awsrds.NewDatabaseCluster(stack, jsii.String("Cluster"), props)
	cluster.Node().AddDependency(log)

	secret := awssecretsmanager.NewSecret(stack, jsii.String("ApiSecret"), &awssecretsmanager.SecretProps{
		SecretName:    jsii.String(name + "/" + apiRole),
		Description:   jsii.String("MTB Wiki " + e.Stage + ": the database role of the API"),
		EncryptionKey: key,
		RemovalPolicy: removal(keep),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			SecretStringTemplate: jsii.String(`{"username":"` + apiRole + `"}`),
			GenerateStringKey:    jsii.String("password"),
			PasswordLength:       jsii.Number(48),
			ExcludePunctuation:   jsii.Bool(true),
		},
	})

	made := cluster.Node().DefaultChild().(awsrds.CfnDBCluster)
	d := &database{
		Stack:          stack,
		ClusterARN:     cluster.ClusterArn(),
		APISecretARN:   secret.SecretArn(),
		KeyARN:         key.KeyArn(),
		AdminSecretARN: made.AttrMasterUserSecretSecretArn(),
		Host:           made.AttrEndpointAddress(),
		GroupID:        group.SecurityGroupId(),
		ResourceID:     made.AttrDbClusterResourceId(),
		SubnetGroup:    made.DbSubnetGroupName(),
		ParameterGroup: made.DbClusterParameterGroupName(),
	}
	output(stack, "ClusterArn", d.ClusterARN, "The cluster, for the Data API", "")
	output(stack, "ApiSecretArn", d.APISecretARN, "The secret of the role "+apiRole, "")
	output(stack, "AdminSecretArn", d.AdminSecretARN, "The admin's secret, kept by RDS", "")
	return d
}
