// Package vtl runs templates of the Velocity Template Language as Apache
// Velocity 1.7 defines it, with the one directive that AWS AppSync adds
// (#return).
//
// A template is compiled once and run many times:
//
//	t, err := vtl.Compile("Query.trail.req.vtl", source)
//	...
//	res, err := t.Run(map[string]vtl.Value{"ctx": ctx, "util": util})
//
// # Phases
//
// Source text is scanned and parsed into a syntax tree (scan.go, parse.go,
// ast.go), the tree is turned into a plan in which every variable has a slot
// (plan.go), and a run walks the plan (run.go). A Template is immutable and may
// be run by any number of goroutines at once; the values given to a run belong
// to that run and are not protected.
//
// # Values
//
// Values behave like the Java objects that templates expect: see [Value], [Map]
// and [List]. Their methods (methods_*.go) are the public methods of
// java.lang.String, java.util.List, java.util.Map and so on. Host objects such
// as $util implement [Object]. There is no reflection: nothing but these methods
// can be reached from a template, and class and getClass give nothing.
//
// # Limits
//
// A template is a program that may come from a stranger, so a run is bounded in
// steps, loop turns, output, memory and time; see [Limits].
//
// The package knows nothing of AppSync's $util (package helpers), of GraphQL or
// of data sources.
package vtl
