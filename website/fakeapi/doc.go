// Package fakeapi is a GraphQL server for the website's tests and for working
// on its pages without a database. It answers from the JSON files beside it,
// keeps what mutations change in memory, and holds both sides to the schema: a
// query that the deployable schema does not allow is refused as AppSync refuses
// it, and an answer that the schema does not allow is a fault that Faults
// reports.
//
// It is no second implementation of the API: it knows just enough of versions,
// careful fields and rights to bring a page into each of its states.
package fakeapi
