package main

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/config"
)

func TestDatabase(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, "mtb-wiki-"+e.Stage+"-db")
		keyID, key := tmpl.only(t, "AWS::KMS::Key")
		keyARN := map[string]any{"Fn::GetAtt": []any{keyID, "Arn"}}
		groupID, _ := tmpl.only(t, "AWS::EC2::SecurityGroup")
		subnetsID, subnets := tmpl.only(t, "AWS::RDS::DBSubnetGroup")
		parametersID, parameters := tmpl.only(t, "AWS::RDS::DBClusterParameterGroup")
		_, cluster := tmpl.only(t, "AWS::RDS::DBCluster")

		scaling := map[string]any{"MinCapacity": e.Database.MinCapacity, "MaxCapacity": e.Database.MaxCapacity}
		if e.Database.MinCapacity == 0 {
			scaling["SecondsUntilAutoPause"] = float64(60 * e.Database.AutoPauseMinutes)
		}
		want := map[string]any{
			"DBClusterIdentifier":              "mtb-wiki-" + e.Stage + "-db",
			"DatabaseName":                     "mtbwiki",
			"Engine":                           "aurora-postgresql",
			"EngineVersion":                    e.Database.Engine,
			"Port":                             5432.0,
			"EnableHttpEndpoint":               true,
			"EnableIAMDatabaseAuthentication":  true,
			"StorageEncrypted":                 true,
			"KmsKeyId":                         keyARN,
			"MasterUsername":                   "mtbwiki_admin",
			"ManageMasterUserPassword":         true,
			"MasterUserSecret":                 map[string]any{"KmsKeyId": keyARN},
			"DBClusterParameterGroupName":      map[string]any{"Ref": parametersID},
			"DBSubnetGroupName":                map[string]any{"Ref": subnetsID},
			"VpcSecurityGroupIds":              []any{map[string]any{"Fn::GetAtt": []any{groupID, "GroupId"}}},
			"ServerlessV2ScalingConfiguration": scaling,
			"BackupRetentionPeriod":            float64(e.Database.BackupDays),
			"PreferredBackupWindow":            "09:00-09:30",
			"PreferredMaintenanceWindow":       "tue:10:00-tue:10:30",
			"CopyTagsToSnapshot":               true,
			"DeletionProtection":               e.Database.DeletionProtection,
			"EnableCloudwatchLogsExports":      []any{"postgresql"},
			"Tags":                             cluster.Properties["Tags"],
		}
		if diff := cmp.Diff(want, cluster.Properties); diff != "" {
			t.Errorf("the cluster (-want +got):\n%s", diff)
		}
		policy := "Delete"
		if e.Database.KeepSnapshot {
			policy = "Snapshot"
		}
		if cluster.DeletionPolicy != policy || cluster.UpdateReplacePolicy != policy {
			t.Errorf("when deleted: %s, when replaced: %s; want %s", cluster.DeletionPolicy, cluster.UpdateReplacePolicy, policy)
		}
		// A snapshot without its key is lost.
		if kept := key.DeletionPolicy == "Retain"; kept != e.Database.KeepSnapshot {
			t.Errorf("the key's DeletionPolicy is %s", key.DeletionPolicy)
		}
		if key.Properties["EnableKeyRotation"] != true {
			t.Error("the key doesn't rotate")
		}
		if got := parameters.Properties["Parameters"].(map[string]any)["rds.force_ssl"]; got != "1" {
			t.Errorf("rds.force_ssl is %v, want 1", got)
		}
		instances := tmpl.all("AWS::RDS::DBInstance")
		if len(instances) != 1+e.Database.Readers {
			t.Errorf("%d instances, want a writer and %d readers", len(instances), e.Database.Readers)
		}
		for id, i := range instances {
			if i.Properties["PubliclyAccessible"] != false || i.Properties["DBInstanceClass"] != "db.serverless" || i.Properties["CACertificateIdentifier"] != "rds-ca-rsa2048-g1" {
				t.Errorf("%s: %s", id, text(i.Properties))
			}
		}
		// The subnets are those of the stage's fabric.
		network := "mtb-wiki-" + e.Fabric + "-vpc"
		if n := len(list(subnets.Properties["SubnetIds"])); n != 3 {
			t.Errorf("%d subnets, want 3", n)
		}
		for i, s := range list(resolve(t, subnets.Properties["SubnetIds"])) {
			if want := fmt.Sprintf(`%s:{"Ref":"VpcisolatedSubnet%dSubnet`, network, i+1); len(s.(string)) < len(want) || s.(string)[:len(want)] != want {
				t.Errorf("subnet %d is %v", i, s)
			}
		}
	})
}

func TestAPISecret(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, "mtb-wiki-"+e.Stage+"-db")
		keyID, _ := tmpl.only(t, "AWS::KMS::Key")
		// The admin's secret is RDS's own and stands in no template.
		_, secret := tmpl.only(t, "AWS::SecretsManager::Secret")
		want := map[string]any{
			"Name":        "mtb-wiki-" + e.Stage + "-db/mtbwiki_api",
			"Description": secret.Properties["Description"],
			"KmsKeyId":    map[string]any{"Fn::GetAtt": []any{keyID, "Arn"}},
			"GenerateSecretString": map[string]any{
				"SecretStringTemplate": `{"username":"mtbwiki_api"}`, "GenerateStringKey": "password",
				"PasswordLength": 48.0, "ExcludePunctuation": true,
			},
			"Tags": secret.Properties["Tags"],
		}
		if diff := cmp.Diff(want, secret.Properties); diff != "" {
			t.Errorf("the secret (-want +got):\n%s", diff)
		}
	})
}

// TestTerminationProtection holds that a stack of a protected stage isn't deleted
// by a slip.
func TestTerminationProtection(t *testing.T) {
	t.Parallel()
	var manifest struct {
		Artifacts map[string]struct {
			Properties struct {
				TerminationProtection bool `json:"terminationProtection"`
			} `json:"properties"`
		} `json:"artifacts"`
	}
	if err := readJSON(synthesized.settings.Dir+"/manifest.json", &manifest); err != nil {
		t.Fatal(err)
	}
	for _, e := range synthesized.Environments {
		for _, stack := range []string{e.Stage + "-db", e.Stage + "-jobs", e.Stage + "-api", e.Stage + "-site", e.Fabric + "-vpc"} {
			a, ok := manifest.Artifacts["mtb-wiki-"+stack]
			if !ok {
				t.Errorf("there is no stack %s", stack)
			}
			if got := a.Properties.TerminationProtection; got != e.Database.DeletionProtection {
				t.Errorf("%s: termination protection %v, want %v", stack, got, e.Database.DeletionProtection)
			}
		}
	}
}
