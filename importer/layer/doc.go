// Package layer turns what parsers read of open data (OpenStreetMap, networks of
// land managers) into a plan of trails, routes and systems, and writes it.
//
// Imported open data stays a layer of its own: lines, keys, lengths, climbs and
// difficulty taken or computed from a source stand in the tables wiki.layer_*,
// with source and licence, and are never merged into the wiki's own values. What
// the wiki itself gets is a stub for each trail, route and system: a name, so that
// people can find and describe it, whose basis names the source and licence.
//
// A plan is made without a database, so it can be looked at before anything is
// written; the same files give the same plan. Writing is a transaction a system.
// Writing again finds the same entities by the elements of the source that they
// stand on, brings the layer up to date and leaves the pages as they are.
//
// # What becomes what
//
//   - Ways whose keys say that they are for mountain bikes and that have a name
//     become trails. Ways of one name that touch, or end within 50 m of each
//     other, are one trail, in as few lines as they make. Ways without a name are in the layer only: a page needs a name;
//     so are paved ways of no difficulty and what is shorter than 50 m, such as
//     bridges: nobody comes for them.
//   - Short ways that are harder than the rest, rated points and barriers become
//     cruxes of their trail; a rated point beside it is one that can be avoided.
//   - Relations route=mtb with a name become routes, with legs on the trails that
//     their ways belong to.
//   - Trails that lie near each other become a system, named after the nearest
//     summit or place that the file knows.
//   - Where two trails share a point is a junction.
//   - What the source marks as private, informal or not for bicycles starts as
//     name only.
//
// Recordings of riders are another matter: see package recording.
package layer
