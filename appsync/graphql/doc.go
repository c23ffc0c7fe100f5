// Package graphql executes GraphQL documents the way AWS AppSync does: it
// loads a schema under AppSync's rules (its scalars and directives, and the
// SDL it refuses), parses and validates documents with the error texts of the
// graphql-java generation that AppSync runs, coerces variables, and executes
// an operation by calling one [Resolver] per field that has one and by reading
// properties of the parent value for all others.
//
// A document goes through phases, and each is done once: text, AST, validated
// document (cached by text), plan (cached by operation and by the values of
// the variables that @skip and @include read), run. The plan writes its JSON
// answer straight into a buffer, in field order.
//
// Values are those of package vtl, because that is what resolver templates
// produce and consume.
//
// The package knows neither templates nor data sources nor HTTP nor who is
// calling: package appsync supplies the resolvers, package auth decides which
// fields a caller may read.
package graphql
