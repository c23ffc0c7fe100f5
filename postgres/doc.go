// Package postgres runs a PostgreSQL server of its own for a program that wants
// a database without asking anybody to set one up: it finds an installation on
// the machine (or fetches one, verified and cached), makes a private cluster,
// starts it on the loopback interface and stops it again.
//
// It knows no schema, no migration and no query; package postgrestest beside it
// hands out databases to tests. It doesn't administer servers that somebody else
// runs: for those a program takes a connection URL and never calls this package.
//
// # What stands in a data directory
//
//	lock            held (flock) by the program that uses the directory; names its process
//	cluster.json    says that this package made the directory
//	password        the superuser's random password, mode 0600
//	pgdata/         PostgreSQL's own data directory, mode 0700
//
// # Root
//
// PostgreSQL refuses to run as root. A program run by root starts it as user
// "postgres", or "nobody" where that doesn't exist, who owns pgdata and nothing
// else. That user must be able to reach the data directory and the binaries: a
// directory below a home directory of mode 0700 is refused with a message that
// names the directory in the way.
//
// # Death of the parent
//
// On Linux the kernel interrupts the server when the program dies, however it
// dies. On every system the next [Start] on the directory finds a server left
// behind by its postmaster.pid, stops it, and lets PostgreSQL recover.
package postgres
