// Command site is the website as a Lambda behind an HTTP API and CloudFront: package
// website and nothing besides. It has no database and no role but to read the public
// part of the API, to read its own key for cookies, and to write its log.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awsenv"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/httpevent"
	"github.com/mtbwiki/mtbwiki/website"
)

func main() {
	if err := start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start() error {
	cfg, err := awsenv.Config()
	if err != nil {
		return err
	}
	env, err := awsenv.Variables("STAGE", "GRAPHQL_URL", "ISSUER", "CLIENT_ID", "SITE_ADDRESS", "COOKIE_SECRET_ARN")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	secret, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(env["COOKIE_SECRET_ARN"])})
	if err != nil {
		return fmt.Errorf("the key of the cookies: %w", err)
	}
	site, host, err := newSite(cfg, env, aws.ToString(secret.SecretString))
	if err != nil {
		return err
	}
	lambda.Start(httpevent.Handler(site, host))
	return nil
}

// newSite makes the website. secret is long and random; the key of the cookies
// follows from it.
func newSite(cfg aws.Config, env map[string]string, secret string) (site http.Handler, host string, err error) {
	e, err := config.Load(env["STAGE"])
	if err != nil {
		return nil, "", err
	}
	if len(secret) < 32 {
		return nil, "", fmt.Errorf("the key of the cookies has %d characters; it needs 32", len(secret))
	}
	key := sha256.Sum256([]byte("mtbwiki cookies\x00" + secret))
	u, err := url.Parse(env["SITE_ADDRESS"])
	if err != nil {
		return nil, "", fmt.Errorf("SITE_ADDRESS: %w", err)
	}
	site, err = website.New(website.Config{
		Endpoint: env["GRAPHQL_URL"], Signed: true,
		HTTP:   &http.Client{Timeout: 15 * time.Second, Transport: &signer{cfg: cfg, next: http.DefaultTransport}},
		Issuer: env["ISSUER"], ClientID: env["CLIENT_ID"], CookieKey: key[:], BaseURL: env["SITE_ADDRESS"], Tiles: e.Website.Tiles,
		Log: slog.New(slog.NewJSONHandler(os.Stderr, nil)),
	})
	return site, u.Host, err
}
