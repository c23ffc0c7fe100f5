// Package config reads the stage settings (environments/*.yaml), which both
// fabrics share: the local one starts from them, the CDK application sizes the
// AWS one by them. A setting that decides behaviour stands there and nowhere
// else. The package holds no secrets and reads no environment variables; those
// belong to the program's flags.
package config

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

//go:embed environments/*.yaml pipeline/*.yaml
var environments embed.FS

// Stages in the order of delivery.
var Stages = []string{"alpha", "beta", "gamma", "prod"}

// Environment is the settings of one stage.
type Environment struct {
	// Stage is alpha, beta, gamma or prod.
	Stage string `yaml:"stage"`
	// Fabric is dev (alpha, beta) or prod (gamma, prod): which account and VPC.
	Fabric string `yaml:"fabric"`
	// Data says what the stage's database holds: isolated, synthetic,
	// production-read-only or live.
	Data string `yaml:"data"`
	// CustomerKeys encrypt with a key of the stage's own, instead of AWS's, what is
	// encrypted anyway: logs, alarms, environments of Lambdas, the key of cookies, and the
	// log of the fabric's network with one of its own. A key costs a dollar a month. (The
	// database, its backups and its secrets always have a key of theirs; public files and
	// the user pool keep AWS's.) Logs of before can't be read once the key is gone.
	CustomerKeys bool `yaml:"customerKeys"`

	AWS        AWS        `yaml:"aws"`
	Website    Website    `yaml:"website"`
	API        API        `yaml:"api"`
	Database   Database   `yaml:"database"`
	Monitoring Monitoring `yaml:"monitoring"`
}

// AWS says where the AWS fabric puts the stage. The stages of one fabric share
// all of it. The accounts in this repository are the ones that AWS's documents
// use as examples: whoever deploys puts in their own.
type AWS struct {
	// Account is the number of the account, 12 digits.
	Account string `yaml:"account"`
	// Region such as us-west-2.
	Region string `yaml:"region"`
	// Zones are the three availability zones that the subnets lie in. They are
	// written down so that nothing is looked up when templates are made.
	Zones []string `yaml:"zones"`
}

// Website settings.
type Website struct {
	// Addresses where the site answers, scheme and host without a path, 1 to 50.
	// The user pool sends people back to these and to no other.
	Addresses []string `yaml:"addresses"`
	// Tiles are pictures below the lines of maps; an empty address is off.
	Tiles Tiles `yaml:"tiles"`
	// CertificateARN is of the certificate for the https addresses, which the AWS
	// fabric's CloudFront then answers to itself. It must lie in us-east-1, where
	// CloudFront looks. Without it the site has CloudFront's own address.
	CertificateARN string `yaml:"certificateArn"`
	// HostedZoneID is the zone in Route 53 that gets a record for each https address;
	// empty makes none. It needs the certificate.
	HostedZoneID string `yaml:"hostedZoneId"`
	// CanaryMinutes is how long a new release of the site gets a tenth of the visits
	// before it gets all: 5, 10, 15 or 30; 0 is all at once. An alarm in between brings
	// the old one back.
	CanaryMinutes int `yaml:"canaryMinutes"`
}

// Public are the addresses that the public uses: those with https.
func (w Website) Public() []string {
	var public []string
	for _, a := range w.Addresses {
		if strings.HasPrefix(a, "https://") {
			public = append(public, a)
		}
	}
	return public
}

// Tiles is a server of map pictures (Web Mercator, 256 pixels) that readers'
// browsers ask themselves: its operator sees which part of the earth they look at.
type Tiles struct {
	// Address such as https://tiles.example/{z}/{x}/{y}.png; https, or http on this
	// computer.
	Address string `yaml:"address"`
	// Attribution is what the server's operator wants to be named with; it stands
	// below every map.
	Attribution string `yaml:"attribution"`
	// AttributionURL is where the attribution leads; it may be empty.
	AttributionURL string `yaml:"attributionUrl"`
	// MaxZoom is the deepest zoom that the server has, 1 to 22.
	MaxZoom int `yaml:"maxZoom"`
}

// On tells whether there is a server.
func (t Tiles) On() bool { return t.Address != "" }

// Origin is scheme and host of the address, which is all that pages may load
// pictures from besides their own site.
func (t Tiles) Origin() string {
	u, err := url.Parse(t.plain())
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// plain is the address without braces, which url.Parse refuses in a host.
func (t Tiles) plain() string {
	return strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0").Replace(t.Address)
}

// Problems are the settings that are out of range, in words.
func (t Tiles) Problems() []error {
	var out []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			out = append(out, fmt.Errorf(format, args...))
		}
	}
	if !t.On() {
		check(t == Tiles{}, "tiles: attribution, attributionUrl and maxZoom need an address")
		return out
	}
	u, err := url.Parse(t.plain())
	ok := err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) && !strings.ContainsAny(u.Host, "*,; '\"")
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		ok = ok && err == nil && strings.Count(t.Address, part) == 1 && strings.Index(t.Address, part) > len(u.Scheme)+3+len(u.Host)
	}
	check(ok, "tiles.address: %q; it must be like https://tiles.example/{z}/{x}/{y}.png, with http on this computer only", t.Address)
	check(strings.TrimSpace(t.Attribution) != "" && len(t.Attribution) <= 200, "tiles.attribution: %q; a tile server is named in 1 to 200 characters, such as © OpenStreetMap contributors", t.Attribution)
	if t.AttributionURL != "" {
		a, err := url.Parse(t.AttributionURL)
		check(err == nil && a.Scheme == "https" && a.Host != "", "tiles.attributionUrl: %q; it must be an https address", t.AttributionURL)
	}
	check(t.MaxZoom >= 1 && t.MaxZoom <= 22, "tiles.maxZoom: %d; it lies between 1 and 22", t.MaxZoom)
	return out
}

func loopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// API settings.
type API struct {
	// Introspection allows __schema and __type.
	Introspection bool `yaml:"introspection"`
	// QueryDepthLimit is the deepest selection, 1 to 75.
	QueryDepthLimit int `yaml:"queryDepthLimit"`
	// ResolverCountLimit is the most resolvers a request may run, 1 to 10,000.
	ResolverCountLimit int `yaml:"resolverCountLimit"`
	// RequestSeconds is how long the local fabric lets a request take; AppSync's own limit is 30.
	RequestSeconds int `yaml:"requestSeconds"`
	// APIKeyExpires is the day the key of the AWS fabric ends, YYYY-MM-DD, so that
	// two syntheses of the same source are the same.
	APIKeyExpires string `yaml:"apiKeyExpires"`
	// XRay traces requests; it costs money.
	XRay bool `yaml:"xray"`
	// EnhancedMetrics counts requests, errors and time of each resolver, from which
	// the dashboard says what the wiki is used for; it costs money.
	EnhancedMetrics bool `yaml:"enhancedMetrics"`
	// WAF puts rate limits in front; it costs money. 0 is off, otherwise requests
	// per five minutes and address.
	WAFRequestsPer5Minutes int `yaml:"wafRequestsPer5Minutes"`
	// Caching keeps answers of the fields that api/manifest.yaml gives caching keys.
	Caching Caching `yaml:"caching"`
}

// Caching is off without an instance.
type Caching struct {
	// Instance is the type of the cache that AWS runs, of CacheInstances, which costs
	// money by the hour, asked or not. The local fabric keeps answers in its own memory
	// whatever the type.
	Instance string `yaml:"instance"`
	// Seconds that an answer is kept, 1 to 3,600; a change is seen that much later.
	Seconds int `yaml:"seconds"`
}

// CacheInstances are AppSync's types of caches, the smallest first. (It also takes names
// of EC2's types, which it advises against.)
var CacheInstances = []string{"SMALL", "MEDIUM", "LARGE", "XLARGE", "LARGE_2X", "LARGE_4X", "LARGE_8X", "LARGE_12X"}

// On tells whether answers are kept.
func (c Caching) On() bool { return c.Instance != "" }

// Database settings of the AWS fabric.
type Database struct {
	// Engine is the Aurora PostgreSQL version.
	Engine string `yaml:"engine"`
	// MinCapacity and MaxCapacity are Aurora capacity units; a minimum of 0 pauses.
	MinCapacity float64 `yaml:"minCapacity"`
	MaxCapacity float64 `yaml:"maxCapacity"`
	// AutoPauseMinutes is the idle time before pausing, 5 to 1,440; only with MinCapacity 0.
	AutoPauseMinutes   int  `yaml:"autoPauseMinutes"`
	Readers            int  `yaml:"readers"`
	BackupDays         int  `yaml:"backupDays"`
	DeletionProtection bool `yaml:"deletionProtection"`
	// KeepSnapshot takes a last snapshot when the stack is deleted.
	KeepSnapshot bool `yaml:"keepSnapshot"`
	// Refresh is when data of the live stage is brought to this one, masked, as a schedule
	// of EventBridge in UTC, such as cron(0 9 ? * SUN *); empty is by hand. Only where data is
	// production-read-only.
	Refresh string `yaml:"refresh"`
}

// Monitoring settings.
type Monitoring struct {
	// ErrorPercent of requests, and latency in milliseconds at the 99th
	// percentile, above which the stage's alarm rings.
	ErrorPercent     float64 `yaml:"errorPercent"`
	LatencyP99Millis int     `yaml:"latencyP99Millis"`
	LogDays          int     `yaml:"logDays"`
	// MonthlyBudgetUSD raises an alarm when the forecast passes it.
	MonthlyBudgetUSD int `yaml:"monthlyBudgetUSD"`
	// Emails hear of alarms; each confirms it once. Others may subscribe by hand.
	Emails []string `yaml:"emails"`
}

// Load reads the settings of a stage that the program was built with.
func Load(stage string) (*Environment, error) {
	sub, err := fs.Sub(environments, "environments")
	if err != nil {
		return nil, err
	}
	return LoadFrom(sub, stage)
}

// LoadFrom reads <stage>.yaml from a folder, refuses unknown settings, and
// validates the rest.
func LoadFrom(fsys fs.FS, stage string) (*Environment, error) {
	if !contains(Stages, stage) {
		return nil, fmt.Errorf("config: there is no stage %q; stages are %s", stage, strings.Join(Stages, ", "))
	}
	name := stage + ".yaml"
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	var e Environment
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	dec.KnownFields(true)
	if err := dec.Decode(&e); err != nil {
		return nil, fmt.Errorf("config: %s: %w", name, err)
	}
	if e.Stage != stage {
		return nil, fmt.Errorf("config: %s says stage: %q; it must say %q", name, e.Stage, stage)
	}
	if err := e.Validate(); err != nil {
		return nil, fmt.Errorf("config: %s:\n%w", name, err)
	}
	return &e, nil
}

var (
	account = regexp.MustCompile(`^\d{12}$`)
	region  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
)

// zonesAreValid tells whether there are three zones, all of the region, none twice.
func (a AWS) zonesAreValid() bool {
	seen := map[string]bool{}
	for _, z := range a.Zones {
		rest, ok := strings.CutPrefix(z, a.Region)
		if !ok || len(rest) != 1 || rest[0] < 'a' || rest[0] > 'z' || seen[z] {
			return false
		}
		seen[z] = true
	}
	return len(a.Zones) == 3
}

// validAddress tells whether a user pool takes the address of a site: https, or
// http on this computer.
func validAddress(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || s != u.Scheme+"://"+u.Host {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && u.Hostname() == "localhost"
}

var certificate = regexp.MustCompile(`^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$`)

// schedule is as EventBridge takes it; six fields of cron.
var schedule = regexp.MustCompile(`^(cron\([0-9A-Z*?,/#L-]+( [0-9A-Z*?,/#L-]+){5}\)|rate\([1-9][0-9]* (minute|hour|day)s?\))$`)

var engineVersion = regexp.MustCompile(`^17\.\d+$`)

// Validate names every setting that is out of range, with the range.
func (e *Environment) Validate() error {
	var problems []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf("  "+format, args...))
		}
	}
	fabrics := map[string]string{"alpha": "dev", "beta": "dev", "gamma": "prod", "prod": "prod"}
	data := map[string]string{"alpha": "isolated", "beta": "synthetic", "gamma": "production-read-only", "prod": "live"}
	check(e.Fabric == fabrics[e.Stage], "fabric: %q; stage %s lives in the fabric %q", e.Fabric, e.Stage, fabrics[e.Stage])
	check(e.Data == data[e.Stage], "data: %q; stage %s holds %q", e.Data, e.Stage, data[e.Stage])
	check(account.MatchString(e.AWS.Account), "aws.account: %q; it is 12 digits in quotes", e.AWS.Account)
	check(region.MatchString(e.AWS.Region), "aws.region: %q; it must be a region such as us-west-2", e.AWS.Region)
	check(e.AWS.zonesAreValid(), "aws.zones: %q; they are three different zones of the region, such as %sa", e.AWS.Zones, e.AWS.Region)
	check(len(e.Website.Addresses) >= 1 && len(e.Website.Addresses) <= 50, "website.addresses: there are %d; a stage has 1 to 50", len(e.Website.Addresses))
	for _, a := range e.Website.Addresses {
		check(validAddress(a), "website.addresses: %q; it must be scheme and host alone, https, or http on localhost", a)
	}
	check(e.Website.CertificateARN == "" || certificate.MatchString(e.Website.CertificateARN), "website.certificateArn: %q; it must be of a certificate in us-east-1, where CloudFront looks", e.Website.CertificateARN)
	check(e.Website.CertificateARN == "" || len(e.Website.Public()) > 0, "website.certificateArn: it needs an https address")
	check(e.Website.HostedZoneID == "" || e.Website.CertificateARN != "", "website.hostedZoneId: it needs certificateArn")
	check(contains([]int{0, 5, 10, 15, 30}, e.Website.CanaryMinutes), "website.canaryMinutes: %d; it is 0, 5, 10, 15 or 30", e.Website.CanaryMinutes)
	for _, p := range e.Website.Tiles.Problems() {
		check(false, "website.%w", p)
	}
	check(e.API.QueryDepthLimit >= 1 && e.API.QueryDepthLimit <= 75, "api.queryDepthLimit: %d; it lies between 1 and 75", e.API.QueryDepthLimit)
	check(e.API.ResolverCountLimit >= 1 && e.API.ResolverCountLimit <= 10000, "api.resolverCountLimit: %d; it lies between 1 and 10000", e.API.ResolverCountLimit)
	check(e.API.RequestSeconds >= 1 && e.API.RequestSeconds <= 30, "api.requestSeconds: %d; it lies between 1 and 30", e.API.RequestSeconds)
	if _, err := time.Parse(time.DateOnly, e.API.APIKeyExpires); err != nil {
		check(false, "api.apiKeyExpires: %q; it must be a day like 2027-01-31", e.API.APIKeyExpires)
	}
	check(e.API.WAFRequestsPer5Minutes == 0 || e.API.WAFRequestsPer5Minutes >= 100, "api.wafRequestsPer5Minutes: %d; it is 0 or at least 100", e.API.WAFRequestsPer5Minutes)
	if c := e.API.Caching; c.On() {
		check(contains(CacheInstances, c.Instance), "api.caching.instance: %q; it is empty for none, or %s", c.Instance, strings.Join(CacheInstances, ", "))
		check(c.Seconds >= 1 && c.Seconds <= 3600, "api.caching.seconds: %d; with an instance they lie between 1 and 3600", c.Seconds)
	} else {
		check(c.Seconds == 0, "api.caching.seconds: %d; they need an instance", c.Seconds)
	}
	check(engineVersion.MatchString(e.Database.Engine), "database.engine: %q; it must be a 17 engine such as 17.7", e.Database.Engine)
	check(e.Database.MinCapacity >= 0 && e.Database.MinCapacity <= e.Database.MaxCapacity, "database.minCapacity: %g; it lies between 0 and maxCapacity", e.Database.MinCapacity)
	check(e.Database.MaxCapacity >= 1 && e.Database.MaxCapacity <= 256, "database.maxCapacity: %g; it lies between 1 and 256", e.Database.MaxCapacity)
	if e.Database.MinCapacity == 0 {
		check(e.Database.AutoPauseMinutes >= 5 && e.Database.AutoPauseMinutes <= 1440, "database.autoPauseMinutes: %d; with minCapacity 0 it lies between 5 and 1440", e.Database.AutoPauseMinutes)
	} else {
		check(e.Database.AutoPauseMinutes == 0, "database.autoPauseMinutes: %d; it needs minCapacity 0", e.Database.AutoPauseMinutes)
	}
	check(e.Database.Readers >= 0 && e.Database.Readers <= 15, "database.readers: %d; it lies between 0 and 15", e.Database.Readers)
	check(e.Database.BackupDays >= 1 && e.Database.BackupDays <= 35, "database.backupDays: %d; it lies between 1 and 35", e.Database.BackupDays)
	check(e.Database.Refresh == "" || e.Data == "production-read-only", "database.refresh: %q; only a stage with production-read-only data is refreshed", e.Database.Refresh)
	check(e.Database.Refresh == "" || schedule.MatchString(e.Database.Refresh), "database.refresh: %q; it must be like cron(0 9 ? * SUN *) or rate(7 days)", e.Database.Refresh)
	if e.Data == "live" {
		check(e.Database.DeletionProtection && e.Database.KeepSnapshot, "database: live data needs deletionProtection and keepSnapshot")
		check(!e.API.Introspection, "api.introspection: it is off where data is live")
	}
	check(e.Monitoring.ErrorPercent > 0 && e.Monitoring.ErrorPercent <= 100, "monitoring.errorPercent: %g; it lies between 0 and 100", e.Monitoring.ErrorPercent)
	check(e.Monitoring.LatencyP99Millis >= 10, "monitoring.latencyP99Millis: %d; it is at least 10", e.Monitoring.LatencyP99Millis)
	check(contains([]int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365}, e.Monitoring.LogDays), "monitoring.logDays: %d; CloudWatch takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365", e.Monitoring.LogDays)
	check(e.Monitoring.MonthlyBudgetUSD >= 1, "monitoring.monthlyBudgetUSD: %d; it is at least 1", e.Monitoring.MonthlyBudgetUSD)
	for _, a := range e.Monitoring.Emails {
		parsed, err := mail.ParseAddress(a)
		check(err == nil && parsed.Address == a, "monitoring.emails: %q is no address", a)
	}
	sort.SliceStable(problems, func(i, j int) bool { return problems[i].Error() < problems[j].Error() })
	return errors.Join(problems...)
}

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
