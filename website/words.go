package website

import (
	"fmt"
	"reflect"
	"strings"
)

// words are the names of enum members that are not just their letters in small.
var words = map[string]string{
	"XC": "XC", "MTB": "Mountain bike", "PEDELEC_25": "Pedelec (25 km/h)", "E_MTB_CLASS_1": "E-MTB class 1",
	"E_MTB_CLASS_2": "E-MTB class 2", "E_MTB_CLASS_3": "E-MTB class 3", "ADAPTIVE": "Adaptive bike",
	"EDITORIAL_ESTIMATE": "Editors’ estimate", "LOCAL": "Local word", "OFFICIAL": "Official", "IMPORTED": "Imported", "MEASURED": "Measured",
	"CASUAL": "Casual (5–15 km)", "FIT": "Fit (15–30 km)", "VERY_FIT": "Very fit (25–50 km)", "ATHLETE": "Athlete (40–100 km)",
	"LEARNING": "Learning (at ease on green)", "COMFORTABLE": "Comfortable (blue)", "CHALLENGING": "Challenging (black)", "EXPERT": "Expert (double black)",
	"LOCAL_GEM": "Local gem · 1 day", "WEEKEND_TRIP": "Weekend trip · 2–3 days", "DESTINATION": "Destination · 4–7 days", "WORLD_CLASS": "World class · 7–14 days",
	"GEM": "Hidden gem", "LINE_CHOICE": "Line choice", "MISTAKE": "Common mistake",
	"GO": "Go", "CLOSED_UNTIL": "Closed", "BOTH": "Both ways", "UP_PREFERRED": "Best up", "DOWN_PREFERRED": "Best down",
	"UP_ONLY": "Up only", "DOWN_ONLY": "Down only", "ONE_WAY": "One way", "FORWARD": "Along the line", "BACKWARD": "Against the line", "EITHER": "Both ways",
	"PUBLIC_WITH_WARNING": "Public, with a warning", "NAME_ONLY": "Name only", "OUT_AND_BACK": "Out and back", "POINT_TO_POINT": "Point to point",
	"TRAIL_CENTRE": "Trail centre", "NATURAL_AREA": "Natural area", "BOMBPROOF": "Bombproof",
	"NO": "Not possible", "NONE": "None", "NEEDED": "Needed", "RECOMMENDED": "Recommended",
	"MEDIA": "Photo or film", "VIDEO": "Film", "ALL_RIGHTS_RESERVED": "All rights reserved", "CC0_1_0": "CC0 1.0", "CC_BY_4_0": "CC BY 4.0", "CC_BY_SA_4_0": "CC BY-SA 4.0",
	"CC_BY_NC_4_0": "CC BY-NC 4.0", "CC_BY_NC_SA_4_0": "CC BY-NC-SA 4.0", "CC_BY_ND_4_0": "CC BY-ND 4.0", "CC_BY_NC_ND_4_0": "CC BY-NC-ND 4.0", "OTHER_OPEN": "Another open licence",
	"OWN_WORK": "I made it", "PERMISSION": "Who made it agreed", "OPEN_LICENCE": "Its licence allows it", "LINK_ONLY": "It is only linked",
	"NOT_RECOGNISABLE": "People, but nobody can recognise them", "WITH_CONSENT": "People who agreed to be shown", "WITHOUT_CONSENT": "People who were not asked",
	"UNCHECKED": "Not checked yet", "VERIFIED": "It is so", "DISPUTED": "Riders disagree", "REFUTED": "It is not so", "OUTDATED": "It was so, and is no more",
	"INCORRECT": "It is not so", "PARTLY_CORRECT": "Partly so", "CANNOT_VERIFY": "I couldn’t tell",
	"PERSONAL_EXPERIENCE": "I was there", "LOCAL_KNOWLEDGE": "I know it from living there", "OFFICIAL_SOURCE": "Who decides there says so", "COMMUNITY_CONSENSUS": "Riders there agree",
	"LOCAL_RIDER": "A local: I live here or ride here often", "VISITOR": "A visitor",
	"CLEAN": "Clean: no foot down", "DABS": "A few dabs", "WALKED_PART": "Walked a part",
	"METRIC": "Kilometres and metres", "IMPERIAL": "Miles and feet",
}

// word writes an enum member, or a pointer to one, for people.
func word(v any) string {
	s := text(v)
	if w, ok := words[s]; ok {
		return w
	}
	return humanize(s)
}

func humanize(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(s))
	return strings.ToUpper(s[:1]) + s[1:]
}

// text is a string, or what a pointer to one points to, or "".
func text(v any) string {
	rv := reflect.ValueOf(v)
	for rv.IsValid() && rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return ""
		}
		rv = rv.Elem()
	}
	if !rv.IsValid() {
		return ""
	}
	if rv.Kind() == reflect.String {
		return rv.String()
	}
	return fmt.Sprint(rv.Interface())
}

var monthNames = [...]string{"", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
var dayNames = [...]string{"", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

func monthName(n int) string {
	if n < 1 || n > 12 {
		return ""
	}
	return monthNames[n]
}

// runs writes numbers as ranges of names: 5,6,7,10 as "May to July, October".
func runs(numbers []int, names []string, short int) string {
	in := map[int]bool{}
	for _, n := range numbers {
		if n > 0 && n < len(names) {
			in[n] = true
		}
	}
	name := func(n int) string {
		if short > 0 && len(names[n]) > short {
			return names[n][:short]
		}
		return names[n]
	}
	var parts []string
	for i := 1; i < len(names); i++ {
		if !in[i] {
			continue
		}
		j := i
		for j+1 < len(names) && in[j+1] {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, name(i))
		case j == i+1:
			parts = append(parts, name(i), name(j))
		default:
			parts = append(parts, name(i)+" to "+name(j))
		}
		i = j
	}
	return strings.Join(parts, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%s %s", group(float64(n)), many)
}

// kindPath is the first part of an entity kind's address.
func kindPath(kind any) string {
	switch text(kind) {
	case "REGION":
		return "regions"
	case "SYSTEM":
		return "systems"
	case "TRAIL":
		return "trails"
	case "ROUTE":
		return "routes"
	case "RIDER":
		return "riders"
	case "TIP":
		return "tips"
	case "SEASONAL_NOTICE":
		return "notices"
	case "MEDIA":
		return "media"
	case "COMMENT":
		return "comments"
	case "CLAIM":
		return "claims"
	case "REVIEW":
		return "reviews"
	case "FACT_CHECK":
		return "checks"
	case "GUIDE":
		return "guides"
	case "REGIONAL_COMPARISON":
		return "comparisons"
	case "ORGANISATION":
		return "organisations"
	case "ACCESS_POINT":
		return "access-points"
	case "UPLIFT":
		return "uplifts"
	}
	return ""
}

// labelSystems are the names of the systems that labels belong to.
var labelSystems = map[string]string{
	"imba": "IMBA", "trailforks": "Trailforks", "uk": "UK", "alps": "Alps", "nz": "New Zealand", "sts": "Singletrail scale", "osm": "OSM mtb:scale",
}

func labelSystem(code string) string {
	if n, ok := labelSystems[strings.ToLower(code)]; ok {
		return n
	}
	return code
}

// commonName is a common label in words.
func commonName(label any) string {
	s := text(label)
	if s == "" {
		return "Not graded"
	}
	switch strings.ToLower(strings.ReplaceAll(s, "_", "-")) {
	case "white":
		return "White circle"
	case "green":
		return "Green circle"
	case "blue":
		return "Blue square"
	case "black":
		return "Black diamond"
	case "double-black":
		return "Double black diamond"
	case "pro-line":
		return "Pro line"
	}
	return humanize(s)
}

// flagReasons are what a rider says is wrong; the word alone would not tell.
var flagReasons = map[string]string{
	"SPAM": "Advertising", "VANDALISM": "Somebody spoiled it on purpose", "WRONG": "It is wrong", "DANGEROUS": "It is dangerous",
	"RIGHTS": "It breaks somebody’s rights", "ABUSE": "It insults or threatens somebody", "OTHER": "Something else",
}

func flagReason(v any) string {
	if w, ok := flagReasons[text(v)]; ok {
		return w
	}
	return word(v)
}
