package dataapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Credentials is what a secret of a database user holds.
type Credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// ReadSecret reads a version of a secret by its stage, and by its id where one is
// given.
func ReadSecret(ctx context.Context, client *secretsmanager.Client, arn, stage, version string) (Credentials, error) {
	in := &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn), VersionStage: aws.String(stage)}
	if version != "" {
		in.VersionId = aws.String(version)
	}
	out, err := client.GetSecretValue(ctx, in)
	if err != nil {
		return Credentials{}, err
	}
	var c Credentials
	// The text of a JSON error may hold the value: it isn't passed on.
	if err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), &c); err != nil || c.Username == "" || c.Password == "" {
		return Credentials{}, fmt.Errorf("the version %s of the secret is not JSON with username and password", stage)
	}
	return c, nil
}

// String is the credentials as a secret holds them.
func (c Credentials) String() (string, error) {
	if c.Username == "" || c.Password == "" {
		return "", errors.New("credentials need a username and a password")
	}
	text, err := json.Marshal(c)
	return string(text), err
}
