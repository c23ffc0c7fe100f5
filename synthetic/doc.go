// Package synthetic invents regions, systems, trails, routes, tips, notices, media, comments and riders
// with their rides and ratings, as many as asked for, to measure and to try the wiki with. It is pure: the same
// [Params] give the same bytes (on one processor architecture: some fuse
// multiplications and additions, which changes last digits), and nothing here reads
// a file or a database; package synthetic/load brings the rows into one and takes
// them out again.
//
// # Where it lies
//
// Every place lies in one of two boxes of open ocean, hundreds of kilometres from
// any land (see [Boxes]), and every name begins with a word that says it is made
// up (see [Markers]). Every entity is marked synthetic.
//
// # The model
//
// What is invented follows one generative model, so that what the wiki computes
// from it can be compared with the truth. The truth is not stored: it comes back
// from the same parameters by [Generator.Region] and [Generator.Truths].
//
//   - A region r has an offset beta_r on each axis, in label steps: how much harder
//     it is than its posted labels say. A common part ~ N(0, 0.65²) and one of the
//     axis ~ N(0, 0.25²), cut at ±1.8. It has a label system of its own, a climate,
//     and trails of difficulty around its own mean ~ N(2, 0.5²).
//
//   - A trail j has a difficulty D_j in label steps on the common scale, 0 (white)
//     to 4 (double black), ~ N(mean of its system, 1).
//
//   - Its posted label is round(D_j - beta_r - u_j), u_j ~ N(0, 0.3²), cut to 0..4,
//     spelled in the region's label system.
//
//   - Its marks come from D_j, not from the label: technical descending follows D_j,
//     the other axes follow it in part, and jumps, grade, climb and length beside.
//     So marks compare across regions and labels don't.
//
//   - The local grading shown is an opinion: beta_r + N(0, 0.3²) in halves, for
//     about two regions of three.
//
//   - A rider i has a home and a severity s_i on each axis, 0.7 of his home's offset
//     and N(0, 0.4²); one in four rides half of the time in one or two other regions.
//     Of 4 to 20 rides he rates most, by the rating-scale model with 2 logits a step:
//     ln P(k) / P(k-1) = 2 (D_j - s_i - (k - ½)), where D_j on an axis is D_j with the
//     region's offset on that axis in place of that on the descent. He compares trails
//     by logistic(2 (D_j - D_k)), about the same when the difference felt is below ½
//     logit, and rides cleaner the more his skill exceeds D_j. Nobody leans towards
//     the label. The truth of riders comes back by [Generator.RiderTruth].
//
// Lengths are lognormal, trails per system heavy-tailed. Each system has a
// landscape, a function of the place; trails run over it between shared junctions,
// so that two that meet have the same point and the same elevation there. Length,
// climb and grades are what package track measures on the stored line.
//
// # What an entity gets
//
// All that one has that people made: facts, texts, slug, search document and its
// revisions with their content, hashes and authors; some have a history of several
// edits. What is left out on purpose: events in the outbox (a publisher would tell
// the world of them) and an audit row per entity (there is one per batch).
package synthetic
