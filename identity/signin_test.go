package identity_test

import (
	"html"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/identity"
)

const wrongCredentials = "The username or the password is wrong."

// TestWrongCredentials checks that a stranger cannot tell an account that exists
// from one that does not.
func TestWrongCredentials(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.pool.CreateUser(t.Context(), identity.User{Username: "gone", Disabled: true}, password); err != nil {
		t.Fatal(err)
	}
	scrub := regexp.MustCompile(`value="[^"]*"|nonce="[^"]*"`)
	var first string
	for _, c := range [][2]string{
		{"ana", "wrong password"}, {"nobody", password}, {"gone", password}, {"", ""},
		{"ana", ""}, {"ana", strings.Repeat("x", 5000)}, {strings.Repeat("x", 5000), password}, {"ana\x00", password}, {"\xff", "\xff"},
	} {
		br := newBrowser(t)
		u, _ := b.authURL()
		res := b.submit(br, br.get(u), c[0], c[1])
		if res.StatusCode != http.StatusForbidden || res.errorText() != wrongCredentials {
			t.Errorf("%.20q: status %d, %q", c[0], res.StatusCode, res.errorText())
		}
		// The field that holds the name decides where the cursor stands.
		body := strings.ReplaceAll(scrub.ReplaceAllString(res.body, ""), " autofocus", "")
		if first == "" {
			first = body
		} else if body != first {
			t.Errorf("%.20q: the page differs from that of a wrong password:\n%s\nand\n%s", c[0], body, first)
		}
	}
}

func TestSignInLimits(t *testing.T) {
	t.Parallel()
	from := netip.MustParseAddr("192.0.2.1")
	b := newBench(t, func(c *identity.Config) {
		c.ClientAddress = func(r *http.Request) netip.Addr {
			if a, err := netip.ParseAddr(r.Header.Get("Test-Address")); err == nil {
				return a
			}
			return from
		}
	})
	br := newBrowser(t)
	u, _ := b.authURL()
	form := br.get(u)
	try := func(username, password, address string) answer {
		return b.submit(br, form, username, password, "Test-Address", address)
	}
	// Rightful sign-ins are not counted.
	for range 35 {
		if res := try("ana", password, "192.0.2.9"); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sign-in: status %d", res.StatusCode)
		}
	}
	for i := range 10 {
		if res := try("ana", "wrong password", "192.0.2."+strconv.Itoa(10+i)); res.StatusCode != http.StatusForbidden {
			t.Fatalf("attempt %d: status %d", i, res.StatusCode)
		}
	}
	res := try("ANA", password, "192.0.2.100")
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "60" || !strings.Contains(res.errorText(), "Wait a minute") {
		t.Errorf("the right password after ten wrong ones: status %d, Retry-After %q, %q", res.StatusCode, res.Header.Get("Retry-After"), res.errorText())
	}
	b.clock.Advance(time.Minute)
	if res := try("ana", password, "192.0.2.100"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a minute later: status %d", res.StatusCode)
	}

	// One address, many names; the whole /64 counts as one.
	for i := range 30 {
		address := "2001:db8::" + strconv.Itoa(i+1)
		if res := try("nobody"+strconv.Itoa(i), password, address); res.StatusCode != http.StatusForbidden {
			t.Fatalf("name %d: status %d", i, res.StatusCode)
		}
	}
	if res := try("ana", password, "2001:db8::ffff"); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("after 30 names: status %d", res.StatusCode)
	}
	if res := try("ana", password, "2001:db8:0:1::1"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("neighbour: status %d", res.StatusCode)
	}
	if res := try("ana", password, "::ffff:192.0.2.200"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("mapped IPv4 address: status %d", res.StatusCode)
	}
}

func TestFormProtection(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	u, _ := b.authURL()
	expired := "This form was open for too long"

	t.Run("without cookie", func(t *testing.T) {
		t.Parallel()
		res := b.submit(newBrowser(t), newBrowser(t).get(u), "ana", password)
		if res.StatusCode != http.StatusForbidden || !strings.HasPrefix(res.errorText(), expired) {
			t.Errorf("status %d, %q", res.StatusCode, res.errorText())
		}
	})
	t.Run("token of another browser", func(t *testing.T) {
		t.Parallel()
		br := newBrowser(t)
		br.get(u)
		res := b.submit(br, newBrowser(t).get(u), "ana", password)
		if res.StatusCode != http.StatusForbidden || !strings.HasPrefix(res.errorText(), expired) {
			t.Errorf("status %d, %q", res.StatusCode, res.errorText())
		}
		// The page that says so has a token that works.
		if res := b.submit(br, res, "ana", password); res.StatusCode != http.StatusSeeOther {
			t.Errorf("second try: status %d", res.StatusCode)
		}
	})
	t.Run("two tabs", func(t *testing.T) {
		t.Parallel()
		br := newBrowser(t)
		first := br.get(u)
		br.get(u)
		if res := b.submit(br, first, "ana", password); res.StatusCode != http.StatusSeeOther {
			t.Errorf("status %d", res.StatusCode)
		}
	})
	t.Run("old form", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		u, _ := b.authURL()
		br := newBrowser(t)
		form := br.get(u)
		b.clock.Advance(time.Hour)
		if res := b.submit(br, form, "ana", password); res.StatusCode != http.StatusForbidden {
			t.Errorf("status %d", res.StatusCode)
		}
	})
	t.Run("after a restart", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		u, verifier := b.authURL()
		br := newBrowser(t)
		form := br.get(u)
		pool, err := identity.Open(b.config())
		if err != nil {
			t.Fatal(err)
		}
		b.pool = pool
		res := b.submit(br, form, "ana", password)
		if res := b.exchange(res.query(t).Get("code"), verifier); res.StatusCode != http.StatusOK {
			t.Errorf("status %d, %s", res.StatusCode, res.body)
		}
	})
	for name, header := range map[string][]string{
		"cross-site":     {"Sec-Fetch-Site", "cross-site"},
		"foreign origin": {"Origin", "https://evil.example"},
		"opaque origin":  {"Origin", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			br := newBrowser(t)
			res := b.submit(br, br.get(u), "ana", password, header...)
			if res.StatusCode != http.StatusForbidden || !strings.Contains(res.body, "came from another site") {
				t.Errorf("status %d\n%s", res.StatusCode, res.body)
			}
		})
	}
	t.Run("same origin", func(t *testing.T) {
		t.Parallel()
		br := newBrowser(t)
		res := b.submit(br, br.get(u), "ana", password, "Origin", "http://"+b.server.Listener.Addr().String(), "Sec-Fetch-Site", "same-origin")
		if res.StatusCode != http.StatusSeeOther {
			t.Errorf("status %d", res.StatusCode)
		}
	})
	t.Run("too large", func(t *testing.T) {
		t.Parallel()
		br := newBrowser(t)
		res := b.submit(br, br.get(u), "ana", strings.Repeat("x", 20_000))
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d", res.StatusCode)
		}
	})
}

// TestPages checks what holds for every page: no script, a strict policy, a
// label for each field.
func TestPages(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *identity.Config) { c.AllowSignUp, c.Title = true, `Trails & "more" <b>` })
	u, _ := b.authURL("login_hint", "ana", "state", `"><script>alert(1)</script>`)
	field := regexp.MustCompile(`<input id="([^"]+)"`)
	for path, status := range map[string]int{
		strings.TrimPrefix(u, b.issuer):                                 200,
		"/signup" + strings.TrimPrefix(u, b.issuer+"/oauth2/authorize"): 200,
		"/password":                    200,
		"/logout?client_id=website":    200,
		"/oauth2/authorize":            400,
		"/logout":                      400,
		"/nowhere":                     404,
		"/nowhere?" + "x=%3Cscript%3E": 404,
	} {
		res := newBrowser(t).get(b.issuer + path)
		name, _, _ := strings.Cut(path, "?")
		if res.StatusCode != status {
			t.Errorf("%s: status %d, want %d", name, res.StatusCode, status)
		}
		if strings.Contains(res.body, "<script") || strings.Contains(res.body, "<b>") {
			t.Errorf("%s: unescaped:\n%s", name, res.body)
		}
		for _, m := range field.FindAllStringSubmatch(res.body, -1) {
			if !strings.Contains(res.body, `<label for="`+m[1]+`">`) {
				t.Errorf("%s: field %s has no label", name, m[1])
			}
		}
		policy := res.Header.Get("Content-Security-Policy")
		nonce := regexp.MustCompile(`'nonce-([^']+)'`).FindStringSubmatch(policy)
		if nonce == nil || !strings.Contains(res.body, `<style nonce="`+nonce[1]+`">`) || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", name, policy)
		}
		for header, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"} {
			if got := res.Header.Get(header); got != want {
				t.Errorf("%s: %s %q", name, header, got)
			}
		}
	}
	form := newBrowser(t).get(u)
	if !strings.Contains(form.body, `value="ana"`) {
		t.Error("the login hint is not in the form")
	}
	if !strings.Contains(form.Header.Get("Content-Security-Policy"), "form-action 'self' http://127.0.0.1:9;") {
		t.Errorf("policy %q: browsers would block the redirect to the client", form.Header.Get("Content-Security-Policy"))
	}
}

func TestSecureCookie(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *identity.Config) { c.Issuer = "https://riders.example/identity" })
	u, _ := b.authURL()
	cookies := newBrowser(t).get(u).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies: %v", cookies)
	}
	c := cookies[0]
	if c.Name != "__Host-identity-form" || c.Path != "/" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Domain != "" {
		t.Errorf("cookie %v", c)
	}
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *identity.Config) {
		c.AllowSignUp, c.SignUpGroups, c.MaxUsers = true, []string{"riders"}, 6
	})
	signUp := func(br *browser, form answer, username, email, password string) answer {
		fields := form.fields()
		fields.Set("username", username)
		fields.Set("email", email)
		fields.Set("password", password)
		return br.post(b.issuer+"/signup", fields)
	}
	br := newBrowser(t)
	u, verifier := b.authURL()
	link := regexp.MustCompile(`href="([^"]*/signup[^"]*)"`).FindStringSubmatch(br.get(u).body)
	if link == nil {
		t.Fatal("the sign-in page has no link to sign up")
	}
	target, err := url.Parse(b.issuer)
	if err != nil {
		t.Fatal(err)
	}
	target, err = target.Parse(html.UnescapeString(link[1]))
	if err != nil {
		t.Fatal(err)
	}
	form := br.get(target.String())
	for _, tt := range []struct {
		username, email, password string
		status                    int
		text                      string
	}{
		{"", "", password, 422, "1 to 128 characters"},
		{"two words", "", password, 422, "must not contain"},
		{"eve", "not an address", password, 422, "not an e-mail address"},
		{"eve", "", "short", 422, "at least 10 characters"},
		{"longenoughname", "", "LongEnoughName", 422, "must differ"},
		{"ana", "", password, 409, "taken"},
	} {
		res := signUp(br, form, tt.username, tt.email, tt.password)
		if res.StatusCode != tt.status || !strings.Contains(res.errorText(), tt.text) {
			t.Errorf("%q: status %d, %q, want %d %q", tt.username, res.StatusCode, res.errorText(), tt.status, tt.text)
		}
	}
	res := signUp(br, form, "eve", "eve@example.org", password)
	tokens := b.exchange(res.query(t).Get("code"), verifier).json(t)
	claims := b.claims(text(tokens["id_token"]))
	if claims["cognito:username"] != "eve" || claims["email_verified"] != false || len(claims["cognito:groups"].([]any)) != 1 {
		t.Errorf("claims %v", claims)
	}
	// Two of the five attempts of this address are used up.
	for i := range 3 {
		if res := signUp(br, form, "more"+strconv.Itoa(i), "", password); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sign-up %d: status %d %s", i, res.StatusCode, res.errorText())
		}
	}
	if res := signUp(br, form, "another", "", password); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("sixth attempt: status %d", res.StatusCode)
	}
	b.clock.Advance(20 * time.Minute)
	if res := signUp(br, form, "another", "", password); res.StatusCode != http.StatusSeeOther {
		t.Errorf("later: status %d", res.StatusCode)
	}
	if res := signUp(br, form, "onemore", "", password); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("full pool: status %d", res.StatusCode)
	}

	closed := newBench(t)
	u, _ = closed.authURL()
	if body := newBrowser(t).get(u).body; strings.Contains(body, "/signup") {
		t.Error("link to sign up where it is off")
	}
	if res := newBrowser(t).post(closed.issuer+"/signup", form.fields()); res.StatusCode != http.StatusNotFound {
		t.Errorf("sign-up where it is off: status %d", res.StatusCode)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tokens, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	br := newBrowser(t)
	form := br.get(b.issuer + "/password")
	change := func(old, fresh string) answer {
		fields := form.fields()
		fields.Set("username", "ana")
		fields.Set("password", old)
		fields.Set("new_password", fresh)
		return br.post(b.issuer+"/password", fields)
	}
	const fresh = "another good one"
	if res := change("wrong password", fresh); res.StatusCode != http.StatusForbidden || res.errorText() != wrongCredentials {
		t.Errorf("wrong password: status %d, %q", res.StatusCode, res.errorText())
	}
	if res := change(password, "short"); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(res.errorText(), "at least") {
		t.Errorf("short password: status %d, %q", res.StatusCode, res.errorText())
	}
	if res := b.refresh(tokens.RefreshToken); res.StatusCode != http.StatusOK {
		t.Errorf("refused changes must not end sessions: %s", res.body)
	} else {
		tokens.RefreshToken = text(res.json(t)["refresh_token"])
	}
	if res := change(password, fresh); res.StatusCode != http.StatusOK || !strings.Contains(res.body, "Your password is changed") {
		t.Errorf("status %d\n%s", res.StatusCode, res.body)
	}
	if res := b.refresh(tokens.RefreshToken); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("session outlived the password: %s", res.body)
	}
	u, _ := b.authURL()
	if res := b.submit(br, br.get(u), "ana", password); res.StatusCode != http.StatusForbidden {
		t.Errorf("old password: status %d", res.StatusCode)
	}
	if res := b.submit(br, br.get(u), "ana", fresh); res.StatusCode != http.StatusSeeOther {
		t.Errorf("new password: status %d", res.StatusCode)
	}
}
