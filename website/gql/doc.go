// Package gql is the website's GraphQL client: it sends the operations that
// stand in queries/*.graphql (embedded, and checked against the deployable
// schema by a test) and decodes their answers into Go types.
//
// It knows how an AppSync API answers: errors with errorType, data and path at
// the top level, HTTP 200 for refused fields, 401 for refused callers. It keeps
// no session and decides nothing: who calls is told to it with every call.
package gql
