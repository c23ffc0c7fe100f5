// Package recording makes a line that can be shown to everybody out of a rider's
// recording, which can't: it reads files (GPX, FIT, GeoJSON), cuts out what tells
// where somebody lives, measures and simplifies what is left.
//
// A recording is private. The parsers read neither times nor heart rates nor
// devices, this package keeps no names, and spacing of points, which would tell
// how fast somebody was, ends with the simplification of every line that leaves
// it. It does no I/O besides the reader it is given and knows no database, so that
// the website can use it before anything is stored.
package recording
