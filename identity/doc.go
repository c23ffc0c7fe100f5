// Package identity is a local user pool: an OpenID Connect issuer whose tokens
// carry the claims of an Amazon Cognito user pool, so that a program written
// for Cognito can run on one machine without an AWS account.
//
// It keeps accounts, checks passwords, shows the sign-in form and signs tokens.
// It does not know what the accounts are for: no roles beyond group names, no
// profiles, no mail. It sends no messages, so it never proves an e-mail address;
// whoever creates an account may state that the address was proved elsewhere.
//
// # Use
//
//	pool, err := identity.Open(identity.Config{
//		Dir:    "data/identity",
//		Issuer: "http://127.0.0.1:8080/identity",
//		Clients: []identity.Client{{
//			ID:           "website",
//			RedirectURIs: []string{"http://127.0.0.1:8080/sign-in/callback"},
//			LogoutURIs:   []string{"http://127.0.0.1:8080/"},
//		}},
//	})
//	// ...
//	mux.Handle("/identity/", pool.Handler())
//
// The handler answers under the path of the issuer, so it is mounted without
// [http.StripPrefix].
//
// # Flow
//
// Only the authorization code flow with PKCE (S256) is offered, to public
// clients. Every authorization asks for the password: the issuer keeps no
// session of its own, so there is nothing to forget on a shared computer, and
// prompt=none is always answered with login_required. Redirect and logout URIs
// are compared as exact strings.
//
// Refresh tokens rotate. A token that was already exchanged ends its whole
// session when it comes back, except within [Config.RotationGrace], because a
// client whose connection broke must be able to ask again. A code that comes
// back ends the session it opened. Access and ID tokens are stateless and stay
// valid until they expire (an hour by default), as with Cognito; only the
// userInfo endpoint notices a revoked session or a disabled account at once.
//
// # Files
//
// Below Config.Dir, all readable by the owner only:
//
//	signing-key.pem   RSA key of the tokens; delete it and restart to rotate
//	form-key          key of the form tokens
//	users/<hash>.json one account each, with its sessions
//	lock              held for the moment of a change
//
// A file is replaced by rename after fsync, so a killed process leaves the old
// or the new account, never half of one. Nothing is cached between requests:
// another process (a command line tool, say) may change accounts while a server
// runs, and the server sees it at the next request.
//
// # Differences from Cognito
//
// userInfo answers email_verified as a boolean, as OpenID Connect has it, where
// Cognito answers a string. There is no client secret, no device tracking, no
// multi-factor sign-in and no custom scope.
package identity
