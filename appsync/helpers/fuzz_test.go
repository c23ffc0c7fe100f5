package helpers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// FuzzTime formats and parses with patterns as they come. What a full pattern
// wrote, it reads back.
func FuzzTime(f *testing.F) {
	f.Add(int64(1500000000123), "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "+08:00", "2018-02-01 17:21")
	f.Add(int64(0), "EEE d MMM yy h:mm a VV z O ZZZZ", "Europe/Zurich", "Thu")
	f.Add(int64(-1), "''o'clock' k K A n N D e Q G", "UTC", "")
	tmpl, err := vtl.Compile("t.vtl", `#set($s = $util.time.epochMilliSecondsToFormatted($ms, $p, $z))$s`)
	if err != nil {
		f.Fatal(err)
	}
	parse, err := vtl.Compile("t.vtl", `$util.time.parseFormattedToEpochMilliSeconds($text, $p, $z)`)
	if err != nil {
		f.Fatal(err)
	}
	full, err := vtl.Compile("t.vtl", `#set($p = "uuuuuuuu-MM-dd HH:mm:ss.SSSXXXXX")#set($s = $util.time.epochMilliSecondsToFormatted($ms, $p, $z))$util.time.parseFormattedToEpochMilliSeconds($s, $p)`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, ms int64, pattern, zone, text string) {
		vars := map[string]vtl.Value{"util": helpers.Util, "ms": ms % 100_000_000_000_000, "p": pattern, "z": zone, "text": text}
		for _, x := range []*vtl.Template{tmpl, parse} {
			_, err := x.Run(vars, vtl.WithHost(helpers.NewState()))
			var located *vtl.Error
			if err != nil && !errors.As(err, &located) {
				t.Errorf("the error %v is not located", err)
			}
		}
		res, err := full.Run(vars, vtl.WithHost(helpers.NewState()))
		if err != nil {
			return // the zone
		}
		if got, want := string(res.Output), vtl.ToString(vars["ms"]); got != want {
			t.Errorf("in %q %s became %s", zone, want, got)
		}
	})
}

// FuzzEvaluate feeds lines of any kind: each gives one line of JSON.
func FuzzEvaluate(f *testing.F) {
	f.Add([]byte(`{"name":"a","template":"$util.toJson($ctx)","context":{"ctx":{"args":{"a":1}}}}`))
	f.Add([]byte("{\n[]\n\n{\"template\":\"$util.error($ctx)\"}"))
	f.Add([]byte(`{"template":"#return($context)","context":{"context":{"stash":{"a":[]}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		if err := helpers.Evaluate(bytes.NewReader(data), &out); err != nil {
			t.Fatal(err)
		}
		want := 0
		for line := range bytes.Lines(data) {
			if len(bytes.TrimSpace(line)) > 0 {
				want++
			}
		}
		got := 0
		for line := range bytes.Lines(out.Bytes()) {
			got++
			if !json.Valid(line) {
				t.Errorf("%q is no JSON", line)
			}
		}
		if got != want {
			t.Errorf("%d lines for %d", got, want)
		}
	})
}
