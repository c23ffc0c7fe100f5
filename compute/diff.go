package compute

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"

	"github.com/mtbwiki/mtbwiki/entity"
)

// diffInput is a pair of revisions as the database gives them: nodes of type
// Revision whose content is an object (or null when redacted).
type diffInput struct {
	From *revisionNode `json:"from"`
	To   *revisionNode `json:"to"`
}

type revisionNode struct {
	raw        json.RawMessage
	EntityKind string                     `json:"entityKind"`
	Content    map[string]json.RawMessage `json:"content"`
	// Names of what either revision speaks of, by id; of the newer one.
	Names map[string]string `json:"names"`
}

// UnmarshalJSON keeps the node as it came, to hand it on.
func (r *revisionNode) UnmarshalJSON(data []byte) error {
	type plain revisionNode
	if err := json.Unmarshal(data, (*plain)(r)); err != nil {
		return err
	}
	r.raw = bytes.Clone(data)
	return nil
}

type diffAnswer struct {
	From    json.RawMessage `json:"from"`
	To      json.RawMessage `json:"to"`
	Changes []fieldChange   `json:"changes"`
}

type fieldChange struct {
	Field  string       `json:"field"`
	Label  string       `json:"label"`
	Before *string      `json:"before"`
	After  *string      `json:"after"`
	Words  []wordChange `json:"words"`
}

type wordChange struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// composeDiff lists the fields that differ between two revisions of one chain,
// in the schema's order. Texts are compared word by word.
func composeDiff(input json.RawMessage) (any, error) {
	var in diffInput
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	if in.To == nil {
		return nil, nil // no such revision, or none the caller may see
	}
	answer := diffAnswer{From: json.RawMessage("null"), To: in.To.raw, Changes: []fieldChange{}}
	before := map[string]json.RawMessage{}
	if in.From != nil {
		answer.From = in.From.raw
		before = in.From.Content
	}
	if in.To.Content == nil || before == nil {
		return answer, nil // hidden or taken out: there is nothing to compare with
	}
	description, _ := entity.Describe(in.To.EntityKind)
	for _, name := range fieldOrder(description, before, in.To.Content) {
		b, a := before[name], in.To.Content[name]
		if jsonEqual(b, a) {
			continue
		}
		c := fieldChange{Field: name, Label: name, Words: []wordChange{}, Before: readable(b, in.To.Names), After: readable(a, in.To.Names)}
		f, known := description.Field(name)
		if known {
			c.Label = f.Label
		}
		if known && f.Type == "String" && !f.List {
			c.Words = diffWords(text(c.Before), text(c.After))
		}
		answer.Changes = append(answer.Changes, c)
	}
	return answer, nil
}

// fieldOrder gives all fields of both sides: the schema's first, then others by name.
func fieldOrder(d entity.Description, sides ...map[string]json.RawMessage) []string {
	present := map[string]bool{}
	for _, side := range sides {
		for name := range side {
			present[name] = true
		}
	}
	var order []string
	for _, f := range d.Fields {
		if present[f.Name] {
			order = append(order, f.Name)
			delete(present, f.Name)
		}
	}
	var rest []string
	for name := range present {
		rest = append(rest, name)
	}
	sort.Strings(rest)
	return append(order, rest...)
}

func jsonEqual(a, b json.RawMessage) bool {
	if isNull(a) && isNull(b) {
		return true
	}
	var x, y bytes.Buffer
	if json.Compact(&x, orNull(a)) != nil || json.Compact(&y, orNull(b)) != nil {
		return false
	}
	return bytes.Equal(x.Bytes(), y.Bytes())
}

// isNull: nothing is said. An empty list says nothing either.
func isNull(v json.RawMessage) bool {
	switch string(bytes.TrimSpace(v)) {
	case "", "null", "[]", "{}":
		return true
	}
	return false
}

func orNull(v json.RawMessage) json.RawMessage {
	if len(v) == 0 {
		return json.RawMessage("null")
	}
	return v
}

// readable is a value as text for people: strings bare, lists of plain values
// with commas, everything else as indented JSON, ids by the names they have. Null and
// absent are nil.
func readable(v json.RawMessage, names map[string]string) *string {
	if isNull(v) {
		return nil
	}
	v = id.ReplaceAllFunc(v, func(quoted []byte) []byte {
		name, known := names[string(quoted[1:len(quoted)-1])]
		if !known {
			return quoted
		}
		b, err := json.Marshal(name)
		if err != nil {
			return quoted
		}
		return b
	})
	var s string
	if json.Unmarshal(v, &s) == nil {
		return &s
	}
	var list []any
	if json.Unmarshal(v, &list) == nil {
		plain := make([]string, 0, len(list))
		for _, x := range list {
			switch x.(type) {
			case string, float64, bool:
				plain = append(plain, fmt.Sprint(x))
			}
		}
		if len(plain) == len(list) {
			s = strings.Join(plain, ", ")
			return &s
		}
	}
	var b bytes.Buffer
	if json.Indent(&b, v, "", "  ") != nil {
		s = string(v)
		return &s
	}
	s = b.String()
	return &s
}

// id is one as a JSON string.
var id = regexp.MustCompile(`"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"`)

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// diffWords compares two texts word by word. Words, spaces and punctuation are
// tokens; the line diff of a maintained library runs over one token a line.
func diffWords(before, after string) []wordChange {
	a, b := tokens(before), tokens(after)
	// Tokens become lines; a line end inside a token would split it.
	edits := udiff.Lines(asLines(a), asLines(b))
	var out []wordChange
	add := func(kind, s string) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Kind == kind {
			out[n-1].Text += s
			return
		}
		out = append(out, wordChange{Kind: kind, Text: s})
	}
	source := asLines(a)
	at := 0
	for _, e := range edits {
		add("SAME", fromLines(source[at:e.Start]))
		add("REMOVED", fromLines(source[e.Start:e.End]))
		add("ADDED", fromLines(e.New))
		at = e.End
	}
	add("SAME", fromLines(source[at:]))
	if out == nil {
		out = []wordChange{}
	}
	return out
}

// lineEnd stands for a line end inside a token. It is a private-use character;
// should a text contain it, it comes back as a line end in the word list only.
const lineEnd = "\uE000"

func asLines(tokens []string) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString(strings.ReplaceAll(t, "\n", lineEnd))
		b.WriteByte('\n')
	}
	return b.String()
}

func fromLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\n", ""), lineEnd, "\n")
}

func tokens(s string) []string {
	var out []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			out = append(out, word.String())
			word.Reset()
		}
	}
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			word.WriteRune(r)
			continue
		}
		flush()
		out = append(out, string(r))
	}
	flush()
	return out
}
