package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// network is the VPC of a fabric as its stages see it.
type network struct {
	Stack awscdk.Stack
	Name  string
	Zones []string
}

// cidrs keep the fabrics apart, so that they can be peered.
var cidrs = map[string]string{"dev": "10.40.0.0/16", "prod": "10.41.0.0/16"}

// newNetwork makes the stack mtb-wiki-<fabric>-vpc: isolated subnets in three
// zones, for databases that are reached through the Data API. Nothing in it
// reaches the internet or is reached from there, so there is no NAT gateway, no
// internet gateway and no interface endpoint, and the network costs nothing but
// its flow logs.
func newNetwork(app constructs.Construct, f fabric) *network {
	name := prefix + f.Name + "-vpc"
	stack := newStack(app, name, "MTB Wiki: network of the fabric "+f.Name, f.AWS, f.Protect,
		map[string]string{"fabric": f.Name})

	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{
		VpcName:           jsii.String(name),
		IpAddresses:       awsec2.IpAddresses_Cidr(jsii.String(cidrs[f.Name])),
		AvailabilityZones: jsii.Strings(f.AWS.Zones...),
		NatGateways:       jsii.Number(0),
		// Emptying the default group takes a Lambda of the CDK's; nothing uses the
		// group, which a test holds.
		RestrictDefaultSecurityGroup: jsii.Bool(false),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{{
			Name: jsii.String("isolated"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED, CidrMask: jsii.Number(24),
		}},
	})

	flow := newLogGroup(stack, "FlowLogGroup", jsii.String("/mtb-wiki/"+f.Name+"/vpc-flow"), f.LogDays, f.Protect)
	if f.CustomerKeys {
		key := newKey(stack, "Key", name, "MTB Wiki: log of the network of the fabric "+f.Name, f.Protect)
		letLogs(key, f.AWS, "/mtb-wiki/"+f.Name+"/vpc-flow")
		useKey(stack, key.KeyArn())
	}
	vpc.AddFlowLog(jsii.String("FlowLog"), &awsec2.FlowLogOptions{
		Destination: awsec2.FlowLogDestination_ToCloudWatchLogs(flow, nil),
		TrafficType: awsec2.FlowLogTrafficType_ALL,
	})

	// A gateway endpoint is free. It leads only to buckets of this account.
	s3 := vpc.AddGatewayEndpoint(jsii.String("S3"), &awsec2.GatewayVpcEndpointOptions{
		Service: awsec2.GatewayVpcEndpointAwsService_S3(),
	})
	s3.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("OwnBuckets"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:    jsii.Strings("s3:GetObject", "s3:PutObject", "s3:ListBucket"),
		Resources:  jsii.Strings("*"),
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:ResourceAccount": f.AWS.Account}},
	}))

	n := &network{Stack: stack, Name: name, Zones: f.AWS.Zones}
	output(stack, "VpcId", vpc.VpcId(), "The VPC", name+"-id")
	for i, subnet := range *vpc.IsolatedSubnets() {
		output(stack, fmt.Sprintf("IsolatedSubnet%d", i+1), subnet.SubnetId(), "Isolated subnet in "+f.AWS.Zones[i], n.subnetExport(i))
		output(stack, fmt.Sprintf("IsolatedRouteTable%d", i+1), subnet.RouteTable().RouteTableId(), "Its route table", n.routeTableExport(i))
	}
	return n
}

func (n *network) subnetExport(i int) string { return fmt.Sprintf("%s-isolated-%d", n.Name, i+1) }
func (n *network) routeTableExport(i int) string {
	return fmt.Sprintf("%s-isolated-%d-routes", n.Name, i+1)
}

// in is the network as a stack of a stage sees it: by the names of the exports,
// because a stage in a pipeline can't refer to constructs of another.
func (n *network) in(stack awscdk.Stack) awsec2.IVpc {
	var subnets, tables []*string
	for i := range n.Zones {
		subnets = append(subnets, awscdk.Fn_ImportValue(jsii.String(n.subnetExport(i))))
		tables = append(tables, awscdk.Fn_ImportValue(jsii.String(n.routeTableExport(i))))
	}
	return awsec2.Vpc_FromVpcAttributes(stack, jsii.String("Vpc"), &awsec2.VpcAttributes{
		VpcId:                       awscdk.Fn_ImportValue(jsii.String(n.Name + "-id")),
		AvailabilityZones:           jsii.Strings(n.Zones...),
		IsolatedSubnetIds:           &subnets,
		IsolatedSubnetRouteTableIds: &tables,
	})
}
