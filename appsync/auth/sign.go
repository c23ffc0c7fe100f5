package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// service is the signing name of AppSync.
const service = "appsync"

// SignRequest signs a client's request to AppSync with Signature Version 4.
// body is the request's body as it will be sent. The request gets the headers
// X-Amz-Date and Authorization.
func SignRequest(req *http.Request, body []byte, accessKey, secretKey, region string) error {
	return signAt(req, body, accessKey, secretKey, region, service, time.Now())
}

func signAt(req *http.Request, body []byte, accessKey, secretKey, region, service string, now time.Time) error {
	hash := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}
	err := v4.NewSigner().SignHTTP(context.Background(), credentials, req, hex.EncodeToString(hash[:]), service, region, now)
	if err != nil {
		return fmt.Errorf("auth: signing the request: %w", err)
	}
	return nil
}
