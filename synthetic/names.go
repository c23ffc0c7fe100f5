package synthetic

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// Markers begin the name of everything that is invented here.
var Markers = []string{"Made-up", "Invented", "Imaginary", "Fictional", "Pretend", "Nonexistent"}

// language of a region's local names.
type language struct {
	tag    string
	marker string   // "invented" in that language
	ways   []string // words for a trail; %s is what it is named after
	places []string // words for a riding area
	things []string
	line   string // a tagline, in that language
}

var languages = []language{
	{tag: "en"},
	{
		tag: "de", marker: "Erfundener",
		ways: []string{"%spfad", "%sweg", "%ssteig", "%strail"}, places: []string{"%swald", "%sberg", "%stalkessel"},
		things: []string{"Fuchs", "Adler", "Nebel", "Wurzel", "Granit", "Dachs", "Eulen", "Sturm", "Heide", "Birken"},
		line:   "Ein Ort, den es nicht gibt: erfunden, damit das Wiki etwas zu zeigen hat.",
	},
	{
		tag: "es", marker: "Inventado",
		ways: []string{"Sendero del %s", "Bajada del %s", "Camino del %s", "Vuelta del %s"}, places: []string{"Monte del %s", "Bosque del %s", "Valle del %s"},
		things: []string{"Cóndor", "Zorro", "Lobo", "Viento", "Olivo", "Pinar", "Águila Gris", "Barranco", "Erizo", "Sol"},
		line:   "Un lugar que no existe, inventado para mostrar lo que sabe el wiki.",
	},
	{
		tag: "fr", marker: "Inventé",
		ways: []string{"Sentier du %s", "Descente du %s", "Piste du %s", "Boucle du %s"}, places: []string{"Massif du %s", "Bois du %s", "Plateau du %s"},
		things: []string{"Renard", "Chêne", "Brouillard", "Rocher", "Faucon", "Torrent", "Hérisson", "Mélèze", "Blaireau", "Corbeau"},
		line:   "Un lieu qui n'existe pas, inventé pour montrer ce que sait le wiki.",
	},
	{
		tag: "it", marker: "Inventato",
		ways: []string{"Sentiero del %s", "Discesa del %s", "Giro del %s", "Variante del %s"}, places: []string{"Monte del %s", "Bosco del %s", "Colle del %s"},
		things: []string{"Falco", "Lupo", "Castagno", "Vento", "Tasso", "Gufo", "Faggio", "Camoscio", "Riccio", "Sasso"},
		line:   "Un luogo che non esiste, inventato per mostrare ciò che il wiki sa.",
	},
	{
		tag: "nb", marker: "Oppdiktet",
		ways: []string{"%sstien", "%sløypa", "%srunden", "%strappa"}, places: []string{"%såsen", "%sfjellet", "%sskogen"},
		things: []string{"Rev", "Ørn", "Bjørk", "Tåke", "Gran", "Elg", "Ravn", "Myr", "Kløft", "Snø"},
		line:   "Et sted som ikke finnes, diktet opp for å vise hva wikien vet.",
	},
}

var (
	adjectives = []string{"Rusty", "Silent", "Golden", "Broken", "Hidden", "Lower", "Upper", "Crooked", "Windy", "Lost",
		"Little", "Old", "New", "Dusty", "Blue", "Red", "Hollow", "Wandering", "Twisted", "Sleepy", "Thirsty", "Lonely",
		"Lazy", "Wild", "Salty", "Frosty", "Stony", "Mossy", "Sunny", "Shady"}
	things = []string{"Kestrel", "Badger", "Granite", "Juniper", "Otter", "Cedar", "Falcon", "Marmot", "Quartz", "Heron",
		"Thistle", "Raven", "Lynx", "Birch", "Copper", "Coyote", "Saddle", "Lantern", "Anvil", "Compass", "Kettle",
		"Fern", "Hare", "Magpie", "Boulder", "Cactus", "Teapot", "Walrus", "Puffin", "Meadow", "Spruce", "Gecko",
		"Hammer", "Whistle", "Pepper", "Barrel", "Bison", "Willow", "Cobble", "Ember"}
	downWords   = []string{"Descent", "Drop", "Plunge", "Line", "Run", "Chute"}
	upWords     = []string{"Climb", "Ascent", "Grind", "Zigzag"}
	wayWords    = []string{"Trail", "Loop", "Traverse", "Connector", "Ridge", "Way", "Path", "Track", "Link", "Contour"}
	roadWords   = []string{"Road", "Fire Road", "Doubletrack"}
	systemWords = []string{"Hills", "Forest", "Ridge", "Mesa", "Valley", "Woods", "Canyon", "Heights", "Moor", "Basin"}
	parkWords   = []string{"Bike Park", "Gravity Park"}
	regionWords = []string{"Highlands", "Coast", "Ranges", "Desert", "Alps", "Uplands", "Islands", "Plateau", "Peninsula", "Foothills"}
	townWords   = []string{"Springs", "Junction", "Falls", "Harbour", "Ferry", "Bridge", "Market", "Landing"}
	riderWords  = []string{"Pedaller", "Wheeler", "Roller", "Climber", "Digger", "Shuttler", "Cruiser", "Hopper"}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func madeUp(r *rand.Rand, last []string) string {
	return pick(r, Markers) + " " + pick(r, adjectives) + " " + pick(r, things) + " " + pick(r, last)
}

// local is a local name, empty where English is spoken.
func (l *language) local(r *rand.Rand, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return l.marker + " " + strings.Replace(pick(r, words), "%s", pick(r, l.things), 1)
}

// slug of a name, with a number of its own: names are not unique, slugs are.
func (g *Generator) slug(name string, i int) string {
	b := make([]byte, 0, 100)
	for _, c := range []byte(strings.ToLower(name)) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b = append(b, c)
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
	}
	b = append(b, '-')
	b = append(b, g.code...)
	b = append(b, '-')
	return string(strconv.AppendInt(b, int64(i)+1, 36))
}
