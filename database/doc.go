// Package database is everything the wiki keeps in PostgreSQL, and the ways in.
//
// # What stands where
//
//   - roles.sql: the roles of the cluster, see [EnsureRoles].
//   - migrations/: numbered files that change tables, see [Migrate].
//   - api/: views and functions, one file each, replaced as a whole when any of
//     them changed, see [ApplyCode] and api/README.md.
//   - schema.sql: what all this comes to, written by package catalogue for people
//     to read and for reviews to show what a change does. Nothing loads it.
//   - queries/ and sqlc.yaml: the SQL of the typed client, see [Client].
//
// # Who may do what
//
// mtbwiki_owner owns every object and can't sign in. Migrating needs a user who
// may become the owner: mtbwiki_migrator, or the administrator who called
// [EnsureRoles]. The program itself runs as mtbwiki_api, which may SELECT from
// the views of schema api and EXECUTE its functions, and nothing else.
//
// # An external server
//
// The administrator of [EnsureRoles] needs no superuser: CREATEROLE, and being
// the owner of the database (or having CREATE on it with grant option), are
// enough, because pg_trgm, unaccent and cube are trusted extensions. They must be
// installed on the server (package postgresql-contrib or the like).
//
// # Adding a migration
//
// The next number, with a way down; tables, domains, and the functions that
// tables themselves need, nothing that changes with the rules (that is api/).
// Expand first, contract in a later release: the program before must still run on
// the new tables. Every table, domain and column of an entity has a comment; so
// does a constraint that a rider can run into: its comment is what he reads. Then
// testdata/rows.sql gets a row for each new table and testdata/bad_rows.txt a
// statement for each new constraint (tests insist), and `go generate ./database`
// brings the rest up to date.
//
// The package does not start servers (see package postgres) and holds no rule of
// the wiki in Go: rules stand in api/ as SQL.
package database
