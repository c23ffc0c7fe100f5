package cost_test

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/appsync/assembly"
	"github.com/mtbwiki/mtbwiki/cost"
)

const stage = `, "Tags": [{"Key": "stage", "Value": "prod"}]`

// of is an assembly of one stack with these resources.
func of(t testing.TB, resources string) *assembly.Assembly {
	t.Helper()
	a, err := assembly.Read(fstest.MapFS{
		"manifest.json": {Data: []byte(`{"artifacts": {"s": {"type": "aws:cloudformation:stack", "environment": "aws://111111111111/us-west-2", "properties": {"templateFile": "s.json"}}}}`)},
		"s.json":        {Data: []byte(`{"Resources": {` + resources + `}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var prices = map[string]cost.Price{}

func init() {
	for name, free := range map[string]float64{
		"aurora-acu-hour": 0, "aurora-storage": 0, "aurora-io": 0, "data-api": 0, "kms-key": 0, "secret": 0, "appsync-operation": 0, "appsync-cache-small-hour": 0, "http-api": 0,
		"lambda-request": 0, "lambda-gb-second": 1000, "alarm-metric": 2, "composite-alarm": 0, "dashboard": 0, "waf-acl": 0, "waf-rule": 0, "waf-request": 0,
		"custom-metric": 0, "state-transition": 0, "xray-trace": 0, "log-ingestion": 0, "cloudfront": 0, "cognito-user": 0,
	} {
		prices[name] = cost.Price{Name: name, USD: 2, Per: "unit", Free: free}
	}
}

var load = cost.Load{
	PageViews: 1e6, RequestsPerPage: 2, StatementsPerRequest: 1.5, SiteSeconds: 0.1, ComputeShare: 0.5, ComputeSeconds: 0.2, LogKilobytesPerRequest: 1,
	DatabaseGB: 7, IOsPerStatement: 3, AverageACU: 1.5, AwakeHours: 50, IdleDatabaseGB: 1, Shares: map[string]float64{"prod": 1},
}

const cluster = `"C": {"Type": "AWS::RDS::DBCluster", "Properties": {"ManageMasterUserPassword": true, "ServerlessV2ScalingConfiguration": {"MinCapacity": LEAST, "MaxCapacity": 4}` + stage + `}},
	"W": {"Type": "AWS::RDS::DBInstance", "Properties": {"DBInstanceClass": "db.serverless"` + stage + `}}`

func TestCompute(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, resources string
		load            cost.Load
		want            map[string]float64 // dollars by price
	}{
		{"a paused cluster", strings.Replace(cluster, "LEAST", "0", 1), load.Idle(), map[string]float64{"aurora-storage": 2, "secret": 2}},
		{"a cluster that wakes up", strings.Replace(cluster, "LEAST", "0", 1), load, map[string]float64{"aurora-acu-hour": 50, "aurora-storage": 14, "aurora-io": 18, "data-api": 6, "secret": 2}},
		{"a warm cluster", strings.Replace(cluster, "LEAST", "0.5", 1), load.Idle(), map[string]float64{"aurora-acu-hour": 730, "aurora-storage": 2, "secret": 2}},
		{"a warm cluster at work", strings.Replace(cluster, "LEAST", "0.5", 1), load, map[string]float64{"aurora-acu-hour": 2190, "aurora-storage": 14, "aurora-io": 18, "data-api": 6, "secret": 2}},
		{"keys and secrets", `"K": {"Type": "AWS::KMS::Key"}, "S": {"Type": "AWS::SecretsManager::Secret"}, "R": {"Type": "AWS::IAM::Role"}`, load, map[string]float64{"kms-key": 2, "secret": 2}},
		{"alarms, some free", `"A": {"Type": "AWS::CloudWatch::Alarm"}, "B": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [{"Expression": "a+b"}, {"MetricStat": {}}, {"MetricStat": {}}]}},
			"C": {"Type": "AWS::CloudWatch::CompositeAlarm"}`, load, map[string]float64{"alarm-metric": 2, "composite-alarm": 2}},
		{"an API", `"A": {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"XrayEnabled": true, "EnhancedMetricsConfig": {}` + stage + `}}, "R": {"Type": "AWS::AppSync::Resolver"}, "D": {"Type": "AWS::AppSync::DataSource"},
			"L": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/appsync/apis/x"` + stage + `}}, "M": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/lambda/x"` + stage + `}}`,
			load, map[string]float64{"appsync-operation": 4, "xray-trace": 4, "custom-metric": 12, "log-ingestion": 4}},
		{"a refresh", `"M": {"Type": "AWS::StepFunctions::StateMachine"}, "P": {"Type": "AWS::IAM::ManagedPolicy"}`, cost.Load{Refreshes: 50, RefreshHours: 2},
			map[string]float64{"aurora-acu-hour": 200, "state-transition": 36000}},
		{"a cache, asked or not", `"C": {"Type": "AWS::AppSync::ApiCache", "Properties": {"Type": "SMALL"}}`, load.Idle(), map[string]float64{"appsync-cache-small-hour": 1460}},
		{"a firewall", `"W": {"Type": "AWS::WAFv2::WebACL", "Properties": {"Rules": [{}, {}]` + stage + `}}`, load, map[string]float64{"waf-acl": 2, "waf-rule": 4, "waf-request": 4}},
		{"Lambdas", `"S": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "x-site", "MemorySize": 512` + stage + `}}, "M": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "x-migrate"}}`,
			load, map[string]float64{"lambda-request": 2, "lambda-gb-second": 2 * (50000 - 1000)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bill, err := cost.Compute(of(t, test.resources), prices, test.load)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]float64{}
			for _, p := range bill.Parts {
				got[p.Price] += p.USD
				if p.Account != "111111111111" || p.Stack != "s" {
					t.Errorf("%+v", p)
				}
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
				t.Errorf("the bill (-want +got):\n%s", diff)
			}
		})
	}
}

// What isn't known is no part that costs nothing.
func TestComputeRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ resources, want string }{
		"a type":            {`"N": {"Type": "AWS::EC2::NatGateway"}, "E": {"Type": "AWS::EKS::Cluster"}`, "stack s: what a AWS::EC2::NatGateway costs is not known here"},
		"an endpoint":       {`"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcEndpointType": "Interface"}}`, "an interface endpoint has no price here"},
		"a size":            {`"I": {"Type": "AWS::RDS::DBInstance", "Properties": {"DBInstanceClass": "db.r6g.large"}}`, "an instance of the class db.r6g.large has no price here"},
		"a cache's size":    {`"C": {"Type": "AWS::AppSync::ApiCache", "Properties": {"Type": "LARGE_8X"}}`, "stack s: a cache of the type LARGE_8X has no price here"},
		"a custom resource": {`"C": {"Type": "Custom::Thing"}`, "what a Custom::Thing costs is not known here"},
	} {
		if _, err := cost.Compute(of(t, test.resources), prices, load); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	if _, err := cost.Compute(of(t, `"K": {"Type": "AWS::KMS::Key"}`), map[string]cost.Price{}, load); err == nil || !strings.Contains(err.Error(), "there is no price kms-key") {
		t.Errorf("without prices: %v", err)
	}
}

// More load never costs less, and idle is the least.
func TestMoreCostsMore(t *testing.T) {
	t.Parallel()
	a := of(t, strings.Replace(cluster, "LEAST", "0", 1)+`, "A": {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"Name": "x"`+stage+`}}, "S": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "x-site", "MemorySize": 512`+stage+`}}`)
	total := func(t *rapid.T, l cost.Load) float64 {
		b, err := cost.Compute(a, prices, l)
		if err != nil {
			t.Fatal(err)
		}
		return b.Total(nil)
	}
	rapid.Check(t, func(t *rapid.T) {
		small := load
		small.PageViews = rapid.Float64Range(0, 1e7).Draw(t, "pages")
		small.AwakeHours = rapid.Float64Range(0, 700).Draw(t, "hours")
		big := small
		big.PageViews *= rapid.Float64Range(1, 10).Draw(t, "more")
		big.AwakeHours += rapid.Float64Range(0, 30).Draw(t, "longer")
		idle, s, b := total(t, small.Idle()), total(t, small), total(t, big)
		if idle > s+1e-9 || s > b+1e-9 || math.IsNaN(b) {
			t.Errorf("idle %g, small %g, big %g", idle, s, b)
		}
	})
}

func TestTables(t *testing.T) {
	t.Parallel()
	table, err := cost.Prices()
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range table {
		if _, err := time.Parse(time.DateOnly, p.Read); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if p.Unconfirmed != (p.Words == "") {
			t.Errorf("%s: confirmed by %q", name, p.Words)
		}
	}
	l, err := cost.StatedLoad()
	if err != nil {
		t.Fatal(err)
	}
	if l.PageViews <= 0 || l.Shares["prod"] != 1 || len(l.Shares) != 4 {
		t.Errorf("load %+v", l)
	}
	for _, s := range cost.Steps(table, l) {
		if s.USD <= 0 || s.USD > 500 || s.Buys == "" {
			t.Errorf("step %+v", s)
		}
	}
}
