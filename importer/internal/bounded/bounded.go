// Package bounded holds what the parsers of imported files share to stay within
// limits: a reader that refuses rather than cuts, and an XML decoder that takes
// no document type. It knows no format.
package bounded

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// ErrTooLarge means that a file has more of something than its limit allows.
var ErrTooLarge = errors.New("too large")

// Reader reads from R and fails, with an error that wraps ErrTooLarge, at the
// first byte beyond Limit.
type Reader struct {
	R     io.Reader
	Limit int64 // bytes
	read  int64
}

func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	// One byte more than allowed tells an end from an excess.
	if rest := r.Limit - r.read + 1; int64(len(p)) > rest {
		p = p[:rest]
	}
	n, err := r.R.Read(p)
	r.read += int64(n)
	if r.read > r.Limit {
		return 0, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, r.Limit)
	}
	return n, err
}

// maxDepth of nested elements; real files stay below 20.
const maxDepth = 64

// XML reads the tokens of a document, at most limit bytes of it.
type XML struct {
	d     *xml.Decoder
	depth int
}

// NewXML reads UTF-8, UTF-16 with a byte order mark, ISO-8859-1, ISO-8859-15 and
// windows-1252.
func NewXML(r io.Reader, limit int64) *XML {
	in := transform.NewReader(&Reader{R: r, Limit: limit}, unicode.BOMOverride(encoding.Nop.NewDecoder()))
	d := xml.NewDecoder(&Reader{R: in, Limit: 2 * limit})
	d.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		var c *charmap.Charmap
		switch strings.ToLower(charset) {
		case "iso-8859-1", "latin1", "us-ascii", "ascii":
			c = charmap.ISO8859_1
		case "iso-8859-15":
			c = charmap.ISO8859_15
		case "windows-1252", "cp1252":
			c = charmap.Windows1252
		case "utf-16":
			return input, nil // decoded by its byte order mark
		default:
			return nil, fmt.Errorf("encoding %.40q is not supported; convert the file to UTF-8", charset)
		}
		return c.NewDecoder().Reader(input), nil
	}
	return &XML{d: d}
}

// Line is where the reader stands, counted from 1.
func (x *XML) Line() int {
	line, _ := x.d.InputPos()
	return line
}

// Token answers the next start, end or text; io.EOF after a complete document.
func (x *XML) Token() (xml.Token, error) {
	for {
		t, err := x.d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.Directive:
			return nil, fmt.Errorf("line %d: a document type is not allowed, because it can define entities without end", x.Line())
		case xml.StartElement:
			if x.depth++; x.depth > maxDepth {
				return nil, fmt.Errorf("line %d: %w: elements nested deeper than %d", x.Line(), ErrTooLarge, maxDepth)
			}
			return t, nil
		case xml.EndElement:
			x.depth--
			return t, nil
		case xml.CharData:
			return t, nil
		}
	}
}

// Skip passes over the element whose start was read last.
func (x *XML) Skip() error {
	for depth := 1; depth > 0; {
		t, err := x.Token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// Text reads the text of the element whose start was read last, up to its end, at
// most limit bytes of it, without elements and comments inside it.
func (x *XML) Text(limit int) (string, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		t, err := x.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 1 && b.Len() < limit {
				b.Write(t[:min(len(t), limit-b.Len())])
			}
		}
	}
	return strings.TrimSpace(strings.ToValidUTF8(b.String(), "")), nil
}

// Attr is the value of an attribute, whatever its namespace.
func Attr(e xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}
