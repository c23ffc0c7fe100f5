package track

import (
	"fmt"
	"time"
)

// Rates are the constants of a moving time in the form of DIN 33466: the time on
// the flat and the time for the height are taken apart, and the smaller of the
// two counts half. A rate of 0 leaves its term out.
type Rates struct {
	Flat float64 // km/h
	Up   float64 // m/h of climbing, riding
	Down float64 // m/h of descending
	Push float64 // m/h of climbing, pushing or carrying
}

// Published constants.
var (
	// DIN33466 is for walking.
	DIN33466 = Rates{Flat: 4, Up: 300, Down: 500, Push: 300}
	// DAV is the German Alpine Club's rule for mountain biking, with the upper of
	// its values for climbing (500 to 600 m/h) and pushing (200 to 300 m/h); it
	// has no term for descending.
	DAV = Rates{Flat: 12, Up: 600, Push: 300}
	// Camptocamp is camptocamp.org's rule for mountain biking, a cautious one.
	Camptocamp = Rates{Flat: 15, Up: 250, Down: 1000, Push: 250}
)

// Ride is what a moving time depends on.
type Ride struct {
	Length float64 // metres, all of it
	Up     float64 // metres climbed riding
	Down   float64 // metres descended riding
	Push   float64 // metres climbed pushing or carrying
}

// MovingTime returns the time without stops.
func (r Rates) MovingTime(ride Ride) time.Duration {
	part := func(amount, rate float64) float64 {
		if rate <= 0 {
			return 0
		}
		return max(0, amount) / rate
	}
	flat := part(ride.Length/1000, r.Flat)
	height := part(ride.Up, r.Up) + part(ride.Down, r.Down) + part(ride.Push, r.Push)
	hours := max(flat, height) + min(flat, height)/2
	// A duration ends after 292 years; no ride is that long.
	return time.Duration(min(hours, 1e6) * float64(time.Hour)).Round(time.Second)
}

// Fitness is a rider type.
type Fitness string

// The rider types of the vocabulary "fitness level".
const (
	Casual  Fitness = "casual"
	Fit     Fitness = "fit"
	VeryFit Fitness = "very-fit"
	Athlete Fitness = "athlete"
)

// riderRates: "fit" has the DAV's values with the lower one for climbing and
// camptocamp's for descending, which the DAV leaves out. The others are editorial
// estimates around it, to be replaced by logged rides.
var riderRates = map[Fitness]Rates{
	Casual:  {Flat: 10, Up: 350, Down: 800, Push: 200},
	Fit:     {Flat: 12, Up: 500, Down: 1000, Push: 250},
	VeryFit: {Flat: 14, Up: 650, Down: 1300, Push: 275},
	Athlete: {Flat: 17, Up: 850, Down: 1700, Push: 300},
}

// TimeEstimate is a moving time as a range. Stops are not included, and e-bikes
// are not meant.
type TimeEstimate struct {
	Low, Likely, High time.Duration
	// Method names the rule and where its constants come from.
	Method string
}

// Estimate returns the moving time of a rider type. Low and high are a fifth
// quicker and a third slower: an editorial estimate of how riders of one type,
// surfaces and days differ.
func (f Fitness) Estimate(ride Ride) (TimeEstimate, error) {
	rates, ok := riderRates[f]
	if !ok {
		return TimeEstimate{}, fmt.Errorf("track: fitness %q is not known; use casual, fit, very-fit or athlete", string(f))
	}
	likely := rates.MovingTime(ride)
	return TimeEstimate{
		Low:    time.Duration(float64(likely) * 0.8).Round(time.Minute),
		Likely: likely.Round(time.Minute),
		High:   time.Duration(float64(likely) * 4 / 3).Round(time.Minute),
		Method: fmt.Sprintf("DIN 33466 form, %g km/h, %g m/h up, %g m/h down, %g m/h pushing; stops not included; editorial estimate", rates.Flat, rates.Up, rates.Down, rates.Push),
	}, nil
}
