package content

// What a content file may say: one table a kind, in the schema's spelling. A
// test compares the tables with the source schema in api/schema, so that a
// field added there and forgotten here is found.

type shapeKind int

const (
	text shapeKind = iota
	integer
	number
	boolean
	enum
	date
	address
	code      // member of a vocabulary
	reference // slug of another entity
	list
	object
)

type shape struct {
	kind shapeKind
	// values of an enum.
	values []string
	// vocabulary of a code.
	vocabulary string
	// target of a reference.
	target Kind
	// elem of a list.
	elem *shape
	// fields of an object.
	fields []field
	// bounds of a number, ignored when both are 0.
	low, high float64
}

type field struct {
	name string
	// schema is the field's name there, when it differs: references are slugs
	// here (systems) and ids there (systemIds).
	schema   string
	shape    shape
	required bool
	// max bounds the characters of a text or the members of a list; 0: no bound.
	max int
	// translated texts stand by language.
	translated bool
	// filled: left out here, it is false or an empty list there, because the
	// schema wants it said.
	filled bool
}

// schemaName answers the field's name in the schema.
func (f field) schemaName() string {
	if f.schema != "" {
		return f.schema
	}
	return f.name
}

func enumOf(values ...string) shape { return shape{kind: enum, values: values} }
func codeOf(vocabulary string) shape {
	return shape{kind: code, vocabulary: vocabulary}
}
func slugOf(target Kind) shape       { return shape{kind: reference, target: target} }
func listOf(elem shape) shape        { return shape{kind: list, elem: &elem} }
func objectOf(fields ...field) shape { return shape{kind: object, fields: fields} }
func between(s shape, lo, hi float64) shape {
	s.low, s.high = lo, hi
	return s
}

func translated(name string, max int) field {
	return field{name: name, shape: plain, max: max, translated: true}
}

var (
	plain = shape{kind: text}
	whole = shape{kind: integer}
	float = shape{kind: number}
	yesNo = shape{kind: boolean}
	day   = shape{kind: date}
	link  = shape{kind: address}

	mark  = between(float, 0, 5)
	month = between(whole, 1, 12)

	axis          = enumOf("TECHNICAL_CLIMBING", "TECHNICAL_DESCENDING", "AIR", "CONSEQUENCE", "FITNESS")
	basis         = enumOf("MEASURED", "IMPORTED", "OFFICIAL", "LOCAL", "EDITORIAL_ESTIMATE")
	status        = enumOf("STUB", "OUTLINE", "USABLE", "GUIDE")
	standing      = enumOf("SANCTIONED", "TOLERATED", "UNSANCTIONED", "UNKNOWN")
	visibility    = enumOf("PUBLIC", "PUBLIC_WITH_WARNING", "NAME_ONLY", "HIDDEN")
	skill         = enumOf("LEARNING", "COMFORTABLE", "CHALLENGING", "EXPERT")
	fitness       = enumOf("CASUAL", "FIT", "VERY_FIT", "ATHLETE")
	style         = enumOf("XC", "TRAIL", "ENDURO", "DOWNHILL", "FLOW")
	lineDirection = enumOf("FORWARD", "BACKWARD", "EITHER")

	position = objectOf(
		field{name: "lat", shape: between(float, -90, 90), required: true},
		field{name: "lon", shape: between(float, -180, 180), required: true},
	)

	// fact is what files say of a source; loading turns each into the schema's
	// FactBasis, one for each of its fields.
	fact = objectOf(
		field{name: "fields", shape: listOf(plain), required: true},
		field{name: "basis", shape: basis, required: true},
		field{name: "source", shape: plain, max: 200},
		field{name: "validUntil", shape: day},
		field{name: "licence", shape: plain, max: 60},
	)

	seasonMonth = objectOf(
		field{name: "month", shape: month, required: true},
		field{name: "verdict", shape: enumOf("GO", "RISKY", "AVOID", "CLOSED"), required: true},
		field{name: "reason", shape: plain, max: 300},
		field{name: "basis", shape: basis, required: true},
	)

	accessRule = objectOf(
		field{name: "bikeClass", shape: enumOf("MTB", "PEDELEC_25", "E_MTB_CLASS_1", "E_MTB_CLASS_2", "E_MTB_CLASS_3", "ADAPTIVE"), required: true},
		field{name: "verdict", shape: enumOf("ALLOWED", "PERMIT", "FORBIDDEN", "UNKNOWN"), required: true},
		field{name: "months", shape: listOf(month), max: 12, filled: true},
		field{name: "weekdays", shape: listOf(between(whole, 1, 7)), max: 7, filled: true},
		field{name: "hours", shape: plain, max: 11},
		field{name: "whenWet", shape: yesNo},
		field{name: "legalBasis", shape: plain, max: 300},
		field{name: "source", shape: plain, max: 500},
		field{name: "date", shape: day},
	)

	localGrading = objectOf(
		field{name: "axis", shape: axis, required: true},
		field{name: "offset", shape: between(float, -1.5, 1.5), required: true},
		field{name: "note", shape: plain, max: 300},
	)

	webLink = objectOf(
		field{name: "title", shape: plain, required: true, max: 120},
		field{name: "url", shape: link, required: true},
	)
)

// translatedList is a list among the texts.
func translatedList(name string, max int, elem shape) field {
	return field{name: name, shape: listOf(elem), max: max, translated: true}
}

// shared fields of several kinds.
var (
	nameField         = field{name: "name", shape: plain, required: true, max: 120}
	positionField     = field{name: "position", shape: position}
	tagsField         = field{name: "tags", shape: listOf(codeOf("character-tag")), max: 20}
	localGradingField = field{name: "localGrading", shape: listOf(localGrading), max: 8}
	statusField       = field{name: "status", shape: status}
	factsField        = field{name: "facts", shape: listOf(fact), max: 60}
	seasonField       = field{name: "season", shape: listOf(seasonMonth), max: 12}
	accessField       = field{name: "access", shape: listOf(accessRule), max: 20}
	standingField     = field{name: "standing", shape: standing}
	facilitiesField   = field{name: "facilities", shape: listOf(codeOf("facility")), max: 20}
	linksField        = field{name: "links", shape: listOf(webLink), max: 20}
	visibilityField   = field{name: "visibility", shape: visibility}
	systemsField      = field{name: "systems", schema: "systemIds", shape: listOf(slugOf(KindSystem)), required: true, max: 4}
)

var kinds = map[Kind][]field{
	KindRegion: {
		nameField,
		{name: "countries", shape: listOf(codeOf("country")), max: 12},
		positionField,
		tagsField,
		localGradingField,
		statusField,
		factsField,
		translated("description", 8000),
		translated("climate", 2000),
		translated("gradingNote", 2000),
	},
	KindSystem: {
		nameField,
		{name: "localName", shape: plain, max: 120},
		{name: "kind", shape: enumOf("BIKE_PARK", "TRAIL_CENTRE", "NETWORK", "NATURAL_AREA", "TOWN"), required: true},
		{name: "parent", schema: "parentId", shape: slugOf(KindSystem)},
		{name: "regions", schema: "regionIds", shape: listOf(slugOf(KindRegion)), required: true, max: 6},
		{name: "subdivisions", shape: listOf(codeOf("subdivision")), max: 6},
		{name: "nearestTown", shape: plain, max: 120},
		positionField,
		{name: "size", shape: enumOf("LOCAL_GEM", "WEEKEND_TRIP", "DESTINATION", "WORLD_CLASS")},
		{name: "lowestM", shape: between(whole, -450, 6500)},
		{name: "highestM", shape: between(whole, -450, 6500)},
		{name: "climbingStyle", shape: enumOf("SUSTAINED", "PUNCHY", "MIXED", "LIFT_ASSISTED")},
		{name: "styleMarks", shape: listOf(objectOf(
			field{name: "style", shape: style, required: true},
			field{name: "mark", shape: between(whole, 0, 5), required: true},
		)), max: 5},
		{name: "skillMarks", shape: listOf(objectOf(
			field{name: "skill", shape: skill, required: true},
			field{name: "mark", shape: between(whole, 0, 5), required: true},
		)), max: 4},
		tagsField,
		facilitiesField,
		seasonField,
		accessField,
		standingField,
		visibilityField,
		localGradingField,
		{name: "safety", shape: objectOf(
			field{name: "emergencyNumber", shape: plain, max: 40},
			field{name: "phoneCoverage", shape: plain, max: 300},
			field{name: "nearestHospital", shape: plain, max: 300},
			field{name: "bailOutPoints", shape: plain, max: 500},
			field{name: "water", shape: plain, max: 300},
			field{name: "hazards", shape: listOf(objectOf(
				field{name: "kind", shape: enumOf("HEAT", "STORMS", "SNOW", "HUNTING", "WILDLIFE", "GUARD_DOGS", "FIRE"), required: true},
				field{name: "months", shape: listOf(month), max: 12, filled: true},
				field{name: "note", shape: plain, max: 300},
			)), max: 7, filled: true},
		)},
		linksField,
		statusField,
		factsField,
		translated("tagline", 200),
		translated("character", 4000),
		translated("description", 8000),
		translated("weatherImpact", 1000),
		translated("fees", 1000),
		translated("parking", 1000),
	},
	KindTrail: {
		nameField,
		{name: "localName", shape: plain, max: 120},
		systemsField,
		{name: "direction", shape: enumOf("BOTH", "UP_PREFERRED", "DOWN_PREFERRED", "UP_ONLY", "DOWN_ONLY", "ONE_WAY"), required: true},
		{name: "type", shape: enumOf("SINGLETRACK", "DOUBLETRACK", "FIRE_ROAD", "PAVED"), required: true},
		{name: "lengthM", shape: between(float, 1, 500000)},
		{name: "climbM", shape: between(float, 0, 20000)},
		{name: "descentM", shape: between(float, 0, 20000)},
		{name: "elevationMethod", shape: plain, max: 200},
		{name: "averageGrade", shape: between(float, -100, 100)},
		{name: "maximumGrade", shape: between(float, -200, 200)},
		{name: "narrowestCm", shape: between(whole, 5, 1000)},
		{name: "worstCamberPercent", shape: between(whole, 0, 100)},
		{name: "gates", shape: between(whole, 0, 100)},
		{name: "adaptiveSupport", shape: enumOf("NONE", "RECOMMENDED", "NEEDED", "NO", "UNKNOWN")},
		{name: "fitsChildTrailer", shape: yesNo},
		{name: "fitsTowRope", shape: yesNo},
		{name: "fitsFirstBike", shape: yesNo},
		{name: "crossesTraffic", shape: yesNo},
		{name: "flow", shape: mark},
		tagsField,
		{name: "difficulty", shape: listOf(objectOf(
			field{name: "direction", shape: lineDirection, required: true},
			field{name: "labels", shape: listOf(objectOf(
				field{name: "system", shape: codeOf("label-system"), required: true},
				field{name: "label", shape: plain, required: true, max: 40},
				field{name: "statedBy", shape: plain, required: true, max: 120},
			)), max: 8, filled: true},
			field{name: "axes", shape: listOf(objectOf(
				field{name: "axis", shape: axis, required: true},
				field{name: "predominant", shape: mark},
				field{name: "worst", shape: mark},
				field{name: "notApplicable", shape: yesNo, filled: true},
				field{name: "wetOffset", shape: between(float, 0, 2)},
				field{name: "note", shape: plain, max: 300},
				field{name: "basis", shape: basis, required: true},
			)), max: 5, filled: true},
		)), max: 3},
		{name: "features", shape: listOf(objectOf(
			field{name: "atM", shape: between(float, 0, 500000)},
			field{name: "kind", shape: enumOf("DROP", "JUMP", "GAP", "ROCK_GARDEN", "ROCK_ROLL", "ROOTS", "STEEP", "SWITCHBACK", "BRIDGE", "LADDER", "BERM", "STEPS", "EXPOSURE", "CREEK_CROSSING", "GATE", "OTHER"), required: true},
			field{name: "name", shape: plain, max: 80},
			field{name: "sizeM", shape: between(float, 0.01, 2000)},
			field{name: "technical", shape: mark},
			field{name: "consequence", shape: mark},
			field{name: "mandatory", shape: yesNo, required: true},
			field{name: "bypass", shape: plain, max: 200},
			field{name: "note", shape: plain, max: 300},
		)), max: 60},
		{name: "junctions", shape: listOf(objectOf(
			field{name: "trail", schema: "trailId", shape: slugOf(KindTrail), required: true},
			field{name: "atM", shape: between(float, 0, 500000), required: true},
			field{name: "otherAtM", shape: between(float, 0, 500000), required: true},
		)), max: 60},
		accessField,
		{name: "trailStatus", shape: enumOf("OPEN", "SEASONAL", "CLOSED_UNTIL", "DECOMMISSIONED", "UNDER_CONSTRUCTION")},
		{name: "closedUntil", shape: day},
		standingField,
		visibilityField,
		{name: "externalIds", shape: listOf(objectOf(
			field{name: "scheme", shape: plain, required: true, max: 40},
			field{name: "value", shape: plain, required: true, max: 80},
		)), max: 8},
		factsField,
		translated("personality", 240),
		translated("description", 8000),
		translated("comparableTo", 500),
		translated("maintenance", 1000),
	},
	KindRoute: {
		nameField,
		systemsField,
		{name: "shape", shape: enumOf("LOOP", "OUT_AND_BACK", "POINT_TO_POINT"), required: true},
		{name: "uplift", shape: enumOf("NONE", "SHUTTLE", "LIFT", "TRAIN", "BOAT")},
		{name: "lengthM", shape: between(float, 1, 1000000)},
		{name: "climbM", shape: between(float, 0, 30000)},
		{name: "minutesLow", shape: between(whole, 1, 10000)},
		{name: "minutesHigh", shape: between(whole, 1, 10000)},
		{name: "skill", shape: skill},
		{name: "fitness", shape: fitness},
		{name: "conditionSensitivity", shape: enumOf("BOMBPROOF", "WEATHER_DEPENDENT", "VERY_SENSITIVE")},
		{name: "timeOfDay", shape: enumOf("ANY", "MORNING", "MIDDAY", "AFTERNOON", "EVENING")},
		{name: "mustDo", shape: yesNo},
		{name: "legs", shape: listOf(objectOf(
			field{name: "kind", shape: enumOf("TRAIL", "CONNECTOR", "UPLIFT", "PUSH"), required: true},
			field{name: "trail", schema: "trailId", shape: slugOf(KindTrail)},
			field{name: "uplift", schema: "upliftId", shape: slugOf(KindUplift)},
			field{name: "fromM", shape: between(float, 0, 500000)},
			field{name: "toM", shape: between(float, 0, 500000)},
			field{name: "direction", shape: lineDirection},
			field{name: "purpose", shape: plain, max: 200},
			field{name: "notes", shape: plain, max: 500},
			field{name: "alternatives", shape: plain, max: 300},
		)), max: 40},
		{name: "accessPoints", schema: "accessPointIds", shape: listOf(slugOf(KindAccessPoint)), max: 6},
		tagsField,
		seasonField,
		visibilityField,
		factsField,
		translated("tagline", 200),
		translated("purpose", 500),
		translated("description", 8000),
		translated("highlights", 2000),
		translated("idealFor", 500),
		translated("notFor", 500),
	},
	KindAccessPoint: {
		nameField,
		{name: "kind", shape: enumOf("TRAILHEAD", "PARKING", "STATION", "LIFT_BASE"), required: true},
		systemsField,
		positionField,
		{name: "spaces", shape: between(whole, 0, 100000)},
		facilitiesField,
		linksField,
		visibilityField,
		factsField,
		translated("tagline", 200),
		translated("directions", 2000),
		translated("parking", 1000),
		translated("fees", 500),
	},
	KindUplift: {
		nameField,
		{name: "kind", shape: enumOf("NONE", "SHUTTLE", "LIFT", "TRAIN", "BOAT"), required: true},
		systemsField,
		{name: "from", schema: "fromId", shape: slugOf(KindAccessPoint)},
		{name: "fromPlace", shape: plain, max: 120},
		{name: "to", schema: "toId", shape: slugOf(KindAccessPoint)},
		{name: "toPlace", shape: plain, max: 120},
		{name: "runs", shape: listOf(objectOf(
			field{name: "months", shape: listOf(month), max: 12, filled: true},
			field{name: "weekdays", shape: listOf(between(whole, 1, 7)), max: 7, filled: true},
			field{name: "hours", shape: plain, max: 11},
			field{name: "lastRide", shape: plain, max: 5},
			field{name: "note", shape: plain, max: 200},
		)), max: 12},
		{name: "prices", shape: listOf(objectOf(
			field{name: "title", shape: plain, required: true, max: 80},
			field{name: "amount", shape: between(float, 0, 1e7), required: true},
			field{name: "currency", shape: plain, required: true, max: 3},
		)), max: 12},
		{name: "url", shape: link},
		{name: "takesEBikes", shape: yesNo},
		{name: "takesAdaptiveBikes", shape: yesNo},
		{name: "validUntil", shape: day},
		visibilityField,
		factsField,
		translated("tagline", 200),
		translated("description", 2000),
	},
	KindGuide: {
		nameField,
		{name: "type", shape: enumOf("SYSTEM_OVERVIEW", "ROUTE_GUIDE", "SKILLS_PROGRESSION", "SEASONAL_GUIDE", "VISITOR_PRIMER"), required: true},
		{name: "skill", shape: skill},
		{name: "regions", schema: "regionIds", shape: listOf(slugOf(KindRegion)), max: 4},
		{name: "systems", schema: "systemIds", shape: listOf(slugOf(KindSystem)), max: 12},
		{name: "routes", schema: "routeIds", shape: listOf(slugOf(KindRoute)), max: 12},
		{name: "verifiedOn", shape: day},
		statusField,
		factsField,
		translated("title", 120),
		translated("summary", 500),
		translatedList("sections", 20, objectOf(
			field{name: "heading", shape: plain, required: true, max: 120},
			field{name: "body", shape: plain, required: true, max: 8000},
		)),
		translatedList("keyTakeaways", 10, plain),
	},
	KindRegionalComparison: {
		nameField,
		{name: "regions", schema: "regionIds", shape: listOf(slugOf(KindRegion)), required: true, max: 2},
		{name: "verifiedOn", shape: day},
		statusField,
		factsField,
		translated("title", 120),
		translated("summary", 500),
		translatedList("differences", 20, objectOf(
			field{name: "category", shape: enumOf("GRADING", "TERRAIN", "SURFACE", "WEATHER", "SEASON", "ACCESS", "UPLIFT", "SAFETY", "CULTURE", "OTHER"), required: true},
			field{name: "text", shape: plain, required: true, max: 2000},
		)),
		translatedList("equivalents", 30, objectOf(
			field{name: "here", shape: plain, required: true, max: 300},
			field{name: "there", shape: plain, required: true, max: 300},
			field{name: "why", shape: plain, max: 600},
		)),
	},
	KindOrganisation: {
		nameField,
		{name: "kind", shape: enumOf("ASSOCIATION", "LAND_MANAGER", "OPERATOR", "SHOP", "GUIDE_SERVICE"), required: true},
		{name: "systems", schema: "systemIds", shape: listOf(slugOf(KindSystem)), max: 20},
		{name: "url", shape: link},
		{name: "donateUrl", shape: link},
		linksField,
		facilitiesField,
		positionField,
		statusField,
		factsField,
		translated("tagline", 200),
		translated("description", 4000),
		translated("howToHelp", 2000),
	},
	KindTip: {
		{name: "kind", shape: enumOf("GEM", "TIP", "MISTAKE", "LINE_CHOICE", "TRAFFIC", "PARKING", "WEATHER", "ETIQUETTE"), required: true},
		{name: "body", shape: plain, required: true, max: 400},
		{name: "rideDate", shape: day},
		{name: "basis", shape: basis},
		{name: "validUntil", shape: day},
	},
	KindNotice: {
		{name: "kind", shape: enumOf("CLOSURE", "TRAIL_CHANGE", "NEW_FEATURE", "EVENT"), required: true},
		{name: "severity", shape: enumOf("INFO", "IMPORTANT", "CRITICAL"), required: true},
		{name: "body", shape: plain, required: true, max: 600},
		{name: "startsOn", shape: day, required: true},
		{name: "endsOn", shape: day},
		{name: "url", shape: link},
		{name: "basis", shape: basis},
	},
	KindMedia: {
		{name: "kind", shape: enumOf("PHOTO", "VIDEO"), required: true},
		{name: "url", shape: link, required: true},
		{name: "caption", shape: plain, required: true, max: 300},
		{name: "showcase", shape: plain, max: 300},
		{name: "takenOn", shape: day},
		{name: "conditions", shape: listOf(codeOf("condition")), max: 5},
		{name: "attribution", shape: plain, required: true, max: 120},
		{name: "licence", shape: enumOf("ALL_RIGHTS_RESERVED", "CC0_1_0", "CC_BY_4_0", "CC_BY_SA_4_0", "CC_BY_NC_4_0", "CC_BY_NC_SA_4_0", "CC_BY_ND_4_0", "CC_BY_NC_ND_4_0", "OTHER_OPEN"), required: true},
		{name: "rightsBasis", shape: enumOf("OWN_WORK", "PERMISSION", "OPEN_LICENCE", "LINK_ONLY"), required: true},
		// Without consent nothing is shipped.
		{name: "peopleShown", shape: enumOf("NONE", "NOT_RECOGNISABLE", "WITH_CONSENT", "WITHOUT_CONSENT"), required: true},
	},
	KindComment: {
		{name: "replyTo", schema: "replyToId", shape: slugOf(KindComment)},
		{name: "body", shape: plain, required: true, max: 2000},
	},
	KindClaim: {
		{name: "field", shape: plain},
		{name: "body", shape: plain, required: true, max: 500},
		{name: "source", shape: plain, max: 200},
		{name: "url", shape: link},
		{name: "date", shape: day},
		{name: "basis", shape: basis},
		{name: "validUntil", shape: day},
	},
}

// measured are the fields that measured.yaml may give, by kind.
var measured = map[Kind][]string{
	KindTrail: {"lengthM", "climbM", "descentM", "elevationMethod", "averageGrade", "maximumGrade", "junctions"},
	KindRoute: {"lengthM", "climbM"},
}

// fieldOf finds a field of a kind by its name in the files.
func fieldOf(kind Kind, name string) (field, bool) {
	for _, f := range kinds[kind] {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// isSchemaField reports whether the kind has a field of that name in the
// schema: what a fact may be about.
func isSchemaField(kind Kind, name string) bool {
	for _, f := range kinds[kind] {
		if f.schemaName() == name && name != "facts" {
			return true
		}
	}
	return false
}
