package synthetic

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
)

// Bounds of what may be asked for.
const (
	MaxSystems = 200_000
	MaxTrails  = 5_000_000
	MaxRegions = 5_000
	MaxRiders  = 100_000
	// MaxSeed keeps seeds exact in JSON.
	MaxSeed = 1<<53 - 1
	// maxTrailsPerSystem bounds the heavy tail.
	maxTrailsPerSystem = 400
)

// Params decide everything: equal params give equal bytes.
type Params struct {
	Seed    int64
	Systems int
	Trails  int
	Regions int // 0: one for 40 systems, at least 6
	Riders  int // 0: one for 20 systems, at least 20
}

// WithDefaults fills in what is 0.
func (p Params) WithDefaults() Params {
	if p.Regions == 0 {
		p.Regions = min(max(6, p.Systems/40), MaxRegions, max(1, p.Systems))
	}
	if p.Riders == 0 {
		p.Riders = min(max(20, p.Systems/20), MaxRiders)
	}
	return p
}

// Check returns the first rule that the params break.
func (p Params) Check() error {
	for _, c := range []struct {
		name           string
		value, low, up int64
	}{
		{"seed", p.Seed, 0, MaxSeed},
		{"systems", int64(p.Systems), 1, MaxSystems},
		{"trails", int64(p.Trails), 0, MaxTrails},
		{"regions", int64(p.Regions), 1, MaxRegions},
		{"riders", int64(p.Riders), 1, MaxRiders},
	} {
		if c.value < c.low || c.value > c.up {
			return fmt.Errorf("%s is %d; it lies between %d and %d", c.name, c.value, c.low, c.up)
		}
	}
	if p.Trails > p.Systems*maxTrailsPerSystem {
		return fmt.Errorf("%d trails don't fit into %d systems: one has at most %d; ask for more systems", p.Trails, p.Systems, maxTrailsPerSystem)
	}
	if p.Regions > p.Systems {
		return fmt.Errorf("%d regions for %d systems: each region has at least one", p.Regions, p.Systems)
	}
	return nil
}

// kind of an id.
type kind byte

const (
	kindRegion kind = iota + 1
	kindSystem
	kindTrail
	kindRoute
	kindTip
	kindRider
	kindNotice
	kindOrganisation
	kindAccessPoint
	kindUplift
	kindComment
	kindClaim
	kindCheck
	kindReview
	// Four bits hold no more.
	kindMedia kind = 0
	// No entities, so without a name.
	kindComparison kind = 13
	kindRide       kind = 14
	kindRevision   kind = 15
)

var kindNames = [...]string{kindMedia: "MEDIA", kindRegion: "REGION", kindSystem: "SYSTEM", kindTrail: "TRAIL", kindRoute: "ROUTE", kindTip: "TIP", kindRider: "RIDER", kindNotice: "SEASONAL_NOTICE", kindOrganisation: "ORGANISATION", kindAccessPoint: "ACCESS_POINT", kindUplift: "UPLIFT", kindComment: "COMMENT", kindClaim: "CLAIM", kindCheck: "FACT_CHECK", kindReview: "REVIEW"}

func (k kind) String() string { return kindNames[k] }

// UUID as PostgreSQL stores it.
type UUID [16]byte

func (u UUID) String() string { return string(u.append(nil)) }

func (u UUID) append(dst []byte) []byte {
	const digits = "0123456789abcdef"
	for i, b := range u {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, digits[b>>4], digits[b&15])
	}
	return dst
}

// prefix of all ids of a seed: six bytes of a hash, so that ids of two seeds
// differ and those of one lie together.
func prefix(seed int64) (p [6]byte) {
	sum := sha256.Sum256([]byte("mtbwiki synthetic " + strconv.FormatInt(seed, 10)))
	copy(p[:], sum[:])
	return p
}

// IDRange returns the first and the last id that a batch of this seed can have:
// UUIDs of version 8 (RFC 9562) that begin with a hash of the seed.
func IDRange(seed int64) (first, last UUID) {
	p := prefix(seed)
	copy(first[:], p[:])
	copy(last[:], p[:])
	first[6], first[8] = 0x80, 0x80
	for i := 6; i < 16; i++ {
		last[i] = 0xff
	}
	last[6], last[8] = 0x8f, 0xbf
	return first, last
}

// id of the i-th entity of a kind.
func (g *Generator) id(k kind, i int) (u UUID) {
	copy(u[:], g.prefix[:])
	u[6] = 0x80 | byte(k)
	binary.BigEndian.PutUint64(u[8:], uint64(i))
	u[8] = 0x80
	return u
}

// revisionID of a revision of an entity, by its number.
func (g *Generator) revisionID(k kind, i, number int) UUID {
	u := g.id(kindRevision, i<<4|number)
	u[7] = byte(k)
	return u
}

// random returns the random numbers of one thing, apart from those of all others,
// so that each can be made without those before it.
func (g *Generator) random(k kind, i int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(uint64(g.p.Seed)^uint64(k)<<56), mix(uint64(i)+0x632be59bd9b4e019)))
}

// mix is the finalizer of SplitMix64: neighbouring numbers come out far apart.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
