package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/jackc/pgx/v5/pgxpool"
)

// workload is a kind of question.
type workload struct {
	name, what string
	query      string
	// paths to the objects of the answer that must be parts of the database's rows;
	// none for answers that are composed of them.
	paths [][]string
	// variables of the questions, drawn from the data.
	variables []map[string]any
	// minBytes leaves out questions with a smaller answer; the target is only for
	// such as are large enough.
	minBytes int
	target   target
	missing  string // why there are no questions
	pgbench  bool
	note     string
}

// target is what a workload should reach: a ratio to the bare handler, or a latency.
type target struct {
	text  string
	ratio float64
	p99Ms float64
}

const deepQuery = `query Deep($id: ID!, $ids: [ID!]) {
  system(id: $id) {
    id slug state version visibility lang createdAt updatedAt name localName kind regionIds nearestTown position { lat lon }
    size lowestM highestM climbingStyle styleMarks { style mark } skillMarks { skill mark } tags facilities
    season { month verdict reason basis } standing status synthetic tagline character description weatherImpact fees parking
    trailCount routeCount trails { ...T } routes { ...R }
  }
  routes(filter: {systemIds: $ids}, first: 20) {
    nodes {
      id slug state version visibility lang createdAt updatedAt name systemIds shape uplift lengthM climbM minutesLow minutesHigh
      skill fitness conditionSensitivity timeOfDay mustDo synthetic tagline purpose description highlights idealFor notFor
      legs { position kind trail { ...T } fromM toM direction purpose notes alternatives canSplit }
    }
  }
}
fragment T on TrailCard { id slug version visibility name direction type lengthM climbM descentM flow commonLabel trailStatus synthetic personality }
fragment R on RouteCard { id slug version visibility name shape uplift lengthM climbM minutesLow minutesHigh skill fitness mustDo synthetic tagline }
`

const trailQuery = `query Trail($slug: String) {
  trail(slug: $slug) {
    id slug state version visibility lang createdAt updatedAt name localName
    systems { id slug version visibility name kind nearestTown position { lat lon } size status synthetic tagline } systemIds
    direction type lengthM climbM descentM elevationMethod averageGrade maximumGrade narrowestCm worstCamberPercent gates adaptiveSupport
    fitsChildTrailer fitsTowRope fitsFirstBike crossesTraffic flow commonLabel tags
    difficulty { direction labels { system label statedBy } axes { axis predominant worst notApplicable wetOffset note basis } }
    features { atM kind name sizeM technical consequence mandatory bypass note } junctions { trailId atM otherAtM }
    access { bikeClass verdict months weekdays hours whenWet legalBasis source date } trailStatus closedUntil standing
    externalIds { scheme value } hasLine synthetic facts { field basis source url date validUntil licence }
    personality description comparableTo maintenance
  }
}`

const listQuery = `query List($filter: TrailFilter) {
  trails(filter: $filter, sort: NAME, first: 20) {
    nodes { id slug version name direction type lengthM climbM descentM flow commonLabel trailStatus synthetic personality }
    totalCount totalIsMore pageInfo { hasNextPage endCursor }
  }
}`

const searchQuery = `query Search($query: String!) {
  search(query: $query, first: 20) { nodes { kind id slug title snippet synthetic } pageInfo { hasNextPage endCursor } totalCount totalIsMore }
}`

const discoverQuery = `query Discover($input: DiscoverInput!) {
  discover(input: $input) {
    considered
    suggestions { system { ...S } score parts { name points of } reasons { text facts } concerns { text facts } distanceKm routes { ...R } daysRecommended timing }
    undescribed { ...S }
  }
}
fragment S on SystemCard { id slug version visibility name kind nearestTown position { lat lon } size status synthetic tagline }
fragment R on RouteCard { id slug version visibility name shape uplift lengthM climbM minutesLow minutesHigh skill fitness mustDo synthetic tagline }
`

// questions is how many different ones a workload asks in turn.
const questions = 64

// bigSystem is the least size of a deep read's answer.
const bigSystem = 20_000

// readWorkloads draws the questions from the data; the same data and seed give the same.
func readWorkloads(ctx context.Context, owner *pgxpool.Pool, seed int64) ([]workload, error) {
	d := &draw{ctx: ctx, owner: owner, seed: seed}
	deep := workload{name: "deep read", what: "a system with its trails, its routes and their legs, at least 20 KB, as a signed-in rider",
		query: deepQuery, paths: [][]string{{"system"}, {"routes", "nodes"}}, minBytes: bigSystem, pgbench: true,
		target: target{text: "0.6 of bare (floor 0.7, goal 0.85)", ratio: 0.6}}
	for _, id := range d.texts(`
		SELECT s.id::text FROM wiki.system s JOIN wiki.entity e ON e.id = s.id
		WHERE e.state = 'PUBLISHED' AND e.visibility = 'PUBLIC' AND e.synthetic
		ORDER BY (SELECT count(*) FROM wiki.trail_system x WHERE x.system_id = s.id) DESC, s.id LIMIT $1`, 4*questions) {
		deep.variables = append(deep.variables, map[string]any{"id": id, "ids": []string{id}})
	}
	trail := workload{name: "trail page", what: "all that a trail's page shows of the trail, by slug", query: trailQuery, paths: [][]string{{"trail"}}}
	for _, slug := range d.texts(`
		SELECT s.slug FROM wiki.slug s JOIN wiki.entity e ON e.id = s.entity_id
		WHERE e.kind = 'TRAIL' AND e.state = 'PUBLISHED' AND e.visibility = 'PUBLIC' AND e.synthetic
		ORDER BY md5(e.id::text), s.slug LIMIT $1`, questions) {
		trail.variables = append(trail.variables, map[string]any{"slug": slug})
	}
	local := workload{name: "list of a system", what: "a system's trails with one of two labels, the first 20 by name, and their count", query: listQuery, paths: [][]string{{"trails", "nodes"}}}
	for _, id := range d.systems(true) {
		local.variables = append(local.variables, map[string]any{"filter": map[string]any{"systemIds": []string{id}, "commonLabel": []string{"blue", "black"}}})
	}
	everywhere := workload{name: "list of all", what: "all trails with a label and a range of lengths, the first 20 by name, and their count up to 1,000", query: listQuery, paths: [][]string{{"trails", "nodes"}}}
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	for range questions {
		least := float64(500 * r.IntN(8))
		everywhere.variables = append(everywhere.variables, map[string]any{"filter": map[string]any{
			"commonLabel": []string{pick(r, "green", "blue", "black")}, "lengthM": map[string]any{"min": least, "max": least + 2000}}})
	}
	search := workload{name: "search", what: "full text over everything, by words of names", query: searchQuery, paths: [][]string{{"search", "nodes"}}}
	for i, title := range d.texts(`
		SELECT x.title FROM wiki.search_document x JOIN wiki.entity e ON e.id = x.entity_id
		WHERE e.state = 'PUBLISHED' AND e.visibility = 'PUBLIC' ORDER BY md5(x.entity_id::text || x.lang), x.title LIMIT $1`, questions) {
		if i%4 == 3 && len(title) > 5 {
			title = title[:2] + title[3:] // a slip of the keyboard
		}
		search.variables = append(search.variables, map[string]any{"query": title})
	}
	out := append([]workload{deep, trail, local, everywhere, search}, d.discovery()...)
	if d.err != nil {
		return nil, fmt.Errorf("bench: drawing questions from the data: %w", d.err)
	}
	return out, nil
}

// draw takes things out of the data in an order that depends on nothing else.
type draw struct {
	ctx   context.Context
	owner *pgxpool.Pool
	seed  int64
	err   error
}

func (d *draw) texts(sql string, args ...any) (out []string) {
	if d.err != nil {
		return nil
	}
	rows, err := d.owner.Query(d.ctx, sql, args...)
	if err != nil {
		d.err = err
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if d.err = rows.Scan(&s); d.err != nil {
			return nil
		}
		out = append(out, s)
	}
	d.err = rows.Err()
	return out
}

func (d *draw) systems(trails bool) []string {
	return d.texts(`
		SELECT s.id::text FROM wiki.system s JOIN wiki.entity e ON e.id = s.id
		WHERE e.state = 'PUBLISHED' AND e.visibility = 'PUBLIC' AND e.synthetic
		  AND ($2::boolean IS FALSE OR EXISTS (SELECT FROM wiki.trail_system x WHERE x.system_id = s.id))
		ORDER BY md5(s.id::text) LIMIT $1`, questions, trails)
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

// discovery makes the five kinds of question about where to ride: of one rider each.
func (d *draw) discovery() []workload {
	const withPlace, anywhere = 50, 250
	kinds := []workload{
		{name: "discover near", what: "within 300 km of a place", target: target{text: "p99 < 50 ms", p99Ms: withPlace}},
		{name: "discover region", what: "in a region", target: target{text: "p99 < 50 ms", p99Ms: withPlace}},
		{name: "discover country", what: "in a country", target: target{text: "p99 < 50 ms", p99Ms: withPlace}},
		{name: "discover given", what: "among ten given systems", target: target{text: "p99 < 50 ms", p99Ms: withPlace}},
		{name: "discover anywhere", what: "without a place", target: target{text: "p99 < 250 ms", p99Ms: anywhere}},
	}
	systems := d.systems(false)
	var positions [][2]float64
	for _, text := range d.texts(`
		SELECT json_build_array(s.position_lat, s.position_lon)::text FROM wiki.system s JOIN wiki.entity e ON e.id = s.id
		WHERE e.synthetic AND s.position_lat IS NOT NULL ORDER BY md5(s.id::text) LIMIT $1`, questions) {
		var p [2]float64
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			d.err = errors.Join(d.err, err)
		}
		positions = append(positions, p)
	}
	regions := d.texts(`
		SELECT x.region_id::text FROM wiki.system_region x JOIN wiki.entity e ON e.id = x.region_id
		WHERE e.synthetic GROUP BY 1 ORDER BY md5(x.region_id::text) LIMIT $1`, questions)
	countries := d.texts(`SELECT c FROM (SELECT unnest(d.countries) AS c, count(*) AS n FROM wiki.discovery_document d GROUP BY 1) x ORDER BY n DESC, c LIMIT $1`, questions)
	for i := range kinds {
		w := &kinds[i]
		w.query = discoverQuery
		w.what = "systems ranked for a rider and a month " + w.what
		r := rand.New(rand.NewPCG(uint64(d.seed), uint64(i+10)))
		for n := range questions {
			q := rider(r)
			switch w.name {
			case "discover near":
				if n >= len(positions) {
					continue
				}
				q["near"] = map[string]any{"lat": positions[n][0], "lon": positions[n][1], "radiusKm": 300}
			case "discover region":
				if len(regions) == 0 {
					continue
				}
				q["regionIds"] = []string{regions[n%len(regions)]}
			case "discover country":
				if len(countries) == 0 {
					continue
				}
				q["countries"] = []string{countries[n%len(countries)]}
			case "discover given":
				if len(systems) == 0 {
					continue
				}
				var ids []string
				for k := range min(10, len(systems)) {
					ids = append(ids, systems[(n+k*7)%len(systems)])
				}
				q["systemIds"] = ids
			}
			w.variables = append(w.variables, map[string]any{"input": q})
		}
		if len(w.variables) == 0 {
			w.missing = "the data has no such place"
		}
	}
	return kinds
}

// rider asks as people do: most say month, skill and a style, some say more.
func rider(r *rand.Rand) map[string]any {
	q := map[string]any{
		"includeInvented": true, // the data is
		"month":           1 + r.IntN(12),
		"skill":           pick(r, "LEARNING", "COMFORTABLE", "CHALLENGING", "EXPERT"),
		"styles":          []map[string]any{{"style": pick(r, "XC", "TRAIL", "ENDURO", "DOWNHILL", "FLOW"), "weight": 1 + r.IntN(3)}},
	}
	if r.IntN(2) == 0 {
		q["fitness"] = pick(r, "CASUAL", "FIT", "VERY_FIT", "ATHLETE")
	}
	if r.IntN(2) == 0 {
		q["days"] = 1 + r.IntN(10)
	}
	if r.IntN(3) == 0 {
		q["bikeClass"] = pick(r, "MTB", "E_MTB_CLASS_1", "ADAPTIVE")
	}
	if r.IntN(4) == 0 {
		q["styles"] = append(q["styles"].([]map[string]any), map[string]any{"style": "XC", "weight": 1})
	}
	return q
}
