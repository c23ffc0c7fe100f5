package track

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// maxGeoJSONBytes bounds what ParseGeoJSON looks at: MaxPoints of 50 bytes.
const maxGeoJSONBytes = MaxPoints * 50

// AppendGeoJSON appends the line as a GeoJSON LineString geometry (RFC 7946) of
// six decimals, about a decimetre, and elevations in decimetres. A point of
// unknown elevation has two coordinates. The line is not cut at the antimeridian.
func AppendGeoJSON(dst []byte, l Line) []byte {
	dst = append(dst, `{"type":"LineString","coordinates":`...)
	return append(AppendCoordinates(dst, l, 6, 1), '}')
}

// Exact stands for all the decimals that there are.
const Exact = -1

// AppendCoordinates appends the coordinates of a GeoJSON LineString (RFC 7946),
// degrees and metres rounded to so many decimals. A point of unknown elevation has
// two coordinates.
func AppendCoordinates(dst []byte, l Line, degrees, metres int) []byte {
	dst = append(dst, '[')
	for i, p := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '[')
		dst = AppendNumber(dst, p.Lon, degrees)
		dst = append(dst, ',')
		dst = AppendNumber(dst, p.Lat, degrees)
		if p.HasEle() {
			dst = append(dst, ',')
			dst = AppendNumber(dst, p.Ele, metres)
		}
		dst = append(dst, ']')
	}
	return append(dst, ']')
}

// Round to so many decimals; what has no more stays as it is, NaN too.
func Round(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}

// AppendNumber appends v rounded to decimals (or Exact), without trailing zeros and
// without an exponent.
func AppendNumber(dst []byte, v float64, decimals int) []byte {
	if decimals >= 0 {
		v = Round(v, decimals)
	}
	if v == 0 {
		v = 0 // not -0
	}
	return strconv.AppendFloat(dst, v, 'f', -1, 64)
}

// ParseGeoJSON reads a LineString geometry with coordinates of two or three
// numbers; more are ignored, as RFC 7946 advises. It fails on other types, on
// fewer than two positions and on coordinates out of range.
func ParseGeoJSON(data []byte) (Line, error) {
	if len(data) > maxGeoJSONBytes {
		return nil, fmt.Errorf("%w: GeoJSON of %d bytes, at most %d", ErrTooManyPoints, len(data), maxGeoJSONBytes)
	}
	var geometry struct {
		Type        string       `json:"type"`
		Coordinates [][]*float64 `json:"coordinates"`
	}
	if err := json.Unmarshal(data, &geometry); err != nil {
		return nil, fmt.Errorf("track: GeoJSON: %w", err)
	}
	if geometry.Type != "LineString" {
		return nil, fmt.Errorf("track: GeoJSON: type is %.40q; a LineString is expected", geometry.Type)
	}
	if len(geometry.Coordinates) < 2 {
		return nil, fmt.Errorf("track: GeoJSON: %d positions; a line has at least two", len(geometry.Coordinates))
	}
	l := make(Line, len(geometry.Coordinates))
	for i, c := range geometry.Coordinates {
		if len(c) < 2 || c[0] == nil || c[1] == nil {
			return nil, fmt.Errorf("track: GeoJSON: position %d needs longitude and latitude", i)
		}
		l[i] = At2D(*c[0], *c[1])
		if len(c) > 2 && c[2] != nil {
			l[i].Ele = *c[2]
		}
	}
	if err := l.Check(); err != nil {
		return nil, fmt.Errorf("GeoJSON: %w", err)
	}
	return l, nil
}

// Type codes of well-known binary for a LineString: without and with Z after ISO
// 13249, and the Z flag of PostGIS's older form.
const (
	wkbLine      = 2
	wkbLineZ     = 1002
	ewkbZFlag    = 0x80000000
	wkbHeadBytes = 9
)

// AppendWKB appends the line as little-endian well-known binary: LineString Z
// when any elevation is known (unknown ones are NaN), LineString otherwise.
func AppendWKB(dst []byte, l Line) []byte {
	kind := uint32(wkbLine)
	for _, p := range l {
		if p.HasEle() {
			kind = wkbLineZ
			break
		}
	}
	dst = append(dst, 1)
	dst = binary.LittleEndian.AppendUint32(dst, kind)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(l)))
	for _, p := range l {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.Lon))
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.Lat))
		if kind == wkbLineZ {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(p.Ele))
		}
	}
	return dst
}

// ParseWKB reads a LineString, with or without Z, of either byte order.
func ParseWKB(data []byte) (Line, error) {
	if len(data) < wkbHeadBytes {
		return nil, errors.New("track: WKB: shorter than its head")
	}
	var order binary.ByteOrder = binary.BigEndian
	switch data[0] {
	case 0:
	case 1:
		order = binary.LittleEndian
	default:
		return nil, fmt.Errorf("track: WKB: byte order is %d; 0 or 1 is expected", data[0])
	}
	size := 16
	switch kind := order.Uint32(data[1:]); kind {
	case wkbLine:
	case wkbLineZ, wkbLine | ewkbZFlag:
		size = 24
	default:
		return nil, fmt.Errorf("track: WKB: type is %d; a LineString is expected", kind)
	}
	n := order.Uint32(data[5:])
	if n > MaxPoints {
		return nil, fmt.Errorf("%w: WKB of %d points, at most %d", ErrTooManyPoints, n, MaxPoints)
	}
	body := data[wkbHeadBytes:]
	if len(body) != int(n)*size {
		return nil, fmt.Errorf("track: WKB: %d points need %d bytes, there are %d", n, int(n)*size, len(body))
	}
	l := make(Line, n)
	number := func(at int) float64 { return math.Float64frombits(order.Uint64(body[at:])) }
	for i := range l {
		l[i] = At2D(number(i*size), number(i*size+8))
		if size == 24 {
			l[i].Ele = number(i*size + 16)
		}
	}
	if err := l.Check(); err != nil {
		return nil, fmt.Errorf("WKB: %w", err)
	}
	return l, nil
}
