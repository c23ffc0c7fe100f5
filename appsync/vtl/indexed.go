package vtl

import (
	"math/bits"
	"strings"
	"sync"
	"unicode/utf8"
)

// IndexedJSON is a JSON text that was read once and not turned into maps and
// lists: an index tells where each part of it lies. Who only passes parts on can
// copy them; [IndexedJSON.Value] makes a value of any part.
//
// It is a Value that only a result can be; templates never see one.
type IndexedJSON struct {
	text string
	root JSONNode
	// parts holds the members of each object, and the elements of each list, side
	// by side.
	parts []jsonPart
}

// JSONNode is one value in the text.
type JSONNode struct {
	kind JSONKind
	// plain strings have the form in which AppendJSONString would write them.
	plain        bool
	start, end   int32 // in the text
	first, count int32 // in parts
}

// jsonPart is a member of an object, or an element of a list, whose key is empty.
type jsonPart struct {
	keyStart, keyEnd int32
	node             JSONNode
}

// JSONKind is the kind of a JSON value.
type JSONKind uint8

// The kinds of JSON values.
const (
	JSONNull JSONKind = iota
	JSONBool
	JSONNumber
	JSONString
	JSONList
	JSONObject
)

// Kind is the node's kind.
func (n *JSONNode) Kind() JSONKind { return n.kind }

// Len is the number of members of an object or elements of a list.
func (n *JSONNode) Len() int { return int(n.count) }

// maxIndexed bounds the texts that are indexed, in bytes.
const maxIndexed = 1 << 30

var indexes = sync.Pool{New: func() any { return new(indexer) }}

// IndexJSON reads the text of an object or a list, by the rules of FromJSON. ok is
// false for any text that it does not read: other values, all that FromJSON
// refuses, and a few rare forms. FromJSON then tells what the text is.
func IndexJSON(text string) (j *IndexedJSON, ok bool) {
	if len(text) > maxIndexed {
		return nil, false
	}
	x := indexes.Get().(*indexer)
	x.jsonParser.s, x.i = text, 0
	x.space()
	if x.i < len(text) && (text[x.i] == '{' || text[x.i] == '[') {
		x.out = &IndexedJSON{text: text, parts: x.spare}
		if ok = x.part(0, 0, 0); ok {
			x.out.root = x.stack[0].node
			x.space()
			ok = x.i == len(text)
		}
		j, x.spare = x.out, nil
		if !ok {
			x.spare = j.parts[:0]
			j = nil
		}
	}
	x.jsonParser.s, x.out = "", nil
	x.stack = x.stack[:0]
	clear(x.siblings)
	indexes.Put(x)
	return j, ok
}

// Release gives the index back for reuse; j is not to be used any more.
func (j *IndexedJSON) Release() {
	const most = 1 << 16 // parts
	if cap(j.parts) == 0 || cap(j.parts) > most {
		return
	}
	x := indexes.Get().(*indexer)
	if x.spare == nil {
		x.spare = j.parts[:0]
	}
	j.parts = nil
	indexes.Put(x)
}

// Root is the whole text's node.
func (j *IndexedJSON) Root() *JSONNode { return &j.root }

// Plain gives a node's JSON text, if it is that of a boolean, a number, or a string
// in the form in which AppendJSONString would write it.
func (j *IndexedJSON) Plain(n *JSONNode) (text string, ok bool) {
	switch n.kind {
	case JSONBool, JSONNumber:
	case JSONString:
		if !n.plain {
			return "", false
		}
	default:
		return "", false
	}
	return j.text[n.start:n.end], true
}

// Item is an element of a list.
func (j *IndexedJSON) Item(n *JSONNode, i int) *JSONNode { return &j.parts[int(n.first)+i].node }

// Member finds a member of an object; nil if there is none. hint is where it is
// looked for first, and at where it was found: objects of one list mostly have the
// same members in the same order.
func (j *IndexedJSON) Member(n *JSONNode, name string, hint int) (member *JSONNode, at int) {
	parts := j.parts[n.first : n.first+n.count]
	if hint < len(parts) && j.key(&parts[hint]) == name {
		return &parts[hint].node, hint
	}
	for i := range parts {
		if j.key(&parts[i]) == name {
			return &parts[i].node, i
		}
	}
	return nil, hint
}

func (j *IndexedJSON) key(p *jsonPart) string { return j.text[p.keyStart:p.keyEnd] }

// Value makes the value that FromJSON gives for a node's text.
func (j *IndexedJSON) Value(n *JSONNode) Value {
	p := jsonParser{s: j.text[:n.end], i: int(n.start), strict: true}
	v, err := p.value(0)
	if err != nil {
		// The index was made by the same rules.
		panic("vtl: an indexed JSON text can't be read: " + err.Error())
	}
	return v
}

// AppendJSON implements JSONAppender.
func (j *IndexedJSON) AppendJSON(dst []byte) ([]byte, error) {
	return AppendJSON(dst, j.Value(&j.root))
}

// indexer makes an index. What it does not know it leaves to jsonParser, or gives
// up.
type indexer struct {
	jsonParser
	out *IndexedJSON
	// stack holds the parts of the objects and lists that are open.
	stack []jsonPart
	// siblings has, for each depth, the members of the object read last: the next
	// one is guessed to have the same keys.
	siblings []siblings
	spare    []jsonPart
}

type siblings struct{ first, count int32 }

// part reads a value, and pushes it on the stack.
func (x *indexer) part(keyStart, keyEnd, depth int) (ok bool) {
	if depth > MaxJSONDepth || x.i >= len(x.s) {
		return false
	}
	at, start := len(x.stack), x.i
	x.stack = append(x.stack, jsonPart{})
	kind, plain, first, count := JSONNull, false, 0, 0
	switch c := x.s[x.i]; c {
	case '{':
		kind = JSONObject
		first, count, ok = x.object(depth)
	case '[':
		kind = JSONList
		first, count, ok = x.list(depth)
	case '"':
		kind = JSONString
		plain, ok = x.text()
	case 't':
		kind, ok = JSONBool, x.word("true") == nil
	case 'f':
		kind, ok = JSONBool, x.word("false") == nil
	case 'n':
		ok = x.word("null") == nil
	default:
		kind, ok = JSONNumber, (c == '-' || isDigit(c)) && x.digits()
	}
	// The part is filled in where it is, which is much faster than copying it there.
	p := &x.stack[at]
	p.keyStart, p.keyEnd = int32(keyStart), int32(keyEnd)
	p.node.kind, p.node.plain = kind, plain
	p.node.start, p.node.end = int32(start), int32(x.i)
	p.node.first, p.node.count = int32(first), int32(count)
	return ok
}

func (x *indexer) object(depth int) (first, count int, ok bool) {
	base := len(x.stack)
	for len(x.siblings) <= depth {
		x.siblings = append(x.siblings, siblings{})
	}
	alike := true // all keys so far are those of the sibling: none repeats
	x.i++
	x.space()
	if x.i < len(x.s) && x.s[x.i] == '}' {
		x.i++
		return 0, 0, true
	}
	for more := true; more; {
		if x.i >= len(x.s) || x.s[x.i] != '"' {
			return 0, 0, false
		}
		start, at := x.i+1, len(x.stack)-base
		sibling := x.siblings[depth]
		if !alike || at >= int(sibling.count) || !x.quoted(x.out.key(&x.out.parts[int(sibling.first)+at])) {
			alike = false
			if plain, ok := x.text(); !ok || !plain {
				return 0, 0, false
			}
			if key := x.s[start : x.i-1]; strings.IndexByte(key, '\\') >= 0 || x.repeated(base, key) {
				return 0, 0, false
			}
		}
		end := x.i - 1
		x.space()
		if x.i >= len(x.s) || x.s[x.i] != ':' {
			return 0, 0, false
		}
		x.i++
		x.space()
		if !x.part(start, end, depth+1) {
			return 0, 0, false
		}
		if more, ok = x.next('}'); !ok {
			return 0, 0, false
		}
	}
	first, count = x.close(base)
	x.siblings[depth] = siblings{int32(first), int32(count)}
	return first, count, true
}

func (x *indexer) list(depth int) (first, count int, ok bool) {
	base := len(x.stack)
	x.i++
	x.space()
	if x.i < len(x.s) && x.s[x.i] == ']' {
		x.i++
		return 0, 0, true
	}
	for more := true; more; {
		if !x.part(0, 0, depth+1) {
			return 0, 0, false
		}
		if more, ok = x.next(']'); !ok {
			return 0, 0, false
		}
	}
	first, count = x.close(base)
	return first, count, true
}

// next reads a comma, or the closing bracket, after which there is no more.
func (x *indexer) next(closing byte) (more, ok bool) {
	x.space()
	if x.i >= len(x.s) {
		return false, false
	}
	c := x.s[x.i]
	x.i++
	if c == ',' {
		x.space()
		return true, true
	}
	return false, c == closing
}

// close ends an object or list whose parts are on the stack from base on.
func (x *indexer) close(base int) (first, count int) {
	first, count = len(x.out.parts), len(x.stack)-base
	x.out.parts = append(x.out.parts, x.stack[base:]...)
	x.stack = x.stack[:base]
	return first, count
}

// quoted reads the string if it is the given one.
func (x *indexer) quoted(key string) bool {
	end := x.i + 1 + len(key)
	if end >= len(x.s) || x.s[end] != '"' || x.s[x.i+1:end] != key {
		return false
	}
	x.i = end + 1
	return true
}

// repeated tells whether the object whose members are on the stack from base on
// has the key. Many members are left to FromJSON, which has a hash table.
func (x *indexer) repeated(base int, key string) bool {
	const most = 256
	open := x.stack[base:]
	if len(open) > most {
		return true
	}
	for i := range open {
		if p := &open[i]; int(p.keyEnd-p.keyStart) == len(key) && x.s[p.keyStart:p.keyEnd] == key {
			return true
		}
	}
	return false
}

// digits reads a number.
func (x *indexer) digits() bool {
	i := x.i
	if x.s[i] == '-' {
		i++
	}
	from := i
	for i < len(x.s) && isDigit(x.s[i]) {
		i++
	}
	whole := i - from
	if i < len(x.s) && x.s[i] == '.' {
		i++
		point := i
		for i < len(x.s) && isDigit(x.s[i]) {
			i++
		}
		if i == point {
			return false
		}
	}
	if whole == 0 || whole > 18 || whole > 1 && x.s[from] == '0' || i < len(x.s) && x.s[i]|0x20 == 'e' {
		_, err := x.number()
		return err == nil
	}
	x.i = i
	return true
}

// Each byte of a word at once: ones has the lowest bit of each, highs the highest.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// text reads a string. plain says that its text is what AppendJSONString makes of
// its value.
func (x *indexer) text() (plain, ok bool) {
	s, i := x.s, x.i+1
	from := i
	plain = true
	var seen uint64 // the bytes seen, or'ed
scan:
	for {
		// Eight bytes at a time, up to a quote, a backslash or a control character:
		// a byte's highest bit is set if subtracting borrows, and it was not set before.
		for i+8 <= len(s) {
			w := word8(s[i : i+8])
			quote, slash := w^('"'*ones), w^('\\'*ones)
			seen |= w
			if stop := ((quote-ones)&^quote | (slash-ones)&^slash | (w-' '*ones)&^w) & highs; stop != 0 {
				i += bits.TrailingZeros64(stop) / 8 // the first one is exact
				break
			}
			i += 8
		}
		for ; i < len(s); i++ {
			c := s[i]
			if c == '"' {
				break scan
			}
			if c < ' ' {
				return false, false
			}
			if c != '\\' {
				seen |= uint64(c)
				continue
			}
			if i+1 >= len(s) {
				return false, false
			}
			switch s[i+1] {
			case '"', '\\', 'b', 'f', 'n', 'r', 't':
			case '/':
				plain = false
			case 'u':
				plain = false
				if _, ok := x.hex4(i + 2); !ok {
					return false, false
				}
			default:
				return false, false
			}
			i += 2
			continue scan
		}
		return false, false
	}
	if plain && seen&highs != 0 && !utf8.ValidString(s[from:i]) {
		plain = false // FromJSON mends it
	}
	x.i = i + 1
	return plain, true
}

// word8 reads eight bytes, the first one lowest.
func word8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
