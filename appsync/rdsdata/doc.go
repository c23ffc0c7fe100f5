// Package rdsdata answers the requests of the Amazon RDS Data API from a plain
// PostgreSQL database: in process ([Service]) and over HTTP ([Handler]).
//
// What the Data API refuses is refused here, with the same error names: SQL whose
// parameters have the wrong declared type, rows above 64 KB, responses above
// 1 MiB, several statements in one text, result types it doesn't know. Its
// semantics are those of Aurora PostgreSQL Serverless v2 and provisioned
// clusters, as far as they are documented or have been seen in public; comments
// mark what is neither ("own choice").
//
// # Parameters
//
// Parameters are written :name in the SQL text. They are bound with the type that
// the request declares and never with one that PostgreSQL would infer:
//
//	stringValue   text                 longValue     bigint
//	doubleValue   double precision     booleanValue  boolean
//	blobValue     bytea                isNull        text, or what the hint says
//	arrayValue    text[], bigint[], double precision[], boolean[]
//
// A type hint turns a string into date, time, timestamp, uuid, json or numeric.
// So "id = :id" with a string fails for a uuid column, as on AWS: write
// CAST(:id AS uuid).
//
// # Speed
//
// SQL texts are analysed once, statements are prepared once per connection, and
// [Service.Query] gives the rows as bytes without a value per field. The AppSync
// runtime uses that; [Service.ExecuteStatement] gives the API's own records.
//
// # Differences from AWS
//
// Where AWS's behaviour is not documented, or can't be had from PostgreSQL, this
// package chose; tests named here show the choice.
//
//   - Position in an error message counts in the text that was sent, with the
//     parameters' names (TestExecuteStatement/a_syntax_error...).
//   - A result type that isn't supported is refused before the statement runs
//     (an_unsupported_type_is_refused_before...).
//   - Arrays with NULL elements are refused in both directions.
//   - Hint JSON binds json, the stricter of json and jsonb (each_hint).
//   - timestamp and timestamptz have up to six digits of fraction.
//   - A batch takes effect wholly or not at all (TestBatch).
//   - Committing a transaction in which a statement failed is an error
//     (TestFailedTransactionDoesNotCommit).
//   - BEGIN, COMMIT, ROLLBACK and COPY as statements are refused; SET lasts for one
//     call (TestSessionsAreNotPassedOn).
//   - A response's size is that of its values with a fixed sum for each, quotes and
//     backslashes counted twice; the bytes on the wire are a few more or fewer.
//   - Transactions are refused (ServiceUnavailableError) when they would take more
//     than half of the pool's connections.
//
// The package knows no schema. It doesn't check signatures: [HandlerOptions] has
// a hook for that.
package rdsdata
