package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"
)

// Pipeline are the settings of the delivery pipeline.
type Pipeline struct {
	// Account and Region are where it runs: the tools account, which the stages' accounts
	// trust to deploy.
	Account string `yaml:"account"`
	Region  string `yaml:"region"`
	Source  Source `yaml:"source"`
	// KeepArtifactsDays is how long what was built is kept for taking a release back.
	KeepArtifactsDays int `yaml:"keepArtifactsDays"`
	// MonthlyBudgetUSD raises an alarm when the forecast for the pipeline passes it.
	MonthlyBudgetUSD int `yaml:"monthlyBudgetUSD"`
	// Emails hear of releases that failed and succeeded; each confirms it once.
	Emails []string `yaml:"emails"`
	// Stages in the order in which a release passes them.
	Stages []PipelineStage `yaml:"stages"`
}

// Source is where the pipeline takes the source from.
type Source struct {
	// ConnectionARN is of a connection to the host of the repository, made and confirmed
	// by hand once.
	ConnectionARN string `yaml:"connectionArn"`
	// Repository as owner/name, and the branch whose every change is released.
	Repository string `yaml:"repository"`
	Branch     string `yaml:"branch"`
}

// PipelineStage is how a release gets into a stage.
type PipelineStage struct {
	Stage string `yaml:"stage"`
	// Approval waits for somebody to say yes.
	Approval bool `yaml:"approval"`
	// Window is when releases may enter, as a cron expression of six or seven fields
	// whose seconds are *, in UTC; "" is always.
	Window string `yaml:"window"`
	// AlarmOnEntry keeps releases out while the stage's composite alarm rings. The alarm
	// must be there: it is off until the stage has been deployed once.
	AlarmOnEntry bool `yaml:"alarmOnEntry"`
	// Rollback puts the last good release back when the stage fails.
	Rollback bool `yaml:"rollback"`
}

// LoadPipeline reads the settings of the pipeline that the program was built with.
func LoadPipeline() (*Pipeline, error) {
	return LoadPipelineFrom(environments)
}

// LoadPipelineFrom reads pipeline/pipeline.yaml of a folder.
func LoadPipelineFrom(files fs.FS) (*Pipeline, error) {
	const path = "pipeline/pipeline.yaml"
	f, err := files.Open(path)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	defer func() { _ = f.Close() }() // read only
	var p Pipeline
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("config: %s: %w", path, err)
	}
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("config: %s: %w", path, err)
	}
	return &p, nil
}

var (
	connection = regexp.MustCompile(`^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/[0-9a-f-]{36}$`)
	repository = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$`)
	branchName = regexp.MustCompile(`^[A-Za-z0-9_./-]{1,200}$`)
	window     = regexp.MustCompile(`^\* \S+ \S+ \S+ \S+ \S+( \S+)?$`)
)

// Validate names every setting that is out of range, with the range.
func (p *Pipeline) Validate() error {
	var problems []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	check(account.MatchString(p.Account), "account: %q; it is twelve digits", p.Account)
	check(region.MatchString(p.Region), "region: %q; it looks like us-west-2", p.Region)
	check(connection.MatchString(p.Source.ConnectionARN), "source.connectionArn: %q is no connection", p.Source.ConnectionARN)
	check(repository.MatchString(p.Source.Repository), "source.repository: %q; it is owner/name", p.Source.Repository)
	check(branchName.MatchString(p.Source.Branch), "source.branch: %q", p.Source.Branch)
	check(p.KeepArtifactsDays >= 7 && p.KeepArtifactsDays <= 3650, "keepArtifactsDays: %d; it lies between 7 and 3650", p.KeepArtifactsDays)
	check(p.MonthlyBudgetUSD >= 1, "monthlyBudgetUSD: %d; it is at least 1", p.MonthlyBudgetUSD)
	for _, a := range p.Emails {
		parsed, err := mail.ParseAddress(a)
		check(err == nil && parsed.Address == a, "emails: %q is no address", a)
	}
	check(len(p.Stages) > 0, "stages: there is none")
	last := -1
	for i, s := range p.Stages {
		at := slices.Index(Stages, s.Stage)
		check(at >= 0, "stages[%d].stage: %q; stages are alpha, beta, gamma and prod", i, s.Stage)
		check(at < 0 || at > last, "stages[%d].stage: %s comes after a stage that is later, or twice", i, s.Stage)
		last = max(last, at)
		check(s.Window == "" || window.MatchString(s.Window), "stages[%d].window: %q; it is a cron expression of six or seven fields that begins with *", i, s.Window)
	}
	return errors.Join(problems...)
}
