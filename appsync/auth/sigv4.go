package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	sigAlgorithm = "AWS4-HMAC-SHA256"
	sigTime      = "20060102T150405Z"
	// maxSkew is how far a signature's time may be from now, as AWS has it.
	maxSkew = 5 * time.Minute
)

// Signed is an HTTP request whose signature is to be checked.
type Signed struct {
	Method string
	Host   string
	URL    *url.URL
	Header http.Header
	Body   []byte
}

// SignatureVerifier checks Signature Version 4 for one service. The zero
// value is not usable; see [NewSignatureVerifier].
type SignatureVerifier struct {
	service string
	region  string
	find    func(accessKeyID string) (secret, sessionToken string, ok bool)
	now     func() time.Time
}

// NewSignatureVerifier makes a verifier for a service's signing name
// ("appsync", "rds-data"). region "" accepts every region. find looks up an
// access key. now is the clock; nil is time.Now.
func NewSignatureVerifier(service, region string, find func(accessKeyID string) (secret, sessionToken string, ok bool), now func() time.Time) *SignatureVerifier {
	if now == nil {
		now = time.Now
	}
	return &SignatureVerifier{service: service, region: region, find: find, now: now}
}

// Verify checks a request's signature and gives the access key that signed it.
func (v *SignatureVerifier) Verify(req Signed) (accessKeyID string, err error) {
	parts, err := parseAuthorization(req.Header.Get("Authorization"))
	if err != nil {
		return "", err
	}
	if parts.service != v.service {
		return "", fmt.Errorf("the signature is for service %q, not %q", parts.service, v.service)
	}
	if v.region != "" && parts.region != v.region {
		return "", fmt.Errorf("the signature is for region %q, not %q", parts.region, v.region)
	}
	stamp := req.Header.Get("X-Amz-Date")
	when, err := time.Parse(sigTime, stamp)
	if err != nil {
		return "", fmt.Errorf("header X-Amz-Date %q is not of the form %s", stamp, sigTime)
	}
	if d := v.now().Sub(when); d > maxSkew || d < -maxSkew {
		return "", fmt.Errorf("the signature's time %s is more than %s from now", stamp, maxSkew)
	}
	if !strings.HasPrefix(stamp, parts.date+"T") {
		return "", errors.New("the signature's scope and its X-Amz-Date name different days")
	}
	for _, must := range []string{"host", "x-amz-date"} {
		if !slices.Contains(parts.signedHeaders, must) {
			return "", fmt.Errorf("header %s is not signed", must)
		}
	}
	secret, session, ok := v.find(parts.accessKey)
	if !ok {
		return "", fmt.Errorf("access key %q is unknown", parts.accessKey)
	}
	if given := req.Header.Get("X-Amz-Security-Token"); !hmac.Equal([]byte(given), []byte(session)) {
		return "", errors.New("the session token is wrong or missing")
	}
	hash := sha256.Sum256(req.Body)
	bodyHash := hex.EncodeToString(hash[:])
	if claimed := req.Header.Get("X-Amz-Content-Sha256"); claimed != "" && claimed != bodyHash {
		return "", errors.New("X-Amz-Content-Sha256 is not the hash of the body")
	}
	canonical := canonicalRequest(req, parts.signedHeaders, bodyHash)
	digest := sha256.Sum256([]byte(canonical))
	scope := parts.date + "/" + parts.region + "/" + parts.service + "/aws4_request"
	toSign := sigAlgorithm + "\n" + stamp + "\n" + scope + "\n" + hex.EncodeToString(digest[:])
	key := []byte("AWS4" + secret)
	for _, part := range []string{parts.date, parts.region, parts.service, "aws4_request", toSign} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	if !hmac.Equal([]byte(hex.EncodeToString(key)), []byte(parts.signature)) {
		return "", errors.New("the signature does not match the request")
	}
	return parts.accessKey, nil
}

type authorization struct {
	accessKey, date, region, service string
	signedHeaders                    []string
	signature                        string
}

// isSignature tells whether an Authorization header holds a signature.
func isSignature(header string) bool { return strings.HasPrefix(header, sigAlgorithm) }

func parseAuthorization(header string) (authorization, error) {
	var a authorization
	if len(header) > 8<<10 {
		return a, errors.New("the Authorization header is too long")
	}
	rest, ok := strings.CutPrefix(header, sigAlgorithm)
	if !ok {
		return a, fmt.Errorf("the Authorization header does not begin with %s", sigAlgorithm)
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			f := strings.Split(value, "/")
			if len(f) != 5 || f[4] != "aws4_request" {
				return a, errors.New("Credential is not of the form key/date/region/service/aws4_request") //nolint:staticcheck // names the field
			}
			a.accessKey, a.date, a.region, a.service = f[0], f[1], f[2], f[3]
		case "SignedHeaders":
			a.signedHeaders = strings.Split(strings.ToLower(value), ";")
		case "Signature":
			a.signature = value
		}
	}
	if a.accessKey == "" || len(a.signedHeaders) == 0 || a.signature == "" {
		return a, errors.New("the Authorization header lacks Credential, SignedHeaders or Signature")
	}
	return a, nil
}

func canonicalRequest(req Signed, signedHeaders []string, bodyHash string) string {
	var b strings.Builder
	b.WriteString(req.Method + "\n")
	path := req.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	// All services but S3 sign the path encoded twice.
	for segment := range strings.SplitAfterSeq(path, "/") {
		name, slash := strings.CutSuffix(segment, "/")
		b.WriteString(awsEscape(name))
		if slash {
			b.WriteByte('/')
		}
	}
	b.WriteByte('\n')
	b.WriteString(canonicalQuery(req.URL.RawQuery))
	b.WriteByte('\n')
	for _, name := range signedHeaders {
		var value string
		switch name {
		case "host":
			value = req.Host
		case "content-length":
			value = req.Header.Get("Content-Length")
			if value == "" {
				value = fmt.Sprint(len(req.Body))
			}
		default:
			values := slices.Clone(req.Header.Values(name))
			for i := range values {
				values[i] = strings.Join(strings.Fields(values[i]), " ")
			}
			value = strings.Join(values, ",")
		}
		b.WriteString(name + ":" + value + "\n")
	}
	b.WriteString("\n" + strings.Join(signedHeaders, ";") + "\n" + bodyHash)
	return b.String()
}

func canonicalQuery(raw string) string {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return raw // can't match a signature; the comparison fails
	}
	var pairs []string
	for name, list := range values {
		for _, v := range list {
			pairs = append(pairs, awsEscape(name)+"="+awsEscape(v))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// awsEscape percent-encodes everything but A-Z a-z 0-9 - . _ ~.
func awsEscape(s string) string {
	const hexUpper = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hexUpper[c>>4])
			b.WriteByte(hexUpper[c&15])
		}
	}
	return b.String()
}
