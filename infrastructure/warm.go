package main

import (
	_ "github.com/aws/aws-cdk-go/awscdk/v2"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	_ "github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	_ "github.com/aws/jsii-runtime-go"
	_ "github.com/aws/constructs-go/constructs/v10"
	_ "github.com/mtbwiki/mtbwiki/api"
	_ "github.com/mtbwiki/mtbwiki/compute"
	_ "github.com/mtbwiki/mtbwiki/config"
)

func main() {}
