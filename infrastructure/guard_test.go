package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The program cfn-guard comes out of a package of npm's that carries it; of the package
// nothing else is used, and nothing of it is run by npm.
const (
	guardPackage = "@cdklabs/cdk-validator-cfnguard@0.0.62"
	// guardSum is the package's SHA-512, as npm writes it.
	guardSum     = "Sg2k8067B0AIJ82QFSLhHTUIqxOYTKABvVrTHiyc6j0rE2NHli2diIYqf+w+DkuDKCYYgMIOga3OrYMOHUw0mQ=="
	guardVersion = "cfn-guard 3.1.1"
)

// guardFolders of the package, by GOOS/GOARCH.
var guardFolders = map[string]string{
	"linux/amd64": "ubuntu/x86_64", "linux/arm64": "ubuntu/aarch64",
	"darwin/amd64": "macos/x86_64", "darwin/arm64": "macos/aarch64",
}

// guardException is a resource that a rule of guard/ doesn't hold for.
type guardException struct {
	// Stack is the end of its name, as in the table of cdk-nag's suppressions.
	Stack, Rule string
	// Resource is its logical id without what the CDK adds.
	Resource string
	Reason   string
}

// guardExceptions are all of them. One that nothing needs fails the test.
var guardExceptions = []guardException{
	{"refresh", "nobody_widens_rights", "RolerefreshDefaultPolicy", "It lets one role sign in to a clone whose id nobody knows before, and takes that back; a boundary on that role, which a condition names, is the most it can get."},
	{"site", "secrets_have_a_key_of_ours", "CookieKey", "A key of our own would cost a dollar a stage; AWS's key too is used only for who may read the secret, which is the site alone."},
	{"site", "alarms_tell_somebody", "Errors", "It takes a release back; people are told by the alarm site-errors, which sees the same failures."},
}

// guardFinding is a clause of a rule that a resource breaks.
type guardFinding struct{ Template, Rule, Resource, Message string }

// covers tells whether the exception is one for the finding.
func (e guardException) covers(f guardFinding) bool {
	return e.Stack == kindOf(f.Template) && e.Rule == f.Rule && regexp.MustCompile("^"+e.Resource+"[0-9A-F]{8}$").MatchString(f.Resource)
}

// TestGuard holds the rules of guard/, and that each of them would see what it is for.
func TestGuard(t *testing.T) {
	program := guardProgram(t)
	a, pipeline := pipelineOf(t, nil)
	t.Run("holds", func(t *testing.T) { guardHolds(t, program, a) })
	t.Run("bites", func(t *testing.T) { guardBites(t, program, pipeline) })
}

// guardHolds looks at every template: of the stages, of the pipeline, of the stages in it,
// and of what is nested in them.
func guardHolds(t *testing.T, program string, a *assembly) {
	names := map[string]string{}
	var paths []string
	for _, tmpl := range slices.Concat(synthesized.Templates, a.Templates) {
		names[tmpl.Path] = tmpl.Name
		paths = append(paths, tmpl.Path)
	}
	findings, applied := guard(t, program, paths)
	used := make([]int, len(guardExceptions))
	for _, f := range findings {
		f.Template = names[f.Template]
		i := slices.IndexFunc(guardExceptions, func(e guardException) bool { return e.covers(f) })
		if i < 0 {
			t.Errorf("%s: %s: %s (%s)", f.Template, f.Resource, f.Message, f.Rule)
			continue
		}
		used[i]++
	}
	for i, e := range guardExceptions {
		if len(e.Reason) < 20 {
			t.Errorf("%s of %s has no reason", e.Rule, e.Resource)
		}
		if used[i] == 0 {
			t.Errorf("nothing needs the exception from %s for %s in %s", e.Rule, e.Resource, e.Stack)
		}
	}
	rules, _ := guardRules(t)
	for _, rule := range rules {
		// One that finds nothing to look at says nothing about the templates.
		if applied[rule] == 0 {
			t.Errorf("no template has anything that %s looks at, or its file can't be read", rule)
		}
	}
	if !t.Failed() {
		t.Logf("%s: %d rules hold in %d templates, with %d exceptions", guardVersion, len(rules), len(paths), len(guardExceptions))
	}
}

// guardBites breaks a template of the synthesis for every clause of every rule: that
// clause, and no other, must find it.
func guardBites(t *testing.T, program string, pipeline template) {
	dir := t.TempDir()
	var paths []string
	for i, b := range guardBreaks {
		tmpl := pipeline
		if b.Stack != "pipeline" {
			tmpl = named(t, prefix+"prod-"+b.Stack)
		}
		// The name ends like the stack's, for the exceptions.
		path := filepath.Join(dir, fmt.Sprintf("%03d-%s.json", i, b.Stack))
		if err := os.WriteFile(path, b.apply(t, tmpl), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	findings, _ := guard(t, program, paths)
	got := map[string][]string{}
	for _, f := range findings {
		path := f.Template
		f.Template = strings.TrimSuffix(filepath.Base(path), ".json")
		if slices.ContainsFunc(guardExceptions, func(e guardException) bool { return e.covers(f) }) {
			continue
		}
		if found := f.Rule + ": " + f.Message; !slices.Contains(got[path], found) {
			got[path] = append(got[path], found)
		}
	}
	_, clauses := guardRules(t)
	broken := map[string]bool{}
	for i, b := range guardBreaks {
		if diff := cmp.Diff([]string{b.Finds}, got[paths[i]]); diff != "" {
			t.Errorf("%s %s %s = %s (-want +got):\n%s", b.Stack, b.Type, b.Path, b.Value, diff)
		}
		broken[b.Finds] = true
	}
	for _, clause := range clauses {
		if !broken[clause] {
			t.Errorf("nothing is broken to see %q bite", clause)
		}
	}
}

// guardBreak changes the first resource of a type that has the path, or adds one.
type guardBreak struct {
	Stack, Type string
	// Path into the resource, with a value in JSON; without one it is removed. Without a
	// path a resource of the type is added, with the value as its properties.
	Path, Value string
	// Finds is the rule and the message of its clause.
	Finds string
}

// apply gives the broken template.
func (b guardBreak) apply(t *testing.T, tmpl template) []byte {
	t.Helper()
	var whole map[string]any
	if err := readJSON(tmpl.Path, &whole); err != nil {
		t.Fatal(err)
	}
	resources := whole["Resources"].(map[string]any)
	var value any
	if b.Value != "" {
		if err := json.Unmarshal([]byte(b.Value), &value); err != nil {
			t.Fatalf("%s: %v", b.Value, err)
		}
	}
	if b.Path == "" {
		resources["Added"] = map[string]any{"Type": b.Type, "Properties": value}
	} else {
		changed := false
		for _, id := range slices.Sorted(maps.Keys(tmpl.all(b.Type))) {
			if changed = put(resources[id], strings.Split(b.Path, "/"), value, b.Value == ""); changed {
				break
			}
		}
		if !changed {
			t.Fatalf("no %s of %s has a place for %s", b.Type, tmpl.Name, b.Path)
		}
	}
	out, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// put sets or removes what a path leads to, and tells whether it leads anywhere.
func put(in any, path []string, value any, remove bool) bool {
	switch in := in.(type) {
	case map[string]any:
		if len(path) > 1 {
			return put(in[path[0]], path[1:], value, remove)
		}
		if remove {
			_, ok := in[path[0]]
			delete(in, path[0])
			return ok
		}
		in[path[0]] = value
		return true
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(in) {
			return false
		}
		if len(path) > 1 {
			return put(in[i], path[1:], value, remove)
		}
		in[i] = value
		return !remove
	}
	return false
}

// guardRules are the names of the rules in guard/, and "rule: message" of each clause.
func guardRules(t *testing.T) (rules, clauses []string) {
	t.Helper()
	files, err := filepath.Glob("guard/*.guard")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules in guard/: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "rule "); ok {
				name, _, _ := strings.Cut(rest, " ")
				rules = append(rules, name)
			}
			if _, rest, ok := strings.Cut(line, "<<"); ok {
				message, _, _ := strings.Cut(rest, ">>")
				clauses = append(clauses, rules[len(rules)-1]+": "+message)
			}
		}
	}
	return rules, clauses
}

// guard runs the rules over templates. Beside the findings, whose Template is a path, it
// gives how many templates each rule had something to look at in.
func guard(t *testing.T, program string, paths []string) (findings []guardFinding, applied map[string]int) {
	t.Helper()
	args := []string{"validate", "--rules", "guard", "--structured", "--output-format", "json", "--show-summary", "none"}
	for _, path := range paths {
		args = append(args, "--data", path)
	}
	var out, problems bytes.Buffer
	command := exec.CommandContext(t.Context(), program, args...)
	command.Stdout, command.Stderr = &out, &problems
	err := command.Run()
	// 19 says that a rule is broken. A file of rules that it can't read it only mentions.
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || ended.ExitCode() != 19) || problems.Len() > 0 {
		t.Fatalf("cfn-guard: %v\n%s", err, problems.String())
	}
	var report []struct {
		Name         string   `json:"name"`
		Compliant    []string `json:"compliant"`
		NotCompliant []struct {
			Rule struct {
				Name   string `json:"name"`
				Checks any    `json:"checks"`
			}
		} `json:"not_compliant"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("cfn-guard's report: %v", err)
	}
	if len(report) != len(paths) {
		t.Fatalf("cfn-guard reports on %d templates of %d", len(report), len(paths))
	}
	where := regexp.MustCompile(`/Resources/([0-9A-Za-z]+)`)
	applied = map[string]int{}
	for _, r := range report {
		for _, name := range r.Compliant {
			applied[name]++
		}
		for _, n := range r.NotCompliant {
			applied[n.Rule.Name]++
			before := len(findings)
			walk(n.Rule.Checks, func(o map[string]any) {
				messages, _ := o["messages"].(map[string]any)
				message, _ := messages["custom_message"].(string)
				if message == "" {
					return
				}
				f := guardFinding{Template: r.Name, Rule: n.Rule.Name, Message: message}
				detail, _ := messages["error_message"].(string)
				if m := where.FindStringSubmatch(detail); m != nil {
					f.Resource = m[1]
				}
				findings = append(findings, f)
			})
			if len(findings) == before {
				findings = append(findings, guardFinding{Template: r.Name, Rule: n.Rule.Name, Message: text(n.Rule.Checks)})
			}
		}
	}
	return findings, applied
}

// guardProgram is the path of cfn-guard. A machine that can't have it skips the test, which
// then has not passed: .ci/run says so. Where there must be a network, it fails.
func guardProgram(t *testing.T) string {
	t.Helper()
	path, err := fetchGuard(t.Context(), t.TempDir())
	var missing notRun
	switch {
	case err == nil:
		return path
	case !errors.As(err, &missing):
		t.Fatal(err)
	case os.Getenv("MTBWIKI_REQUIRE_NETWORK") != "":
		t.Fatalf("%v, and MTBWIKI_REQUIRE_NETWORK asks for it", err)
	}
	t.Skip(err)
	panic("unreachable")
}

// notRun is why a check can't run here; that it is broken is another error.
type notRun string

func (why notRun) Error() string { return "cfn-guard NOT RUN: " + string(why) }

// fetchGuard unpacks the program into a folder.
func fetchGuard(ctx context.Context, dir string) (string, error) {
	folder := guardFolders[runtime.GOOS+"/"+runtime.GOARCH]
	if folder == "" {
		return "", notRun("the package has no program for " + runtime.GOOS + "/" + runtime.GOARCH)
	}
	packed, err := guardPacked(ctx, dir)
	if err != nil {
		return "", err
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("%s: looking for the program: %w", guardPackage, err)
		}
		if header.Name != "package/bin/"+folder+"/cfn-guard" {
			continue
		}
		program, err := io.ReadAll(files)
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, "cfn-guard")
		if err := os.WriteFile(path, program, 0o755); err != nil {
			return "", err
		}
		version, err := exec.CommandContext(ctx, path, "--version").Output()
		if err != nil {
			return "", notRun(fmt.Sprintf("the program doesn't start here: %v", err))
		}
		if got := strings.TrimSpace(string(version)); got != guardVersion {
			return "", fmt.Errorf("%s holds %s, want %s", guardPackage, got, guardVersion)
		}
		return path, nil
	}
}

func guardPinned(packed []byte) bool {
	sum := sha512.Sum512(packed)
	return base64.StdEncoding.EncodeToString(sum[:]) == guardSum
}

// guardPacked is the package as it was pinned, out of the user's cache folder or by npm.
func guardPacked(ctx context.Context, dir string) ([]byte, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, notRun(err.Error())
	}
	kept := filepath.Join(cache, "mtbwiki-cfn-guard", strings.NewReplacer("@", "", "/", "-").Replace(guardPackage)+".tgz")
	if packed, err := os.ReadFile(kept); err == nil && guardPinned(packed) {
		return packed, nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "pack", "--ignore-scripts", "--fetch-retries=0", "--loglevel=error", guardPackage)
	npm.Dir, npm.WaitDelay = dir, time.Second
	if out, err := npm.CombinedOutput(); err != nil {
		code := regexp.MustCompile(`npm error code (\w+)`).FindSubmatch(out)
		if code == nil {
			return nil, notRun(fmt.Sprintf("npm can't get %s: %v", guardPackage, err))
		}
		return nil, notRun(fmt.Sprintf("npm can't get %s: %s", guardPackage, code[1]))
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(files) != 1 {
		return nil, fmt.Errorf("npm pack left %d packages", len(files))
	}
	packed, err := os.ReadFile(files[0])
	if err != nil {
		return nil, err
	}
	if !guardPinned(packed) {
		return nil, fmt.Errorf("what npm gives as %s isn't what was pinned", guardPackage)
	}
	// Renamed into place, so that nobody reads half of it.
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return nil, err
	}
	half := kept + "." + strconv.Itoa(os.Getpid())
	if err := os.WriteFile(half, packed, 0o644); err != nil {
		return nil, err
	}
	return packed, os.Rename(half, kept)
}
