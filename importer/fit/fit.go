// Package fit reads the ridden line of an activity in Garmin's FIT format:
// positions and altitudes of record messages, and nothing else. Times, heart
// rates, power and devices of a recording are personal and never read.
//
// The reader is our own, because two fields of two messages are all that is
// needed of a format with hundreds. It opens no files and knows no database.
package fit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
	"github.com/mtbwiki/mtbwiki/track"
)

// ErrTooLarge means that a file exceeds Limits.
var ErrTooLarge = bounded.ErrTooLarge

// Limits of a file; a zero value of a field means its default.
type Limits struct {
	Bytes  int64 // default 32 MiB
	Points int   // default track.MaxPoints
}

// Activity is what was ridden.
type Activity struct {
	// Segments are connected lines; the timer was stopped between them.
	Segments []track.Line
	// NoPosition counts records without a position, as under a roof.
	NoPosition int
	// BadPoints have a position that doesn't exist and were left out.
	BadPoints int
}

// Messages and fields by the FIT profile.
const (
	recordMessage = 20
	eventMessage  = 21
	maxMessages   = 5_000_000
)

type fieldDefinition struct {
	number byte
	size   int
}

type definition struct {
	global uint16
	order  binary.ByteOrder
	fields []fieldDefinition
	size   int // of a message, developer fields included
}

// Parse reads a file, or several chained ones, to the end. A file that is cut
// short, whose checksum is wrong or that isn't FIT is refused as a whole.
func Parse(r io.Reader, limits Limits) (*Activity, error) {
	if limits.Bytes == 0 {
		limits.Bytes = 32 << 20
	}
	if limits.Points == 0 {
		limits.Points = track.MaxPoints
	}
	data, err := io.ReadAll(&bounded.Reader{R: r, Limit: limits.Bytes})
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	p := parser{limits: limits, out: &Activity{}}
	for at := 0; at == 0 || at < len(data); {
		n, err := p.file(data[at:])
		if err != nil {
			return nil, fmt.Errorf("fit: file from byte %d: %w", at, err)
		}
		p.endSegment()
		at += n
	}
	return p.out, nil
}

type parser struct {
	limits           Limits
	out              *Activity
	line             track.Line
	points, messages int
}

func (p *parser) endSegment() {
	if len(p.line) > 0 {
		p.out.Segments = append(p.out.Segments, p.line)
		p.line = nil
	}
}

// file answers how many bytes it has.
func (p *parser) file(data []byte) (int, error) {
	if len(data) < 12 || string(data[8:12]) != ".FIT" {
		return 0, errors.New("no FIT file: .FIT is missing at byte 8")
	}
	header := int(data[0])
	if header != 12 && header != 14 {
		return 0, fmt.Errorf("a header of %d bytes", header)
	}
	size := uint64(binary.LittleEndian.Uint32(data[4:8]))
	if end := uint64(header) + size + 2; end > uint64(len(data)) {
		return 0, fmt.Errorf("cut short: %d of %d bytes", len(data), end)
	}
	end := header + int(size)
	if checksum(data[:end]) != binary.LittleEndian.Uint16(data[end:]) {
		return 0, errors.New("the checksum is wrong: the file is damaged")
	}
	return end + 2, p.messagesOf(data[header:end])
}

func (p *parser) messagesOf(data []byte) error {
	var definitions [16]*definition
	at := 0
	for at < len(data) {
		if p.messages++; p.messages > maxMessages {
			return fmt.Errorf("%w: more than %d messages", ErrTooLarge, maxMessages)
		}
		head := data[at]
		start := at
		at++
		local := head & 0x0f
		if head&0x80 != 0 { // compressed timestamp
			local = head >> 5 & 0x03
		} else if head&0x40 != 0 {
			d, n := define(data[at:], head&0x20 != 0)
			if n == 0 {
				return fmt.Errorf("byte %d: a definition is cut short", start)
			}
			definitions[local] = d
			at += n
			continue
		}
		d := definitions[local]
		if d == nil {
			return fmt.Errorf("byte %d: message %d was not defined", start, local)
		}
		if d.size > len(data)-at {
			return fmt.Errorf("byte %d: a message is cut short", start)
		}
		if err := p.message(d, data[at:at+d.size]); err != nil {
			return fmt.Errorf("byte %d: %w", start, err)
		}
		at += d.size
	}
	return nil
}

// define answers 0 when data end too early.
func define(data []byte, developer bool) (*definition, int) {
	if len(data) < 5 {
		return nil, 0
	}
	d := &definition{order: binary.LittleEndian}
	if data[1] == 1 {
		d.order = binary.BigEndian
	}
	d.global = d.order.Uint16(data[2:4])
	n := 5 + 3*int(data[4])
	if len(data) < n {
		return nil, 0
	}
	for i := 5; i < n; i += 3 {
		d.fields = append(d.fields, fieldDefinition{data[i], int(data[i+1])})
		d.size += int(data[i+1])
	}
	if developer {
		if len(data) < n+1 {
			return nil, 0
		}
		end := n + 1 + 3*int(data[n])
		if len(data) < end {
			return nil, 0
		}
		for i := n + 1; i < end; i += 3 {
			d.size += int(data[i+1])
		}
		n = end
	}
	return d, n
}

func (p *parser) message(d *definition, data []byte) error {
	if d.global == eventMessage {
		event, kind := byte(255), byte(255)
		for _, f := range d.fields {
			switch {
			case f.number == 0 && f.size == 1:
				event = data[0]
			case f.number == 1 && f.size == 1:
				kind = data[0]
			}
			data = data[f.size:]
		}
		if event == 0 && (kind == 1 || kind == 4) { // the timer: stop, stop all
			p.endSegment()
		}
		return nil
	}
	if d.global != recordMessage {
		return nil
	}
	const invalid = math.MaxInt32
	lat, lon := int32(invalid), int32(invalid)
	ele, enhanced := math.NaN(), math.NaN()
	for _, f := range d.fields {
		switch {
		case f.number == 0 && f.size == 4:
			lat = int32(d.order.Uint32(data))
		case f.number == 1 && f.size == 4:
			lon = int32(d.order.Uint32(data))
		case f.number == 2 && f.size == 2:
			if v := d.order.Uint16(data); v != math.MaxUint16 {
				ele = float64(v)/5 - 500
			}
		case f.number == 78 && f.size == 4:
			if v := d.order.Uint32(data); v != math.MaxUint32 {
				enhanced = float64(v)/5 - 500
			}
		}
		data = data[f.size:]
	}
	if lat == invalid || lon == invalid {
		p.out.NoPosition++
		return nil
	}
	if p.points++; p.points > p.limits.Points {
		return fmt.Errorf("%w: more than %d points", ErrTooLarge, p.limits.Points)
	}
	const semicircle = 180.0 / (1 << 31)
	point := track.At2D(float64(lon)*semicircle, float64(lat)*semicircle)
	if !point.Valid() {
		p.out.BadPoints++
		return nil
	}
	if !math.IsNaN(enhanced) {
		ele = enhanced
	}
	point.Ele = ele
	if !point.HasEle() {
		point.Ele = math.NaN()
	}
	p.line = append(p.line, point)
	return nil
}

// checksum is CRC-16/ARC.
func checksum(data []byte) uint16 {
	crc := uint16(0)
	for _, b := range data {
		crc ^= uint16(b)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xa001
			} else {
				crc >>= 1
			}
		}
	}
	return crc
}
