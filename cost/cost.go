// Package cost computes the monthly bill of what is in synthesized templates, part by
// part: idle, and under one stated load (load.yaml), by a table of prices with their
// sources (prices.yaml).
//
// It knows what each type of resource costs or that it is free, and refuses a type that
// it doesn't know. It is an estimate: no taxes, no support, no traffic between zones, no
// backups beyond those that are free, no prices of other regions.
package cost

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mtbwiki/mtbwiki/appsync/assembly"
)

//go:embed prices.yaml
var pricesYAML []byte

//go:embed load.yaml
var loadYAML []byte

// hours of a month, as AWS counts them.
const hours = 730

// Price is what AWS asks for one unit.
type Price struct {
	Name string  `yaml:"name"`
	USD  float64 `yaml:"usd"`
	Per  string  `yaml:"per"`
	// Free units a month and account.
	Free float64 `yaml:"free"`
	// Read is the day on which Source was read, Words are those that say so.
	Read   string `yaml:"read"`
	Source string `yaml:"source"`
	Words  string `yaml:"words"`
	// Unconfirmed: no source was found.
	Unconfirmed bool `yaml:"unconfirmed"`
}

// Load is what is asked of the wiki in a month; load.yaml explains the fields.
type Load struct {
	PageViews              float64            `yaml:"pageViews"`
	RequestsPerPage        float64            `yaml:"requestsPerPage"`
	StatementsPerRequest   float64            `yaml:"statementsPerRequest"`
	KilobytesPerPage       float64            `yaml:"kilobytesPerPage"`
	SiteSeconds            float64            `yaml:"siteSeconds"`
	ComputeShare           float64            `yaml:"computeShare"`
	ComputeSeconds         float64            `yaml:"computeSeconds"`
	LogKilobytesPerRequest float64            `yaml:"logKilobytesPerRequest"`
	ActiveUsers            float64            `yaml:"activeUsers"`
	DatabaseGB             float64            `yaml:"databaseGB"`
	IOsPerStatement        float64            `yaml:"iosPerStatement"`
	AverageACU             float64            `yaml:"averageACU"`
	AwakeHours             float64            `yaml:"awakeHours"`
	IdleDatabaseGB         float64            `yaml:"idleDatabaseGB"`
	Releases               float64            `yaml:"releases"`
	MinutesOfRelease       float64            `yaml:"minutesOfRelease"`
	BuildMinutesOfRelease  float64            `yaml:"buildMinutesOfRelease"`
	Refreshes              float64            `yaml:"refreshes"`
	RefreshHours           float64            `yaml:"refreshHours"`
	Shares                 map[string]float64 `yaml:"shares"`
}

// Idle is the month in which nobody asks anything.
func (l Load) Idle() Load {
	return Load{IdleDatabaseGB: l.IdleDatabaseGB, DatabaseGB: l.IdleDatabaseGB, StatementsPerRequest: l.StatementsPerRequest, Shares: l.Shares}
}

// Prices are the table that the program was built with, by name.
func Prices() (map[string]Price, error) {
	var list []Price
	if err := strict(pricesYAML, &list); err != nil {
		return nil, fmt.Errorf("cost: prices.yaml: %w", err)
	}
	prices := map[string]Price{}
	for _, p := range list {
		if _, twice := prices[p.Name]; twice {
			return nil, fmt.Errorf("cost: prices.yaml: %s stands there twice", p.Name)
		}
		if !p.Unconfirmed && (p.Source == "" || p.Words == "" || p.Read == "") || p.USD < 0 || p.Per == "" {
			return nil, fmt.Errorf("cost: prices.yaml: %s needs a unit, a price, and a source with its words and the day it was read", p.Name)
		}
		prices[p.Name] = p
	}
	return prices, nil
}

// StatedLoad is the load that the program was built with.
func StatedLoad() (l Load, err error) {
	if err := strict(loadYAML, &l); err != nil {
		return l, fmt.Errorf("cost: load.yaml: %w", err)
	}
	return l, nil
}

func strict(data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	return d.Decode(into)
}

// Part is a line of the bill.
type Part struct {
	Account string `json:"account"`
	// Stage is "" for what stages share.
	Stage string `json:"stage"`
	Stack string `json:"stack"`
	Price string `json:"price"`
	// Quantity of the price's unit, before what is free.
	Quantity float64 `json:"quantity"`
	USD      float64 `json:"usd"`
}

// Bill is what a month costs.
type Bill struct {
	Parts []Part
	// Free counts resources that cost nothing by themselves, by type.
	Free map[string]int
}

// Total of the parts that fit; nil fits all.
func (b *Bill) Total(fits func(Part) bool) float64 {
	sum := 0.0
	for _, p := range b.Parts {
		if fits == nil || fits(p) {
			sum += p.USD
		}
	}
	return sum
}

// free are the types that cost nothing by themselves, with what costs instead.
var free = map[string]string{
	"AWS::ApiGatewayV2::Api": "requests cost", "AWS::ApiGatewayV2::Integration": "", "AWS::ApiGatewayV2::Route": "",
	"AWS::AppSync::ApiKey": "", "AWS::AppSync::DataSource": "", "AWS::AppSync::FunctionConfiguration": "", "AWS::AppSync::GraphQLSchema": "", "AWS::AppSync::Resolver": "",
	"AWS::Budgets::Budget": "without actions", "AWS::CloudFormation::Stack": "", "AWS::CloudFront::OriginAccessControl": "", "AWS::CloudFront::ResponseHeadersPolicy": "",
	"AWS::CodeDeploy::Application": "Lambda", "AWS::CodeDeploy::DeploymentGroup": "Lambda", "AWS::CodeStarNotifications::NotificationRule": "", "AWS::Events::Rule": "a schedule",
	"AWS::Cognito::UserPoolClient": "", "AWS::Cognito::UserPoolDomain": "", "AWS::Cognito::UserPoolGroup": "",
	"AWS::EC2::FlowLog": "its log costs", "AWS::EC2::RouteTable": "", "AWS::EC2::SecurityGroup": "", "AWS::EC2::SecurityGroupIngress": "", "AWS::EC2::Subnet": "",
	"AWS::EC2::SubnetRouteTableAssociation": "", "AWS::EC2::VPC": "", "AWS::IAM::ManagedPolicy": "", "AWS::IAM::Policy": "", "AWS::IAM::Role": "", "AWS::KMS::Alias": "",
	"AWS::Lambda::Alias": "", "AWS::Lambda::Permission": "", "AWS::Lambda::Version": "", "AWS::Logs::LogGroup": "what is written costs",
	"AWS::RDS::DBClusterParameterGroup": "", "AWS::RDS::DBSubnetGroup": "", "AWS::S3::BucketPolicy": "", "AWS::SNS::Topic": "a thousand e-mails are free", "AWS::SNS::Subscription": "", "AWS::SNS::TopicPolicy": "",
	"AWS::SecretsManager::RotationSchedule": "", "AWS::WAFv2::WebACLAssociation": "", "AWS::Route53::RecordSet": "alias records",
	"AWS::CodeBuild::Project": "minutes cost",
}

// Compute makes the bill of an assembly. The error joins all types that it doesn't know.
func Compute(a *assembly.Assembly, prices map[string]Price, load Load) (*Bill, error) {
	b := &Bill{Free: map[string]int{}}
	var errs []error
	capacity := map[string][2]float64{} // by stack: least capacity of the cluster
	_ = a.Resources(func(r assembly.Resource) error {
		if r.Type == "AWS::RDS::DBCluster" {
			s, _ := r.Properties["ServerlessV2ScalingConfiguration"].(map[string]any)
			least, _ := s["MinCapacity"].(float64)
			most, _ := s["MaxCapacity"].(float64)
			capacity[r.Stack] = [2]float64{least, most}
		}
		return nil
	})
	err := a.Resources(func(r assembly.Resource) error {
		if _, ok := free[r.Type]; ok {
			b.Free[r.Type]++
			if r.Type != "AWS::Logs::LogGroup" {
				return nil
			}
		}
		share := load.Shares[r.Tag("stage")]
		pages := load.PageViews * share
		requests := pages * load.RequestsPerPage
		add := func(price string, quantity float64) {
			p, ok := prices[price]
			if !ok {
				errs = append(errs, fmt.Errorf("cost: there is no price %s", price))
			}
			if quantity > 0 {
				b.Parts = append(b.Parts, Part{Account: r.Account, Stage: r.Tag("stage"), Stack: r.Stack, Price: price, Quantity: quantity, USD: quantity * p.USD})
			}
		}
		switch r.Type {
		case "AWS::Logs::LogGroup":
			// The API's log has the requests; the others little.
			if strings.Contains(fmt.Sprint(r.Properties["LogGroupName"]), "/aws/appsync/") {
				add("log-ingestion", requests*load.LogKilobytesPerRequest/1e6)
			}
		case "AWS::RDS::DBCluster":
			add("aurora-storage", math.Max(load.IdleDatabaseGB, load.DatabaseGB*math.Min(1, share*100)))
			add("aurora-io", requests*load.StatementsPerRequest*load.IOsPerStatement/1e6)
			add("data-api", requests*load.StatementsPerRequest/1e6)
			if r.Properties["ManageMasterUserPassword"] == true {
				add("secret", 1)
			}
		case "AWS::RDS::DBInstance":
			if class := r.Properties["DBInstanceClass"]; class != "db.serverless" {
				errs = append(errs, fmt.Errorf("cost: stack %s: an instance of the class %v has no price here", r.Stack, class))
				return nil
			}
			least, most := capacity[r.Stack][0], capacity[r.Stack][1]
			if least == 0 {
				add("aurora-acu-hour", 0.5*load.AwakeHours)
			} else {
				average := math.Max(least, load.AverageACU*share)
				add("aurora-acu-hour", hours*math.Min(average, most))
			}
		case "AWS::KMS::Key":
			add("kms-key", 1)
		case "AWS::SecretsManager::Secret":
			add("secret", 1)
		case "AWS::AppSync::GraphQLApi":
			add("appsync-operation", requests/1e6)
			if r.Properties["XrayEnabled"] == true {
				add("xray-trace", requests/1e6)
			}
			if r.Properties["EnhancedMetricsConfig"] != nil && requests > 0 {
				// Requests, latency and errors of each resolver and data source that is used.
				add("custom-metric", 3*float64(count(a, r.Stack, "AWS::AppSync::Resolver")+count(a, r.Stack, "AWS::AppSync::DataSource")))
			}
		case "AWS::AppSync::ApiCache":
			kind := fmt.Sprint(r.Properties["Type"])
			price := "appsync-cache-" + strings.ToLower(kind) + "-hour"
			if _, ok := prices[price]; !ok {
				errs = append(errs, fmt.Errorf("cost: stack %s: a cache of the type %s has no price here", r.Stack, kind))
				return nil
			}
			add(price, hours)
		case "AWS::ApiGatewayV2::Stage":
			add("http-api", pages/1e6)
		case "AWS::CloudFront::Distribution":
			add("cloudfront", pages*load.KilobytesPerPage/1e6)
		case "AWS::EC2::VPCEndpoint":
			if r.Properties["VpcEndpointType"] != "Gateway" {
				errs = append(errs, fmt.Errorf("cost: stack %s: an interface endpoint has no price here", r.Stack))
			}
			b.Free[r.Type]++
		case "AWS::Lambda::Function":
			memory, _ := r.Properties["MemorySize"].(float64)
			switch name := fmt.Sprint(r.Properties["FunctionName"]); {
			case strings.HasSuffix(name, "-site"):
				add("lambda-request", pages/1e6)
				add("lambda-gb-second", pages*load.SiteSeconds*memory/1024)
			case strings.HasSuffix(name, "-compute"):
				add("lambda-request", requests*load.ComputeShare/1e6)
				add("lambda-gb-second", requests*load.ComputeShare*load.ComputeSeconds*memory/1024)
			default:
				b.Free[r.Type]++ // a few calls a month
			}
		case "AWS::Cognito::UserPool":
			add("cognito-user", load.ActiveUsers*share)
		case "AWS::S3::Bucket":
			b.Free[r.Type]++ // megabytes
		case "AWS::CloudWatch::Alarm":
			add("alarm-metric", alarmMetrics(r.Properties))
		case "AWS::CloudWatch::CompositeAlarm":
			add("composite-alarm", 1)
		case "AWS::CloudWatch::Dashboard":
			add("dashboard", 1)
		case "AWS::StepFunctions::StateMachine":
			// It asks every minute, in three states, and a clone stands meanwhile.
			add("state-transition", load.Refreshes*load.RefreshHours*60*3)
			add("aurora-acu-hour", load.Refreshes*load.RefreshHours)
		case "AWS::WAFv2::WebACL":
			rules, _ := r.Properties["Rules"].([]any)
			add("waf-acl", 1)
			add("waf-rule", float64(len(rules)))
			add("waf-request", requests/1e6)
		case "AWS::CodePipeline::Pipeline":
			add("pipeline-minute", load.Releases*load.MinutesOfRelease)
			add("build-minute", load.Releases*load.BuildMinutesOfRelease)
		default:
			if _, ok := free[r.Type]; !ok {
				errs = append(errs, fmt.Errorf("cost: stack %s: what a %s costs is not known here", r.Stack, r.Type))
			}
		}
		return nil
	})
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	b.takeFree(prices)
	return b, nil
}

// alarmMetrics are the metrics that an alarm looks at.
func alarmMetrics(properties map[string]any) float64 {
	metrics, ok := properties["Metrics"].([]any)
	if !ok {
		return 1
	}
	n := 0.0
	for _, m := range metrics {
		if o, _ := m.(map[string]any); o["MetricStat"] != nil {
			n++
		}
	}
	return n
}

func count(a *assembly.Assembly, stack, kind string) (n int) {
	_ = a.Resources(func(r assembly.Resource) error {
		if r.Type == kind && (r.Stack == stack || strings.HasPrefix(r.Stack, stack+"/")) {
			n++
		}
		return nil
	})
	return n
}

// takeFree takes off what is free each month, account by account, from the first parts.
func (b *Bill) takeFree(prices map[string]Price) {
	slices.SortStableFunc(b.Parts, func(x, y Part) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Stack, y.Stack), cmp.Compare(x.Price, y.Price))
	})
	left := map[string]float64{}
	for i := range b.Parts {
		p := &b.Parts[i]
		key := p.Account + "/" + p.Price
		if _, seen := left[key]; !seen {
			left[key] = prices[p.Price].Free
		}
		taken := math.Min(left[key], p.Quantity)
		left[key] -= taken
		p.USD = (p.Quantity - taken) * prices[p.Price].USD
	}
}
