// Package appsync runs an AWS AppSync API on any machine: a schema, resolvers
// written as VTL request and response templates, and their data sources.
//
// A [Definition] says what is deployed; [New] compiles all of it once and
// refuses what is incomplete, naming the field and template. An [API] executes
// requests ([API.Execute]), serves HTTP ([API.ServeHTTP]) with AppSync's
// surface, and can be given a new definition while it runs ([API.Reload]).
//
// Data sources of type NONE are built in. [RDS] speaks to package rdsdata,
// [Lambda] calls Go functions, with [LambdaEndpoint] functions behind Lambda's HTTP
// interface; others implement [DataSource].
//
// The package is a library for any schema: it knows nothing of a particular
// API. It offers no AppSync control plane (no CreateGraphqlApi and the like),
// no DynamoDB, OpenSearch, HTTP or EventBridge data sources, no JavaScript
// resolvers and no merged APIs.
package appsync
