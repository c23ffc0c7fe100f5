package config

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	for _, stage := range Stages {
		if _, err := Load(stage); err != nil {
			t.Errorf("Load(%q): %v", stage, err)
		}
	}
	if _, err := Load("delta"); err == nil || !strings.Contains(err.Error(), "alpha, beta, gamma, prod") {
		t.Errorf("an unknown stage must be refused with the list of stages, got %v", err)
	}
}

func TestTiles(t *testing.T) {
	t.Parallel()
	for address, origin := range map[string]string{
		"https://t.example/{z}/{x}/{y}.png":           "https://t.example",
		"https://t.example:8443/a/{z}/{y}/{x}?key=1":  "https://t.example:8443",
		"http://127.0.0.1:9999/{z}/{x}/{y}.png":       "http://127.0.0.1:9999",
		"http://localhost:9999/tiles/{z}/{x}/{y}.png": "http://localhost:9999",
	} {
		s := Tiles{Address: address, Attribution: "T", MaxZoom: 17}
		if p := s.Problems(); len(p) > 0 || !s.On() || s.Origin() != origin {
			t.Errorf("%s: %v, origin %q, want %q", address, p, s.Origin(), origin)
		}
	}
	if s := (Tiles{}); s.On() || len(s.Problems()) > 0 {
		t.Error("off is not off")
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	good, err := environments.ReadFile("environments/gamma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, schedule := range []string{"cron(0 9 ? * SUN *)", "rate(7 days)", "rate(1 day)"} {
		text := strings.Replace(string(good), `refresh: ""`, "refresh: "+schedule, 1)
		e, err := LoadFrom(fstest.MapFS{"gamma.yaml": {Data: []byte(text)}}, "gamma")
		if err != nil || e.Database.Refresh != schedule {
			t.Errorf("%s: %v", schedule, err)
		}
	}
}

// What costs money and nobody has decided to pay is off.
func TestOff(t *testing.T) {
	t.Parallel()
	for _, stage := range Stages {
		e, err := Load(stage)
		if err != nil {
			t.Fatal(err)
		}
		if e.API.Caching.On() || e.CustomerKeys {
			t.Errorf("%s has a cache or keys of its own", stage)
		}
		for _, instance := range CacheInstances {
			e.API.Caching = Caching{Instance: instance, Seconds: 3600}
			if err := e.Validate(); err != nil || !e.API.Caching.On() {
				t.Errorf("%s: %v", instance, err)
			}
		}
	}
}

func TestLoadFromRefuses(t *testing.T) {
	t.Parallel()
	good, err := environments.ReadFile("environments/prod.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"unknown setting", "  readers: 0", "  raeders: 0", "field raeders not found"},
		{"other stage", "stage: prod", "stage: beta", `it must say "prod"`},
		{"wrong fabric", "fabric: prod", "fabric: dev", `lives in the fabric "prod"`},
		{"introspection on live data", "introspection: false", "introspection: true", "it is off where data is live"},
		{"no protection on live data", "deletionProtection: true", "deletionProtection: false", "live data needs deletionProtection"},
		{"depth", "queryDepthLimit: 12", "queryDepthLimit: 99", "it lies between 1 and 75"},
		{"day", `"2027-11-01"`, `"soon"`, "it must be a day like"},
		{"keys sometimes", "customerKeys: false", "customerKeys: sometimes", "cannot unmarshal !!str `sometimes` into bool"},
		{"cache's type", `caching: {instance: "", seconds: 0}`, `caching: {instance: T2_SMALL, seconds: 60}`, "it is empty for none, or SMALL, MEDIUM"},
		{"cache's time", `caching: {instance: "", seconds: 0}`, `caching: {instance: SMALL, seconds: 3601}`, "api.caching.seconds: 3601; with an instance they lie between 1 and 3600"},
		{"cache without time", `caching: {instance: "", seconds: 0}`, `caching: {instance: SMALL}`, "api.caching.seconds: 0"},
		{"time without a cache", `caching: {instance: "", seconds: 0}`, `caching: {seconds: 60}`, "they need an instance"},
		{"engine", `"17.7"`, `"16.1"`, "must be a 17 engine"},
		{"pause without zero", "autoPauseMinutes: 0", "autoPauseMinutes: 10", "needs minCapacity 0"},
		{"account", `"444455556666"`, `"4444"`, "it is 12 digits"},
		{"region", "region: us-west-2", "region: west", "it must be a region"},
		{"zone of another region", "us-west-2b", "eu-west-1b", "three different zones of the region"},
		{"zone twice", "us-west-2b", "us-west-2a", "three different zones of the region"},
		{"no address", "[https://mtbwiki.example]", "[]", "a stage has 1 to 50"},
		{"address with a path", "https://mtbwiki.example", "https://mtbwiki.example/", "scheme and host alone"},
		{"address without TLS", "https://mtbwiki.example", "http://mtbwiki.example", "or http on localhost"},
		{"tiles without attribution", `{address: ""}`, `{address: "https://t.example/{z}/{x}/{y}.png", maxZoom: 17}`, "website.tiles.attribution"},
		{"tiles without x", `{address: ""}`, `{address: "https://t.example/{z}/{y}.png", attribution: T, maxZoom: 17}`, "it must be like https://tiles.example"},
		{"tiles whose host is made up", `{address: ""}`, `{address: "https://{x}.t.example/{z}/{y}.png", attribution: T, maxZoom: 17}`, "it must be like https://tiles.example"},
		{"tiles without TLS", `{address: ""}`, `{address: "http://t.example/{z}/{x}/{y}.png", attribution: T, maxZoom: 17}`, "http on this computer only"},
		{"tiles that break the content policy", `{address: ""}`, `{address: "https://t.example;script-src/{z}/{x}/{y}.png", attribution: T, maxZoom: 17}`, "website.tiles.address"},
		{"tiles' zoom", `{address: ""}`, `{address: "https://t.example/{z}/{x}/{y}.png", attribution: T, maxZoom: 99}`, "between 1 and 22"},
		{"tiles' link", `{address: ""}`, `{address: "https://t.example/{z}/{x}/{y}.png", attribution: T, attributionUrl: "javascript:x", maxZoom: 9}`, "an https address"},
		{"no tiles, but a zoom", `{address: ""}`, `{maxZoom: 9}`, "need an address"},
		{"certificate elsewhere", `certificateArn: ""`, `certificateArn: "arn:aws:acm:us-west-2:444455556666:certificate/0a1b"`, "must be of a certificate in us-east-1"},
		{"zone without certificate", `hostedZoneId: ""`, `hostedZoneId: Z123`, "it needs certificateArn"},
		{"canary", "canaryMinutes: 5", "canaryMinutes: 7", "it is 0, 5, 10, 15 or 30"},
		{"refresh of live data", "  readers: 0", "  readers: 0\n  refresh: rate(7 days)", "only a stage with production-read-only data"},
		{"refresh by five fields", "  readers: 0", "  readers: 0\n  refresh: cron(0 9 * * SUN)", "it must be like cron(0 9 ? * SUN *)"},
		{"email", "emails: []", "emails: [somebody]", "is no address"},
		{"log days", "logDays: 90", "logDays: 91", "CloudWatch takes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(string(good), test.old, test.new, 1)
			if text == string(good) {
				t.Fatalf("%q is not in prod.yaml; mend the test", test.old)
			}
			_, err := LoadFrom(fstest.MapFS{"prod.yaml": {Data: []byte(text)}}, "prod")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}
