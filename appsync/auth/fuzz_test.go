package auth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
)

// FuzzAuthorization sends whatever comes as a credential: nobody gets in with what
// the issuer didn't sign, and every refusal has AppSync's body.
func FuzzAuthorization(f *testing.F) {
	a := authenticator(f, config())
	token := sign(f, jose.RS256, keys()[0], "k", poolClaims(nil))
	head, rest, _ := strings.Cut(token, ".")
	body, signature, _ := strings.Cut(rest, ".")
	for _, s := range []string{token, "Bearer " + token, head + "." + body + ".", head + ".." + signature, "eyJhbGciOiJub25lIn0." + body + ".", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsifQ." + body + "." + signature,
		"key", "late", "", "Bearer", "AWS4-HMAC-SHA256 Credential=AK/20231114/eu-west-1/appsync/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
		"AWS4-HMAC-SHA256 Credential=AK/x", strings.Repeat(".", 100), "\x00", token + "\n" + token} {
		f.Add("Authorization", s)
		f.Add("X-Api-Key", s)
	}
	f.Fuzz(func(t *testing.T, header, value string) {
		id, err := identify(a, header, value)
		if err != nil {
			var refusal *auth.Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("%s %q: %v is no refusal", header, value, err)
			}
			if !strings.HasPrefix(refusal.Body(), `{"errors":[{"errorType":"UnauthorizedException","message":"`) {
				t.Fatalf("%s %q: body %s", header, value, refusal.Body())
			}
			return
		}
		switch http.CanonicalHeaderKey(header) {
		case "X-Api-Key":
			if value != "key" {
				t.Fatalf("the key %q lets in %+v", value, id)
			}
		case "Authorization":
			// The signature's last character has bits that mean nothing.
			if given := strings.TrimPrefix(strings.TrimSpace(value), "Bearer "); !strings.HasPrefix(strings.TrimSpace(given), token[:len(token)-1]) {
				t.Fatalf("%q lets in %+v", value, id)
			}
		default:
			t.Fatalf("the header %q: %q lets in %+v", header, value, id)
		}
	})
}
