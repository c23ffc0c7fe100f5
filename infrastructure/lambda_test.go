package main

import (
	"debug/elf"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/compute"
)

// TestPrograms holds of every Lambda's program that it is one that provided.al2023 on
// arm64 starts: for that processor, and with no library that might be missing there.
// It prints the sizes.
func TestPrograms(t *testing.T) {
	t.Parallel()
	for _, name := range programs {
		dir := synthesized.program(name)
		f, err := elf.Open(filepath.Join(dir, "bootstrap"))
		if err != nil {
			t.Fatal(err)
		}
		if f.Machine != elf.EM_AARCH64 {
			t.Errorf("%s is built for %s", name, f.Machine)
		}
		for _, p := range f.Progs {
			if p.Type == elf.PT_INTERP {
				t.Errorf("%s is linked dynamically", name)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 1 {
			t.Errorf("%d files of %s would be deployed, want the program alone", len(entries), name)
		}
		info, err := entries[0].Info()
		if err != nil {
			t.Fatal(err)
		}
		// Lambda takes 250 MB unzipped; what is small starts soon.
		t.Logf("%-8s %5.1f MB", name, float64(info.Size())/1e6)
		if info.Size() > 100e6 {
			t.Errorf("%s has %d bytes", name, info.Size())
		}
	}
	folders, err := filepath.Glob("lambda/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != len(programs) {
		t.Errorf("%d folders of programs, and %d are built", len(folders), len(programs))
	}
}

// TestComputeAnswers runs the program, built for this machine, against a Lambda
// runtime API: what it answers is what package compute answers in process.
func TestComputeAnswers(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "compute")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-tags", "lambda.norpc", "-o", program, "./lambda/compute").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	payloads := []string{
		`{"function":"composeDiscovery","input":{"question":{},"rows":[]}}`,
		`{"function":"nonsense"}`,
		`[]`,
	}
	type answer struct{ path, body string }
	answers := make(chan answer, len(payloads))
	next := make(chan string, len(payloads))
	for _, p := range payloads {
		next <- p
	}
	ended := make(chan struct{}) // keeps the last poll open until the program is stopped
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case p := <-next:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "request")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-west-2:111122223333:function:f")
			_, _ = io.WriteString(w, p)
		case <-r.Context().Done():
		case <-ended:
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/request/{outcome}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			body = []byte(err.Error())
		}
		w.WriteHeader(http.StatusAccepted)
		answers <- answer{r.PathValue("outcome"), string(body)}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	defer close(ended)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"), "_HANDLER=bootstrap"}
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // "signal: killed", as asked
	}()
	for _, p := range payloads {
		var got answer
		select {
		case got = <-answers:
		case <-time.After(30 * time.Second):
			t.Fatalf("no answer to %s; the program said: %s", p, log.String())
		}
		want, err := compute.Invoke(json.RawMessage(p))
		if err == nil {
			if got.path != "response" || got.body != string(want) {
				t.Errorf("%s: %s %s, want %s", p, got.path, got.body, want)
			}
			continue
		}
		var failure struct {
			Message string `json:"errorMessage"`
		}
		if e := json.Unmarshal([]byte(got.body), &failure); e != nil || got.path != "error" || failure.Message != err.Error() {
			t.Errorf("%s: %s %s, want the error %v", p, got.path, got.body, err)
		}
	}
}
