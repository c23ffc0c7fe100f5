package fabric

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

type elsewhere struct{}

func (elsewhere) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("sent on")
}

func TestIssuerTransport(t *testing.T) {
	t.Parallel()
	issuer, err := url.Parse("https://mtb.example.org/identity")
	if err != nil {
		t.Fatal(err)
	}
	pool := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("X-Seen", r.Method+" "+r.Host+r.URL.Path)
		w.WriteHeader(http.StatusTeapot)
		if _, err := w.Write(append([]byte("said "), body...)); err != nil {
			t.Error(err)
		}
	})
	client := &http.Client{Transport: &issuerTransport{issuer: issuer, pool: pool, next: elsewhere{}}}
	resp, err := client.Post("https://mtb.example.org/identity/oauth2/token", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != "said hello" || resp.StatusCode != http.StatusTeapot || resp.Header.Get("X-Seen") != "POST mtb.example.org/identity/oauth2/token" {
		t.Errorf("%d %q %v %v", resp.StatusCode, body, resp.Header, err)
	}
	for _, address := range []string{"https://mtb.example.org/identityx", "https://other.example.org/identity/x", "http://mtb.example.org/identity/x"} {
		if _, err := client.Get(address); err == nil || !strings.Contains(err.Error(), "sent on") {
			t.Errorf("%s stays here: %v", address, err)
		}
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"a direct caller", "203.0.113.9:4711", nil, "203.0.113.9"},
		{"a direct caller who claims to be forwarded", "203.0.113.9:4711", []string{"198.51.100.1"}, "203.0.113.9"},
		{"our proxy", "127.0.0.1:4711", []string{"198.51.100.1"}, "198.51.100.1"},
		{"our proxy, and a caller who wrote the header too", "127.0.0.1:4711", []string{"10.0.0.1, 198.51.100.1"}, "198.51.100.1"},
		{"several headers", "[::1]:4711", []string{"10.0.0.1", "2001:db8::1"}, "2001:db8::1"},
		{"our proxy without the header", "127.0.0.1:4711", nil, "127.0.0.1"},
		{"nonsense", "127.0.0.1:4711", []string{"unknown"}, "127.0.0.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: test.remote, Header: http.Header{"X-Forwarded-For": test.forwarded}}
			if got := clientAddress(r); got != netip.MustParseAddr(test.want) {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}
