package helpers

import (
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// lists is $util.list.
var lists = table{
	"copyAndRetainAll": {2, 2, func(c *call) (vtl.Value, error) { return c.copyList(true) }},
	"copyAndRemoveAll": {2, 2, func(c *call) (vtl.Value, error) { return c.copyList(false) }},
	"sortList":         {3, 3, sortList},
}

func contains(l *vtl.List, v vtl.Value) bool {
	return slices.IndexFunc(l.Items(), func(x vtl.Value) bool { return vtl.Equal(x, v) }) >= 0
}

func (c *call) copyList(retain bool) (vtl.Value, error) {
	in, err := c.list(0)
	if err != nil {
		return nil, err
	}
	other, err := c.list(1)
	if err != nil {
		return nil, err
	}
	if err := c.run.Work(in.Len() * other.Len()); err != nil {
		return nil, err
	}
	out := vtl.NewList()
	for _, v := range in.Items() {
		if contains(other, v) == retain {
			out.Add(v)
		}
	}
	return out, nil
}

// maxSort is the number of items that AppSync sorts at most.
const maxSort = 1000

// sortList gives a sorted copy. Values that cannot all be compared with each
// other give the list as it is.
func sortList(c *call) (vtl.Value, error) {
	in, err := c.list(0)
	if err != nil {
		return nil, err
	}
	descending, err := c.boolean(1)
	if err != nil {
		return nil, err
	}
	if in.Len() > maxSort {
		return nil, fmt.Errorf("%s: the list has %d items; at most %d can be sorted", c.name, in.Len(), maxSort)
	}
	property, _, err := c.textOr(2)
	if err != nil {
		return nil, err
	}
	key := func(v vtl.Value) vtl.Value {
		if m, ok := v.(*vtl.Map); ok {
			v, _ = m.GetString(property)
		}
		if b, ok := v.(bool); ok {
			if b {
				return int64(1)
			}
			return int64(0)
		}
		return v
	}
	items := slices.Clone(in.Items())
	for _, v := range items {
		_, isMap := v.(*vtl.Map)
		_, firstMap := items[0].(*vtl.Map)
		if _, ok := vtl.Compare(key(items[0]), key(v)); !ok || isMap != firstMap ||
			vtl.TypeName(v) != vtl.TypeName(items[0]) {
			return c.args[0], nil
		}
	}
	slices.SortStableFunc(items, func(a, b vtl.Value) int {
		n, _ := vtl.Compare(key(a), key(b))
		if descending {
			return -n
		}
		return n
	})
	return vtl.NewList(items...), nil
}

// maps is $util.map.
var maps = table{
	"copyAndRetainAllKeys": {2, 2, func(c *call) (vtl.Value, error) { return c.copyMap(true) }},
	"copyAndRemoveAllKeys": {2, 2, func(c *call) (vtl.Value, error) { return c.copyMap(false) }},
}

func (c *call) copyMap(retain bool) (vtl.Value, error) {
	in, err := c.mapping(0)
	if err != nil {
		return nil, err
	}
	keys, err := c.list(1)
	if err != nil {
		return nil, err
	}
	if err := c.run.Work(in.Len() * keys.Len()); err != nil {
		return nil, err
	}
	out := vtl.NewMap()
	for k, v := range in.All() {
		if contains(keys, k) == retain {
			out.Put(k, v)
		}
	}
	return out, nil
}

// mathematics is $util.math.
var mathematics = table{
	"roundNum":          {1, 1, roundNum},
	"minVal":            {2, 2, func(c *call) (vtl.Value, error) { return c.pick(math.Min) }},
	"maxVal":            {2, 2, func(c *call) (vtl.Value, error) { return c.pick(math.Max) }},
	"randomDouble":      {0, 0, randomDouble},
	"randomWithinRange": {2, 2, randomWithinRange},
}

// roundNum is Math.round cut to an Integer: halves go up.
func roundNum(c *call) (vtl.Value, error) {
	f, err := c.double(0)
	if err != nil {
		return nil, err
	}
	switch f = math.Floor(f + 0.5); {
	case f != f:
		return int64(0), nil
	case f >= math.MaxInt32:
		return int64(math.MaxInt32), nil
	case f <= math.MinInt32:
		return int64(math.MinInt32), nil
	}
	return int64(f), nil
}

// pick gives one of the two arguments, as a double.
func (c *call) pick(f func(a, b float64) float64) (vtl.Value, error) {
	a, err := c.double(0)
	if err != nil {
		return nil, err
	}
	b, err := c.double(1)
	if err != nil {
		return nil, err
	}
	return f(a, b), nil
}

func (c *call) randomBits() (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(c.rand(), b[:]); err != nil {
		return 0, fmt.Errorf("%s: %w", c.name, err)
	}
	return new(big.Int).SetBytes(b[:]).Uint64(), nil
}

func randomDouble(c *call) (vtl.Value, error) {
	n, err := c.randomBits()
	return float64(n>>11) / (1 << 53), err
}

// randomWithinRange gives an integer from the first to the second argument, both
// included.
func randomWithinRange(c *call) (vtl.Value, error) {
	low, err := c.integer(0)
	if err != nil {
		return nil, err
	}
	high, err := c.integer(1)
	if err != nil {
		return nil, err
	}
	if low > high {
		return nil, fmt.Errorf("%s: the lower end %d lies above the upper end %d", c.name, low, high)
	}
	n, err := c.randomBits()
	if err != nil {
		return nil, err
	}
	if span := uint64(high-low) + 1; span != 0 {
		n %= span
	}
	return low + int64(n), nil
}

// texts is $util.str.
var texts = table{
	"toUpper":   {1, 1, func(c *call) (vtl.Value, error) { return c.convert(cases.Upper(language.Und).String) }},
	"toLower":   {1, 1, func(c *call) (vtl.Value, error) { return c.convert(cases.Lower(language.Und).String) }},
	"toReplace": {3, 3, toReplace},
	"normalize": {2, 2, normalize},
}

func (c *call) convert(f func(string) string) (vtl.Value, error) {
	s, ok, err := c.textOr(0)
	if err != nil || !ok {
		return nil, err
	}
	s = f(s)
	return s, c.run.Charge(len(s))
}

func toReplace(c *call) (vtl.Value, error) {
	s, err := c.text(0)
	if err != nil {
		return nil, err
	}
	old, err := c.text(1)
	if err != nil {
		return nil, err
	}
	with, err := c.text(2)
	if err != nil {
		return nil, err
	}
	out, _, err := c.run.Method(s, "replace", []vtl.Value{old, with})
	return out, err
}

func normalize(c *call) (vtl.Value, error) {
	form, err := c.text(1)
	if err != nil {
		return nil, err
	}
	f, ok := map[string]norm.Form{"nfc": norm.NFC, "nfd": norm.NFD, "nfkc": norm.NFKC, "nfkd": norm.NFKD}[strings.ToLower(form)]
	if !ok {
		return nil, c.wrong(1, `"nfc", "nfd", "nfkc" or "nfkd"`)
	}
	return c.convert(f.String)
}
