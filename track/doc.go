// Package track is the geometry of a ridden line: length, simplification,
// position along it, climb, grades, an elevation profile to draw, and how long a
// ride takes. It is pure: it reads no files and asks no service; parsers of GPX
// and the like, and elevation models, stand elsewhere and hand it points.
//
// # Conventions
//
// Coordinates are WGS84 degrees, distances metres on a sphere with the mean
// radius of the earth, elevations metres, grades percent (rise over horizontal
// run, times 100). An unknown elevation is NaN, never 0: results about elevation
// come with a statement whether they are known, and unknown is what a profile is
// called that was filled with zeros, has large gaps or one value throughout.
//
// # Elevation gain
//
// Adding up every rise of a recorded line counts the noise: one and the same ride
// was reported with 591 to 1220 m by different programs. The gain here is that of
// a profile from which spikes were removed, which was resampled by distance,
// smoothed, and read between turning points: a turn counts once the profile has
// come back by 3 m (elevation model, barometer) or 10 m (GPS alone). The method is
// part of the result, because without it the number cannot be compared.
//
// # Grades
//
// A grade is a regression over a window of at least 30 m, never the quotient of
// two neighbouring points. The maximum is over at least 10 m, which is close to
// the rule of the IMBA rating system ("longer than about 10 ft") and as fine as
// recorded lines allow.
package track
