package auth

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// Identity is an authenticated caller.
type Identity struct {
	Mode Mode
	// Claims of the token, for user pools and OIDC.
	Claims *vtl.Map
	// Groups are the token's cognito:groups.
	Groups []string
	// SourceIP are the caller's addresses: those of X-Forwarded-For, then the peer's.
	SourceIP []string

	provider  int
	principal *Principal
}

// Value is $context.identity: null for API keys. The result is made anew, so
// a template may change it.
func (id *Identity) Value() vtl.Value {
	if id == nil {
		return nil
	}
	ips := vtl.NewList()
	for _, ip := range id.SourceIP {
		ips.Add(ip)
	}
	switch id.Mode {
	case UserPool:
		groups := vtl.Value(nil)
		if id.Groups != nil {
			l := vtl.NewList()
			for _, g := range id.Groups {
				l.Add(g)
			}
			groups = l
		}
		username := claim(id.Claims, "cognito:username")
		if username == nil {
			username = claim(id.Claims, "username") // access tokens
		}
		return vtl.MapOf("claims", id.Claims.Copy(), "defaultAuthStrategy", "ALLOW", "groups", groups,
			"issuer", claim(id.Claims, "iss"), "sourceIp", ips, "sub", claim(id.Claims, "sub"), "username", username)
	case OIDC:
		return vtl.MapOf("claims", id.Claims.Copy(), "issuer", claim(id.Claims, "iss"), "sub", claim(id.Claims, "sub"))
	case IAM:
		p := id.principal
		account := p.AccountID
		if account == "" {
			account = "000000000000"
		}
		return vtl.MapOf("accountId", account, "cognitoIdentityAuthProvider", nil, "cognitoIdentityAuthType", nil,
			"cognitoIdentityId", nil, "cognitoIdentityPoolId", nil, "sourceIp", ips, "userArn", p.UserARN, "username", p.Username)
	}
	return nil
}

func claim(claims *vtl.Map, name string) vtl.Value {
	v, _ := claims.GetString(name)
	return v
}

// claimStrings reads a claim that is a string or a list of strings.
func claimStrings(claims *vtl.Map, name string) []string {
	switch v := claim(claims, name).(type) {
	case string:
		return []string{v}
	case *vtl.List:
		out := []string{}
		for _, item := range v.Items() {
			if s, ok := item.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// SourceIPs gives the addresses a request came by: the entries of
// X-Forwarded-For, at most 20, then the peer's.
func SourceIPs(h http.Header, remoteAddr string) []string {
	var out []string
	for _, line := range h.Values("X-Forwarded-For") {
		for part := range strings.SplitSeq(line, ",") {
			if ip := strings.TrimSpace(part); net.ParseIP(ip) != nil && len(out) < 20 {
				out = append(out, ip)
			}
		}
	}
	if host, _, err := net.SplitHostPort(remoteAddr); err == nil {
		out = append(out, host)
	} else if remoteAddr != "" {
		out = append(out, remoteAddr)
	}
	return out
}

// InGroup tells whether the caller's token has one of the groups.
func (id *Identity) InGroup(groups ...string) bool {
	return slices.ContainsFunc(id.Groups, func(g string) bool { return slices.Contains(groups, g) })
}
