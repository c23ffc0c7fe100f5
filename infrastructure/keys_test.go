package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	templates "github.com/mtbwiki/mtbwiki/appsync/assembly"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/cost"
)

// encrypted are the properties that name a key, by the types that have one without being
// the database's.
var encrypted = map[string]string{
	"AWS::Logs::LogGroup": "KmsKeyId", "AWS::SNS::Topic": "KmsMasterKeyId", "AWS::Lambda::Function": "KmsKeyArn", "AWS::SecretsManager::Secret": "KmsKeyId",
}

// TestSettingsThatAreOff synthesizes all stages with the settings on that are off in all
// of them: a cache and keys of their own. The validator and cdk-nag look at it as at any
// other (a finding of either is an error here).
func TestSettingsThatAreOff(t *testing.T) {
	s := synthesized.settings
	s.Dir, s.Environments = filepath.Join(t.TempDir(), "cdk.out"), nil
	for _, e := range synthesized.Environments {
		on := *e
		on.CustomerKeys, on.API.Caching = true, config.Caching{Instance: "SMALL", Seconds: 90}
		if err := on.Validate(); err != nil {
			t.Fatal(err)
		}
		s.Environments = append(s.Environments, &on)
	}
	a, err := synthesize(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.check(); err != nil {
		t.Error(err)
	}
	for _, e := range s.Environments {
		t.Run(e.Stage, func(t *testing.T) {
			t.Run("keys", func(t *testing.T) { stageKeys(t, a, e) })
			t.Run("cache", func(t *testing.T) { stageCache(t, a, e) })
			// The same setting, in the templates and here.
			if difference, err := agree(t, a.Dir, e); err != nil || difference != "" {
				t.Errorf("%v; local (-) and assembled (+):\n%s", err, difference)
			}
			off := *e
			off.API.Caching = config.Caching{}
			if difference, err := agree(t, a.Dir, &off); err != nil || !strings.Contains(difference, "$context.arguments.vocabulary") {
				t.Errorf("%v; a cache in the templates alone makes the difference\n%s", err, difference)
			}
		})
	}
	t.Run("network", func(t *testing.T) {
		for _, e := range []*config.Environment{s.Environments[0], s.Environments[len(s.Environments)-1]} {
			tmpl := a.named(t, prefix+e.Fabric+"-vpc")
			id, key := tmpl.only(t, "AWS::KMS::Key")
			_, group := tmpl.only(t, "AWS::Logs::LogGroup")
			if got := text(group.Properties["KmsKeyId"]); got != `{"Fn::GetAtt":["`+id+`","Arn"]}` {
				t.Errorf("the log of %s is encrypted with %s", e.Fabric, got)
			}
			if !mayEncrypt(t, key, e.AWS, group.Properties["LogGroupName"]) {
				t.Errorf("CloudWatch may not use the key of %s for its log", e.Fabric)
			}
		}
	})
	t.Run("cost", func(t *testing.T) { costOfSettings(t, synthesized.assembly, a) })
	t.Run("off", func(t *testing.T) {
		for _, tmpl := range synthesized.Templates {
			for id, r := range tmpl.Resources {
				own := strings.HasSuffix(tmpl.Name, "-db") && r.Type == "AWS::SecretsManager::Secret"
				if r.Type == "AWS::AppSync::ApiCache" || r.Properties["CachingConfig"] != nil || !own && encrypted[r.Type] != "" && r.Properties[encrypted[r.Type]] != nil {
					t.Errorf("%s: %s has what the settings don't want", tmpl.Name, id)
				}
			}
		}
	})
	// The suite, on an API that answers from its cache.
	t.Run("suite", func(t *testing.T) {
		cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", ofTemplates, "./tests/alpha")
		cmd.Dir = ".."
		cmd.Env = append(os.Environ(), "MTBWIKI_ASSEMBLY="+a.Dir, "MTBWIKI_ASSEMBLY_STAGE=beta")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%.8000s", err, out)
		}
	})
}

// ofStage tells whether a template is of a stage's stacks. (A fabric's network is not.)
func ofStage(tmpl template, e *config.Environment) bool {
	return strings.HasPrefix(tmpl.Name, prefix+e.Stage+"-") && !strings.HasSuffix(tmpl.Name, "-vpc")
}

// named is a template of an assembly.
func (a *assembly) named(t *testing.T, name string) template {
	t.Helper()
	for _, tmpl := range a.Templates {
		if tmpl.Name == name {
			return tmpl
		}
	}
	t.Fatalf("there is no stack %s", name)
	return template{}
}

// stageKeys holds that all that can have the stage's key has it, that the services that
// use it are let, for that alone, and that the database's key is as it was.
func stageKeys(t *testing.T, a *assembly, e *config.Environment) {
	db := a.named(t, prefix+e.Stage+"-db")
	var stageKey string
	for id := range db.all("AWS::KMS::Key") {
		if strings.HasPrefix(id, "StageKey") {
			stageKey = id
		} else if diff := cmp.Diff(named(t, db.Name).Resources[id], db.Resources[id]); diff != "" {
			t.Errorf("the database's key (-off +on):\n%s", diff)
		}
	}
	if stageKey == "" || len(db.all("AWS::KMS::Key")) != 2 {
		t.Fatalf("%d keys, the stage's is %q", len(db.all("AWS::KMS::Key")), stageKey)
	}
	key := db.Resources[stageKey]
	keep := map[bool]string{true: "Retain", false: "Delete"}[e.Database.KeepSnapshot]
	if key.DeletionPolicy != keep || key.Properties["EnableKeyRotation"] != true {
		t.Errorf("deletion policy %s, want %s; rotation %v", key.DeletionPolicy, keep, key.Properties["EnableKeyRotation"])
	}
	here := `{"Fn::GetAtt":["` + stageKey + `","Arn"]}`
	var export string
	for _, o := range db.Outputs {
		var out struct {
			Value  any
			Export struct{ Name string }
		}
		if err := json.Unmarshal(o, &out); err != nil {
			t.Fatal(err)
		}
		if text(out.Value) == here {
			export = out.Export.Name
		}
	}
	count := map[string]int{}
	for _, tmpl := range a.Templates {
		if !ofStage(tmpl, e) {
			continue
		}
		want := here
		if tmpl.Name != db.Name {
			want = `{"Fn::ImportValue":"` + export + `"}`
		}
		for id, r := range tmpl.Resources {
			property := encrypted[r.Type]
			if property == "" {
				continue
			}
			count[r.Type]++
			if r.Type == "AWS::SecretsManager::Secret" && tmpl.Name == db.Name {
				if text(r.Properties[property]) == want {
					t.Errorf("the database's secret %s is encrypted with the stage's key", id)
				}
				continue
			}
			if got := text(r.Properties[property]); got != want {
				t.Errorf("%s: %s of %s is %s, want %s", tmpl.Name, property, id, got, want)
			}
			if r.Type == "AWS::Logs::LogGroup" && !mayEncrypt(t, key, e.AWS, r.Properties["LogGroupName"]) {
				t.Errorf("CloudWatch may not use the key for %s", text(r.Properties["LogGroupName"]))
			}
		}
	}
	off := map[string]int{}
	for _, tmpl := range synthesized.Templates {
		for _, r := range tmpl.Resources {
			if ofStage(tmpl, e) && encrypted[r.Type] != "" {
				off[r.Type]++
			}
		}
	}
	if diff := cmp.Diff(off, count); diff != "" || len(count) != len(encrypted) {
		t.Errorf("what has a key (-off +on):\n%s", diff)
	}

	// Who may use it: its account, and three services for what is this stage's.
	alarms := "arn:aws:cloudwatch:" + e.AWS.Region + ":" + e.AWS.Account + ":alarm:" + prefix + e.Stage + "-"
	want := map[string]any{
		"logs." + e.AWS.Region + ".amazonaws.com": nil, // looked at above, group by group
		"cloudwatch.amazonaws.com": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": e.AWS.Account}, "ArnLike": map[string]any{"aws:SourceArn": alarms + "*"},
		},
		"budgets.amazonaws.com": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": e.AWS.Account}},
	}
	for i, s := range list(key.Properties["KeyPolicy"].(map[string]any)["Statement"]) {
		o := s.(map[string]any)
		service, _ := o["Principal"].(map[string]any)["Service"].(string)
		if i == 0 {
			if text(o["Principal"]) != `{"AWS":"arn:aws:iam::`+e.AWS.Account+`:root"}` {
				t.Errorf("the key is administered by %s", text(o["Principal"]))
			}
			continue
		}
		condition, known := want[service]
		if !known {
			t.Errorf("%s may use the key", text(o["Principal"]))
		}
		if condition != nil && (text(o["Condition"]) != text(condition) || text(o["Action"]) != `["kms:Decrypt","kms:GenerateDataKey"]`) {
			t.Errorf("%s may %s under %s", service, text(o["Action"]), text(o["Condition"]))
		}
		if o["Condition"] == nil {
			t.Errorf("%s may use the key for everything", service)
		}
		delete(want, service)
	}
	if len(want) > 0 {
		t.Errorf("not let: %v", want)
	}
	for _, alarm := range a.named(t, prefix+e.Stage+"-monitoring").all("AWS::CloudWatch::Alarm") {
		if name := alarm.Properties["AlarmName"].(string); !strings.HasPrefix(name, prefix+e.Stage+"-") {
			t.Errorf("the alarm %s may not use the key", name)
		}
	}

	// The website reads its secret with it, and it alone; public files stay as they are.
	site := a.named(t, prefix+e.Stage+"-site")
	secretID, _ := site.only(t, "AWS::SecretsManager::Secret")
	readers := 0
	for _, p := range site.all("AWS::IAM::Policy") {
		for _, s := range list(p.Properties["PolicyDocument"].(map[string]any)["Statement"]) {
			if o := s.(map[string]any); strings.Contains(text(o["Action"]), "kms:") {
				readers++
				if diff := cmp.Diff(text(map[string]any{
					"Action": "kms:Decrypt", "Effect": "Allow", "Resource": map[string]any{"Fn::ImportValue": export},
					"Condition": map[string]any{"StringEquals": map[string]any{
						"kms:ViaService": "secretsmanager." + e.AWS.Region + ".amazonaws.com", "kms:EncryptionContext:SecretARN": map[string]any{"Ref": secretID},
					}},
				}), text(o)); diff != "" {
					t.Errorf("the website's role (-want +got):\n%s", diff)
				}
			}
		}
	}
	if readers != 1 {
		t.Errorf("%d statements about keys in the website's stack, want one", readers)
	}
	_, bucket := site.only(t, "AWS::S3::Bucket")
	_, before := named(t, site.Name).only(t, "AWS::S3::Bucket")
	if diff := cmp.Diff(before, bucket); diff != "" {
		t.Errorf("the bucket (-off +on):\n%s", diff)
	}
}

// mayEncrypt tells whether a key's policy lets CloudWatch use it for a log group.
func mayEncrypt(t *testing.T, key resource, aws config.AWS, group any) bool {
	t.Helper()
	name, ok := group.(string)
	if join, isJoin := group.(map[string]any); isJoin { // a name with an id that isn't known yet
		for _, part := range join["Fn::Join"].([]any)[1].([]any) {
			if s, isText := part.(string); isText {
				name += s
			} else {
				name += "xxxxxxxxxxxx"
			}
		}
		ok = true
	}
	if !ok {
		t.Fatalf("a log group is named %s", text(group))
	}
	for _, s := range list(key.Properties["KeyPolicy"].(map[string]any)["Statement"]) {
		o := s.(map[string]any)
		service, _ := o["Principal"].(map[string]any)["Service"].(string)
		if service != "logs."+aws.Region+".amazonaws.com" {
			continue
		}
		for _, action := range []string{"Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"} {
			if !strings.Contains(text(o["Action"]), `"kms:`+action+`"`) {
				t.Errorf("CloudWatch may not %s", action)
			}
		}
		for _, pattern := range list(o["Condition"].(map[string]any)["ArnLike"].(map[string]any)["kms:EncryptionContext:aws:logs:arn"]) {
			like := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern.(string)), `\*`, ".*") + "$")
			if like.MatchString("arn:aws:logs:" + aws.Region + ":" + aws.Account + ":log-group:" + name) {
				return true
			}
		}
	}
	return false
}

// stageCache holds that there is one cache, encrypted and used by the resolvers with
// caching keys and no others, which are made after it.
func stageCache(t *testing.T, a *assembly, e *config.Environment) {
	tmpl := a.named(t, prefix+e.Stage+"-api")
	apiID, _ := tmpl.only(t, "AWS::AppSync::GraphQLApi")
	cacheID, cache := tmpl.only(t, "AWS::AppSync::ApiCache")
	if diff := cmp.Diff(text(map[string]any{
		"ApiId": map[string]any{"Fn::GetAtt": []any{apiID, "ApiId"}}, "ApiCachingBehavior": "PER_RESOLVER_CACHING", "Type": "SMALL", "Ttl": 90,
		"AtRestEncryptionEnabled": true, "TransitEncryptionEnabled": true,
	}), text(cache.Properties)); diff != "" {
		t.Errorf("the cache (-want +got):\n%s", diff)
	}
	for id, nested := range tmpl.all("AWS::CloudFormation::Stack") {
		if !strings.Contains(text(nested.DependsOn), `"`+cacheID+`"`) {
			t.Errorf("%s doesn't wait for the cache", id)
		}
	}
	want, got := map[string]string{}, map[string]string{}
	for _, r := range synthesized.Definition.Resolvers {
		if r.CachingKeys != nil {
			want[r.Type+"."+r.Field] = text(map[string]any{"CachingKeys": r.CachingKeys, "Ttl": 90})
		}
	}
	for _, nested := range a.Templates {
		if !strings.HasPrefix(nested.Name, tmpl.Name+"/") {
			continue
		}
		for _, r := range nested.all("AWS::AppSync::Resolver") {
			if c := r.Properties["CachingConfig"]; c != nil {
				got[r.Properties["TypeName"].(string)+"."+r.Properties["FieldName"].(string)] = text(c)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("resolvers that keep answers (-want +got):\n%s", diff)
	}
}

// costOfSettings holds that the bill has them: two keys a fabric's network and a key and a
// cache a stage, asked or not.
func costOfSettings(t *testing.T, off, on *assembly) {
	prices, err := cost.Prices()
	if err != nil {
		t.Fatal(err)
	}
	load, err := cost.StatedLoad()
	if err != nil {
		t.Fatal(err)
	}
	bill := func(a *assembly) map[string]float64 {
		read, err := templates.Read(os.DirFS(a.Dir))
		if err != nil {
			t.Fatal(err)
		}
		b, err := cost.Compute(read, prices, load.Idle())
		if err != nil {
			t.Fatal(err)
		}
		quantities := map[string]float64{}
		for _, p := range b.Parts {
			quantities[p.Price] += p.Quantity
		}
		return quantities
	}
	want := bill(off)
	want["kms-key"] += 4 + 2 // a stage's, a network's
	want["appsync-cache-small-hour"] = 4 * 730
	if diff := cmp.Diff(want, bill(on)); diff != "" {
		t.Errorf("what is paid for (-want +got):\n%s", diff)
	}
}
