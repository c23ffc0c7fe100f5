package rdsdata

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// parsed is an SQL text with its :name parameters found. It is made once per
// text and shared.
type parsed struct {
	source string
	text   string   // with $1, $2, ... instead of the names
	names  []string // names[i] is the parameter of $i+1
	marks  []mark

	statements int    // how many statements the text holds
	positional int    // byte offset+1 of a $1 in the source; 0 if none
	verb       string // first word, upper case

	mu       sync.Mutex
	variants atomic.Pointer[[]*variant]
}

// mark is one place where a name was replaced.
type mark struct {
	source, sourceLen int // bytes
	text, textLen     int
}

// variant is a statement with one choice of parameter types: what is prepared.
type variant struct {
	parsed *parsed
	oids   []uint32

	// resultSize remembers how many bytes the last result took, for the next
	// one's buffer.
	resultSize atomic.Int64
	resultRows atomic.Int64
}

// maxVariants bounds the type choices kept for one text; above it the oldest
// gives way. Each parameter can be of a handful of types, so this is reached only
// by nonsense.
const maxVariants = 64

// variant returns the statement's variant with these parameter types.
func (p *parsed) variant(oids []uint32) *variant {
	if list := p.variants.Load(); list != nil {
		for _, v := range *list {
			if slices.Equal(v.oids, oids) {
				return v
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*variant
	if old := p.variants.Load(); old != nil {
		for _, v := range *old {
			if slices.Equal(v.oids, oids) {
				return v
			}
		}
		list = *old
		if len(list) >= maxVariants {
			list = list[1:]
		}
	}
	v := &variant{parsed: p, oids: slices.Clone(oids)}
	list = append(slices.Clone(list), v)
	p.variants.Store(&list)
	return v
}

// originalPosition turns PostgreSQL's position in the rewritten text (characters,
// from 1) into the one in the text that was sent. AWS's own choice isn't known;
// this one helps who reads it.
func (p *parsed) originalPosition(pos int) int {
	if p == nil || len(p.marks) == 0 {
		return pos
	}
	offset := len(p.text)
	chars := 1
	for i := range p.text {
		if chars == pos {
			offset = i
			break
		}
		chars++
	}
	shift := 0
	for _, m := range p.marks {
		if offset < m.text {
			break
		}
		if offset < m.text+m.textLen {
			offset, shift = m.text, m.source-m.text
			break
		}
		shift = m.source + m.sourceLen - m.text - m.textLen
	}
	return utf8.RuneCountInString(p.source[:min(max(offset+shift, 0), len(p.source))]) + 1
}

// parse finds parameters, the number of statements and the first word of an SQL
// text. It accepts every text: what it can't make sense of (an unfinished string)
// is PostgreSQL's to refuse. The rules are those of PostgreSQL's scanner with
// standard_conforming_strings on.
func parse(sql string) *parsed {
	s := scanner{src: sql, p: &parsed{source: sql}, index: map[string]int{}}
	s.run()
	return s.p
}

type scanner struct {
	src   string
	p     *parsed
	index map[string]int // name -> number
	out   strings.Builder
	done  int // bytes of src copied to out

	pending bool     // something of a statement was seen since the last ';'
	words   []string // the first words of the statement, upper case, at most five
	depth   int      // of BEGIN ATOMIC ... END and CASE ... END in a function's body
	parens  int
}

func isNameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isNamePart(c byte) bool { return isNameStart(c) || '0' <= c && c <= '9' }

// isWordPart: characters of PostgreSQL's identifiers.
func isWordPart(c byte) bool { return isNamePart(c) || c == '$' || c >= utf8.RuneSelf }

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func (s *scanner) run() {
	src := s.src
	for i := 0; i < len(src); {
		c := src[i]
		next := byte(0)
		if i+1 < len(src) {
			next = src[i+1]
		}
		switch {
		case isSpace(c):
			i++
			continue
		case c == '-' && next == '-':
			if n := strings.IndexAny(src[i:], "\n\r"); n >= 0 {
				i += n
			} else {
				i = len(src)
			}
			continue
		case c == '/' && next == '*':
			i = skipComment(src, i)
			continue
		case c == ';' && s.parens == 0 && s.depth == 0:
			i++
			s.endStatement()
			continue
		}
		s.pending = true
		switch {
		case c == '\'':
			i = skipString(src, i, false)
		case c == '"':
			i = skipQuoted(src, i, '"')
		case c == '(':
			s.parens++
			i++
		case c == ')':
			s.parens = max(0, s.parens-1)
			i++
		case c == ':' && (next == ':' || next == '='):
			i += 2
		case c == ':' && isNameStart(next):
			end := i + 1
			for end < len(src) && isNamePart(src[end]) {
				end++
			}
			s.parameter(i, end)
			i = end
		case c == '$' && '0' <= next && next <= '9':
			if s.p.positional == 0 {
				s.p.positional = i + 1
			}
			i++
			for i < len(src) && '0' <= src[i] && src[i] <= '9' {
				i++
			}
		case c == '$':
			i = skipDollar(src, i)
		case '0' <= c && c <= '9':
			// A number takes what is glued to it ("1e5", "0x1f"), so that no letter
			// of it is read as the start of a quoted string.
			for i < len(src) && (isNamePart(src[i]) || src[i] == '.') {
				i++
			}
		case isWordPart(c):
			end := i
			for end < len(src) && isWordPart(src[end]) {
				end++
			}
			word := src[i:end]
			if end < len(src) && src[end] == '\'' && len(word) == 1 && (word == "e" || word == "E") {
				i = skipString(src, end, true)
				continue
			}
			s.word(word)
			i = end
		default:
			i++
		}
	}
	s.endStatement()
	s.out.WriteString(src[s.done:])
	s.p.text = s.out.String()
}

func (s *scanner) endStatement() {
	if s.pending {
		s.p.statements++
	}
	s.pending, s.words, s.depth, s.parens = false, nil, 0, 0
}

// word keeps the first words of a statement and follows the nesting inside an
// SQL-standard function body, whose semicolons don't end the statement (as psql
// does).
func (s *scanner) word(w string) {
	const kept = 5
	if len(s.words) < kept {
		up := strings.ToUpper(w)
		s.words = append(s.words, up)
		if s.p.verb == "" {
			s.p.verb = up
		}
	}
	if s.parens > 0 || s.words[0] != "CREATE" {
		return
	}
	routine := false
	for _, w := range s.words[1:] {
		if w == "FUNCTION" || w == "PROCEDURE" {
			routine = true
			break
		}
		if w != "OR" && w != "REPLACE" {
			break
		}
	}
	if !routine {
		return
	}
	switch {
	case strings.EqualFold(w, "BEGIN"):
		s.depth++
	case strings.EqualFold(w, "CASE") && s.depth > 0:
		s.depth++
	case strings.EqualFold(w, "END") && s.depth > 0:
		s.depth--
	}
}

func (s *scanner) parameter(start, end int) {
	name := s.src[start+1 : end]
	n, ok := s.index[name]
	if !ok {
		s.p.names = append(s.p.names, name)
		n = len(s.p.names)
		s.index[name] = n
	}
	s.out.WriteString(s.src[s.done:start])
	at := s.out.Len()
	s.out.WriteByte('$')
	s.out.WriteString(strconv.Itoa(n))
	s.p.marks = append(s.p.marks, mark{source: start, sourceLen: end - start, text: at, textLen: s.out.Len() - at})
	s.done = end
}

// skipComment passes a block comment; they nest.
func skipComment(src string, i int) int {
	depth := 0
	for i < len(src) {
		switch {
		case strings.HasPrefix(src[i:], "/*"):
			depth++
			i += 2
		case strings.HasPrefix(src[i:], "*/"):
			depth--
			i += 2
			if depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return i
}

// skipQuoted passes a quoted thing whose quote is doubled inside.
func skipQuoted(src string, i int, quote byte) int {
	for i++; i < len(src); i++ {
		if src[i] != quote {
			continue
		}
		if i+1 < len(src) && src[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return i
}

// skipString passes a string constant. In an escape string (E'...') a backslash
// protects the next character, also in its continuation on a later line.
func skipString(src string, i int, escapes bool) int {
	for {
		i++
		for i < len(src) && src[i] != '\'' {
			if escapes && src[i] == '\\' {
				i++
			}
			i++
		}
		if i >= len(src) {
			return len(src)
		}
		i++
		if i < len(src) && src[i] == '\'' {
			continue // a doubled quote
		}
		// 'a' <line end> 'b' is one constant.
		next, newline := i, false
		for next < len(src) && isSpace(src[next]) {
			newline = newline || src[next] == '\n' || src[next] == '\r'
			next++
		}
		if !newline || next >= len(src) || src[next] != '\'' {
			return i
		}
		i = next
	}
}

// skipDollar passes a dollar-quoted string, or a lone dollar sign.
func skipDollar(src string, i int) int {
	end := i + 1
	for end < len(src) && (isNamePart(src[end]) || src[end] >= utf8.RuneSelf) {
		end++
	}
	if end >= len(src) || src[end] != '$' {
		return i + 1
	}
	tag := src[i : end+1]
	n := strings.Index(src[end+1:], tag)
	if n < 0 {
		return len(src)
	}
	return end + 1 + n + len(tag)
}

// parseCache keeps the analysis of the texts used last, bounded by number.
type parseCache struct {
	mu  sync.RWMutex
	max int
	old map[string]*parsed
	cur map[string]*parsed
}

// get returns the analysis of a text. The cache has two generations: when the new
// one is full it becomes the old one, and what is used again moves back. So what
// is in use stays, and a flood of different texts costs no more than its parsing.
func (c *parseCache) get(sql string) *parsed {
	c.mu.RLock()
	p, fresh := c.cur[sql], true
	if p == nil {
		p, fresh = c.old[sql], false
	}
	c.mu.RUnlock()
	if p != nil && fresh {
		return p
	}
	if p == nil {
		p = parse(sql)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if q := c.cur[sql]; q != nil {
		return q
	}
	if c.cur == nil || len(c.cur) >= max(c.max/2, 1) {
		c.old, c.cur = c.cur, make(map[string]*parsed)
	}
	c.cur[sql] = p
	return p
}
