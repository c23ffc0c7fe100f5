package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signer signs calls for readers without an account with the Lambda's role, whose
// policy lets it read. Calls for a rider carry the rider's token and go as they are.
type signer struct {
	cfg  aws.Config
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (s *signer) RoundTrip(r *http.Request) (*http.Response, error) {
	// The identity provider is asked with GET and needs no signature; only the API
	// gets POST of JSON.
	if r.Header.Get("Authorization") != "" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		return s.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if closeErr := r.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("reading the request to sign: %w", err)
	}
	credentials, err := s.cfg.Credentials.Retrieve(r.Context())
	if err != nil {
		return nil, err
	}
	signed := r.Clone(r.Context())
	signed.Body = io.NopCloser(bytes.NewReader(body))
	hash := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, signed, hex.EncodeToString(hash[:]), "appsync", s.cfg.Region, time.Now()); err != nil {
		return nil, fmt.Errorf("signing the request: %w", err)
	}
	return s.next.RoundTrip(signed)
}
