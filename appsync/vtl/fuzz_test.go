package vtl_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// FuzzTemplate compiles and runs whatever comes: it must neither panic nor run
// long, and every failure must be located.
func FuzzTemplate(f *testing.F) {
	files, err := filepath.Glob("testdata/velocity17/*.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i, line := range bytes.Split(data, []byte("\n")) {
			var c velocityCase
			if i%5 == 0 && json.Unmarshal(line, &c) == nil {
				f.Add(c.Template)
			}
		}
	}
	context, err := os.ReadFile("testdata/velocity17/context.json")
	if err != nil {
		f.Fatal(err)
	}
	limits := vtl.Limits{Output: 100_000, Memory: 1 << 20, Steps: 50_000}
	f.Fuzz(func(t *testing.T, source string) {
		start := time.Now()
		tmpl, err := vtl.Compile("fuzz.vtl", source, vtl.WithLimits(limits))
		if err == nil {
			tmpl.Walk(func(i vtl.Item) {
				if i.Line < 1 || i.Column < 1 {
					t.Errorf("an item without a place: %+v", i)
				}
			})
			_, err = tmpl.Run(variables(t, context))
		}
		var e *vtl.Error
		if err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Column < 1) {
			t.Errorf("%q: the error %v is not located", source, err)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%q took %s", source, d)
		}
	})
}

// FuzzFromJSON compares with encoding/json: what one takes the other takes, except
// for repeated keys and depth, and what is read is written again.
func FuzzFromJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00\n",true,null]}`, `[]`, `{"a":1,"a":2}`, `1 2`, `"\ud800"`,
		`99999999999999999999`, `-0`, `01`, `1.`, "\"\x01\"", "\"\xff\"", `{"a":{}}`, `[1,]`, `nul`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := vtl.FromJSON(data)
		if err != nil {
			var e *vtl.JSONError
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(data) {
				t.Errorf("%q: the error %v has no place", data, err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q was taken, but is no JSON", data)
		}
		out, err := vtl.AppendJSON(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		back, err := vtl.FromJSON(out)
		if err != nil {
			t.Fatalf("%q became %q, which cannot be read: %v", data, out, err)
		}
		if !vtl.Equal(v, back) {
			t.Errorf("%q became %q, which differs", data, out)
		}
	})
}

// TestJSONAgainstStandardLibrary writes random values with encoding/json and reads
// them here.
func TestJSONAgainstStandardLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := goValue(3).Draw(t, "value")
		data, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		v, err := vtl.FromJSON(data)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		out, err := vtl.AppendJSON(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%s is no JSON: %v", out, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func goValue(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.String().AsAny(),
	}
	if depth > 0 {
		leaves = append(leaves,
			rapid.SliceOfN(goValue(depth-1), 0, 4).AsAny(),
			rapid.MapOfN(rapid.String(), goValue(depth-1), 0, 12).AsAny())
	}
	return rapid.OneOf(leaves...)
}

// TestMapAgainstModel drives a Map and a plain slice of pairs with the same
// operations.
func TestMapAgainstModel(t *testing.T) {
	t.Parallel()
	type pair struct{ key, value vtl.Value }
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.OneOf(rapid.StringMatching("[a-p\x00]{0,2}").AsAny(), rapid.Int64Range(0, 9).AsAny(), rapid.Just[any](nil), rapid.Bool().AsAny())
		var model []pair
		var m *vtl.Map
		if rapid.Bool().Draw(t, "shaped") {
			shape := vtl.NewShape("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
			m = shape.Map(func(i int) vtl.Value { return int64(i) })
			other := shape.Map(func(int) vtl.Value { return nil })
			defer func() {
				if other.Len() != shape.Len() || len(other.Keys()) != 10 {
					t.Fatal("changing one map changed another of its shape")
				}
				if v, ok := other.GetString("j"); !ok || v != nil {
					t.Fatal("changing one map broke the index of another of its shape")
				}
			}()
			for i, k := range m.Keys() {
				model = append(model, pair{k, int64(i)})
			}
		} else {
			m = vtl.NewMap()
		}
		find := func(k vtl.Value) int {
			for i, p := range model {
				if p.key == k {
					return i
				}
			}
			return -1
		}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				k, v := keys.Draw(t, "key"), rapid.Int64().Draw(t, "value")
				m.Put(k, v)
				if i := find(k); i >= 0 {
					model[i].value = v
				} else {
					model = append(model, pair{k, v})
				}
			},
			"remove": func(t *rapid.T) {
				k := keys.Draw(t, "key")
				m.Remove(k)
				if i := find(k); i >= 0 {
					model = append(model[:i:i], model[i+1:]...)
				}
			},
			"": func(t *rapid.T) {
				if m.Len() != len(model) {
					t.Fatalf("%d entries, want %d", m.Len(), len(model))
				}
				for i, p := range model {
					if k, v := m.Entry(i); k != p.key || v != p.value {
						t.Fatalf("entry %d is %v=%v, want %v=%v", i, k, v, p.key, p.value)
					}
					if v, ok := m.Get(p.key); !ok || v != p.value {
						t.Fatalf("Get(%v) is %v, want %v", p.key, v, p.value)
					}
				}
				if _, ok := m.Get("absent"); ok {
					t.Fatal("an absent key was found")
				}
			},
		})
	})
}

// TestIntegerArithmetic compares with big integers, across the border where int64
// ends.
func TestIntegerArithmetic(t *testing.T) {
	t.Parallel()
	tmpl := compile(t, `#set($s = $a + $b)#set($d = $a - $b)#set($p = $a * $b)`+
		`#set($back = $s - $b)#set($back2 = $d + $b)#if($back == $a && $back2 == $a)ok#end`+
		`#if($b != 0)#set($q = $a / $b)#set($r = $a % $b)#set($again = $q * $b + $r)#if($again == $a)ok#end`+
		`#set($u = $p / $b)#if($u == $a)ok#end#{else}okok#end`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		res, err := tmpl.Run(map[string]vtl.Value{"a": a, "b": b})
		if err != nil {
			t.Fatal(err)
		}
		if string(res.Output) != "okokok" {
			t.Fatalf("a=%d b=%d: %s", a, b, res.Output)
		}
	})
}
