package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// release runs release.sh where `aws` and `go` are programs that note what they are asked
// and answer as a test says: the first answer whose pattern is in the command.
func release(t *testing.T, answers [][2]string, env []string, arguments ...string) (calls []string, err error) {
	t.Helper()
	bin := t.TempDir()
	log := filepath.Join(bin, "calls")
	var cases strings.Builder
	for _, a := range answers {
		cases.WriteString("*" + a[0] + "*) " + a[1] + " ;;\n")
	}
	for _, program := range []string{"aws", "go"} {
		script := "#!/bin/bash\necho \"" + program + " $*${AWS_SESSION_TOKEN:+ [as $AWS_SESSION_TOKEN in $AWS_REGION]}\" >>" + log + "\ncase \"" + program + " $*\" in\n" + cases.String() + "esac\n"
		if err := os.WriteFile(filepath.Join(bin, program), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	path, err := filepath.Abs("release.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, arguments...)
	cmd.Dir = bin
	cmd.Env = append([]string{"PATH=" + bin + ":" + os.Getenv("PATH"), "ACCOUNT=111122223333", "STAGE_REGION=eu-west-1"}, env...)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	noted, readErr := os.ReadFile(log)
	if readErr != nil && !os.IsNotExist(readErr) {
		t.Fatal(readErr)
	}
	for line := range strings.Lines(string(noted)) {
		calls = append(calls, strings.TrimSpace(line))
	}
	return calls, err
}

// role is the answer to whoever takes the stage's role.
var role = [2]string{`"sts assume-role"`, `echo "AKIA secret session"`}

func TestReleaseScript(t *testing.T) {
	t.Parallel()
	const as = " [as session in eu-west-1]"
	take := "aws sts assume-role --role-arn arn:aws:iam::111122223333:role/mtb-wiki-beta-release --role-session-name "
	const query = " --query Credentials.[AccessKeyId,SecretAccessKey,SessionToken] --output text"
	lambda := func(name string) string {
		return "aws lambda invoke --function-name mtb-wiki-beta-" + name + " --cli-read-timeout 900 --cli-binary-format raw-in-base64-out --payload null --query FunctionError --output text " + name + ".json" + as
	}
	metric := func(name, value, unit string) string {
		return "aws cloudwatch put-metric-data --namespace mtb-wiki/delivery --metric-name " + name + " --dimensions Stage=beta --value " + value + " --unit " + unit
	}
	fine := [2]string{`"lambda invoke"`, `echo '{}' >"${@: -1}"; echo None`}
	for _, test := range []struct {
		name      string
		answers   [][2]string
		env       []string
		arguments []string
		want      []string
		fails     bool
	}{
		{"migrate", [][2]string{role, fine}, nil, []string{"migrate", "beta"}, []string{take + "migrate" + query, lambda("roles"), lambda("migrate")}, false},
		{"a function fails", [][2]string{role, {`"beta-roles"`, `echo '{"errorMessage":"no"}' >"${@: -1}"; echo Unhandled`}, fine}, nil, []string{"migrate", "beta"},
			[]string{take + "migrate" + query, lambda("roles")}, true},
		{"no role", [][2]string{{`"sts assume-role"`, "exit 254"}, fine}, nil, []string{"migrate", "beta"}, []string{take + "migrate" + query}, true},
		{"files", [][2]string{role}, nil, []string{"files", "beta", "dist/files"}, []string{take + "files" + query,
			"aws s3 cp dist/files/static s3://mtb-wiki-beta-files-111122223333-eu-west-1/static --recursive --no-progress --cache-control public, max-age=31536000, immutable" + as}, false},
		{"gate that only reads", [][2]string{role}, []string{"GRAPHQL_URL=https://api", "SITE_ADDRESS=https://site"}, []string{"gate", "prod"},
			[]string{"go run ./cmd/mtbwiki gate prod --endpoint https://api --site https://site --junit reports/prod.xml"}, false},
		{"gate that finds something", [][2]string{{`"go run"`, "exit 1"}}, []string{"GRAPHQL_URL=https://api", "SITE_ADDRESS=https://site"}, []string{"gate", "prod"},
			[]string{"go run ./cmd/mtbwiki gate prod --endpoint https://api --site https://site --junit reports/prod.xml"}, true},
		{"gate that writes", [][2]string{role, {`"initiate-auth"`, "echo \"$*\" | sed 's/.*USERNAME=\\([a-z-]*\\),.*/token-of-\\1/'"}, {`"go run"`, `[ "$MTBWIKI_GATE_RIDER_TOKEN $MTBWIKI_GATE_MODERATOR_TOKEN" = "token-of-gate-rider token-of-gate-moderator" ]`}},
			[]string{"GRAPHQL_URL=https://api", "SITE_ADDRESS=https://site", "USER_POOL=pool", "GATE_CLIENT=client"}, []string{"gate", "beta"}, []string{
				take + "gate" + query,
				"aws cognito-idp admin-create-user --user-pool-id pool --username gate-rider --message-action SUPPRESS --user-attributes Name=email,Value=gate-rider@example.invalid Name=email_verified,Value=true" + as,
				"aws cognito-idp admin-set-user-password --user-pool-id pool --username gate-rider --password PASSWORD --permanent" + as,
				"aws cognito-idp admin-initiate-auth --user-pool-id pool --client-id client --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters USERNAME=gate-rider,PASSWORD=PASSWORD --query AuthenticationResult.AccessToken --output text" + as,
				"aws cognito-idp admin-create-user --user-pool-id pool --username gate-moderator --message-action SUPPRESS --user-attributes Name=email,Value=gate-moderator@example.invalid Name=email_verified,Value=true" + as,
				"aws cognito-idp admin-set-user-password --user-pool-id pool --username gate-moderator --password PASSWORD --permanent" + as,
				"aws cognito-idp admin-add-user-to-group --user-pool-id pool --username gate-moderator --group-name moderators" + as,
				"aws cognito-idp admin-initiate-auth --user-pool-id pool --client-id client --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters USERNAME=gate-moderator,PASSWORD=PASSWORD --query AuthenticationResult.AccessToken --output text" + as,
				"go run ./cmd/mtbwiki gate beta --endpoint https://api --site https://site --junit reports/beta.xml",
			}, false},
		{"nobody can sign in", [][2]string{role, {`"initiate-auth"`, "exit 1"}}, []string{"GRAPHQL_URL=u", "SITE_ADDRESS=s", "USER_POOL=pool", "GATE_CLIENT=client"}, []string{"gate", "beta"}, nil, true},
		{"delivered", [][2]string{{`"get-parameters"`, "echo None"}}, nil, []string{"delivered", "beta", "1700000000"}, []string{
			metric("Delivered", "1", "Count"), metric("LeadTime", "N", "Seconds"), "aws ssm get-parameters --names /mtb-wiki-beta/failing-since --query Parameters[0].Value --output text",
		}, false},
		{"delivered after failures", [][2]string{{`"get-parameters"`, "echo 1700000000"}}, nil, []string{"delivered", "beta", "1700000000"}, []string{
			metric("Delivered", "1", "Count"), metric("LeadTime", "N", "Seconds"), "aws ssm get-parameters --names /mtb-wiki-beta/failing-since --query Parameters[0].Value --output text",
			metric("TimeToRestore", "N", "Seconds"), "aws ssm delete-parameter --name /mtb-wiki-beta/failing-since",
		}, false},
		{"failed", nil, nil, []string{"failed", "beta"}, []string{metric("Failed", "1", "Count"), "aws ssm put-parameter --name /mtb-wiki-beta/failing-since --type String --value N"}, false},
		{"unknown", nil, nil, []string{"deploy", "beta"}, nil, true},
		{"no stage", nil, nil, []string{"migrate"}, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			calls, err := release(t, test.answers, test.env, test.arguments...)
			if (err != nil) != test.fails {
				t.Errorf("it ended with %v", err)
			}
			if test.want == nil && test.fails {
				return
			}
			for i, c := range calls {
				c = regexp.MustCompile(`Aa1-[0-9a-f]{48}`).ReplaceAllString(c, "PASSWORD")
				calls[i] = regexp.MustCompile(`--value \d{6,}`).ReplaceAllString(c, "--value N")
			}
			if diff := cmp.Diff(test.want, calls); diff != "" {
				t.Errorf("what it called (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSignature holds that what was signed is what is deployed: nothing changed, nothing
// added, nothing gone.
func TestSignature(t *testing.T) {
	t.Parallel()
	kms := [][2]string{{`"kms sign"`, "echo c2lnbmVk"}, {`"kms verify"`, "echo True"}}
	for name, change := range map[string]func(dir string) error{
		"nothing":        func(string) error { return nil },
		"a file changed": func(dir string) error { return os.WriteFile(filepath.Join(dir, "a", "b.json"), []byte("{ }"), 0o600) },
		"a file came":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "c.json"), []byte("{}"), 0o600) },
		"a file went":    func(dir string) error { return os.Remove(filepath.Join(dir, "a", "b.json")) },
		"the list changed": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "release.sha256"), nil, 0o600)
		},
		"the signature went": func(dir string) error { return os.Remove(filepath.Join(dir, "release.signature")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "a"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "a", "b.json"), []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := release(t, kms, []string{"SIGNING_KEY=key"}, "sign", dir); err != nil {
				t.Fatal(err)
			}
			if err := change(dir); err != nil {
				t.Fatal(err)
			}
			_, err := release(t, kms, []string{"SIGNING_KEY=key"}, "verify", dir)
			if (err == nil) != (name == "nothing") {
				t.Errorf("verify ended with %v", err)
			}
			// KMS says no.
			if name == "nothing" {
				if _, err := release(t, [][2]string{{`"kms verify"`, "exit 255"}}, []string{"SIGNING_KEY=key"}, "verify", dir); err == nil {
					t.Error("a signature that KMS refuses is taken")
				}
			}
		})
	}
}
