package vtl

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxWidth bounds the width and precision of a format specifier.
const maxWidth = 10_000

// format is String.format with the conversions s S d f e E g x X o c b B n %,
// their flags, widths, precisions and argument indexes. Locale is the root's.
func (r *run) format(pattern Value, args []Value) (Value, bool, error) {
	p, ok := pattern.(string)
	if !ok {
		return nil, false, nil
	}
	// Varargs: a single array is the array of arguments.
	if len(args) == 1 {
		if l, ok := args[0].(*List); ok && l.fixed {
			args = l.items
		}
	}
	var b strings.Builder
	next, lastIndex := 0, -1
	for i := 0; i < len(p); {
		if p[i] != '%' {
			end := strings.IndexByte(p[i:], '%')
			if end < 0 {
				end = len(p) - i
			}
			b.WriteString(p[i : i+end])
			i += end
			continue
		}
		spec, n, err := parseSpec(p[i:])
		if err != nil {
			return nil, true, err
		}
		i += n
		switch spec.verb {
		case '%':
			b.WriteString(spec.pad("%"))
			continue
		case 'n':
			b.WriteByte('\n')
			continue
		}
		index := 0
		switch {
		case spec.index > 0:
			index = spec.index - 1
		case spec.previous:
			index = lastIndex
		default:
			index = next
			next++
		}
		if index < 0 || index >= len(args) {
			return nil, true, fmt.Errorf("MissingFormatArgumentException: Format specifier '%s'", spec.text)
		}
		lastIndex = index
		text, err := r.formatOne(spec, args[index])
		if err != nil {
			return nil, true, err
		}
		if err := r.charge(len(text)); err != nil {
			return nil, true, err
		}
		b.WriteString(text)
	}
	return b.String(), true, r.charge(b.Len())
}

type formatSpec struct {
	text                                          string
	index                                         int
	previous                                      bool
	left, plus, space, zero, group, paren, altern bool
	width, precision                              int // -1: none
	verb                                          byte
}

func parseSpec(s string) (formatSpec, int, error) {
	f := formatSpec{width: -1, precision: -1}
	i := 1
	bad := func() (formatSpec, int, error) {
		return f, 0, fmt.Errorf("UnknownFormatConversionException: in %q", clip(s[:min(i+1, len(s))]))
	}
	num := func() int {
		n := 0
		for i < len(s) && isDigit(s[i]) {
			n = min(n*10+int(s[i]-'0'), maxWidth+1)
			i++
		}
		return n
	}
	if i < len(s) && isDigit(s[i]) && s[i] != '0' {
		save := i
		n := num()
		if i < len(s) && s[i] == '$' {
			f.index = n
			i++
		} else {
			i = save
		}
	} else if i < len(s) && s[i] == '<' {
		f.previous = true
		i++
	}
flags:
	for i < len(s) {
		switch s[i] {
		case '-':
			f.left = true
		case '+':
			f.plus = true
		case ' ':
			f.space = true
		case '0':
			f.zero = true
		case ',':
			f.group = true
		case '(':
			f.paren = true
		case '#':
			f.altern = true
		default:
			break flags
		}
		i++
	}
	if i < len(s) && isDigit(s[i]) {
		f.width = num()
	}
	if i < len(s) && s[i] == '.' {
		i++
		if i >= len(s) || !isDigit(s[i]) {
			return bad()
		}
		f.precision = num()
	}
	if i >= len(s) || f.width > maxWidth || f.precision > maxWidth {
		return bad()
	}
	f.verb = s[i]
	if f.width < 0 && (f.left || f.zero) {
		return f, 0, fmt.Errorf("MissingFormatWidthException: %s", s[:i+1])
	}
	if strings.IndexByte("sSdfeEgGxXocCbBhHn%", f.verb) < 0 {
		return bad()
	}
	i++
	f.text = s[:i]
	return f, i, nil
}

func (f formatSpec) pad(s string) string {
	n := f.width - utf8.RuneCountInString(s)
	if n <= 0 {
		return s
	}
	if f.left {
		return s + strings.Repeat(" ", n)
	}
	return strings.Repeat(" ", n) + s
}

func (f formatSpec) cut(s string) string {
	if f.precision < 0 || utf8.RuneCountInString(s) <= f.precision {
		return s
	}
	return string([]rune(s)[:f.precision])
}

func (r *run) formatOne(f formatSpec, v Value) (string, error) {
	wrong := fmt.Errorf("IllegalFormatConversionException: %s with a %s", f.text, TypeName(v))
	switch f.verb {
	case 's', 'S':
		s, err := r.text(v)
		if err != nil {
			return "", err
		}
		if s = f.cut(s); f.verb == 'S' {
			s = toUpper(s)
		}
		return f.pad(s), nil
	case 'b', 'B':
		s := "true"
		if x, ok := v.(bool); v == nil || ok && !x {
			s = "false"
		}
		if s = f.cut(s); f.verb == 'B' {
			s = strings.ToUpper(s)
		}
		return f.pad(s), nil
	case 'h', 'H':
		s := "null"
		if v != nil {
			h, err := r.hash(v)
			if err != nil {
				return "", err
			}
			s = strconv.FormatUint(uint64(uint32(h.(int64))), 16)
		}
		if f.verb == 'H' {
			s = strings.ToUpper(s)
		}
		return f.pad(f.cut(s)), nil
	}
	if v == nil {
		return f.pad("null"), nil
	}
	switch f.verb {
	case 'c', 'C':
		s := ""
		switch x := v.(type) {
		case int64:
			if x < 0 || x > utf8.MaxRune {
				return "", fmt.Errorf("IllegalFormatCodePointException: Code point = 0x%x", x)
			}
			s = string(rune(x))
		case string:
			if utf8.RuneCountInString(x) != 1 {
				return "", wrong
			}
			s = x
		default:
			return "", wrong
		}
		if f.verb == 'C' {
			s = toUpper(s)
		}
		return f.pad(s), nil
	case 'd':
		switch v.(type) {
		case int64, *big.Int:
			b := toBig(v)
			return f.number(new(big.Int).Abs(b).String(), "", b.Sign() < 0), nil
		}
		return "", wrong
	case 'x', 'X', 'o':
		base := 16
		if f.verb == 'o' {
			base = 8
		}
		s := ""
		switch x := v.(type) {
		case int64:
			if x == int64(int32(x)) {
				s = strconv.FormatUint(uint64(uint32(x)), base)
			} else {
				s = strconv.FormatUint(uint64(x), base)
			}
		case *big.Int:
			s = x.Text(base)
		default:
			return "", wrong
		}
		if f.altern {
			s = map[int]string{16: "0x", 8: "0"}[base] + s
		}
		if f.verb == 'X' {
			s = strings.ToUpper(s)
		}
		if f.zero {
			for len(s) < f.width {
				s = "0" + s
			}
		}
		return f.pad(s), nil
	}
	x, ok := v.(float64)
	if !ok {
		return "", wrong
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		s := string(appendDouble(nil, math.Abs(x)))
		f.zero, f.group = false, false
		return f.number(s, "", math.Signbit(x) && !math.IsNaN(x)), nil
	}
	prec := f.precision
	if prec < 0 {
		prec = 6
	}
	a := math.Abs(x)
	switch f.verb {
	case 'e', 'E':
		s := strconv.FormatFloat(a, 'e', prec, 64)
		if f.verb == 'E' {
			s = strings.ToUpper(s)
		}
		return f.number(s, "", math.Signbit(x)), nil
	case 'g', 'G':
		if prec == 0 {
			prec = 1
		}
		var s string
		if a != 0 && (a < 1e-4 || a >= math.Pow10(prec)) {
			s = strconv.FormatFloat(a, 'e', prec-1, 64)
		} else {
			digits := prec - 1
			if a != 0 {
				digits = max(prec-1-int(math.Floor(math.Log10(a))), 0)
			}
			s = strconv.FormatFloat(a, 'f', digits, 64)
		}
		if f.verb == 'G' {
			s = strings.ToUpper(s)
		}
		return f.number(s, "", math.Signbit(x)), nil
	}
	s := halfUp(a, prec)
	whole, frac, _ := strings.Cut(s, ".")
	if frac != "" {
		frac = "." + frac
	}
	return f.number(whole, frac, math.Signbit(x)), nil
}

// halfUp writes a positive double with prec digits after the point. Java rounds
// the decimal that toString gives, halves up; Go rounds the exact binary value.
func halfUp(a float64, prec int) string {
	text := strconv.FormatFloat(a, 'f', -1, 64)
	point := strings.IndexByte(text, '.')
	if point < 0 || len(text)-point-1 <= prec {
		return strconv.FormatFloat(a, 'f', prec, 64)
	}
	digits := []byte("0" + text[:point] + text[point+1:point+1+prec])
	if text[point+1+prec] >= '5' {
		for i := len(digits) - 1; i >= 0; i-- {
			if digits[i]++; digits[i] <= '9' {
				break
			}
			digits[i] = '0'
		}
	}
	whole := strings.TrimLeft(string(digits[:point+1]), "0")
	if whole == "" {
		whole = "0"
	}
	if prec == 0 {
		return whole
	}
	return whole + "." + string(digits[point+1:])
}

// number adds grouping, sign and padding.
func (f formatSpec) number(whole, rest string, negative bool) string {
	if f.group {
		var b strings.Builder
		for i, c := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteByte(',')
			}
			b.WriteRune(c)
		}
		whole = b.String()
	}
	sign, tail := "", ""
	switch {
	case negative && f.paren:
		sign, tail = "(", ")"
	case negative:
		sign = "-"
	case f.plus:
		sign = "+"
	case f.space:
		sign = " "
	}
	if f.zero {
		for len(sign)+len(whole)+len(rest)+len(tail) < f.width {
			whole = "0" + whole
		}
	}
	return f.pad(sign + whole + rest + tail)
}
