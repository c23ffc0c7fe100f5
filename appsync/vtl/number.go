package vtl

import (
	"math"
	"math/big"
	"strconv"
)

// appendDouble writes a double as java.lang.Double.toString does: at least one
// digit after the point, exponents from 10^7 and below 10^-3. The digits are the
// shortest that give the value back, as in JDK 19 and later; earlier JDKs print
// one digit more for a few values.
func appendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(f); a == 0 || (a >= 1e-3 && a < 1e7) {
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		for _, c := range dst[start:] {
			if c == '.' {
				return dst
			}
		}
		return append(dst, '.', '0')
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	if len(text) > 1 && (text[1] == 'e' || text[0] == '-' && text[2] == 'e') {
		// Java takes two digits if one would do, the closest two.
		var two [32]byte
		closer := strconv.AppendFloat(two[:0], f, 'e', 1, 64)
		if back, err := strconv.ParseFloat(string(closer), 64); err == nil && back == f {
			text = append(buf[:0], closer...)
		}
	}
	point := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '.':
			point = true
			dst = append(dst, c)
		case 'e':
			if !point {
				dst = append(dst, '.', '0')
			}
			dst = append(dst, 'E')
			exp := text[i+1:]
			if exp[0] == '-' {
				dst = append(dst, '-')
			}
			exp = exp[1:]
			for len(exp) > 1 && exp[0] == '0' {
				exp = exp[1:]
			}
			return append(dst, exp...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// normInt makes an int64 of a big integer that fits into one.
func normInt(b *big.Int) Value {
	if b.IsInt64() {
		return b.Int64()
	}
	return b
}

// parseInteger reads decimal digits with an optional sign.
func parseInteger(s string) (Value, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	b, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return nil, false
	}
	return normInt(b), true
}

func isNumber(v Value) bool {
	switch v.(type) {
	case int64, float64, *big.Int:
		return true
	}
	return false
}

func toFloat(v Value) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f
	}
	return math.NaN()
}

func toBig(v Value) *big.Int {
	switch v := v.(type) {
	case int64:
		return big.NewInt(v)
	case *big.Int:
		return v
	}
	return new(big.Int)
}

// toLong is Number.longValue(): doubles are cut towards zero and held to the
// range, big integers keep their low 64 bits.
func toLong(v Value) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case float64:
		switch {
		case v != v:
			return 0
		case v >= math.MaxInt64:
			return math.MaxInt64
		case v <= math.MinInt64:
			return math.MinInt64
		}
		return int64(v)
	case *big.Int:
		return int64(new(big.Int).And(v, new(big.Int).SetUint64(math.MaxUint64)).Uint64())
	}
	return 0
}

// toInt is Number.intValue().
func toInt(v Value) int32 {
	if f, ok := v.(float64); ok {
		switch {
		case f != f:
			return 0
		case f >= math.MaxInt32:
			return math.MaxInt32
		case f <= math.MinInt32:
			return math.MinInt32
		}
		return int32(f)
	}
	return int32(toLong(v))
}

// compareNumbers orders two numbers by value across types.
func compareNumbers(a, b Value) int {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
	}
	_, af := a.(float64)
	_, bf := b.(float64)
	if af || bf {
		x, y := toFloat(a), toFloat(b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		case x == y:
			return 0
		case math.IsNaN(x) && !math.IsNaN(y):
			return 1
		case math.IsNaN(y) && !math.IsNaN(x):
			return -1
		}
		return 0
	}
	return toBig(a).Cmp(toBig(b))
}

// maxBits bounds big integers: squaring in a loop would double them each turn.
const maxBits = 1 << 16

// arithmetic does + - * / % on two numbers. ok is false where Velocity gives
// null: division by zero.
func arithmetic(op operator, a, b Value) (v Value, ok bool) {
	_, af := a.(float64)
	_, bf := b.(float64)
	if af || bf {
		x, y := toFloat(a), toFloat(b)
		switch op {
		case opAdd:
			return x + y, true
		case opSub:
			return x - y, true
		case opMul:
			return x * y, true
		case opDiv:
			if y == 0 {
				return nil, false
			}
			return x / y, true
		default:
			if y == 0 {
				return nil, false
			}
			return math.Mod(x, y), true
		}
	}
	x, xok := a.(int64)
	y, yok := b.(int64)
	if xok && yok {
		switch op {
		case opAdd:
			if s := x + y; (s > x) == (y > 0) {
				return s, true
			}
		case opSub:
			if d := x - y; (d < x) == (y > 0) {
				return d, true
			}
		case opMul:
			if x == 0 || y == 0 {
				return int64(0), true
			}
			if p := x * y; p/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64) {
				return p, true
			}
		case opDiv:
			if y == 0 {
				return nil, false
			}
			if !(x == math.MinInt64 && y == -1) {
				return x / y, true
			}
		default:
			if y == 0 {
				return nil, false
			}
			if y == -1 {
				return int64(0), true
			}
			return x % y, true
		}
	}
	p, q := toBig(a), toBig(b)
	r := new(big.Int)
	switch op {
	case opAdd:
		r.Add(p, q)
	case opSub:
		r.Sub(p, q)
	case opMul:
		if p.BitLen()+q.BitLen() > maxBits {
			return nil, false
		}
		r.Mul(p, q)
	case opDiv:
		if q.Sign() == 0 {
			return nil, false
		}
		r.Quo(p, q)
	default:
		if q.Sign() == 0 {
			return nil, false
		}
		r.Rem(p, q)
	}
	return normInt(r), true
}
