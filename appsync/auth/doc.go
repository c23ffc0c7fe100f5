// Package auth decides who calls an AppSync API and which fields they may use.
//
// An [Authenticator] turns the credentials of an HTTP request into an
// [Identity]: API keys, JSON Web Tokens of a user pool or of another OpenID
// Connect issuer, and requests signed with Signature Version 4. [Rules] holds
// the authorization directives of a schema and answers for each field whether
// an identity may use it. Both follow the AppSync developer guide, page
// "security-authz".
//
// Lambda authorizers are not offered. The package issues no tokens and knows
// no users.
package auth
