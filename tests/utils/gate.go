package utils

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/config"
)

// Target is a running stage, and who asks it. What is empty is not there: checks
// that need it don't run.
type Target struct {
	// API is the address of the GraphQL endpoint, Site that of the website.
	API, Site string
	// Key is the API's key; Rider and Moderator are tokens of the user pool.
	Key, Rider, Moderator string
	// Settings of the stage.
	Settings *config.Environment
	// Client is nil for one that gives up after 30 seconds.
	Client *http.Client
	// Patience with a database that sleeps where nobody has asked for a while; 0: 20 seconds.
	Patience time.Duration
}

// Need is what a check needs of its target.
type Need string

// What checks need.
const (
	NeedsSite      Need = "the website's address"
	NeedsRider     Need = "a rider's token"
	NeedsModerator Need = "a moderator's token"
)

func (t *Target) lacks(needs []Need) (missing []string) {
	have := map[Need]string{NeedsSite: t.Site, NeedsRider: t.Rider, NeedsModerator: t.Moderator}
	for _, n := range needs {
		if have[n] == "" {
			missing = append(missing, string(n))
		}
	}
	return missing
}

// Check is one thing that has to hold of a stage. Its error says what didn't.
type Check struct {
	Name  string
	Needs []Need
	Run   func(ctx context.Context, t *Target) error
}

// Outcome of a check.
type Outcome struct {
	Name    string
	Took    time.Duration
	Failure string // why it failed
	NotRun  string // why it could not run
}

// Report of a suite.
type Report struct {
	Suite    string
	Target   string
	Started  time.Time
	Outcomes []Outcome
}

// RunSuite runs the checks one after the other and tells of each when it ended. A
// check that panics fails.
func RunSuite(ctx context.Context, suite string, checks []Check, t *Target, tell func(Outcome)) Report {
	r := Report{Suite: suite, Target: t.API, Started: time.Now()}
	if t.Client == nil {
		t.Client = &http.Client{Timeout: 30 * time.Second}
	}
	for _, c := range checks {
		o := Outcome{Name: c.Name}
		began := time.Now()
		if missing := t.lacks(c.Needs); missing != nil {
			o.NotRun = "lacks " + strings.Join(missing, " and ")
		} else if err := attempt(ctx, c, t); err != nil {
			o.Failure = err.Error()
		}
		o.Took = time.Since(began)
		r.Outcomes = append(r.Outcomes, o)
		tell(o)
	}
	return r
}

func attempt(ctx context.Context, c Check, t *Target) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return c.Run(ctx, t)
}

// Count of the checks that failed, and of those that could not run.
func (r Report) Count() (failed, notRun int) {
	for _, o := range r.Outcomes {
		switch {
		case o.Failure != "":
			failed++
		case o.NotRun != "":
			notRun++
		}
	}
	return failed, notRun
}

// JUnit writes the report in the form that CodeBuild and others read.
func (r Report) JUnit(w io.Writer) error {
	type message struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type testcase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		Seconds string   `xml:"time,attr"`
		Failure *message `xml:"failure"`
		Skipped *message `xml:"skipped"`
	}
	type testsuite struct {
		XMLName  xml.Name   `xml:"testsuite"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Seconds  string     `xml:"time,attr"`
		Started  string     `xml:"timestamp,attr"`
		Host     string     `xml:"hostname,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	s := testsuite{Name: r.Suite, Tests: len(r.Outcomes), Started: r.Started.UTC().Format("2006-01-02T15:04:05"), Host: r.Target}
	s.Failures, s.Skipped = r.Count()
	var total time.Duration
	for _, o := range r.Outcomes {
		total += o.Took
		c := testcase{Name: o.Name, Class: "mtbwiki.gate." + r.Suite, Seconds: fmt.Sprintf("%.3f", o.Took.Seconds())}
		first := func(text string) *message {
			line, _, _ := strings.Cut(text, "\n")
			return &message{line, text}
		}
		switch {
		case o.Failure != "":
			c.Failure = first(o.Failure)
		case o.NotRun != "":
			c.Skipped = first("not run: " + o.NotRun)
		}
		s.Cases = append(s.Cases, c)
	}
	s.Seconds = fmt.Sprintf("%.3f", total.Seconds())
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(struct {
		XMLName xml.Name `xml:"testsuites"`
		Suite   testsuite
	}{Suite: s}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// Who asks.
type Who int

// Callers.
const (
	Nobody    Who = iota // without a credential
	Stranger             // with a key that is none
	Reader               // with the API's key
	Rider                // with a rider's token
	Moderator            // with a moderator's token
)

// Caller is somebody who asks the target.
func (t *Target) Caller(who Who) *Caller {
	var header http.Header
	switch who {
	case Nobody:
	case Stranger:
		header = WithKey("da2-0000000000000000000000000")
	case Reader:
		header = WithKey(t.Key)
	case Rider:
		header = WithToken(t.Rider)
	case Moderator:
		header = WithToken(t.Moderator)
	}
	return NewCaller(t.API, header).Through(t.Client).Patient(cmp.Or(t.Patience, 20*time.Second))
}

// Ask sends a GraphQL request. Its error is only of what came to no answer.
func (t *Target) Ask(ctx context.Context, who Who, query string, variables map[string]any) (*Answer, error) {
	return t.Caller(who).Ask(ctx, query, variables)
}

// Read asks and wants an answer without errors.
func (t *Target) Read(ctx context.Context, who Who, query string, variables map[string]any) (*Answer, error) {
	return t.Caller(who).Read(ctx, query, variables)
}

// Refused asks and wants the first error to have the type.
func (t *Target) Refused(ctx context.Context, who Who, errorType, query string, variables map[string]any) error {
	return t.Caller(who).Refused(ctx, Refusal{Type: errorType}, query, variables)
}

// Page reads a page of the website.
func (t *Target) Page(ctx context.Context, path string) (status int, header http.Header, text string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(t.Site, "/")+path, nil)
	if err != nil {
		return 0, nil, "", err
	}
	response, err := t.Client.Do(request)
	if err != nil {
		return 0, nil, "", err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 8<<20))
	return response.StatusCode, response.Header, string(body), errors.Join(err, response.Body.Close())
}
