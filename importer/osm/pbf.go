package osm

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
)

// Sizes that the format itself sets as limits of a block.
const (
	maxHeader = 64 << 10
	maxBlob   = 32 << 20
)

var errBroken = errors.New("broken or cut short")

// parsePBF reads blocks of: length of header, header, blob.
func parsePBF(in io.Reader, c *collector) error {
	unpacked := int64(0)
	for block := 0; ; block++ {
		var length [4]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			if errors.Is(err, io.EOF) && block > 0 {
				return nil
			}
			return fmt.Errorf("PBF block %d: %w", block, err)
		}
		size := binary.BigEndian.Uint32(length[:])
		if size > maxHeader {
			return fmt.Errorf("PBF block %d: %w: a header of %d bytes", block, ErrTooLarge, size)
		}
		kind, blobSize, err := readBlobHeader(in, int(size))
		if err != nil {
			return fmt.Errorf("PBF block %d: header: %w", block, err)
		}
		blob, err := readExactly(in, blobSize)
		if err != nil {
			return fmt.Errorf("PBF block %d: %w", block, err)
		}
		data, err := unpack(blob)
		if err != nil {
			return fmt.Errorf("PBF block %d: %w", block, err)
		}
		if unpacked += int64(len(data)); unpacked > c.limits.Unpacked {
			return fmt.Errorf("PBF block %d: %w: more than %d bytes unpacked", block, ErrTooLarge, c.limits.Unpacked)
		}
		switch {
		case (kind == "OSMHeader") != (block == 0):
			return fmt.Errorf("PBF block %d is %.20q; the first alone is OSMHeader", block, kind)
		case kind == "OSMHeader":
			err = checkFeatures(data)
		case kind == "OSMData":
			err = primitiveBlock(data, c)
		}
		if err != nil {
			return fmt.Errorf("PBF block %d: %w", block, err)
		}
	}
}

// readExactly grows with what is really there, not with what is claimed.
func readExactly(in io.Reader, size int) ([]byte, error) {
	var b bytes.Buffer
	if _, err := io.CopyN(&b, in, int64(size)); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b.Bytes(), nil
}

func readBlobHeader(in io.Reader, size int) (kind string, blobSize int, err error) {
	header, err := readExactly(in, size)
	if err != nil {
		return "", 0, err
	}
	blob := uint64(0)
	err = fields(header, func(f field) error {
		switch f.number {
		case 1:
			kind = string(f.bytes)
		case 3:
			blob = f.value
		}
		return nil
	})
	if err != nil {
		return "", 0, err
	}
	if blob > maxBlob {
		return "", 0, fmt.Errorf("%w: a blob of %d bytes", ErrTooLarge, blob)
	}
	return kind, int(blob), nil
}

func unpack(blob []byte) ([]byte, error) {
	var raw, packed []byte
	size, found := uint64(0), false
	err := fields(blob, func(f field) error {
		switch f.number {
		case 1:
			raw, found = f.bytes, true
		case 2:
			size = f.value
		case 3:
			packed, found = f.bytes, true
		case 4, 5, 6, 7:
			return errors.New("compressed otherwise than by zlib; write it again with osmium cat")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("%w: a blob without data", errBroken)
	}
	if packed == nil {
		return raw, nil
	}
	if size > maxBlob {
		return nil, fmt.Errorf("%w: a blob of %d bytes unpacked", ErrTooLarge, size)
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(&bounded.Reader{R: z, Limit: int64(size)})
	if err != nil {
		return nil, err
	}
	if uint64(len(data)) != size {
		return nil, fmt.Errorf("%w: %d bytes unpacked, %d promised", errBroken, len(data), size)
	}
	return data, nil
}

func checkFeatures(header []byte) error {
	return fields(header, func(f field) error {
		if f.number != 4 {
			return nil
		}
		switch feature := string(f.bytes); feature {
		case "OsmSchema-V0.6", "DenseNodes":
			return nil
		default:
			return fmt.Errorf("the file needs %.40q, which is not supported", feature)
		}
	})
}

// block is what the elements of a primitive block share.
type block struct {
	c                    *collector
	strings              [][]byte
	granularity          int64
	latOffset, lonOffset int64
}

func primitiveBlock(data []byte, c *collector) error {
	b := &block{c: c, granularity: 100}
	var groups [][]byte
	err := fields(data, func(f field) error {
		switch f.number {
		case 1:
			return fields(f.bytes, func(s field) error {
				if s.number == 1 {
					b.strings = append(b.strings, s.bytes)
				}
				return nil
			})
		case 2:
			groups = append(groups, f.bytes)
		case 17:
			b.granularity = int64(int32(f.value))
		case 19:
			b.latOffset = int64(f.value)
		case 20:
			b.lonOffset = int64(f.value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range groups {
		err := fields(g, func(f field) error {
			switch f.number {
			case 1:
				return b.node(f.bytes)
			case 2:
				return b.dense(f.bytes)
			case 3:
				return b.way(f.bytes)
			case 4:
				return b.relation(f.bytes)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *block) text(i uint64) (string, error) {
	if i >= uint64(len(b.strings)) {
		return "", fmt.Errorf("%w: text %d of %d", errBroken, i, len(b.strings))
	}
	if len(b.strings[i]) > maxText {
		return "", fmt.Errorf("%w: a text of %d bytes", ErrTooLarge, len(b.strings[i]))
	}
	return b.c.shared(string(bytes.ToValidUTF8(b.strings[i], []byte("\ufffd")))), nil
}

func (b *block) tags(keys, values []uint64) (Tags, error) {
	if len(keys) != len(values) {
		return nil, fmt.Errorf("%w: %d keys, %d values", errBroken, len(keys), len(values))
	}
	var tags Tags
	for i := range keys {
		k, err := b.text(keys[i])
		if err != nil {
			return nil, err
		}
		v, err := b.text(values[i])
		if err != nil {
			return nil, err
		}
		if err := b.c.tag(&tags, k, v); err != nil {
			return nil, err
		}
	}
	return tags, nil
}

func (b *block) degrees(v, offset int64) float64 {
	return 1e-9 * (float64(offset) + float64(b.granularity)*float64(v))
}

func (b *block) node(data []byte) error {
	var id, lat, lon int64
	var keys, values []uint64
	err := fields(data, func(f field) (err error) {
		switch f.number {
		case 1:
			id = zigzag(f.value)
		case 2:
			keys, err = b.c.list(keys, f)
		case 3:
			values, err = b.c.list(values, f)
		case 8:
			lat = zigzag(f.value)
		case 9:
			lon = zigzag(f.value)
		}
		return err
	})
	if err != nil {
		return err
	}
	tags, err := b.tags(keys, values)
	if err != nil {
		return err
	}
	return b.c.node(id, b.degrees(lat, b.latOffset), b.degrees(lon, b.lonOffset), tags)
}

func (b *block) dense(data []byte) error {
	var ids, lats, lons, keysValues []uint64
	err := fields(data, func(f field) (err error) {
		switch f.number {
		case 1:
			ids, err = b.c.list(ids, f)
		case 8:
			lats, err = b.c.list(lats, f)
		case 9:
			lons, err = b.c.list(lons, f)
		case 10:
			keysValues, err = b.c.list(keysValues, f)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(ids) != len(lats) || len(ids) != len(lons) {
		return fmt.Errorf("%w: %d nodes, %d latitudes, %d longitudes", errBroken, len(ids), len(lats), len(lons))
	}
	var id, lat, lon int64
	for i := range ids {
		id += zigzag(ids[i])
		lat += zigzag(lats[i])
		lon += zigzag(lons[i])
		var keys, values []uint64
		for len(keysValues) > 0 && keysValues[0] != 0 {
			if len(keysValues) < 2 {
				return fmt.Errorf("%w: a key without a value", errBroken)
			}
			keys, values = append(keys, keysValues[0]), append(values, keysValues[1])
			keysValues = keysValues[2:]
		}
		if len(keysValues) > 0 {
			keysValues = keysValues[1:]
		}
		tags, err := b.tags(keys, values)
		if err != nil {
			return err
		}
		if err := b.c.node(id, b.degrees(lat, b.latOffset), b.degrees(lon, b.lonOffset), tags); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) way(data []byte) error {
	var w Way
	var keys, values, refs []uint64
	err := fields(data, func(f field) (err error) {
		switch f.number {
		case 1:
			w.ID = int64(f.value)
		case 2:
			keys, err = b.c.list(keys, f)
		case 3:
			values, err = b.c.list(values, f)
		case 8:
			refs, err = b.c.list(refs, f)
		}
		return err
	})
	if err != nil {
		return err
	}
	if w.Tags, err = b.tags(keys, values); err != nil {
		return err
	}
	w.Nodes = make([]int64, len(refs))
	ref := int64(0)
	for i, r := range refs {
		ref += zigzag(r)
		w.Nodes[i] = ref
	}
	return b.c.way(w)
}

func (b *block) relation(data []byte) error {
	var r Relation
	var keys, values, roles, refs, types []uint64
	err := fields(data, func(f field) (err error) {
		switch f.number {
		case 1:
			r.ID = int64(f.value)
		case 2:
			keys, err = b.c.list(keys, f)
		case 3:
			values, err = b.c.list(values, f)
		case 8:
			roles, err = b.c.list(roles, f)
		case 9:
			refs, err = b.c.list(refs, f)
		case 10:
			types, err = b.c.list(types, f)
		}
		return err
	})
	if err != nil {
		return err
	}
	if r.Tags, err = b.tags(keys, values); err != nil {
		return err
	}
	if len(roles) != len(refs) || len(types) != len(refs) {
		return fmt.Errorf("%w: relation %d has %d members, %d roles, %d types", errBroken, r.ID, len(refs), len(roles), len(types))
	}
	ref := int64(0)
	for i := range refs {
		ref += zigzag(refs[i])
		role, err := b.text(roles[i])
		if err != nil {
			return err
		}
		if types[i] > uint64(RelationMember) {
			return fmt.Errorf("%w: relation %d has a member of type %d", errBroken, r.ID, types[i])
		}
		r.Members = append(r.Members, Member{Type: MemberType(types[i]), Ref: ref, Role: role})
	}
	return b.c.relation(r)
}

// field of a protocol buffer message: a number (wire type 0) or bytes (2).
type field struct {
	number int
	value  uint64
	bytes  []byte
}

func fields(data []byte, f func(field) error) error {
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		if n <= 0 || key>>3 == 0 || key>>3 > 1<<29 {
			return errBroken
		}
		data = data[n:]
		x := field{number: int(key >> 3)}
		switch key & 7 {
		case 0:
			if x.value, n = binary.Uvarint(data); n <= 0 {
				return errBroken
			}
			data = data[n:]
		case 1, 5:
			n = map[uint64]int{1: 8, 5: 4}[key&7]
			if len(data) < n {
				return errBroken
			}
			data = data[n:]
		case 2:
			size, n := binary.Uvarint(data)
			if n <= 0 || size > uint64(len(data)-n) {
				return errBroken
			}
			x.bytes, data = data[n:n+int(size)], data[n+int(size):]
			if x.bytes == nil {
				x.bytes = []byte{}
			}
		default:
			return errBroken
		}
		if err := f(x); err != nil {
			return err
		}
	}
	return nil
}

// list reads repeated numbers, packed or not.
func (c *collector) list(into []uint64, f field) ([]uint64, error) {
	if f.bytes == nil {
		into = append(into, f.value)
	}
	for data := f.bytes; len(data) > 0; {
		v, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, errBroken
		}
		into, data = append(into, v), data[n:]
	}
	if len(into) > c.limits.References {
		return nil, fmt.Errorf("%w: a list of more than %d numbers", ErrTooLarge, c.limits.References)
	}
	return into, nil
}

func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
