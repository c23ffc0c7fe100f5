package vtl

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// property gives $v.name for what is neither a Map nor null: a getter or an is
// method in Java.
func (r *run) property(v Value, name string) (Value, error) {
	if o, ok := v.(Object); ok {
		out, _ := o.Property(name)
		return out, nil
	}
	switch v := v.(type) {
	case *Map:
		out, _ := v.GetString(name)
		return out, nil
	case *entry:
		switch name {
		case "key", "Key":
			return v.key, nil
		case "value", "Value":
			return v.value, nil
		}
	case string:
		switch name {
		case "empty", "Empty":
			return v == "", nil
		case "blank", "Blank":
			return strings.TrimFunc(v, isJavaWhitespace) == "", nil
		case "bytes", "Bytes":
			return bytesOf(v), nil
		}
	case *List:
		if name == "empty" || name == "Empty" {
			return len(v.items) == 0, nil
		}
	case *mapView:
		if name == "empty" || name == "Empty" {
			return v.m.Len() == 0, nil
		}
	case float64:
		switch name {
		case "naN", "NaN":
			return math.IsNaN(v), nil
		case "infinite", "Infinite":
			return math.IsInf(v, 0), nil
		}
	}
	return nil, nil
}

func bytesOf(s string) *List {
	items := make([]Value, len(s))
	for i := range items {
		items[i] = int64(int8(s[i]))
	}
	return newArray(items)
}

// index gives v[key]: get(key) of a list or map.
func (r *run) index(v Value, key Value) (Value, error) {
	if i, ok := key.(int64); ok && i < 0 {
		// From the end, of whatever has a size.
		switch x := v.(type) {
		case *List:
		case *Map:
			key = i + int64(x.Len())
		case *mapView:
			return nil, nil
		case Object:
		default:
			return nil, fmt.Errorf("the index %d counts from the end, but a %s has no size", i, TypeName(v))
		}
	}
	switch v := v.(type) {
	case *Map:
		out, _ := v.Get(key)
		return out, nil
	case *List:
		i, ok := key.(int64)
		if !ok {
			return nil, nil
		}
		if i < 0 { // from the end
			i += int64(len(v.items))
		}
		if i < 0 || i >= int64(len(v.items)) {
			return nil, fmt.Errorf("index %d is out of bounds for a list of %d", i, len(v.items))
		}
		return v.items[i], nil
	case Object:
		out, _, err := v.Call(&r.call, "get", []Value{key})
		return out, err
	}
	return nil, nil
}

// setIndex is #set($v[key] = x).
func (r *run) setIndex(v, key, x Value) error {
	if err := r.charge(64); err != nil {
		return err
	}
	switch v := v.(type) {
	case *Map:
		v.Put(key, x)
	case *List:
		i, ok := key.(int64)
		if !ok {
			return nil
		}
		if i < 0 {
			i += int64(len(v.items))
		}
		if i < 0 || i >= int64(len(v.items)) {
			return fmt.Errorf("index %d is out of bounds for a list of %d", i, len(v.items))
		}
		v.items[i] = x
	}
	return nil
}

// method calls a Java method of a value that is no host object. ok is false when
// there is none of that name for those arguments.
func (r *run) method(v Value, name string, args []Value) (out Value, ok bool, err error) {
	// What every object has.
	switch {
	case name == "toString" && len(args) == 0:
		s, err := r.text(v)
		return s, true, err
	case name == "equals" && len(args) == 1:
		return equal(v, args[0]), true, nil
	case name == "hashCode" && len(args) == 0:
		h, err := r.hash(v)
		return h, err == nil, err
	}
	switch v := v.(type) {
	case string:
		return r.stringMethod(v, name, args)
	case *Map:
		return r.mapMethod(v, name, args)
	case *List:
		return r.listMethod(v, name, args)
	case int64, float64, *big.Int:
		return r.numberMethod(v, name, args)
	case bool:
		return r.boolMethod(v, name, args)
	case *mapView:
		return r.viewMethod(v, name, args)
	case *entry:
		return r.entryMethod(v, name, args)
	case *iterator:
		return r.iteratorMethod(v, name, args)
	case []byte:
		return r.listMethod(bytesOf(string(v)), name, args)
	}
	return nil, false, nil
}

// hash is Java's hashCode().
func (r *run) hash(v Value) (Value, error) {
	budget := 1 << 16
	h := hashOf(v, &budget, 0)
	if budget < 0 {
		return nil, fmt.Errorf("hashCode: the value is too large")
	}
	return int64(h), nil
}

func hashOf(v Value, budget *int, depth int) int32 {
	if *budget--; *budget < 0 || depth > maxTextDepth {
		*budget = -1
		return 0
	}
	switch v := v.(type) {
	case string:
		h := int32(0)
		for _, c := range v {
			if c >= 0x10000 {
				c -= 0x10000
				h = 31*h + (0xD800 + c>>10)
				c = 0xDC00 + c&0x3FF
			}
			h = 31*h + c
		}
		return h
	case bool:
		if v {
			return 1231
		}
		return 1237
	case int64:
		if v == int64(int32(v)) {
			return int32(v)
		}
		return int32(v ^ int64(uint64(v)>>32))
	case float64:
		b := math.Float64bits(v)
		return int32(b ^ b>>32)
	case *Map:
		h := int32(0)
		for k, x := range v.All() {
			h += hashOf(k, budget, depth+1) ^ hashOf(x, budget, depth+1)
		}
		return h
	case *entry:
		return hashOf(v.key, budget, depth+1) ^ hashOf(v.value, budget, depth+1)
	case *List:
		h := int32(1)
		for _, x := range v.items {
			h = 31*h + hashOf(x, budget, depth+1)
		}
		return h
	case *mapView:
		h := int32(0)
		for _, x := range v.snapshot() {
			h += hashOf(x, budget, depth+1)
		}
		return h
	}
	return 0
}

func (r *run) boolMethod(v bool, name string, args []Value) (Value, bool, error) {
	switch len(args) {
	case 0:
		if name == "booleanValue" {
			return v, true, nil
		}
	case 1:
		switch name {
		case "compareTo":
			if w, ok := args[0].(bool); ok {
				switch {
				case v == w:
					return int64(0), true, nil
				case v:
					return int64(1), true, nil
				}
				return int64(-1), true, nil
			}
		case "parseBoolean", "valueOf":
			switch x := args[0].(type) {
			case string:
				return strings.EqualFold(x, "true"), true, nil
			case bool:
				return x, name == "valueOf", nil
			case nil:
				return false, true, nil
			}
		case "toString":
			if x, ok := args[0].(bool); ok {
				return strconv.FormatBool(x), true, nil
			}
		}
	}
	return nil, false, nil
}

// numberMethod has the methods of Integer, Long, Double and BigInteger, the static
// ones too: $x.parseInt("5") on any integer is a common idiom.
func (r *run) numberMethod(v Value, name string, args []Value) (Value, bool, error) {
	f, isFloat := v.(float64)
	switch len(args) {
	case 0:
		switch name {
		case "intValue":
			return int64(toInt(v)), true, nil
		case "longValue":
			return toLong(v), true, nil
		case "shortValue":
			return int64(int16(toInt(v))), true, nil
		case "byteValue":
			return int64(int8(toInt(v))), true, nil
		case "doubleValue":
			return toFloat(v), true, nil
		case "floatValue":
			return float64(float32(toFloat(v))), true, nil
		case "isNaN":
			return math.IsNaN(f), isFloat, nil
		case "isInfinite":
			return math.IsInf(f, 0), isFloat, nil
		case "signum", "negate", "abs":
			if b, ok := v.(*big.Int); ok {
				switch name {
				case "signum":
					return int64(b.Sign()), true, nil
				case "negate":
					return normInt(new(big.Int).Neg(b)), true, nil
				}
				return normInt(new(big.Int).Abs(b)), true, nil
			}
		}
	case 1:
		a := args[0]
		switch name {
		case "compareTo":
			if !isNumber(a) {
				return nil, false, nil
			}
			return int64(compareNumbers(v, a)), true, nil
		case "parseInt", "parseLong":
			if s, ok := a.(string); ok && !isFloat {
				return parseJavaInt(s, 10, name)
			}
			if a == nil && !isFloat {
				return nil, true, nullArgument(name)
			}
		case "parseDouble":
			if s, ok := a.(string); ok && isFloat {
				return parseJavaDouble(s)
			}
			if a == nil && isFloat {
				return nil, true, nullArgument(name)
			}
		case "valueOf":
			s, isString := a.(string)
			switch {
			case isString && isFloat:
				return parseJavaDouble(s)
			case isString:
				return parseJavaInt(s, 10, name)
			case isNumber(a) && isFloat:
				return toFloat(a), true, nil
			case isNumber(a):
				if _, float := a.(float64); !float {
					return a, true, nil
				}
			}
		case "toString":
			if isNumber(a) {
				return ToString(a), true, nil
			}
		case "toBinaryString", "toHexString", "toOctalString":
			if n, ok := a.(int64); ok && !isFloat {
				base := map[string]int{"toBinaryString": 2, "toHexString": 16, "toOctalString": 8}[name]
				if n == int64(int32(n)) {
					return strconv.FormatUint(uint64(uint32(n)), base), true, nil
				}
				return strconv.FormatUint(uint64(n), base), true, nil
			}
		case "signum":
			if n, ok := a.(int64); ok && !isFloat {
				return int64(compareNumbers(n, int64(0))), true, nil
			}
		case "isNaN":
			if x, ok := a.(float64); ok && isFloat {
				return math.IsNaN(x), true, nil
			}
		}
	case 2:
		a, b := args[0], args[1]
		switch name {
		case "parseInt", "parseLong", "valueOf":
			s, ok := a.(string)
			radix, rok := b.(int64)
			if ok && rok && !isFloat && radix >= 2 && radix <= 36 {
				return parseJavaInt(s, int(radix), name)
			}
		case "toString":
			n, ok := a.(int64)
			radix, rok := b.(int64)
			if ok && rok && !isFloat {
				if radix < 2 || radix > 36 {
					radix = 10
				}
				return strconv.FormatInt(n, int(radix)), true, nil
			}
		case "compare", "max", "min", "sum":
			if !isNumber(a) || !isNumber(b) {
				return nil, false, nil
			}
			if isFloat {
				a, b = toFloat(a), toFloat(b)
			}
			c := compareNumbers(a, b)
			switch {
			case name == "compare":
				return int64(c), true, nil
			case name == "sum":
				out, _ := arithmetic(opAdd, a, b)
				return out, true, nil
			case (c >= 0) == (name == "max"):
				return a, true, nil
			}
			return b, true, nil
		}
	}
	return nil, false, nil
}

func parseJavaInt(s string, radix int, method string) (Value, bool, error) {
	n, err := strconv.ParseInt(s, radix, 64)
	if err != nil || strings.Contains(s, "_") {
		return nil, true, fmt.Errorf("NumberFormatException: For input string: %q", clip(s))
	}
	if method == "parseInt" && n != int64(int32(n)) {
		return nil, true, fmt.Errorf("NumberFormatException: For input string: %q does not fit into an int; use parseLong", clip(s))
	}
	return n, true, nil
}

func parseJavaDouble(s string) (Value, bool, error) {
	t := strings.TrimFunc(s, func(c rune) bool { return c <= ' ' })
	switch t {
	case "NaN", "+NaN", "-NaN":
		return math.NaN(), true, nil
	case "Infinity", "+Infinity":
		return math.Inf(1), true, nil
	case "-Infinity":
		return math.Inf(-1), true, nil
	}
	if n := len(t); n > 1 && strings.IndexByte("dDfF", t[n-1]) >= 0 && !strings.ContainsAny(t, "xX") {
		t = t[:n-1]
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil && !math.IsInf(f, 0) || strings.ContainsAny(t, "_nNiI") {
		return nil, true, fmt.Errorf("NumberFormatException: For input string: %q", clip(s))
	}
	return f, true, nil
}

// clip shortens a text for an error message.
func clip(s string) string {
	if len(s) <= 60 {
		return s
	}
	return strings.ToValidUTF8(s[:60], "") + "..."
}
