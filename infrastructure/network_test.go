package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ fabric, account, cidr string }{
		{"dev", synthesized.Environments[0].AWS.Account, "10.40.0.0/16"},
		{"prod", synthesized.Environments[3].AWS.Account, "10.41.0.0/16"},
	} {
		t.Run(test.fabric, func(t *testing.T) {
			t.Parallel()
			tmpl := named(t, "mtb-wiki-"+test.fabric+"-vpc")
			// What costs money, and what would lead out or in.
			for id, r := range tmpl.Resources {
				switch r.Type {
				case "AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::InternetGateway", "AWS::EC2::VPCGatewayAttachment",
					"AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::Route", "AWS::EC2::TransitGatewayAttachment":
					t.Errorf("%s is a %s", id, r.Type)
				}
			}
			vpcID, vpc := tmpl.only(t, "AWS::EC2::VPC")
			if vpc.Properties["CidrBlock"] != test.cidr {
				t.Errorf("CidrBlock is %v, want %s", vpc.Properties["CidrBlock"], test.cidr)
			}
			var zones []string
			for id, s := range tmpl.all("AWS::EC2::Subnet") {
				zones = append(zones, s.Properties["AvailabilityZone"].(string))
				if s.Properties["MapPublicIpOnLaunch"] != false {
					t.Errorf("%s gives public addresses", id)
				}
			}
			slices.Sort(zones)
			if want := []string{"us-west-2a", "us-west-2b", "us-west-2c"}; !slices.Equal(zones, want) {
				t.Errorf("subnets in %v, want %v", zones, want)
			}
			_, endpoint := tmpl.only(t, "AWS::EC2::VPCEndpoint")
			if endpoint.Properties["VpcEndpointType"] != "Gateway" || !strings.Contains(text(endpoint.Properties["ServiceName"]), ".s3") {
				t.Errorf("the endpoint is %s to %s, want a gateway to S3", text(endpoint.Properties["VpcEndpointType"]), text(endpoint.Properties["ServiceName"]))
			}
			if n := len(list(endpoint.Properties["RouteTableIds"])); n != 3 {
				t.Errorf("the endpoint serves %d route tables, want 3", n)
			}
			if policy := text(endpoint.Properties["PolicyDocument"]); !strings.Contains(policy, `"Condition":{"StringEquals":{"aws:ResourceAccount":"`+test.account+`"}}`) {
				t.Errorf("the endpoint leads to other people's buckets: %s", policy)
			}
			_, flow := tmpl.only(t, "AWS::EC2::FlowLog")
			if flow.Properties["TrafficType"] != "ALL" || text(flow.Properties["ResourceId"]) != `{"Ref":"`+vpcID+`"}` {
				t.Errorf("the flow log is %s", text(flow.Properties))
			}
		})
	}
}

// TestWhoComesIn holds for every template that security groups let nobody in but a
// stage's jobs into its database, on its port, that these reach nothing else, and that
// nothing uses a group that isn't ours, such as the VPC's default. TestRefresh holds the
// same of the clone that Gamma's data comes by.
func TestWhoComesIn(t *testing.T) {
	t.Parallel()
	groups, ways := map[string]int{}, 0
	for _, tmpl := range synthesized.Templates {
		_, kind, _ := strings.Cut(strings.TrimPrefix(tmpl.Name, prefix), "-")
		for id, r := range tmpl.Resources {
			if strings.HasPrefix(r.Type, "AWS::EC2::SecurityGroupIngress") {
				ways++
				if kind == "refresh" {
					continue
				}
				stage := strings.TrimSuffix(strings.TrimPrefix(tmpl.Name, prefix), "-jobs")
				db := named(t, prefix+stage+"-db")
				groupID, _ := db.only(t, "AWS::EC2::SecurityGroup")
				jobsID, _ := tmpl.only(t, "AWS::EC2::SecurityGroup")
				want := map[string]any{
					"Description": "jobs in the isolated subnets", "IpProtocol": "tcp", "FromPort": 5432.0, "ToPort": 5432.0,
					"GroupId":               db.Name + `:{"Fn::GetAtt":["` + groupID + `","GroupId"]}`,
					"SourceSecurityGroupId": map[string]any{"Fn::GetAtt": []any{jobsID, "GroupId"}},
				}
				if diff := cmp.Diff(want, resolve(t, r.Properties)); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", tmpl.Name, id, diff)
				}
			}
			if r.Type == "AWS::EC2::SecurityGroup" {
				groups[kind]++
				if in := r.Properties["SecurityGroupIngress"]; in != nil {
					t.Errorf("%s: %s lets somebody in: %s", tmpl.Name, id, text(in))
				}
			}
			if s := text(r.Properties); strings.Contains(s, "0.0.0.0/0") || strings.Contains(s, "::/0") {
				t.Errorf("%s: %s names the whole internet: %s", tmpl.Name, id, s)
			}
			if strings.Contains(text(r.Properties), "DefaultSecurityGroup") {
				t.Errorf("%s: %s uses the VPC's default group", tmpl.Name, id)
			}
		}
	}
	n := len(synthesized.Environments)
	if diff := cmp.Diff(map[string]int{"db": n, "jobs": n, "refresh": 2}, groups); diff != "" || ways != n+2 {
		t.Errorf("%d ways in, and security groups (-want +got):\n%s", ways, diff)
	}
}
