package recording

import "github.com/mtbwiki/mtbwiki/track"

// farAway is further than any trail reaches from the place it is filed under: a
// recording from there is the wrong file.
const farAway = 100_000 // metres

// Elsewhere tells how many metres lie between the lines and the nearest of the
// points where their trail is known to be, and whether that is too far (100 km) for
// them to be of it. Without such points nothing is elsewhere.
func Elsewhere(lines []track.Line, known []track.Point) (metres float64, elsewhere bool) {
	metres = -1
	for _, l := range lines {
		for _, p := range []track.Point{l[0], l[len(l)/2], l[len(l)-1]} {
			for _, k := range known {
				if d := track.Distance(p, k); metres < 0 || d < metres {
					metres = d
				}
			}
		}
	}
	return max(metres, 0), metres > farAway
}
