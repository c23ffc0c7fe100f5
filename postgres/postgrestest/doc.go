// Package postgrestest gives each test a PostgreSQL database of its own in
// milliseconds, for anyone, without set-up.
//
//	func TestTrail(t *testing.T) {
//		t.Parallel()
//		url := postgrestest.New(t, postgrestest.Template{})
//		...
//	}
//
// All test processes of a user share one server. The first that needs it starts
// a keeper: the same test binary run once more (see keeper.go), which runs the
// server through package postgres on a throw-away cluster in the system's
// temporary directory, and ends by itself, removing the cluster, when nobody has
// used it for five minutes. PostgreSQL is found (or downloaded) just as
// [postgres.Find] does; fsync is off.
//
// A [Template] holds what many tests need in common (migrations, fixed rows): it
// is built once per hash, by whichever process comes first, and copied for every
// test. Roles belong to the server, not to a database: templates must create
// them only if they are missing, and tests must not change them.
//
// It is for tests only and not a way to run a server: see package postgres.
package postgrestest
