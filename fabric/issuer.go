package fabric

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// issuerTransport lets the website talk to the local user pool in process: the
// pool's public address may not be reachable from this machine, or only by way of
// a proxy whose certificate this machine doesn't know.
type issuerTransport struct {
	issuer *url.URL
	pool   http.Handler
	next   http.RoundTripper
}

// RoundTrip answers requests to the issuer from the pool's handler and sends all
// others on.
func (t *issuerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != t.issuer.Scheme || req.URL.Host != t.issuer.Host || !strings.HasPrefix(req.URL.Path, t.issuer.Path+"/") {
		return t.next.RoundTrip(req)
	}
	inner := req.Clone(req.Context())
	inner.RequestURI = req.URL.RequestURI()
	inner.Host = req.URL.Host
	inner.RemoteAddr = "127.0.0.1:0"
	if inner.Body == nil {
		inner.Body = http.NoBody
	}
	w := &memoryWriter{header: http.Header{}}
	t.pool.ServeHTTP(w, inner)
	if req.Body != nil {
		if err := req.Body.Close(); err != nil {
			return nil, err
		}
	}
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}, nil
}

type memoryWriter struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (w *memoryWriter) Header() http.Header { return w.header }

func (w *memoryWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *memoryWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// clientAddress is whose sign-in attempts a request counts as. Behind a reverse
// proxy on this machine that is the last address in X-Forwarded-For, the one the
// proxy itself saw and added; what stands before it anybody may have written.
func clientAddress(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	peer, err := netip.ParseAddr(host)
	if err != nil || !peer.IsLoopback() {
		return peer.Unmap()
	}
	forwarded := r.Header.Values("X-Forwarded-For")
	if len(forwarded) == 0 {
		return peer.Unmap()
	}
	last := forwarded[len(forwarded)-1]
	if i := strings.LastIndex(last, ","); i >= 0 {
		last = last[i+1:]
	}
	if seen, err := netip.ParseAddr(strings.TrimSpace(last)); err == nil {
		return seen.Unmap()
	}
	return peer.Unmap()
}
