package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/oauth2"

	"github.com/mtbwiki/mtbwiki/fabric"
)

// authorize signs in by authorization code with PKCE: it opens the form, fills it
// in, and exchanges the code that comes back.
func authorize(e fabric.Endpoints, username, password string) (string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	callback := e.Site + "/sign-in/callback"
	client := &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(req.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	config := oauth2.Config{
		ClientID: e.ClientID, RedirectURL: callback, Scopes: []string{"openid"},
		Endpoint: oauth2.Endpoint{AuthURL: e.Issuer + "/oauth2/authorize", TokenURL: e.Issuer + "/oauth2/token", AuthStyle: oauth2.AuthStyleInParams},
	}
	verifier := oauth2.GenerateVerifier()
	resp, err := client.Get(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
	if err != nil {
		return "", err
	}
	fields, action, err := form(resp)
	if err != nil {
		return "", err
	}
	fields.Set("username", username)
	fields.Set("password", password)
	target, err := resp.Request.URL.Parse(action)
	if err != nil {
		return "", err
	}
	resp, err = client.PostForm(target.String(), fields)
	if err != nil {
		return "", err
	}
	if err := resp.Body.Close(); err != nil {
		return "", err
	}
	back, err := resp.Location()
	if err != nil {
		return "", fmt.Errorf("signing in as %s: status %d: %w", username, resp.StatusCode, err)
	}
	token, err := config.Exchange(context.WithValue(context.Background(), oauth2.HTTPClient, client), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return "", err
	}
	return token.AccessToken, nil
}

// form reads the fields and the action of the page's first form.
func form(resp *http.Response) (_ url.Values, action string, err error) {
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	fields := url.Values{}
	tokens := html.NewTokenizer(io.LimitReader(resp.Body, 1<<20))
	found := false
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if !found {
				return nil, "", fmt.Errorf("status %d and no form", resp.StatusCode)
			}
			return fields, action, nil
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := tokens.Token()
			attributes := map[string]string{}
			for _, a := range tag.Attr {
				attributes[a.Key] = a.Val
			}
			switch {
			case tag.Data == "form" && !found:
				found, action = true, attributes["action"]
			case tag.Data == "input" && found && attributes["name"] != "":
				fields.Set(attributes["name"], attributes["value"])
			}
		}
	}
}
