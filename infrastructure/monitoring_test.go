package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/config"
)

func TestMonitoring(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, prefix+e.Stage+"-monitoring")
		site := named(t, prefix+e.Stage+"-site")
		topicID, _ := tmpl.only(t, "AWS::SNS::Topic")
		thresholds := map[string]any{}
		for _, where := range []template{tmpl, site} {
			for id, a := range where.all("AWS::CloudWatch::Alarm") {
				name, _ := a.Properties["AlarmName"].(string)
				chapter := strings.TrimPrefix(name, prefix+e.Stage+"-")
				thresholds[chapter] = a.Properties["Threshold"]
				// Who is woken finds what to do.
				if !strings.HasSuffix(a.Properties["AlarmDescription"].(string), "Runbook: docs/operations.md#"+chapter) {
					t.Errorf("%s says %v", name, a.Properties["AlarmDescription"])
				}
				if !strings.Contains(string(guide), "\n## "+chapter+"\n") {
					t.Errorf("docs/operations.md has no chapter %s", chapter)
				}
				if a.Properties["TreatMissingData"] != "notBreaching" {
					t.Errorf("%s rings when nobody came", name)
				}
				if where.Name == tmpl.Name && (text(a.Properties["AlarmActions"]) != `[{"Ref":"`+topicID+`"}]` || text(a.Properties["OKActions"]) != `[{"Ref":"`+topicID+`"}]`) {
					t.Errorf("%s tells %s", id, text(a.Properties["AlarmActions"]))
				}
			}
		}
		slow := float64(e.Monitoring.LatencyP99Millis)
		want := map[string]any{
			"api-errors": e.Monitoring.ErrorPercent, "api-latency": slow, "site-errors": e.Monitoring.ErrorPercent, "site-latency": 3 * slow,
			"site-release": 3.0, "database-full": 95.0, "database-deadlocks": 0.1, "compute": 3.0, "migration": 1.0, "rotation": 1.0,
		}
		if e.Data == "live" {
			want["expiry"] = 1.0
		}
		if e.Data == "production-read-only" {
			want["refresh"] = 1.0
		}
		if diff := cmp.Diff(want, thresholds); diff != "" {
			t.Errorf("alarms and their thresholds (-want +got):\n%s", diff)
		}

		_, composite := tmpl.only(t, "AWS::CloudWatch::CompositeAlarm")
		if composite.Properties["AlarmName"] != prefix+e.Stage+"-symptoms" {
			t.Errorf("the composite alarm is %v", composite.Properties["AlarmName"])
		}
		if rule := text(composite.Properties["AlarmRule"]); strings.Count(rule, "ALARM(") != 5 || strings.Count(rule, " OR ") != 4 {
			t.Errorf("it rings when %s", rule)
		}

		_, policy := tmpl.only(t, "AWS::SNS::TopicPolicy")
		for _, s := range policy.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
			o := s.(map[string]any)
			if o["Effect"] == "Allow" && (text(o["Principal"]) != `{"Service":["budgets.amazonaws.com","cloudwatch.amazonaws.com"]}` ||
				text(o["Condition"]) != `{"StringEquals":{"aws:SourceAccount":"`+e.AWS.Account+`"}}`) {
				t.Errorf("the topic takes %s", text(o))
			}
		}
		if n := len(tmpl.all("AWS::SNS::Subscription")); n != len(e.Monitoring.Emails) {
			t.Errorf("%d addresses are told, want %d", n, len(e.Monitoring.Emails))
		}

		_, budget := tmpl.only(t, "AWS::Budgets::Budget")
		got := budget.Properties["Budget"].(map[string]any)
		if text(got["BudgetLimit"]) != text(map[string]any{"Amount": e.Monitoring.MonthlyBudgetUSD, "Unit": "USD"}) || text(got["CostFilters"]) != `{"TagKeyValue":["user:stage$`+e.Stage+`"]}` {
			t.Errorf("the budget is %s", text(got))
		}

		_, board := tmpl.only(t, "AWS::CloudWatch::Dashboard")
		body := text(board.Properties["DashboardBody"])
		for _, part := range []string{"## Website", "## API", "## Database", "## Releases and passwords"} {
			if !strings.Contains(body, part) {
				t.Errorf("the dashboard has no %s", part)
			}
		}
		if uses := strings.Contains(body, "What the wiki is used for"); uses != e.API.EnhancedMetrics {
			t.Errorf("the dashboard shows what the wiki is used for: %v; it is counted: %v", uses, e.API.EnhancedMetrics)
		}
		// Every field it asks for is there.
		for _, f := range []string{"Query.discover", "Query.search", "Query.system", "Query.trail", "Query.route", "Mutation.createTip", "Mutation.updateTrail", "Mutation.createProposal", "Mutation.acceptProposal"} {
			kind, field, _ := strings.Cut(f, ".")
			found := false
			for _, r := range synthesized.Definition.Resolvers {
				found = found || r.Type == kind && r.Field == field
			}
			if !found || e.API.EnhancedMetrics && !strings.Contains(body, " "+kind+" "+field+" ") {
				t.Errorf("%s is no field, or the dashboard doesn't show it", f)
			}
		}
	})
}
