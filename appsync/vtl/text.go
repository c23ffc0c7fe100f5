package vtl

import (
	"errors"
	"math/big"
	"strconv"
)

// maxTextDepth bounds nesting when a value is printed, written as JSON or
// compared. Java would overflow its stack on lists that hold each other.
const maxTextDepth = 512

// maxTextBytes bounds the text of one value. Lists that share parts can be small
// and yet print without end.
const maxTextBytes = 64 << 20

var (
	errTextDepth = errors.New("the value is nested more than 512 deep (does it contain itself?)")
	errTextBytes = errors.New("the value's text is larger than 64 MiB")
)

// ToString gives the text of a value as Java's toString() does: {a=1, b=x},
// [1, x], 1.0E8; null is "null". A value without a finite text gives what was
// printed before the limit.
func ToString(v Value) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := appendText(nil, v, maxTextBytes, 0)
	if err != nil {
		b = append(b, "..."...)
	}
	return string(b)
}

// appendText appends a value's toString(). limit bounds the length of dst.
func appendText(dst []byte, v Value, limit, depth int) ([]byte, error) {
	if len(dst) > limit {
		return dst, errTextBytes
	}
	if depth > maxTextDepth {
		return dst, errTextDepth
	}
	var err error
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return append(dst, v...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case float64:
		return appendDouble(dst, v), nil
	case *big.Int:
		return v.Append(dst, 10), nil
	case []byte:
		return append(dst, v...), nil
	case *Map:
		dst = append(dst, '{')
		for i := range v.entries {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			e := &v.entries[i]
			if e.key == Value(v) {
				dst = append(dst, "(this Map)"...)
			} else if dst, err = appendText(dst, e.key, limit, depth+1); err != nil {
				return dst, err
			}
			dst = append(dst, '=')
			if e.value == nil {
				dst = append(dst, "null"...)
			} else if x, ok := e.value.(*Map); ok && x == v {
				dst = append(dst, "(this Map)"...)
			} else if dst, err = appendText(dst, e.value, limit, depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case *entry:
		if dst, err = appendText(dst, v.key, limit, depth+1); err != nil {
			return dst, err
		}
		dst = append(dst, '=')
		return appendText(dst, v.value, limit, depth+1)
	case *iterator:
		return append(dst, "java.util.Iterator"...), nil
	case Stringer:
		return append(dst, v.String()...), nil
	case Object:
		return append(dst, "[object]"...), nil
	}
	if items, ok := elements(v); ok {
		self, _ := v.(*List)
		dst = append(dst, '[')
		for i, x := range items {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			if l, ok := x.(*List); ok && l == self {
				dst = append(dst, "(this Collection)"...)
			} else if dst, err = appendText(dst, x, limit, depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	}
	return append(dst, "[object]"...), nil
}

// equal is Java's equals(), with integers of every size and a big integer
// compared by value. budget bounds the work; when it runs out the answer is
// false.
func equal(a, b Value) bool {
	budget := 1 << 20
	return equalWithin(a, b, &budget, 0)
}

func equalWithin(a, b Value, budget *int, depth int) bool {
	if *budget--; *budget < 0 || depth > maxTextDepth {
		return false
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case int64:
		y, ok := b.(int64)
		return ok && x == y
	case float64:
		y, ok := b.(float64)
		return ok && (x == y || x != x && y != y)
	case *big.Int:
		y, ok := b.(*big.Int)
		return ok && x.Cmp(y) == 0
	case []byte:
		y, ok := b.([]byte)
		return ok && len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
	case *Map:
		y, ok := b.(*Map)
		if !ok || x.Len() != y.Len() {
			return false
		}
		if x == y {
			return true
		}
		for k, v := range x.All() {
			w, found := y.Get(k)
			if !found || !equalWithin(v, w, budget, depth+1) {
				return false
			}
		}
		return true
	case *List:
		y, ok := b.(*List)
		if !ok || x.Len() != y.Len() {
			return false
		}
		if x == y {
			return true
		}
		for i := range x.items {
			if !equalWithin(x.items[i], y.items[i], budget, depth+1) {
				return false
			}
		}
		return true
	case *entry:
		y, ok := b.(*entry)
		return ok && equalWithin(x.key, y.key, budget, depth+1) && equalWithin(x.value, y.value, budget, depth+1)
	case *mapView:
		y, ok := b.(*mapView)
		if !ok || x.kind != y.kind || x.m.Len() != y.m.Len() {
			return false
		}
		if x.m == y.m {
			return true
		}
		if x.kind == viewKeys {
			for k := range x.m.All() {
				if _, found := y.m.Get(k); !found {
					return false
				}
			}
			return true
		}
		return x.kind == viewEntries && equalWithin(x.m, y.m, budget, depth+1)
	}
	return a == b
}
