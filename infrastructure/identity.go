package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
)

// Paths of the website that the user pool may send people back to
// (package website registers them).
const (
	callbackPath  = "/sign-in/callback"
	signedOutPath = "/signed-out"
)

// groups of the user pool, by precedence. The schema and the database give
// moderators and admins more; riders is everybody else, named so that somebody
// can be put there by hand.
var groups = []struct{ Name, Description string }{
	{"admins", "Run the wiki: grants, erasures, settings"},
	{"moderators", "Decide proposals, protect and archive pages"},
	{"riders", "Write and correct"},
}

// userPool is a stage's accounts.
type userPool struct {
	ID, Issuer *string
	// ClientID is the website's, Clients the pattern of all whose tokens the API takes.
	ClientID, Clients *string

	PoolOutput, GateClientOutput awscdk.CfnOutput
}

// hasGateClient tells whether a gate may sign accounts of its own in: not where riders'
// accounts are.
func hasGateClient(e *config.Environment) bool { return e.Data != "live" }

// newUserPool makes the user pool, its groups, its sign-in pages, and one client:
// the website, a public client that signs people in by the authorization code
// flow (with PKCE, which the site does and a public client can't be made to) and
// holds no password itself. It is the AWS side of package identity.
func newUserPool(stack awscdk.Stack, e *config.Environment) userPool {
	name := prefix + e.Stage + "-users"
	protect := e.Database.DeletionProtection
	pool := awscognito.NewUserPool(stack, jsii.String("UserPool"), &awscognito.UserPoolProps{
		UserPoolName:        jsii.String(name),
		SelfSignUpEnabled:   jsii.Bool(true),
		SignInAliases:       &awscognito.SignInAliases{Username: jsii.Bool(true), Email: jsii.Bool(true)},
		SignInCaseSensitive: jsii.Bool(false),
		AutoVerify:          &awscognito.AutoVerifiedAttrs{Email: jsii.Bool(true)},
		KeepOriginal:        &awscognito.KeepOriginalAttrs{Email: jsii.Bool(true)},
		StandardAttributes: &awscognito.StandardAttributes{
			Email: &awscognito.StandardAttribute{Required: jsii.Bool(true), Mutable: jsii.Bool(true)},
		},
		// Length is what helps; rules about characters make passwords worse.
		PasswordPolicy: &awscognito.PasswordPolicy{
			MinLength:        jsii.Number(12),
			RequireDigits:    jsii.Bool(false),
			RequireLowercase: jsii.Bool(false),
			RequireSymbols:   jsii.Bool(false),
			RequireUppercase: jsii.Bool(false),
		},
		Mfa:                awscognito.Mfa_OPTIONAL,
		MfaSecondFactor:    &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)},
		AccountRecovery:    awscognito.AccountRecovery_EMAIL_ONLY,
		DeletionProtection: jsii.Bool(protect),
		RemovalPolicy:      removal(protect),
	})
	for i, g := range groups {
		awscognito.NewCfnUserPoolGroup(stack, jsii.String("Group"+g.Name), &awscognito.CfnUserPoolGroupProps{
			UserPoolId:  pool.UserPoolId(),
			GroupName:   jsii.String(g.Name),
			Description: jsii.String(g.Description),
			Precedence:  jsii.Number(i),
		})
	}
	// The prefix must be free in the whole region, for all of AWS's customers.
	domain := pool.AddDomain(jsii.String("Domain"), &awscognito.UserPoolDomainOptions{
		CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String(prefix + e.Stage + "-" + e.AWS.Account)},
	})
	var callbacks, logouts []*string
	for _, a := range e.Website.Addresses {
		callbacks = append(callbacks, jsii.String(a+callbackPath))
		logouts = append(logouts, jsii.String(a+signedOutPath))
	}
	client := pool.AddClient(jsii.String("Website"), &awscognito.UserPoolClientOptions{
		UserPoolClientName: jsii.String("website"),
		GenerateSecret:     jsii.Bool(false),
		OAuth: &awscognito.OAuthSettings{
			Flows: &awscognito.OAuthFlows{AuthorizationCodeGrant: jsii.Bool(true)},
			Scopes: &[]awscognito.OAuthScope{
				awscognito.OAuthScope_OPENID(), awscognito.OAuthScope_EMAIL(), awscognito.OAuthScope_PROFILE(),
			},
			CallbackUrls: &callbacks,
			LogoutUrls:   &logouts,
		},
		SupportedIdentityProviders: &[]awscognito.UserPoolClientIdentityProvider{
			awscognito.UserPoolClientIdentityProvider_COGNITO(),
		},
		PreventUserExistenceErrors: jsii.Bool(true),
		EnableTokenRevocation:      jsii.Bool(true),
		AccessTokenValidity:        awscdk.Duration_Hours(jsii.Number(1)),
		IdTokenValidity:            awscdk.Duration_Hours(jsii.Number(1)),
		RefreshTokenValidity:       awscdk.Duration_Days(jsii.Number(30)),
	})
	// Passwords are typed at the user pool's pages and nowhere else. Without this
	// line Cognito would add its own flows; the L2 can't name only this one.
	client.Node().DefaultChild().(awscognito.CfnUserPoolClient).SetExplicitAuthFlows(jsii.Strings("ALLOW_REFRESH_TOKEN_AUTH"))
	made := userPool{ID: pool.UserPoolId(), ClientID: client.UserPoolClientId(), Clients: client.UserPoolClientId(), Issuer: pool.UserPoolProviderUrl()}
	made.PoolOutput = output(stack, "UserPoolId", pool.UserPoolId(), "The user pool", "")
	if hasGateClient(e) {
		gate := awscognito.NewCfnUserPoolClient(stack, jsii.String("GateClient"), &awscognito.CfnUserPoolClientProps{
			UserPoolId: pool.UserPoolId(), ClientName: jsii.String("gate"), GenerateSecret: jsii.Bool(false),
			// By an administrator's call only, which takes the release's role.
			ExplicitAuthFlows:   jsii.Strings("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
			AccessTokenValidity: jsii.Number(1), IdTokenValidity: jsii.Number(1), RefreshTokenValidity: jsii.Number(1),
			PreventUserExistenceErrors: jsii.String("ENABLED"), EnableTokenRevocation: jsii.Bool(true),
		})
		made.Clients = awscdk.Fn_Join(jsii.String("|"), &[]*string{client.UserPoolClientId(), gate.AttrClientId()})
		made.GateClientOutput = output(stack, "GateClientId", gate.AttrClientId(), "The gate's client id", "")
	}
	output(stack, "ClientId", client.UserPoolClientId(), "The website's client id (mtbwiki serve --client-id)", "")
	output(stack, "Issuer", pool.UserPoolProviderUrl(), "Issuer of the tokens (mtbwiki serve --issuer)", "")
	output(stack, "SignInPages", domain.BaseUrl(nil), "The pages for signing in and up", "")
	return made
}
