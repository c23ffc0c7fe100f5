// Command compute is the Lambda behind the data source "compute": package
// compute, and nothing besides. It holds no rule of its own, opens no
// connection, and needs neither a VPC nor a permission other than to write its log.
//
// It speaks the Lambda runtime API, so the function runs on provided.al2023 with
// the program as its bootstrap.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/mtbwiki/mtbwiki/compute"
)

func main() {
	lambda.Start(func(_ context.Context, payload json.RawMessage) (json.RawMessage, error) {
		return compute.Invoke(payload)
	})
}
