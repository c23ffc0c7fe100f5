// Package assembly reads an AppSync API out of synthesized CloudFormation: the cloud
// assembly that `cdk synth` writes. What would be deployed is what package appsync
// then runs, so that a resolver, policy or authorization mode that is missing from the
// templates is missing here.
//
//	a, err := assembly.Read(os.DirFS("cdk.out"))
//	found, err := a.API("my-stage-api")
//	definition := found.Definition // its Auth is filled in with found.Modes
//
// It evaluates the intrinsic functions that templates use to refer to each other
// (Ref, Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Select, Fn::Split, Fn::ImportValue), follows
// nested stacks and nested assemblies, and reads the IAM policies that concern the API.
// What AWS would make up stands in the values as a name in braces, equal where the
// template means the same thing.
//
// It deploys nothing and knows no other service: of a data source's Lambda or cluster
// it says which one it is. Conditions, mappings, macros and properties of AppSync that
// package appsync doesn't run are refused, never passed over.
package assembly

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
)

// Limits of what is read. CloudFormation takes templates of 1 MB.
const (
	maxTemplate  = 2 << 20
	maxManifest  = 64 << 20
	maxStacks    = 2000
	maxNesting   = 16
	maxEvaluated = 200 // depth of functions within functions
)

// Assembly is a folder of templates.
type Assembly struct {
	stacks  map[string]*stack // by name of the stack
	exports map[string]export
	count   int
}

type export struct {
	from  *stack
	value any
}

// stack is a template with the values of its parameters.
type stack struct {
	assembly *Assembly
	name     string // of the stack; nested ones have their parents' before a slash
	files    fs.FS
	dir      string
	account  string
	region   string

	Parameters map[string]struct {
		Default any
	}
	Conditions, Mappings, Transform any
	Resources                       map[string]resource
	Outputs                         map[string]struct {
		Value  any
		Export struct{ Name any }
	}

	given  map[string]any // values of parameters, from the stack around it
	nested map[string]*stack
}

type resource struct {
	Type       string
	Condition  string
	Properties map[string]any
	Metadata   map[string]any
}

// Read reads every template of an assembly, with the nested ones.
func Read(files fs.FS) (*Assembly, error) {
	a := &Assembly{stacks: map[string]*stack{}, exports: map[string]export{}}
	if err := a.read(files, ".", 0); err != nil {
		return nil, fmt.Errorf("assembly: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(a.stacks)) {
		s := a.stacks[name]
		for _, id := range slices.Sorted(maps.Keys(s.Outputs)) {
			o := s.Outputs[id]
			if o.Export.Name == nil {
				continue
			}
			exported, err := s.text(o.Export.Name, "Outputs."+id+".Export.Name")
			if err != nil {
				return nil, err
			}
			key := s.account + "/" + s.region + "/" + exported
			if other, twice := a.exports[key]; twice {
				return nil, fmt.Errorf("assembly: the stacks %s and %s both export %s", other.from.name, s.name, exported)
			}
			a.exports[key] = export{s, o.Value}
		}
	}
	return a, nil
}

// Stacks are the names of the stacks, sorted.
func (a *Assembly) Stacks() []string { return slices.Sorted(maps.Keys(a.stacks)) }

// read takes the manifest of a folder.
func (a *Assembly) read(files fs.FS, dir string, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("%s: assemblies are nested more than %d deep", dir, maxNesting)
	}
	var manifest struct {
		Artifacts map[string]struct {
			Type        string
			Environment string
			Properties  struct {
				TemplateFile  string
				StackName     string
				DirectoryName string
			}
		}
	}
	if err := readJSON(files, path.Join(dir, "manifest.json"), maxManifest, &manifest); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(manifest.Artifacts)) {
		artifact := manifest.Artifacts[id]
		switch artifact.Type {
		case "cdk:cloud-assembly":
			if err := a.read(files, path.Join(dir, artifact.Properties.DirectoryName), depth+1); err != nil {
				return err
			}
		case "aws:cloudformation:stack":
			name := artifact.Properties.StackName
			if name == "" {
				name = id
			}
			if _, twice := a.stacks[name]; twice {
				return fmt.Errorf("%s: there are two stacks %s", dir, name)
			}
			s := &stack{assembly: a, name: name, files: files, dir: dir}
			// aws://account/region
			if _, err := fmt.Sscanf(artifact.Environment, "aws://%12s/%s", &s.account, &s.region); err != nil {
				return fmt.Errorf("stack %s: the environment %q names no account and region", name, artifact.Environment)
			}
			if err := s.read(artifact.Properties.TemplateFile, 0); err != nil {
				return err
			}
			a.stacks[name] = s
		}
	}
	return nil
}

// read takes a template and those nested in it.
func (s *stack) read(file string, depth int) error {
	if s.assembly.count++; s.assembly.count > maxStacks {
		return fmt.Errorf("there are more than %d stacks", maxStacks)
	}
	if depth > maxNesting {
		return fmt.Errorf("stack %s: stacks are nested more than %d deep", s.name, maxNesting)
	}
	if err := readJSON(s.files, path.Join(s.dir, file), maxTemplate, s); err != nil {
		return fmt.Errorf("stack %s: %w", s.name, err)
	}
	for what, there := range map[string]any{"Conditions": s.Conditions, "Mappings": s.Mappings, "Transform": s.Transform} {
		if there != nil {
			return fmt.Errorf("stack %s: %s are not read here", s.name, what)
		}
	}
	s.nested = map[string]*stack{}
	for _, id := range slices.Sorted(maps.Keys(s.Resources)) {
		r := s.Resources[id]
		if r.Type != "AWS::CloudFormation::Stack" {
			continue
		}
		asset, _ := r.Metadata["aws:asset:path"].(string)
		if asset == "" {
			return fmt.Errorf("stack %s: %s doesn't say which file its template is (aws:asset:path; the context aws:cdk:enable-asset-metadata makes the CDK write it)", s.name, id)
		}
		given, _ := r.Properties["Parameters"].(map[string]any)
		n := &stack{assembly: s.assembly, name: s.name + "/" + id, files: s.files, dir: s.dir, account: s.account, region: s.region}
		if err := n.read(asset, depth+1); err != nil {
			return err
		}
		n.given = map[string]any{}
		for _, p := range slices.Sorted(maps.Keys(given)) {
			if _, ok := n.Parameters[p]; !ok {
				return fmt.Errorf("stack %s: %s gives the parameter %s, which its template doesn't have", s.name, id, p)
			}
			// Evaluated when it is asked for, in the stack that gives it.
			n.given[p] = deferred{s, given[p], id + ".Parameters." + p}
		}
		s.nested[id] = n
	}
	return nil
}

func readJSON(files fs.FS, name string, limit int64, into any) (err error) {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q is no path inside the assembly", name)
	}
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return err
	}
	if int64(len(data)) > limit {
		return fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// all gives the resources of a type, of the stack and those nested in it.
func (s *stack) all(kind string, f func(in *stack, id string, r resource) error) error {
	for _, id := range slices.Sorted(maps.Keys(s.Resources)) {
		r := s.Resources[id]
		if r.Type == kind {
			if r.Condition != "" {
				return fmt.Errorf("stack %s: %s depends on the condition %s; conditions are not read here", s.name, id, r.Condition)
			}
			if err := f(s, id, r); err != nil {
				return err
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.nested)) {
		if err := s.nested[id].all(kind, f); err != nil {
			return err
		}
	}
	return nil
}

// Resource of a template as it stands there, its functions not evaluated.
type Resource struct {
	// Stack that it is in; nested ones have their parents' names before a slash.
	Stack, Account, Region string
	ID, Type               string
	Properties             map[string]any

	tags map[string]string
}

// Tag of the resource, or of the stack around it when it bears none.
func (r Resource) Tag(name string) string { return r.tags[name] }

// Resources calls f for every resource, stack by stack, in a fixed order.
func (a *Assembly) Resources(f func(Resource) error) error {
	for _, name := range a.Stacks() {
		if err := a.stacks[name].resources(a.stacks[name].tags(), f); err != nil {
			return err
		}
	}
	return nil
}

func (s *stack) resources(around map[string]string, f func(Resource) error) error {
	for _, id := range slices.Sorted(maps.Keys(s.Resources)) {
		r := s.Resources[id]
		tags := maps.Clone(around)
		maps.Copy(tags, tagsOf(r))
		if err := f(Resource{Stack: s.name, Account: s.account, Region: s.region, ID: id, Type: r.Type, Properties: r.Properties, tags: tags}); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.nested)) {
		if err := s.nested[id].resources(around, f); err != nil {
			return err
		}
	}
	return nil
}

// tags are those that all of a stack's tagged resources share.
func (s *stack) tags() map[string]string {
	var shared map[string]string
	for _, r := range s.Resources {
		tags := tagsOf(r)
		if len(tags) == 0 {
			continue
		}
		if shared == nil {
			shared = tags
		}
		maps.DeleteFunc(shared, func(k, v string) bool { return tags[k] != v })
	}
	if shared == nil {
		return map[string]string{}
	}
	return shared
}

// tagsOf reads tags in the two forms that CloudFormation has.
func tagsOf(r resource) map[string]string {
	tags := map[string]string{}
	switch list := r.Properties["Tags"].(type) {
	case []any:
		for _, t := range list {
			o, _ := t.(map[string]any)
			k, _ := o["Key"].(string)
			if v, ok := o["Value"].(string); ok {
				tags[k] = v
			}
		}
	case map[string]any:
		for k, v := range list {
			if t, ok := v.(string); ok {
				tags[k] = t
			}
		}
	}
	return tags
}
