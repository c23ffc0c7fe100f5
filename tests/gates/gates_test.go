// Package gates tests the suites of the stages: they pass on a stage that is right,
// and each wrong is found by the check that is for it.
package gates

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/tests/beta"
	"github.com/mtbwiki/mtbwiki/tests/gamma"
	"github.com/mtbwiki/mtbwiki/tests/prod"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// target is an API of the test's own, asked through change, which may spoil requests
// and answers.
func target(t *testing.T, a *fabrictest.API, request func(*http.Request), answer func(*http.Response, string) string) *utils.Target {
	t.Helper()
	env, err := config.Load("alpha")
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(a.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: to.Scheme, Host: to.Host})
		if request != nil {
			request(r.Out)
		}
	}}
	if answer != nil {
		proxy.ModifyResponse = func(r *http.Response) error {
			text, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			changed := answer(r, string(text))
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
			r.Header.Del("Content-Length")
			return r.Body.Close()
		}
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return &utils.Target{API: server.URL + "/graphql", Key: fabrictest.Credentials.APIKey, Settings: env,
		Rider:     a.Token(fabrictest.Claims{Name: "gate rider"}),
		Moderator: a.Token(fabrictest.Claims{Name: "gate moderator", Groups: []string{"moderators"}})}
}

// failures names the checks that failed, and how many could not run.
func failures(t *testing.T, checks []utils.Check, to *utils.Target) (names []string, notRun int, r utils.Report) {
	t.Helper()
	r = utils.RunSuite(t.Context(), "test", checks, to, func(o utils.Outcome) {
		if o.Failure != "" {
			names = append(names, o.Name)
			t.Logf("%s: %s", o.Name, o.Failure)
		}
	})
	_, notRun = r.Count()
	return names, notRun, r
}

func setWritable(t *testing.T, a *fabrictest.API, writable bool) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), a.DB.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	if err := database.SetWritable(t.Context(), conn, writable); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestSuitesPass(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	to := target(t, a, nil, nil)
	// Without a website what needs one doesn't run.
	for name, c := range map[string]struct {
		checks []utils.Check
		notRun int
	}{"beta": {beta.Checks(), 3}, "prod": {prod.Checks(), 4}} {
		if failed, notRun, _ := failures(t, c.checks, to); failed != nil || notRun != c.notRun {
			t.Errorf("%s: failed %q, %d not run", name, failed, notRun)
		}
	}
	setWritable(t, a, false)
	if failed, notRun, _ := failures(t, gamma.Checks(), to); failed != nil || notRun != 3 {
		t.Errorf("gamma: failed %q, %d not run", failed, notRun)
	}
}

var endCursor = regexp.MustCompile(`"endCursor":"[^"]*"`)

func TestWrongsAreFound(t *testing.T) {
	t.Parallel()
	withKey := func(r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			r.Header.Set("x-api-key", fabrictest.Credentials.APIKey)
		}
	}
	replace := func(old, by string) func(*http.Response, string) string {
		return func(_ *http.Response, text string) string { return strings.ReplaceAll(text, old, by) }
	}
	for _, c := range []struct {
		name    string
		checks  []utils.Check
		request func(*http.Request)
		answer  func(*http.Response, string) string
		change  func(*utils.Target)
		empty   bool
		want    []string
	}{
		{name: "everybody gets in", checks: beta.Checks(), request: withKey, want: []string{"without a credential a request is refused", "with an unknown key a request is refused"}},
		{name: "no request id", checks: prod.Checks(), answer: func(r *http.Response, text string) string { r.Header.Del("x-amzn-RequestId"); return text }, want: []string{"the API answers"}},
		{name: "introspection against the settings", checks: prod.Checks(), change: func(t *utils.Target) { t.Settings.API.Introspection = false }, want: []string{"introspection is as the stage's settings say"}},
		{name: "SQL in messages", checks: prod.Checks(), answer: replace(`"message":"`, `"message":"in SELECT 1: `),
			want: []string{"bad input is refused with words, and no SQL in them"}},
		{name: "the worst first", checks: prod.Checks(), answer: func(_ *http.Response, text string) string { return strings.Replace(text, `"score":`, `"score":1e-`, 1) },
			want: []string{"discovery answers a question"}},
		{name: "aliases lose something", checks: prod.Checks(), answer: func(_ *http.Response, text string) string {
			before, after, ok := strings.Cut(text, `"other":`)
			if !ok {
				return text
			}
			return before + `"other":` + strings.Replace(after, `"season":[{`, `"season":[],"was":[{`, 1)
		}, want: []string{"a field by another name is the same"}},
		{name: "a page again", checks: prod.Checks(), answer: func(_ *http.Response, text string) string {
			return endCursor.ReplaceAllString(text, `"endCursor":"0|00000000-0000-0000-0000-000000000000|"`)
		}, want: []string{"pages of a list follow each other"}},
		{name: "nothing there", checks: prod.Checks(), empty: true,
			want: []string{"systems are listed, read and found", "discovery answers a question", "pages of a list follow each other", "with the key alone nothing can be written"}},
		{name: "the key writes", checks: prod.Checks(), answer: replace(`"errorType":"Unauthorized"`, `"errorType":"Busy"`), want: []string{"with the key alone nothing can be written"}},
		{name: "conflicts go through", checks: beta.Checks(), answer: replace(`"errorType":"Conflict"`, `"errorType":"Busy"`), want: []string{"of two changes from one version the second is a conflict"}},
		{name: "careful fields go through", checks: beta.Checks(), answer: replace(`"errorType":"ProposalRequired"`, `"errorType":"Busy"`), want: []string{"what is careful is held for review"}},
		{name: "a rider's token moderates", checks: beta.Checks(), change: func(t *utils.Target) { t.Rider = t.Moderator },
			want: []string{"what is careful is held for review", "a rider does nothing that is for moderators"}},
		{name: "Gamma can be written", checks: gamma.Checks(), want: []string{"a rider can't write", "a moderator can't write"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			seed := fabrictest.Content
			if c.empty {
				seed = fabrictest.Vocabularies
			}
			to := target(t, fabrictest.Start(t, seed), c.request, c.answer)
			if c.change != nil {
				c.change(to)
			}
			failed, _, _ := failures(t, c.checks, to)
			if strings.Join(failed, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("failed %q, want %q", failed, c.want)
			}
		})
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	to := &utils.Target{API: "http://127.0.0.1:1/graphql"}
	checks := append(prod.Checks()[:1], utils.Check{Name: `panics <&"`, Run: nil}, utils.Check{Name: "can't run", Needs: []utils.Need{utils.NeedsRider, utils.NeedsSite}})
	failed, notRun, r := failures(t, checks, to)
	if len(failed) != 2 || notRun != 1 {
		t.Errorf("failed %q, %d not run", failed, notRun)
	}
	var b bytes.Buffer
	if err := r.JUnit(&b); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Skipped  int `xml:"skipped,attr"`
			Cases    []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
				Skipped *struct {
					Message string `xml:"message,attr"`
				} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Suites) != 1 {
		t.Fatalf("%s", b.String())
	}
	s := back.Suites[0]
	if s.Tests != 3 || s.Failures != 2 || s.Skipped != 1 || s.Cases[1].Name != `panics <&"` || s.Cases[1].Failure == nil || s.Cases[2].Skipped == nil || !strings.HasPrefix(s.Cases[2].Skipped.Message, "not run: lacks a rider's token and the website's address") {
		t.Errorf("%s", b.String())
	}
}
