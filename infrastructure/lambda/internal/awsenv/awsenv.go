// Package awsenv makes the AWS configuration of a program that runs as a Lambda:
// region and credentials as Lambda gives them. The SDK's own loader would also look
// for files, profiles and metadata servers, none of which a Lambda has, and is
// several megabytes.
package awsenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Config reads AWS_REGION now and the credentials at each use.
func Config() (aws.Config, error) {
	region := os.Getenv("AWS_REGION")
	if region == "" {
		return aws.Config{}, errors.New("AWS_REGION is not set; is this a Lambda?")
	}
	return aws.Config{Region: region, Credentials: aws.CredentialsProviderFunc(credentials)}, nil
}

func credentials(context.Context) (aws.Credentials, error) {
	c := aws.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		Source:          "Lambda",
	}
	if !c.HasKeys() {
		return aws.Credentials{}, errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; is this a Lambda?")
	}
	return c, nil
}

// Variables reads settings from environment variables; each that is missing is
// named in the error.
func Variables(names ...string) (map[string]string, error) {
	values := map[string]string{}
	var missing []string
	for _, n := range names {
		if values[n] = os.Getenv(n); values[n] == "" {
			missing = append(missing, n)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the Lambda's environment lacks %s; the stack that makes it sets them", strings.Join(missing, ", "))
	}
	return values, nil
}
