// Package bench measures the wiki against its targets for speed and says where it
// stands: `mtbwiki bench`. docs/performance.md has a table as it came out.
//
// What is asked runs as its user runs it: the program is a process of its own
// (`mtbwiki up`), asked over HTTP on loopback with a signed-in rider's token. Each
// figure stands beside its ceiling, measured in the same run, on the same data, by
// the same client, in turns (a round of one, a round of the other, again), so that
// what else the machine does hits all alike:
//
//   - bare: another process with nothing but net/http and pgx that gets the same
//     requests, runs the very statements that the program runs, with the same
//     values, and hands the database's JSON on;
//   - pgx: the same statements without HTTP;
//   - pgbench: the same, where pgbench is installed (the deep read only).
//
// Before anything is timed, each question's answer is compared with what the
// statements said (see check). The program's processor time and memory, and
// PostgreSQL's processor time, come from /proc; on systems without it, and wherever
// something else is missing, a row says "not run" and why.
//
// The data is synthetic (package synthetic), in a PostgreSQL of the benchmark's own,
// and kept for the next run.
//
// Nothing here decides whether a build is good: times depend on machines. Its tests
// look at what the report has, never at how fast things were.
package bench
