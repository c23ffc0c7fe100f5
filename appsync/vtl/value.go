package vtl

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
)

// Value is anything a template can hold:
//
//	nil           null
//	bool          java.lang.Boolean
//	string        java.lang.String
//	int64         java.lang.Integer and Long (not told apart)
//	*big.Int      java.math.BigInteger, only for what int64 cannot hold
//	float64       java.lang.Double
//	*Map          java.util.Map in insertion order (LinkedHashMap)
//	*List         java.util.List, or an array
//	[]byte        byte[]; prints as the text it holds
//	Object        a host object
//
// Views, entries and iterators of maps and lists are values too; a template gets
// them from keySet(), entrySet(), values() and iterator().
type Value = any

// Object is a host object, such as $util.
type Object interface {
	// Property gives the value of $object.name.
	Property(name string) (Value, bool)
	// Call runs $object.method(args...). ok is false when there is no such
	// method with that many arguments: the reference then is null, as in Velocity.
	// An error ends the template; errors.As finds it in the error of Run.
	Call(call *Call, method string, args []Value) (v Value, ok bool, err error)
}

// Stringer is implemented by host objects that print as something.
type Stringer interface{ String() string }

// Map is a java.util.Map that keeps the order of insertion. The zero value is an
// empty map. It may be read by several goroutines as long as none writes.
type Map struct {
	entries []mapEntry
	// index finds a key's entry. It exists only in maps of more than smallMap
	// entries; in smaller ones looking at every entry is faster.
	index map[string]int32
	// shared says that index belongs to a Shape and must not be changed.
	shared bool
}

type mapEntry struct {
	key, value Value
}

const smallMap = 8

// NewMap makes an empty map.
func NewMap() *Map { return &Map{} }

// NewMapSize makes an empty map with room for n entries.
func NewMapSize(n int) *Map { return &Map{entries: make([]mapEntry, 0, n)} }

// MapOf makes a map of string keys from alternating keys and values; it panics on
// an odd count or a key that is no string, and is meant for literals in Go code.
func MapOf(pairs ...any) *Map {
	if len(pairs)%2 != 0 {
		panic("vtl.MapOf: odd number of arguments")
	}
	m := NewMapSize(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		m.Put(pairs[i].(string), pairs[i+1])
	}
	return m
}

// keyText gives each key a text of its own, so that keys that are equal in Java
// share it. Strings stand for themselves.
func keyText(key Value) string {
	switch k := key.(type) {
	case string:
		if len(k) > 0 && k[0] == 0 {
			return "\x00s" + k
		}
		return k
	case nil:
		return "\x00n"
	case bool:
		return "\x00b" + strconv.FormatBool(k)
	case int64:
		return "\x00i" + strconv.FormatInt(k, 10)
	case *big.Int:
		return "\x00i" + k.String()
	case float64:
		return "\x00d" + strconv.FormatFloat(k, 'g', -1, 64)
	default:
		// Collections as keys: equal content, equal text.
		text, err := AppendJSON(nil, key)
		if err != nil {
			return fmt.Sprintf("\x00p%p", key)
		}
		return "\x00j" + string(text)
	}
}

func (m *Map) find(key Value) int {
	if m == nil {
		return -1
	}
	if s, ok := key.(string); ok {
		return m.findString(s)
	}
	text := keyText(key)
	if m.index != nil {
		if i, ok := m.index[text]; ok {
			return int(i)
		}
		return -1
	}
	for i := range m.entries {
		if _, isString := m.entries[i].key.(string); !isString && keyText(m.entries[i].key) == text {
			return i
		}
	}
	return -1
}

func (m *Map) findString(key string) int {
	if m.index != nil {
		if len(key) > 0 && key[0] == 0 {
			key = keyText(key)
		}
		if i, ok := m.index[key]; ok {
			return int(i)
		}
		return -1
	}
	for i := range m.entries {
		if s, ok := m.entries[i].key.(string); ok && s == key {
			return i
		}
	}
	return -1
}

// Get gives the value of a key, and whether the key is there.
func (m *Map) Get(key Value) (Value, bool) {
	if i := m.find(key); i >= 0 {
		return m.entries[i].value, true
	}
	return nil, false
}

// GetString is Get for a string key, without making an interface of it.
func (m *Map) GetString(key string) (Value, bool) {
	if m == nil {
		return nil, false
	}
	if i := m.findString(key); i >= 0 {
		return m.entries[i].value, true
	}
	return nil, false
}

// Put sets a key's value and gives the one it had before, or nil.
func (m *Map) Put(key, v Value) (old Value) {
	if i := m.find(key); i >= 0 {
		old = m.entries[i].value
		m.entries[i].value = v
		return old
	}
	m.push(key, v)
	return nil
}

// push adds an entry whose key is known to be new.
func (m *Map) push(key, v Value) {
	m.entries = append(m.entries, mapEntry{key, v})
	switch n := len(m.entries); {
	case m.index != nil && !m.shared:
		m.index[keyText(key)] = int32(n - 1)
	case n > smallMap:
		m.reindex()
	}
}

func (m *Map) reindex() {
	m.index, m.shared = nil, false
	if len(m.entries) <= smallMap {
		return
	}
	m.index = make(map[string]int32, 2*len(m.entries))
	for i := range m.entries {
		m.index[keyText(m.entries[i].key)] = int32(i)
	}
}

// Remove takes a key out and gives its value, or nil.
func (m *Map) Remove(key Value) (old Value) {
	i := m.find(key)
	if i < 0 {
		return nil
	}
	old = m.entries[i].value
	m.entries = slices.Delete(m.entries, i, i+1)
	if m.index != nil {
		m.reindex()
	}
	return old
}

// keep leaves only the entries that the function accepts.
func (m *Map) keep(f func(key, v Value) bool) (changed bool) {
	n := len(m.entries)
	m.entries = slices.DeleteFunc(m.entries, func(e mapEntry) bool { return !f(e.key, e.value) })
	if len(m.entries) == n {
		return false
	}
	m.reindex()
	return true
}

// Clear takes everything out.
func (m *Map) Clear() { *m = Map{} }

// Len is the number of entries.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return len(m.entries)
}

// Keys gives the keys in order.
func (m *Map) Keys() []Value {
	keys := make([]Value, m.Len())
	for i := range keys {
		keys[i] = m.entries[i].key
	}
	return keys
}

// Entry gives the i-th key and value in order; i must be less than Len.
func (m *Map) Entry(i int) (key, v Value) { return m.entries[i].key, m.entries[i].value }

// All ranges over the entries in order. The map must not change meanwhile.
func (m *Map) All() func(yield func(key, v Value) bool) {
	return func(yield func(key, v Value) bool) {
		if m == nil {
			return
		}
		for i := range m.entries {
			if !yield(m.entries[i].key, m.entries[i].value) {
				return
			}
		}
	}
}

// Copy makes a shallow copy.
func (m *Map) Copy() *Map {
	c := &Map{entries: slices.Clone(m.entries)}
	c.reindex()
	return c
}

// Shape makes maps that all have the same string keys, such as the rows of a
// query, at the cost of one slice each.
type Shape struct {
	keys  []Value
	index map[string]int32
}

// NewShape makes a shape. Keys must not repeat.
func NewShape(keys ...string) *Shape {
	s := &Shape{keys: make([]Value, len(keys))}
	for i, k := range keys {
		s.keys[i] = k
	}
	if len(keys) > smallMap {
		s.index = make(map[string]int32, len(keys))
		for i, k := range keys {
			s.index[keyText(k)] = int32(i)
		}
	}
	return s
}

// Len is the number of keys.
func (s *Shape) Len() int { return len(s.keys) }

// Map makes a map with a value for each key; value is called with the keys'
// numbers in order.
func (s *Shape) Map(value func(i int) Value) *Map {
	m := &Map{entries: make([]mapEntry, len(s.keys)), index: s.index, shared: s.index != nil}
	for i := range m.entries {
		m.entries[i] = mapEntry{s.keys[i], value(i)}
	}
	return m
}

// List is a java.util.List, shared by whoever holds the pointer.
type List struct {
	items []Value
	// fixed marks what is an array in Java: its length cannot change.
	fixed bool
}

// NewList makes a list that takes over the given slice.
func NewList(items ...Value) *List { return &List{items: items} }

// newArray makes a list of fixed length.
func newArray(items []Value) *List { return &List{items: items, fixed: true} }

// Add appends values.
func (l *List) Add(items ...Value) { l.items = append(l.items, items...) }

// At gives the i-th value; i must be in range.
func (l *List) At(i int) Value { return l.items[i] }

// Set replaces the i-th value; i must be in range.
func (l *List) Set(i int, v Value) { l.items[i] = v }

// Len is the number of values.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return len(l.items)
}

// Items gives the list's own slice: read it, don't keep it.
func (l *List) Items() []Value {
	if l == nil {
		return nil
	}
	return l.items
}

// viewKind says what part of a map a view shows.
type viewKind uint8

const (
	viewKeys viewKind = iota
	viewValues
	viewEntries
)

// mapView is keySet(), values() or entrySet(): it shows the map as it is now, and
// taking out of it takes out of the map.
type mapView struct {
	m    *Map
	kind viewKind
}

func (v *mapView) at(i int) Value {
	e := &v.m.entries[i]
	switch v.kind {
	case viewKeys:
		return e.key
	case viewValues:
		return e.value
	default:
		return &entry{m: v.m, key: e.key, value: e.value}
	}
}

func (v *mapView) snapshot() []Value {
	items := make([]Value, v.m.Len())
	for i := range items {
		items[i] = v.at(i)
	}
	return items
}

// entry is a java.util.Map.Entry; setting its value sets the map's.
type entry struct {
	m          *Map
	key, value Value
}

// iterator is a java.util.Iterator over a snapshot.
type iterator struct {
	items []Value
	next  int
}

// elements gives what a collection, an array or a view holds; ok is false for
// anything else. The slice must not be changed.
func elements(v Value) (items []Value, ok bool) {
	switch v := v.(type) {
	case *List:
		return v.items, true
	case *mapView:
		return v.snapshot(), true
	}
	return nil, false
}

// FromGo turns Go values (maps, slices, integers, floats, strings, booleans,
// []byte, nil) into values. Keys of Go maps are sorted, since Go keeps no order.
// Values that already are values stay what they are, at any depth; so does what
// it does not know.
func FromGo(v any) Value {
	switch v := v.(type) {
	case int:
		return int64(v)
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint:
		return normInt(new(big.Int).SetUint64(uint64(v)))
	case uint64:
		return normInt(new(big.Int).SetUint64(v))
	case float32:
		return float64(v)
	case map[string]any:
		return mapFromGo(v)
	case map[string]string:
		return mapFromGo(v)
	case map[string][]string:
		return mapFromGo(v)
	case []any:
		return listFromGo(v)
	case []string:
		return listFromGo(v)
	case []int:
		return listFromGo(v)
	case []int64:
		return listFromGo(v)
	case []float64:
		return listFromGo(v)
	case []bool:
		return listFromGo(v)
	case []map[string]any:
		return listFromGo(v)
	}
	return v
}

func mapFromGo[V any](in map[string]V) *Map {
	keys := make([]string, 0, len(in))
	for k := range in {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	m := NewMapSize(len(keys))
	for _, k := range keys {
		m.Put(k, FromGo(in[k]))
	}
	return m
}

func listFromGo[V any](in []V) *List {
	l := &List{items: make([]Value, len(in))}
	for i := range in {
		l.items[i] = FromGo(in[i])
	}
	return l
}

// ToGo turns a value into plain Go values: *Map becomes map[string]any (keys as
// they print), *List and views become []any. Integers stay int64 or *big.Int.
func ToGo(v Value) any {
	switch v := v.(type) {
	case *Map:
		m := make(map[string]any, v.Len())
		for k, x := range v.All() {
			m[ToString(k)] = ToGo(x)
		}
		return m
	case *entry:
		return map[string]any{ToString(v.key): ToGo(v.value)}
	}
	if items, ok := elements(v); ok {
		out := make([]any, len(items))
		for i, x := range items {
			out[i] = ToGo(x)
		}
		return out
	}
	return v
}

// Elements gives a copy of what a list, an array or a view of a map holds; ok is
// false for anything else.
func Elements(v Value) (items []Value, ok bool) {
	items, ok = elements(v)
	return slices.Clone(items), ok
}

// ToFloat gives a number as a double; ok is false for anything else.
func ToFloat(v Value) (f float64, ok bool) {
	if !isNumber(v) {
		return 0, false
	}
	return toFloat(v), true
}

// Equal is Java's equals().
func Equal(a, b Value) bool { return equal(a, b) }

// Compare orders two numbers by value, or two strings as String.compareTo does; ok
// is false for other values or when the two differ in kind.
func Compare(a, b Value) (order int, ok bool) {
	if isNumber(a) && isNumber(b) {
		return compareNumbers(a, b), true
	}
	x, xok := a.(string)
	y, yok := b.(string)
	if xok && yok {
		return compareStrings(x, y), true
	}
	return 0, false
}
