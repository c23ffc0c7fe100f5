package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/tabwriter"
)

// Budgets of a template: half of what CloudFormation takes (500 resources,
// 1 MB), so that a stack is split long before it can't be deployed.
const (
	maxResources     = 250
	maxTemplateBytes = 500_000
)

// assembly is what a synthesis wrote.
type assembly struct {
	Dir       string
	Templates []template // sorted by name
	// Missing are context values that the CDK would have to ask AWS for.
	Missing []string
	// Findings of the CDK's validator, warnings included. (Errors have ended the
	// synthesis before.)
	Findings []string
}

// template is a CloudFormation template of an assembly.
type template struct {
	// Name of the stack; for a nested stack parent/child.
	Name string
	// Path of the file.
	Path      string
	Bytes     int
	Resources map[string]resource
	Outputs   map[string]json.RawMessage
}

// resource of a template.
type resource struct {
	Type                string
	Properties          map[string]any
	DependsOn           any
	DeletionPolicy      string
	UpdateReplacePolicy string
	Metadata            map[string]any
	UpdatePolicy        any
}

// readAssembly reads the manifest and the templates of a folder, and what the
// validator found.
func readAssembly(dir string) (*assembly, error) {
	a, err := readTemplates(dir)
	if err != nil {
		return nil, err
	}
	sort.Slice(a.Templates, func(i, j int) bool { return a.Templates[i].Name < a.Templates[j].Name })
	a.Findings, err = readFindings(dir)
	return a, err
}

func readTemplates(dir string) (*assembly, error) {
	var manifest struct {
		Missing []struct {
			Key string `json:"key"`
		} `json:"missing"`
		Artifacts map[string]struct {
			Type       string `json:"type"`
			Properties struct {
				TemplateFile  string `json:"templateFile"`
				StackName     string `json:"stackName"`
				DirectoryName string `json:"directoryName"`
			} `json:"properties"`
		} `json:"artifacts"`
	}
	if err := readJSON(filepath.Join(dir, "manifest.json"), &manifest); err != nil {
		return nil, err
	}
	a := &assembly{Dir: dir}
	for _, artifact := range manifest.Artifacts {
		if artifact.Type != "cdk:cloud-assembly" {
			continue
		}
		// A stage of the pipeline; what the validator found stands in the outer report.
		inner, err := readTemplates(filepath.Join(dir, artifact.Properties.DirectoryName))
		if err != nil {
			return nil, err
		}
		a.Templates, a.Missing = append(a.Templates, inner.Templates...), append(a.Missing, inner.Missing...)
	}
	for _, m := range manifest.Missing {
		a.Missing = append(a.Missing, m.Key)
	}
	for name, artifact := range manifest.Artifacts {
		if artifact.Type != "aws:cloudformation:stack" {
			continue
		}
		if artifact.Properties.StackName != "" {
			name = artifact.Properties.StackName
		}
		if err := a.read(name, artifact.Properties.TemplateFile); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// readFindings reads the report that the validator leaves in an assembly. Without
// one it was off, which is an error: then nothing was checked.
func readFindings(dir string) ([]string, error) {
	var report struct {
		PluginReports []struct {
			Violations []struct {
				RuleName            string `json:"ruleName"`
				Description         string `json:"description"`
				ViolatingConstructs []struct {
					ConstructPath string `json:"constructPath"`
				} `json:"violatingConstructs"`
			} `json:"violations"`
		} `json:"pluginReports"`
	}
	if err := readJSON(filepath.Join(dir, "validation-report.json"), &report); err != nil {
		return nil, fmt.Errorf("the CDK's validator hasn't run: %w", err)
	}
	var findings []string
	for _, p := range report.PluginReports {
		for _, v := range p.Violations {
			for _, c := range v.ViolatingConstructs {
				findings = append(findings, fmt.Sprintf("%s: %s (%s)", c.ConstructPath, v.Description, v.RuleName))
			}
		}
	}
	return findings, nil
}

// read reads a template and the templates nested in it.
func (a *assembly) read(name, file string) error {
	t := template{Name: name, Path: filepath.Join(a.Dir, file)}
	info, err := os.Stat(t.Path)
	if err != nil {
		return err
	}
	t.Bytes = int(info.Size())
	if err := readJSON(t.Path, &t); err != nil {
		return err
	}
	a.Templates = append(a.Templates, t)
	for id, r := range t.Resources {
		if r.Type != "AWS::CloudFormation::Stack" {
			continue
		}
		nested, ok := r.Metadata["aws:asset:path"].(string)
		if !ok {
			return fmt.Errorf("%s: the nested stack %s doesn't say where its template is", t.Path, id)
		}
		// The logical id is the area's name and what CDK adds to make it unique.
		child, _, _ := strings.Cut(id, "NestedStack")
		if err := a.read(name+"/"+child, nested); err != nil {
			return err
		}
	}
	return nil
}

// check tells of templates over budget, of look-ups left open, and of what the
// validator found.
func (a *assembly) check() error {
	var problems []error
	for _, t := range a.Templates {
		if n := len(t.Resources); n > maxResources {
			problems = append(problems, fmt.Errorf("%s has %d resources, at most %d are allowed; split the stack", t.Name, n, maxResources))
		}
		if t.Bytes > maxTemplateBytes {
			problems = append(problems, fmt.Errorf("%s has %d bytes, at most %d are allowed; split the stack", t.Name, t.Bytes, maxTemplateBytes))
		}
	}
	for _, key := range a.Missing {
		problems = append(problems, fmt.Errorf("the context %q would have to be asked from AWS; set it where the app is made", key))
	}
	for _, f := range a.Findings {
		problems = append(problems, errors.New(f))
	}
	return errors.Join(problems...)
}

// print writes a table of the templates.
func (a *assembly) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "stack\tresources\tkB\tmay grow")
	for _, t := range a.Templates {
		// By the one of the two that runs out first.
		grow := min(float64(maxResources)/float64(max(1, len(t.Resources))), float64(maxTemplateBytes)/float64(max(1, t.Bytes)))
		fmt.Fprintf(w, "%s\t%d\t%.1f\t%.1f times\n", t.Name, len(t.Resources), float64(t.Bytes)/1000, grow)
	}
	fmt.Fprintf(w, "budget of each\t%d\t%d\t\n", maxResources, maxTemplateBytes/1000)
	// A tabwriter fails only when its writer does; the caller's own next line shows that.
	_ = w.Flush()
}

func readJSON(path string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func joinLines(lines []string) string { return strings.Join(lines, "\n  ") }
