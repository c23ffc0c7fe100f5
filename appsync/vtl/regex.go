package vtl

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
)

// regexTimeout bounds one match. Java's expressions backtrack, and so do these. A
// match of a sane expression takes microseconds; the bound is long enough for a
// machine that has no time for this program just now.
const regexTimeout = time.Second

// inTime makes a match, again when it was called too late by mistake: the engine
// reads a clock of its own, which lags behind and then leaps when the machine is
// busy, so that a match may seem to end long after it began.
func inTime[T any](match func() (T, error)) (T, error) {
	for tries := 1; ; tries++ {
		began := time.Now()
		found, err := match()
		if err == nil || !timedOut(err) || time.Since(began) >= regexTimeout || tries == 5 {
			return found, err
		}
	}
}

func timedOut(err error) bool { return strings.Contains(err.Error(), "timeout") }

// regexMax bounds an expression's length in bytes.
const regexMax = 4096

// regexCache keeps compiled expressions. When it is full it starts anew: templates
// use few expressions, and those that make them up as they go gain nothing from it.
type regexCache struct {
	mu sync.RWMutex
	m  map[string]*regexp2.Regexp
}

const regexCacheMax = 256

var compiledRegex = &regexCache{m: map[string]*regexp2.Regexp{}}

// CompileRegex compiles a java.util.regex pattern. With whole it must match all of
// the text, as in String.matches and Pattern.matches.
func CompileRegex(pattern string, whole bool) (*regexp2.Regexp, error) {
	if len(pattern) > regexMax {
		return nil, fmt.Errorf("the regular expression has %d bytes; at most %d are allowed", len(pattern), regexMax)
	}
	key := "f" + pattern
	if whole {
		key = "w" + pattern
	}
	c := compiledRegex
	c.mu.RLock()
	re := c.m[key]
	c.mu.RUnlock()
	if re != nil {
		return re, nil
	}
	text, err := translateRegex(pattern)
	if err != nil {
		return nil, fmt.Errorf("PatternSyntaxException: %w in the regular expression %q", err, clip(pattern))
	}
	if whole {
		text = `\A(?:` + text + `)\z`
	}
	re, err = regexp2.Compile(text, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("PatternSyntaxException: %w in the regular expression %q", err, clip(pattern))
	}
	re.MatchTimeout = regexTimeout
	c.mu.Lock()
	if len(c.m) >= regexCacheMax {
		clear(c.m)
	}
	c.m[key] = re
	c.mu.Unlock()
	return re, nil
}

// regexError words what a match can fail with.
func regexError(pattern string, err error) error {
	if timedOut(err) {
		return fmt.Errorf("the regular expression %q took longer than %s", clip(pattern), regexTimeout)
	}
	return fmt.Errorf("the regular expression %q: %w", clip(pattern), err)
}

// MatchRegex tells whether the pattern matches all of the text.
func MatchRegex(pattern, text string) (bool, error) {
	re, err := CompileRegex(pattern, true)
	if err != nil {
		return false, err
	}
	ok, err := inTime(func() (bool, error) { return re.MatchString(text) })
	if err != nil {
		return false, regexError(pattern, err)
	}
	return ok, nil
}

// javaClasses are the POSIX and Java classes of \p{...} with what stands for them,
// to be used inside brackets.
var javaClasses = map[string]string{
	"Lower": "a-z", "Upper": "A-Z", "ASCII": `\x00-\x7F`, "Alpha": "a-zA-Z", "Digit": "0-9",
	"Alnum": "a-zA-Z0-9", "Punct": "!-/:-@\\[-`{-~", "Graph": "!-~", "Print": " -~", "Blank": ` \t`,
	"Cntrl": `\x00-\x1F\x7F`, "XDigit": "0-9a-fA-F", "Space": ` \t\n\x0B\f\r`,
	"javaLowerCase": `\p{Ll}`, "javaUpperCase": `\p{Lu}`, "javaWhitespace": `\s`,
	"IsAlphabetic": `\p{L}\p{Nl}`, "IsLetter": `\p{L}`, "IsDigit": `\p{Nd}`, "IsUppercase": `\p{Lu}`,
	"IsLowercase": `\p{Ll}`, "IsWhite_Space": `\s`, "IsPunctuation": `\p{P}`,
}

// Java's \d, \w, \s know ASCII only.
var asciiClasses = map[byte]string{'d': "0-9", 'w': "a-zA-Z_0-9", 's': ` \t\n\x0B\f\r`, 'h': ` \t\xA0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000`, 'v': `\n\x0B\f\r\x85\u2028\u2029`}

// translateRegex turns Java's syntax into that of the engine used here, where the
// two differ: \Q...\E, possessive quantifiers, ASCII classes, POSIX classes, \z
// and \Z, flags, quantified braces and intersections of classes.
func translateRegex(p string) (string, error) {
	t := regexTranslator{p: p}
	if err := t.run(); err != nil {
		return "", err
	}
	return t.out.String(), nil
}

type regexTranslator struct {
	p   string
	i   int
	out strings.Builder
	// start of the last atom in out, for possessive quantifiers
	atom   int
	groups []int
}

func (t *regexTranslator) run() error {
	t.atom = -1
	for t.i < len(t.p) {
		c := t.p[t.i]
		switch c {
		case '\\':
			t.atom = t.out.Len()
			if err := t.escape(false); err != nil {
				return err
			}
		case '[':
			t.atom = t.out.Len()
			class, err := t.class()
			if err != nil {
				return err
			}
			t.out.WriteString(class)
		case '(':
			if err := t.group(); err != nil {
				return err
			}
		case ')':
			t.out.WriteByte(')')
			t.i++
			if n := len(t.groups); n > 0 {
				t.atom = t.groups[n-1]
				t.groups = t.groups[:n-1]
			}
		case '*', '+', '?', '{':
			if err := t.quantifier(); err != nil {
				return err
			}
		case '.':
			t.atom = t.out.Len()
			t.out.WriteByte('.')
			t.i++
		case '$':
			// In Java $ also matches before a final \r\n.
			t.out.WriteString(`(?=(?:\r\n|[\n\r\u0085\u2028\u2029])?\z)`)
			t.i++
			t.atom = -1
		default:
			t.atom = t.out.Len()
			n := 1
			for t.i+n < len(t.p) && t.p[t.i+n]&0xC0 == 0x80 {
				n++
			}
			t.out.WriteString(t.p[t.i : t.i+n])
			t.i += n
		}
	}
	return nil
}

// group copies the opening of a group. Of Java's flags those that mean nothing here
// (d, u, U) are dropped.
func (t *regexTranslator) group() error {
	start := t.out.Len()
	t.atom = -1
	if !strings.HasPrefix(t.p[t.i:], "(?") {
		t.groups = append(t.groups, start)
		t.out.WriteByte('(')
		t.i++
		return nil
	}
	for _, head := range []string{"(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"} {
		if strings.HasPrefix(t.p[t.i:], head) {
			t.groups = append(t.groups, start)
			t.out.WriteString(head)
			t.i += len(head)
			return nil
		}
	}
	end := strings.IndexAny(t.p[t.i:], ":)>")
	if end < 0 {
		return errors.New("unclosed group")
	}
	head := t.p[t.i : t.i+end+1]
	t.i += len(head)
	if strings.HasPrefix(head, "(?<") {
		t.groups = append(t.groups, start)
		t.out.WriteString(head)
		return nil
	}
	flags := head[2:end]
	if strings.Trim(flags, "imsxduU-") != "" {
		return fmt.Errorf("unknown group type %s", head)
	}
	flags = strings.Map(func(c rune) rune {
		if strings.ContainsRune("duU", c) {
			return -1
		}
		return c
	}, flags)
	if head[end] == ')' {
		if strings.Trim(flags, "-") != "" {
			t.out.WriteString("(?" + flags + ")")
		}
		return nil
	}
	t.groups = append(t.groups, start)
	if strings.Trim(flags, "-") == "" {
		flags = ""
	}
	t.out.WriteString("(?" + flags + ":")
	return nil
}

// quantifier copies * + ? {n,m} and what follows it; X*+ becomes (?>X*).
func (t *regexTranslator) quantifier() error {
	start := t.i
	if t.p[t.i] == '{' {
		end := strings.IndexByte(t.p[t.i:], '}')
		if end < 0 || t.i+1 >= len(t.p) || !isDigit(t.p[t.i+1]) {
			return errors.New("illegal repetition {")
		}
		t.i += end + 1
	} else {
		t.i++
	}
	if t.atom < 0 {
		return fmt.Errorf("dangling meta character '%c'", t.p[start])
	}
	q := t.p[start:t.i]
	if t.i < len(t.p) && t.p[t.i] == '+' {
		t.i++
		all := t.out.String()
		t.out.Reset()
		t.out.WriteString(all[:t.atom] + "(?>" + all[t.atom:] + q + ")")
		t.atom = -1
		return nil
	}
	t.out.WriteString(q)
	if t.i < len(t.p) && t.p[t.i] == '?' {
		t.out.WriteByte('?')
		t.i++
	}
	t.atom = -1
	return nil
}

// escape translates what starts with a backslash.
func (t *regexTranslator) escape(inClass bool) error {
	if t.i+1 >= len(t.p) {
		return errors.New("a backslash at the end")
	}
	c := t.p[t.i+1]
	open, shut := "[", "]"
	if inClass {
		open, shut = "", ""
	}
	switch c {
	case 'Q':
		rest := t.p[t.i+2:]
		end := strings.Index(rest, `\E`)
		quoted := rest
		if end >= 0 {
			quoted = rest[:end]
			t.i += 2 + end + 2
		} else {
			t.i = len(t.p)
		}
		for i, ch := range quoted {
			if i == strings.LastIndexAny(quoted, quoted) {
				t.atom = t.out.Len()
			}
			t.out.WriteString(regexp2.Escape(string(ch)))
		}
		return nil
	case 'E':
		t.i += 2
		return nil
	case 'd', 'w', 's', 'h', 'v':
		t.out.WriteString(open + asciiClasses[c] + shut)
	case 'D', 'W', 'S', 'H', 'V':
		if inClass {
			t.out.WriteString(`\` + string(c))
			break
		}
		t.out.WriteString("[^" + asciiClasses[c|0x20] + "]")
	case 'b', 'B':
		t.out.WriteString(`\` + string(c))
	case 'Z':
		t.out.WriteString(`(?=(?:\r\n|[\n\r\u0085\u2028\u2029])?\z)`)
	case 'R':
		t.out.WriteString(`(?:\r\n|[\n\x0B\f\r\u0085\u2028\u2029])`)
	case 'x':
		if strings.HasPrefix(t.p[t.i+2:], "{") {
			end := strings.IndexByte(t.p[t.i:], '}')
			if end < 0 {
				return errors.New(`\x{ without }`)
			}
			var n rune
			if _, err := fmt.Sscanf(t.p[t.i+3:t.i+end], "%x", &n); err != nil {
				return errors.New(`\x{ } needs a hexadecimal number`)
			}
			t.out.WriteString(regexp2.Escape(string(n)))
			t.i += end + 1
			return nil
		}
		t.out.WriteString(`\x`)
	case 'p', 'P':
		return t.property(inClass)
	default:
		// Everything else is the same: \n, \t, \uXXXX, \1, \k<name>, \., \A, \z ...
		if isAlpha(c) && strings.IndexByte("tnrfaeucAzGkx0", c) < 0 {
			return fmt.Errorf(`illegal escape \%c`, c)
		}
		n := 2
		for t.i+n < len(t.p) && t.p[t.i+n]&0xC0 == 0x80 {
			n++
		}
		t.out.WriteString(t.p[t.i : t.i+n])
		t.i += n
		return nil
	}
	t.i += 2
	return nil
}

// property translates \p{...} and \P{...}.
func (t *regexTranslator) property(inClass bool) error {
	not := t.p[t.i+1] == 'P'
	rest := t.p[t.i+2:]
	name := ""
	switch {
	case rest == "":
		return errors.New(`\p without a class`)
	case rest[0] != '{':
		name = rest[:1]
		t.i += 3
	default:
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return errors.New(`\p{ without }`)
		}
		name = rest[1:end]
		t.i += 2 + end + 1
	}
	class, known := javaClasses[name]
	if !known {
		for _, prefix := range []string{"Is", "general_category=", "gc=", "script=", "sc=", "block=", "blk="} {
			name = strings.TrimPrefix(name, prefix)
		}
		class = `\p{` + name + "}"
		if not {
			class = `\P{` + name + "}"
		}
		t.out.WriteString(class)
		return nil
	}
	switch {
	case inClass && not:
		return fmt.Errorf(`\P{%s} inside brackets is not supported`, name)
	case inClass:
		t.out.WriteString(class)
	case not:
		t.out.WriteString("[^" + class + "]")
	default:
		t.out.WriteString("[" + class + "]")
	}
	return nil
}

// class translates [...], with nested classes as unions. Intersections (&&) become
// look-aheads.
func (t *regexTranslator) class() (string, error) {
	t.i++ // [
	not := false
	if t.i < len(t.p) && t.p[t.i] == '^' {
		not = true
		t.i++
	}
	var parts []string // of an intersection
	var alternatives []string
	saved := t.out
	t.out = strings.Builder{}
	defer func() { t.out = saved }()
	finish := func() {
		text := t.out.String()
		t.out = strings.Builder{}
		if text != "" {
			alternatives = append(alternatives, "["+text+"]")
		}
		switch len(alternatives) {
		case 0:
		case 1:
			parts = append(parts, alternatives[0])
		default:
			parts = append(parts, "(?:"+strings.Join(alternatives, "|")+")")
		}
		alternatives = nil
	}
	first := true
	for {
		if t.i >= len(t.p) {
			return "", errors.New("unclosed character class")
		}
		c := t.p[t.i]
		switch {
		case c == ']' && !first:
			t.i++
			finish()
			if len(parts) == 0 {
				return "", errors.New("empty character class")
			}
			last := parts[len(parts)-1]
			text := last
			if len(parts) > 1 {
				text = ""
				for _, p := range parts[:len(parts)-1] {
					text += "(?=" + p + ")"
				}
				text = "(?:" + text + last + ")"
			}
			if not {
				if len(parts) == 1 && strings.HasPrefix(last, "[") && !strings.HasPrefix(last, "[^") {
					return "[^" + last[1:], nil
				}
				return "(?:(?!" + text + `)[\s\S])`, nil
			}
			return text, nil
		case c == '[':
			inner, err := t.class()
			if err != nil {
				return "", err
			}
			alternatives = append(alternatives, inner)
		case c == '&' && strings.HasPrefix(t.p[t.i:], "&&"):
			t.i += 2
			finish()
		case c == '\\':
			if next := t.i + 1; next < len(t.p) && strings.IndexByte("DWSHV", t.p[next]) >= 0 {
				alternatives = append(alternatives, "[^"+asciiClasses[t.p[next]|0x20]+"]")
				t.i += 2
				break
			}
			if err := t.escape(true); err != nil {
				return "", err
			}
		case c == '^' && t.out.Len() == 0:
			t.out.WriteString(`\^`)
			t.i++
		default:
			n := 1
			for t.i+n < len(t.p) && t.p[t.i+n]&0xC0 == 0x80 {
				n++
			}
			if c == ']' {
				t.out.WriteByte('\\')
			}
			t.out.WriteString(t.p[t.i : t.i+n])
			t.i += n
		}
		first = false
	}
}

// replacement checks and translates the second argument of replaceAll: Java's
// \c is a plain c, and $1 and ${name} are groups.
func replacement(s string, groups int) (func(m *regexp2.Match) (string, error), error) {
	type piece struct {
		text string
		name string
		num  int
	}
	var pieces []piece
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			pieces = append(pieces, piece{text: text.String(), num: -1})
			text.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			if i++; i >= len(s) {
				return nil, errors.New("the replacement ends in a backslash")
			}
			text.WriteByte(s[i])
		case c == '$' && i+1 < len(s) && s[i+1] == '{':
			end := strings.IndexByte(s[i:], '}')
			if end < 3 {
				return nil, errors.New("the replacement has a ${ without a name and }")
			}
			flush()
			pieces = append(pieces, piece{name: s[i+2 : i+end], num: -1})
			i += end
		case c == '$':
			if i+1 >= len(s) || !isDigit(s[i+1]) {
				return nil, errors.New("illegal group reference in the replacement: write \\$ for a dollar")
			}
			i++
			n := int(s[i] - '0')
			if n > groups {
				return nil, fmt.Errorf("the replacement names group %d, but there are %d", n, groups)
			}
			for i+1 < len(s) && isDigit(s[i+1]) && n*10+int(s[i+1]-'0') <= groups {
				i++
				n = n*10 + int(s[i]-'0')
			}
			flush()
			pieces = append(pieces, piece{num: n})
		default:
			text.WriteByte(c)
		}
	}
	flush()
	return func(m *regexp2.Match) (string, error) {
		var b strings.Builder
		for _, p := range pieces {
			switch {
			case p.name != "":
				g := m.GroupByName(p.name)
				if g == nil {
					return "", fmt.Errorf("the replacement names group %q, which the expression doesn't have", p.name)
				}
				b.WriteString(g.String())
			case p.num >= 0:
				if g := m.GroupByNumber(p.num); g != nil {
					b.WriteString(g.String())
				}
			default:
				b.WriteString(p.text)
			}
		}
		return b.String(), nil
	}, nil
}
