package vtl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// checkIndex compares an index, if the text has one, with FromJSON: the whole
// value, and the parts one by one. It tells whether there was an index.
func checkIndex(t testing.TB, text string) bool {
	t.Helper()
	j, ok := vtl.IndexJSON(text)
	if !ok {
		return false
	}
	defer j.Release()
	want, err := vtl.FromJSONText(text)
	if err != nil {
		t.Fatalf("%q has an index, but FromJSON refuses it: %v", text, err)
	}
	checkNode(t, j, j.Root(), want)
	return true
}

func checkNode(t testing.TB, j *vtl.IndexedJSON, n *vtl.JSONNode, want vtl.Value) {
	t.Helper()
	wantText, err := vtl.AppendJSON(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	gotText, err := vtl.AppendJSON(nil, j.Value(n))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(wantText), string(gotText)); diff != "" {
		t.Fatalf("value (-FromJSON +index):\n%s", diff)
	}
	if plain, ok := j.Plain(n); ok && n.Kind() == vtl.JSONString && plain != string(wantText) {
		t.Fatalf("the string %s is called plain, but is written as %s", plain, wantText)
	}
	switch want := want.(type) {
	case *vtl.Map:
		if n.Kind() != vtl.JSONObject || n.Len() != want.Len() {
			t.Fatalf("node of kind %d with %d members, want an object of %d", n.Kind(), n.Len(), want.Len())
		}
		for i := range want.Len() {
			key, v := want.Entry(i)
			for _, hint := range []int{i, 0, n.Len()} {
				member, at := j.Member(n, key.(string), hint)
				if member == nil || at != i {
					t.Fatalf("member %q with hint %d: %v at %d, want it at %d", key, hint, member, at, i)
				}
				checkNode(t, j, member, v)
			}
		}
		if member, _ := j.Member(n, "no such member", 0); member != nil {
			t.Fatal("found a member that is not there")
		}
	case *vtl.List:
		if n.Kind() != vtl.JSONList || n.Len() != want.Len() {
			t.Fatalf("node of kind %d with %d elements, want a list of %d", n.Kind(), n.Len(), want.Len())
		}
		for i, v := range want.Items() {
			checkNode(t, j, j.Item(n, i), v)
		}
	}
}

// indexSeeds are texts and whether they have an index.
var indexSeeds = map[string]bool{
	`{}`: true, `[]`: true, " \n[ ]\t": true, `{"a":1}`: true,
	`[{"a":1,"b":[2]},{"a":3,"b":[]},{"b":1,"a":2},{"a":1}]`:  true,
	`[{"a":{"x":1}},{"a":{"x":2,"y":3}},{"a":{}}]`:            true,
	`["\"\\\b\f\n\r\t", "\/", "\u00e9\ud83d\ude00\ud800"]`:    true,
	`["eight chars and more, then \" a quote", "12345678"]`:   true,
	`["é", "a long text that ends in an umlaut: ü", "日本語"]`:   true,
	`[0, -0, 1.5, -0.0, 1e3, 1E-7, 123456789012345678901234]`: true,
	`[true, false, null]`: true,
	"[\"\xff\"]":          true,
	strings.Repeat("[", 400) + strings.Repeat("]", 400): true,

	``: false, `1`: false, `"a"`: false, `{`: false, `[1,]`: false, `{"a":1,}`: false, `{"a"}`: false, `{"a`: false, `{"`: false, `{"\x":1}`: false, `[{"a":1},{"a`: false, `{a:1}`: false,
	`[1] 2`: false, `[01]`: false, `[-]`: false, `[1.]`: false, `[.5]`: false, `[1e]`: false, `[1e999]`: false, `[tru]`: false,
	`["a]`: false, `["\x"]`: false, `["\u12"]`: false, `["\`: false, "[\"a\nb\"]": false, "[\"twelve chars\x01 and more\"]": false,
	`{"a":1,"a":2}`: false, `[{"a":1,"b":2},{"a":1,"b":2,"a":3}]`: false, `[{"a":1},{"b":1,"a":2,"b":3}]`: false,
	strings.Repeat("[", 502) + strings.Repeat("]", 502): false,
	"[" + strings.Repeat("9", 1001) + "]":               false,
}

func TestIndexJSON(t *testing.T) {
	t.Parallel()
	for text, want := range indexSeeds {
		if got := checkIndex(t, text); got != want {
			t.Errorf("%.60q: index %v, want %v", text, got, want)
		}
	}
	// More members than are compared one by one are left to FromJSON.
	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprintf(`"k%d":%d`, i, i))
	}
	if checkIndex(t, "{"+strings.Join(many, ",")+"}") {
		t.Error("an object of 300 members has an index")
	}
}

func FuzzIndexJSON(f *testing.F) {
	for text := range indexSeeds {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := vtl.FromJSONText(text); err != nil || len(text) < 2000 {
			checkIndex(t, text)
		}
	})
}

// TestIndexOfValues writes values and reads them again; pieces put together at
// random find the edges.
func TestIndexOfValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text, err := vtl.AppendJSON(nil, vtl.FromGo([]any{goValue(4).Draw(r, "value")}))
		if err != nil {
			r.Fatal(err)
		}
		// Keys with escapes have no index, so this can't be asked of all.
		if !checkIndex(t, string(text)) && !strings.ContainsAny(string(text), `\`) {
			r.Fatalf("%s has no index", text)
		}
	})
	piece := rapid.SampledFrom([]string{"{", "}", "[", "]", ",", ":", `"a"`, `"b"`, `"a":`, `"b":`, `"long enough for a word"`, `"\n"`, `"\u00e9"`, "1", "-0", "1.5e3", "null", "true", " ", `"`, `\`, "é"})
	rapid.Check(t, func(r *rapid.T) {
		checkIndex(t, "["+strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(r, "pieces"), "")+"]")
	})
}
