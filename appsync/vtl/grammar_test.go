package vtl_test

import (
	"math/rand/v2"
	"strings"
)

// grammar makes templates at random: every directive and form of reference, in
// places where they are meant and where they are not.
type grammar struct{ *rand.Rand }

func (g grammar) pick(s ...string) string        { return s[g.IntN(len(s))] }
func (g grammar) below(share float64) bool       { return g.Float64() < share }
func (g grammar) between(low, high int) int      { return low + g.IntN(high-low+1) }
func (g grammar) one(of ...func() string) string { return of[g.IntN(len(of))]() }

func (g grammar) name() string {
	return g.pick("x", "s", "l", "m", "d", "t", "f", "undefined", "i", "j", "nums", "words", "deep", "q", "e", "el")
}

func (g grammar) number() string {
	return g.pick("0", "1", "2", "3", "7", "-3", "1.5", "2.0", "10", "2147483647", "-1")
}

func (g grammar) text(depth int) string {
	c := g.pick("a", "b c", "x,y", "", "k1", "It''s", "a.b")
	if g.below(.5) {
		return "'" + c + "'"
	}
	c = strings.ReplaceAll(c, "''", "'")
	if depth > 0 && g.below(.5) {
		c += g.pick("$x", "${s}", "$!undefined", "$undefined", "$m.a", " #if($t)Y#end", "#foreach($k in $l)$k#end", "$", "#", "##c", `\$x`, `""`, "$l[0]")
	}
	return `"` + c + `"`
}

func (g grammar) reference(depth int) string {
	var b strings.Builder
	b.WriteString(g.name())
	for range g.between(0, 2) {
		switch k := g.Float64(); {
		case k < .35:
			b.WriteString("." + g.pick("a", "b", "size", "empty", "foo", "k1", "c"))
		case k < .75:
			// No hashCode(): of a string with itself in it Java's is an address.
			b.WriteString("." + g.pick("size()", "isEmpty()", "get(0)", "get('a')", "toString()", "length()", "toUpperCase()", "contains('a')",
				"keySet()", "values()", "substring(1)", "indexOf('b')", "equals("+g.value(depth-1)+")", "get("+g.value(depth-1)+")", "replace('a','z')"))
		default:
			b.WriteString("[" + g.pick("0", "1", "-1", "'a'", "$x", "$s", "'zz'") + "]")
		}
	}
	quiet := g.pick("", "", "", "!")
	if g.below(.25) {
		return "$" + quiet + "{" + b.String() + "}"
	}
	return "$" + quiet + b.String()
}

func (g grammar) value(depth int) string {
	k := g.Float64()
	switch {
	case depth <= 0 || k < .35:
		return g.one(g.number, g.number, func() string { return g.text(0) }, func() string { return "$" + g.name() }, func() string { return g.pick("true", "false") })
	case k < .6:
		return g.reference(depth - 1)
	case k < .7:
		return g.text(depth)
	case k < .8:
		return "[" + g.many(1, 3, ", ", func() string { return g.value(depth - 1) }) + "]"
	case k < .87:
		return "{" + g.many(1, 2, ", ", func() string { return g.text(0) + ": " + g.value(depth-1) }) + "}"
	case k < .92:
		return "[" + g.pick("1", "$x", "0") + ".." + g.pick("3", "$j", "-1") + "]"
	}
	return g.number()
}

func (g grammar) many(low, high int, between string, one func() string) string {
	all := make([]string, g.between(low, high))
	for i := range all {
		all[i] = one()
	}
	return strings.Join(all, between)
}

func (g grammar) expression(depth int) string {
	if depth <= 0 || g.below(.4) {
		return g.value(depth)
	}
	switch k := g.Float64(); {
	case k < .12:
		return "!" + g.value(depth-1)
	case k < .2:
		return "(" + g.expression(depth-1) + ")"
	}
	return g.expression(depth-1) + " " + g.pick("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "and", "or", "eq", "lt") + " " + g.expression(depth-1)
}

func (g grammar) blank() string {
	return g.pick("", " ", "\n", "  \n", "\n  ", "\t", "\n\n", " a ", "text", "", "")
}

func (g grammar) statement(depth int) string {
	k := g.Float64()
	switch {
	case depth <= 0 || k < .3:
		return g.blank() + g.reference(2) + g.blank()
	case k < .5:
		return g.blank() + "#set($" + g.pick("q", "r", "m.c", "l[0]", "x", "s") + " = " + g.expression(2) + ")" + g.blank()
	case k < .65:
		s := g.blank() + "#if(" + g.expression(2) + ")" + g.blank() + g.body(depth-1)
		if g.below(.3) {
			s += "#elseif(" + g.expression(1) + ")" + g.blank() + g.body(depth-1)
		}
		if g.below(.4) {
			s += g.pick("#else", "#{else}") + g.pick(" ", "\n", "  \n", "-") + g.body(depth-1)
		}
		return s + g.pick("#end", "#{end}") + g.blank()
	case k < .78:
		return g.blank() + "#foreach($" + g.pick("i", "z", "x") + " in " + g.value(2) + ")" + g.blank() + g.body(depth-1) +
			g.pick("", "$foreach.count", "$velocityCount", "$z", "#if($foreach.hasNext),#end", "#break") + "#end" + g.blank()
	case k < .83:
		return g.blank() + "#macro(mm" + g.pick("", " $a", " $a $b") + ")" + g.blank() + g.body(depth-1) + g.pick("$a", "$!a", "") + "#end" + g.blank() +
			"#mm(" + g.many(0, 2, " ", func() string { return g.value(1) }) + ")" + g.blank()
	case k < .87:
		return g.blank() + g.pick("## c\n", "#* c *#", "#[[ $x ]]#", "##\n") + g.blank()
	case k < .9:
		return g.blank() + "#define($" + g.pick("q", "dd") + ")" + g.body(depth-1) + "#end" + g.pick("$q", "$dd", "")
	case k < .94:
		return g.pick(`\`, `\\`, "$", "#", "$$", `\\\`, "# ", "$!", `\$`, `\\$`, `$\`) + g.one(func() string { return g.reference(1) },
			func() string {
				return g.pick("#if($t)z#end", "#foo", "#set($q=1)", "5", " ", "## c\n", "#* c *#", "#[[ $x ]]#", "#end", "#else", "#stop", "#break")
			})
	case k < .96:
		return g.pick("#foo()", "#foo", "#bar($x)", "#stop", "#break")
	}
	return g.blank()
}

func (g grammar) body(depth int) string {
	return g.many(0, 3, "", func() string { return g.statement(depth) })
}

// templates are n of at most 400 bytes, the same for the same seed.
func templates(seed uint64, n int) []string {
	g := grammar{rand.New(rand.NewPCG(seed, 17))}
	var all []string
	for len(all) < n {
		if t := g.many(1, 3, "", func() string { return g.statement(3) }); t != "" && len(t) < 400 {
			all = append(all, t)
		}
	}
	return all
}
