package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbudgets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
)

// metric of a namespace with its dimensions.
func metric(namespace, name, statistic string, minutes int, dimensions map[string]*string) awscloudwatch.Metric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: jsii.String(namespace), MetricName: jsii.String(name), Statistic: jsii.String(statistic),
		Period: awscdk.Duration_Minutes(jsii.Number(minutes)), DimensionsMap: &dimensions,
	})
}

// newMonitoring makes the stack mtb-wiki-<stage>-monitoring: alarms on what readers
// and operators notice, a composite one by which the pipeline judges a release, a
// dashboard, a topic that tells people, and a budget.
func newMonitoring(app constructs.Construct, e *config.Environment, api *graphqlAPI, s *site, refreshed bool) {
	name := prefix + e.Stage + "-monitoring"
	stack := newStack(app, name, "MTB Wiki: alarms and dashboard of the stage "+e.Stage, e.AWS, false,
		map[string]string{"fabric": e.Fabric, "stage": e.Stage})
	stack.AddStackDependency(s.Stack, jsii.String("what is watched"))

	topic := awssns.NewTopic(stack, jsii.String("Alarms"), &awssns.TopicProps{
		TopicName: jsii.String(name), EnforceSSL: jsii.Bool(true),
	})
	for _, service := range []string{"cloudwatch.amazonaws.com", "budgets.amazonaws.com"} {
		topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("sns:Publish"), Resources: &[]*string{topic.TopicArn()},
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(service), nil)},
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": e.AWS.Account}},
		}))
	}
	for i, address := range e.Monitoring.Emails {
		awssns.NewCfnSubscription(stack, jsii.String(fmt.Sprintf("Email%d", i+1)), &awssns.CfnSubscriptionProps{
			TopicArn: topic.TopicArn(), Protocol: jsii.String("email"), Endpoint: jsii.String(address),
		})
	}

	tell := awscloudwatchactions.NewSnsAction(topic)

	graphql := map[string]*string{"GraphQLAPIId": api.ID}
	http := map[string]*string{"ApiId": s.HTTPAPIID}
	cluster := map[string]*string{"DBClusterIdentifier": jsii.String(prefix + e.Stage + "-db")}
	function := func(program string) map[string]*string {
		return map[string]*string{"FunctionName": jsii.String(prefix + e.Stage + "-" + program)}
	}
	var alarms, wide []awscloudwatch.IAlarm
	add := func(id, says string, metric awscloudwatch.IMetric, threshold float64, of, minutes int, isWide bool) {
		a := awscloudwatch.NewAlarm(stack, jsii.String(id), &awscloudwatch.AlarmProps{
			AlarmName:        jsii.String(prefix + e.Stage + "-" + runbooks[id]),
			AlarmDescription: jsii.String(says + " Runbook: docs/operations.md#" + runbooks[id]),
			Metric:           metric, Threshold: jsii.Number(threshold),
			DatapointsToAlarm: jsii.Number(of), EvaluationPeriods: jsii.Number(minutes),
			ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
			TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING, // nobody came
		})
		a.AddAlarmAction(tell)
		a.AddOkAction(tell)
		alarms = append(alarms, a)
		if isWide {
			wide = append(wide, a)
		}
	}
	// AppSync's Requests counts those of the whole account; each of an API's own has a
	// latency. A few errors in a quiet night are no incident: it takes a share and a number.
	share := func(errors, requests awscloudwatch.IMetric) awscloudwatch.IMetric {
		return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
			Expression: jsii.String("IF(errors >= 3, 100 * errors / requests, 0)"), Label: jsii.String("percent"),
			UsingMetrics: &map[string]awscloudwatch.IMetric{"errors": errors, "requests": requests},
			Period:       awscdk.Duration_Minutes(jsii.Number(5)),
		})
	}
	add("ApiErrors", "Requests to the API fail.",
		share(metric("AWS/AppSync", "5XXError", "Sum", 5, graphql), metric("AWS/AppSync", "Latency", "SampleCount", 5, graphql)), e.Monitoring.ErrorPercent, 1, 1, true)
	add("ApiLatency", "The API is slow.", metric("AWS/AppSync", "Latency", "p99", 5, graphql), float64(e.Monitoring.LatencyP99Millis), 3, 3, true)
	add("SiteErrors", "Pages of the website fail.",
		share(metric("AWS/ApiGateway", "5xx", "Sum", 5, http), metric("AWS/ApiGateway", "Count", "Sum", 5, http)), e.Monitoring.ErrorPercent, 1, 1, true)
	// A page asks the API a few times, one after the other.
	add("SiteLatency", "The website is slow.", metric("AWS/ApiGateway", "Latency", "p99", 5, http), float64(3*e.Monitoring.LatencyP99Millis), 3, 3, true)
	add("DatabaseFull", "The database is at its largest size for a quarter of an hour: it will be slow, and settings let it grow no further.",
		metric("AWS/RDS", "ACUUtilization", "Average", 5, cluster), 95, 3, 3, false)
	add("DatabaseDeadlocks", "Writers hold each other up.", metric("AWS/RDS", "Deadlocks", "Average", 5, cluster), 0.1, 2, 3, false)
	add("Compute", "The Lambda behind discovery and others fails.", metric("AWS/Lambda", "Errors", "Sum", 5, function("compute")), 3, 1, 1, false)
	add("Migration", "Roles or migrations failed; the release stops there.", awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String("roles + migrate"), Period: awscdk.Duration_Minutes(jsii.Number(5)),
		UsingMetrics: &map[string]awscloudwatch.IMetric{
			"roles": metric("AWS/Lambda", "Errors", "Sum", 5, function("roles")), "migrate": metric("AWS/Lambda", "Errors", "Sum", 5, function("migrate")),
		},
	}), 1, 1, 1, false)
	add("Rotation", "The API's password could not be changed; the one in use goes on working.", metric("AWS/Lambda", "Errors", "Sum", 5, function("rotate")), 1, 1, 1, false)

	if e.Data == "live" {
		add("Expiry", "What is over didn't go to the archive.", metric("AWS/Lambda", "Errors", "Sum", 5, function("expire")), 1, 1, 1, false)
	}
	if refreshed {
		machine := map[string]*string{"StateMachineArn": jsii.String(refreshARN(e))}
		add("Refresh", "Data of Prod didn't arrive; the data of before stays.", awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
			Expression: jsii.String("failed + late"), Period: awscdk.Duration_Minutes(jsii.Number(5)),
			UsingMetrics: &map[string]awscloudwatch.IMetric{
				"failed": metric("AWS/States", "ExecutionsFailed", "Sum", 5, machine), "late": metric("AWS/States", "ExecutionsTimedOut", "Sum", 5, machine),
			},
		}), 1, 1, 1, false)
	}

	rules := make([]awscloudwatch.IAlarmRule, 0, len(wide)+1)
	for _, a := range append(wide, awscloudwatch.IAlarm(s.Errors)) {
		rules = append(rules, awscloudwatch.AlarmRule_FromAlarm(a, awscloudwatch.AlarmState_ALARM))
	}
	composite := awscloudwatch.NewCompositeAlarm(stack, jsii.String("Symptoms"), &awscloudwatch.CompositeAlarmProps{
		CompositeAlarmName: jsii.String(prefix + e.Stage + "-symptoms"),
		AlarmDescription:   jsii.String("Riders notice something. No release gets into the stage while this rings, and one that makes it ring is taken back."),
		AlarmRule:          awscloudwatch.AlarmRule_AnyOf(rules...),
	})

	newDashboard(stack, e, graphql, http, cluster, function, append(alarms, composite, s.Errors))
	newBudget(stack, e, name, topic)
	output(stack, "Topic", topic.TopicArn(), "Subscribe to hear of alarms", "")
	output(stack, "SymptomsAlarm", composite.AlarmName(), "What the pipeline looks at", "")
}

// runbooks are the alarms by id, each with its name, which is also its chapter in
// docs/operations.md.
var runbooks = map[string]string{
	"ApiErrors": "api-errors", "ApiLatency": "api-latency", "SiteErrors": "site-errors", "SiteLatency": "site-latency",
	"DatabaseFull": "database-full", "DatabaseDeadlocks": "database-deadlocks", "Compute": "compute", "Migration": "migration", "Rotation": "rotation",
	"Refresh": "refresh", "Expiry": "expiry",
}

// newDashboard shows a stage on one page: what readers notice first, then why.
func newDashboard(stack awscdk.Stack, e *config.Environment, graphql, http, cluster map[string]*string, function func(string) map[string]*string, alarms []awscloudwatch.IAlarm) {
	graph := func(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
		return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
			Title: jsii.String(title), Left: &metrics, Width: jsii.Number(8), Height: jsii.Number(6),
			LeftYAxis: &awscloudwatch.YAxisProps{Min: jsii.Number(0)},
		})
	}
	heading := func(text string) awscloudwatch.IWidget {
		return awscloudwatch.NewTextWidget(&awscloudwatch.TextWidgetProps{Markdown: jsii.String(text), Width: jsii.Number(24), Height: jsii.Number(1)})
	}
	refs := make([]interfacesawscloudwatch.IAlarmRef, len(alarms))
	for i, a := range alarms {
		refs[i] = a
	}
	sum := func(namespace, metricName string, dimensions map[string]*string) awscloudwatch.IMetric {
		return metric(namespace, metricName, "Sum", 5, dimensions)
	}
	board := awscloudwatch.NewDashboard(stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String(prefix + e.Stage), DefaultInterval: awscdk.Duration_Hours(jsii.Number(12)),
	})
	board.AddWidgets(awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{
		Title: jsii.String("MTB Wiki " + e.Stage), Alarms: &refs, Width: jsii.Number(24), Height: jsii.Number(3),
	}))
	board.AddWidgets(heading("## Website"))
	board.AddWidgets(
		graph("Pages, and those that failed", sum("AWS/ApiGateway", "Count", http), sum("AWS/ApiGateway", "4xx", http), sum("AWS/ApiGateway", "5xx", http)),
		graph("Milliseconds a page", metric("AWS/ApiGateway", "Latency", "p50", 5, http), metric("AWS/ApiGateway", "Latency", "p99", 5, http)),
		graph("The Lambda: at once, failed, turned away", metric("AWS/Lambda", "ConcurrentExecutions", "Maximum", 5, function("site")),
			sum("AWS/Lambda", "Errors", function("site")), sum("AWS/Lambda", "Throttles", function("site"))),
	)
	board.AddWidgets(heading("## API"))
	board.AddWidgets(
		graph("Requests, and those that failed", metric("AWS/AppSync", "Latency", "SampleCount", 5, graphql), sum("AWS/AppSync", "4XXError", graphql), sum("AWS/AppSync", "5XXError", graphql)),
		graph("Milliseconds a request", metric("AWS/AppSync", "Latency", "p50", 5, graphql), metric("AWS/AppSync", "Latency", "p99", 5, graphql)),
		graph("The Lambda compute: milliseconds, failed", metric("AWS/Lambda", "Duration", "p99", 5, function("compute")), sum("AWS/Lambda", "Errors", function("compute"))),
	)
	board.AddWidgets(heading("## Database"))
	board.AddWidgets(
		graph("Capacity units; percent of the largest", metric("AWS/RDS", "ServerlessDatabaseCapacity", "Average", 5, cluster), metric("AWS/RDS", "ACUUtilization", "Average", 5, cluster)),
		graph("Connections, deadlocks a second", metric("AWS/RDS", "DatabaseConnections", "Maximum", 5, cluster), metric("AWS/RDS", "Deadlocks", "Average", 5, cluster)),
		graph("Milliseconds to read, to commit", metric("AWS/RDS", "ReadLatency", "Average", 5, cluster), metric("AWS/RDS", "CommitLatency", "Average", 5, cluster)),
	)
	board.AddWidgets(heading("## Releases and passwords"))
	board.AddWidgets(
		graph("Runs of the migration, failed", sum("AWS/Lambda", "Invocations", function("migrate")), sum("AWS/Lambda", "Errors", function("migrate"))),
		graph("Runs of the rotation, failed", sum("AWS/Lambda", "Invocations", function("rotate")), sum("AWS/Lambda", "Errors", function("rotate"))),
	)
	if !e.API.EnhancedMetrics {
		return
	}
	// AppSync counts the calls of resolvers "by API ID and resolver name"; what it calls
	// these dimensions isn't documented, and a search asks for values only.
	uses := func(fields ...string) (metrics []awscloudwatch.IMetric) {
		for _, f := range fields {
			kind, field, _ := strings.Cut(f, ".")
			search := awscdk.Fn_Join(jsii.String(""), &[]*string{
				jsii.String(`SEARCH('Namespace="AWS/AppSync" MetricName="Requests" ` + kind + ` ` + field + ` "`), graphql["GraphQLAPIId"], jsii.String(`"', 'Sum', 3600)`),
			})
			metrics = append(metrics, awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
				Expression: search, Label: jsii.String(field), UsingMetrics: &map[string]awscloudwatch.IMetric{}, Period: awscdk.Duration_Hours(jsii.Number(1)),
			}))
		}
		return metrics
	}
	board.AddWidgets(heading("## What the wiki is used for, by the hour"))
	board.AddWidgets(
		graph("Found", uses("Query.discover", "Query.search")...),
		graph("Read", uses("Query.system", "Query.trail", "Query.route")...),
		graph("Written", uses("Mutation.createTip", "Mutation.updateTrail", "Mutation.createProposal", "Mutation.acceptProposal")...),
	)
}

// newBudget tells before the month's bill passes what was meant. It counts what
// carries the stage's tag, which has to be switched on as a cost allocation tag once.
func newBudget(stack awscdk.Stack, e *config.Environment, name string, topic awssns.Topic) {
	awsbudgets.NewCfnBudget(stack, jsii.String("Budget"),
		budgetOf(name, e.Monitoring.MonthlyBudgetUSD, topic, map[string]any{"TagKeyValue": []string{"user:stage$" + e.Stage}}))
}

func budgetOf(name string, usd int, topic awssns.Topic, filters any) *awsbudgets.CfnBudgetProps {
	notice := func(kind string, percent int) *awsbudgets.CfnBudget_NotificationWithSubscribersProperty {
		return &awsbudgets.CfnBudget_NotificationWithSubscribersProperty{
			Notification: &awsbudgets.CfnBudget_NotificationProperty{
				NotificationType: jsii.String(kind), ComparisonOperator: jsii.String("GREATER_THAN"), Threshold: jsii.Number(percent),
			},
			Subscribers: &[]any{&awsbudgets.CfnBudget_SubscriberProperty{SubscriptionType: jsii.String("SNS"), Address: topic.TopicArn()}},
		}
	}
	return &awsbudgets.CfnBudgetProps{
		Budget: &awsbudgets.CfnBudget_BudgetDataProperty{
			BudgetName: jsii.String(name), BudgetType: jsii.String("COST"), TimeUnit: jsii.String("MONTHLY"),
			BudgetLimit: &awsbudgets.CfnBudget_SpendProperty{Amount: jsii.Number(usd), Unit: jsii.String("USD")},
			CostFilters: filters,
		},
		NotificationsWithSubscribers: &[]any{notice("FORECASTED", 100), notice("ACTUAL", 80), notice("ACTUAL", 100)},
	}
}
