// Package difficulty is about labels such as "blue" or "S2": which systems of
// labels there are, how they map onto each other, on which axes difficulty is
// described, how a place may be graded harder or softer than its labels say, and
// what a label known from home amounts to elsewhere.
//
// It is pure: no database, no network, no estimation from ratings. What riders'
// ratings say is measured elsewhere and called calibration; everything here rests
// on published tables and on opinions set by hand, and says so in its results.
//
// # A label is nothing without its system
//
// A colour means different things in different systems, so a stated difficulty is
// always a system, a label and who stated it ([Stated]). Order exists within one
// system only. Converting is possible where somebody published a mapping, and
// where nobody did [Convert] refuses rather than guesses: there is none for the
// British and the New Zealand grades. Every mapping between different ladders is
// rough; keep the original value beside it.
//
// # A rider's home
//
// What a rider knows becomes an [Estimate] of how home is graded, axis by axis: a
// place counts with its nearest grading ([PlaceEvidence]); a trail with its mark
// against its stated label, on the technical axis that is hardest on it
// ([TrailEvidence], [Rated]); the rider's own mark against their label
// ([RiderEvidence]). [Combine] weights them by what they rest on. Opinions of the
// same few hands are not independent, so that more of them never narrow the
// interval below the surest one's, and disagreement widens it. That marks and labels
// share the axis evenly ([MarkPosition]) is our own reading.
//
// # Sources
//
//   - IMBA Trail Difficulty Rating System: white circle to double black diamond,
//     technical challenge only (venturacountytrails.org, nobmob.com,
//     imbacanada.com).
//   - Singletrail-Skala S0 to S5 (Schymik, Werner, Philipp 2005), graded by the
//     predominant part.
//   - OpenStreetMap keys mtb:scale (0 to 6, where 0 to 5 are S0 to S5 and 6 is not
//     ridden) and mtb:scale:imba (0 to 4, white to double black).
//   - Colours of the Alps against S0 to S5: lower-austria.info and mtbbergamo.it.
//     Another Austrian source (retter-sports.com) has green, blue and red for the
//     same groups, so even "the Alps" are not one system everywhere.
//   - Trailforks levels: third-party descriptions; the official legend could not be
//     read.
//   - Singletrail-Skala against IMBA: our own reading of both tables, published
//     nowhere.
package difficulty
