package appsync

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// CORS says which web pages of other origins may call the API. AppSync allows
// all origins; the zero value allows none.
type CORS struct {
	// Origins that may call, such as "https://example.org"; "*" allows all.
	Origins []string
	// MaxAge in seconds lets browsers keep the answer to a preflight; default 86,400.
	MaxAge int
}

const (
	malformed = "MalformedHttpRequestException"

	headerRequestID = "X-Amzn-Requestid"
	headerErrorType = "X-Amzn-Errortype"
)

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// ServeHTTP serves GraphQL at the path /graphql (POST and GET), the explorer
// at / if configured, and answers CORS preflights. Behind a prefix, use
// http.StripPrefix.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := uuid.NewString()
	w.Header().Set(headerRequestID, id)
	a.cors(w, r)
	switch {
	case r.URL.Path == "/graphql":
	case a.options.GraphiQL != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		a.options.GraphiQL.ServeHTTP(w, r)
		return
	default:
		refuse(w, http.StatusNotFound, "NotFoundException", "There is nothing at this path; GraphQL is at /graphql.")
		return
	}
	switch r.Method {
	case http.MethodPost, http.MethodGet:
	case http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		w.Header().Set("Allow", "GET, POST, OPTIONS")
		refuse(w, http.StatusMethodNotAllowed, "BadRequestException", "Use POST or GET.")
		return
	}
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	default:
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded")
		return
	}
	a.graphql(w, r, id)
}

func (a *API) graphql(w http.ResponseWriter, r *http.Request, id string) {
	d := a.current.Load()
	in := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(in)
	in.Reset()
	if r.ContentLength > d.limits.BodyBytes {
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "The request body is larger than "+strconv.FormatInt(d.limits.BodyBytes, 10)+" bytes.")
		return
	}
	if _, err := in.ReadFrom(http.MaxBytesReader(w, r.Body, d.limits.BodyBytes)); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "The request body is larger than "+strconv.FormatInt(d.limits.BodyBytes, 10)+" bytes.")
			return
		}
		refuse(w, http.StatusBadRequest, malformed, "The request body could not be read.")
		return
	}
	identity, err := d.auth.Authenticate(r.Context(), auth.Credentials{
		Signed:     auth.Signed{Method: r.Method, Host: r.Host, URL: r.URL, Header: r.Header, Body: in.Bytes()},
		RemoteAddr: r.RemoteAddr,
	})
	if err != nil {
		var refusal *auth.Refusal
		if !errors.As(err, &refusal) {
			refusal = &auth.Refusal{Message: "You are not authorized to make this call.", Reason: err.Error()}
		}
		d.log.DebugContext(r.Context(), "appsync: request refused", "request", id, "reason", refusal.Reason)
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		w.Header().Set(headerErrorType, auth.RefusalErrorType)
		w.WriteHeader(auth.RefusalStatus)
		write(w, []byte(refusal.Body()))
		return
	}
	var req Request
	var problem string
	if r.Method == http.MethodGet {
		req, problem = fromQuery(r)
	} else {
		req, problem = fromBody(in.Bytes())
	}
	if problem != "" {
		refuse(w, http.StatusBadRequest, malformed, problem)
		return
	}
	req.Identity, req.Header, req.RequestID = identity, r.Header, id
	if r.Method == http.MethodGet && d.mutates(req) {
		refuse(w, http.StatusMethodNotAllowed, "BadRequestException", "Mutations need POST.")
		return
	}
	out := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(out)
	out.Reset()
	resp := d.execute(r.Context(), req, out.AvailableBuffer())
	status := http.StatusOK
	header := w.Header()
	header.Set("Content-Type", "application/json;charset=UTF-8")
	for name, value := range resp.Header {
		header.Set(name, value)
	}
	if len(resp.Errors) == 1 && resp.Errors[0].ErrorType == "BadRequestException" && !resp.Errors[0].Resolver {
		header.Set(headerErrorType, "BadRequestException")
		status = http.StatusBadRequest
	}
	if len(resp.Errors) == 0 {
		// The usual case goes out without another copy of the data.
		const head, tail = `{"data":`, `}`
		header.Set("Content-Length", strconv.Itoa(len(head)+len(resp.Data)+len(tail)))
		w.WriteHeader(status)
		write(w, []byte(head))
		write(w, resp.Data)
		write(w, []byte(tail))
	} else {
		text := resp.AppendJSON(nil)
		header.Set("Content-Length", strconv.Itoa(len(text)))
		w.WriteHeader(status)
		write(w, text)
	}
	// Keep the grown buffer for the next request.
	if cap(resp.Data) > out.Cap() && cap(resp.Data) <= 1<<20 {
		*out = *bytes.NewBuffer(resp.Data[:0])
	}
}

// write sends bytes; a client that has gone is no failure of ours.
func write(w io.Writer, b []byte) { _, _ = w.Write(b) }

// mutates tells whether a request is a mutation, as far as it can be prepared.
func (d *deployed) mutates(req Request) bool {
	p, refused := d.executor.Prepare(&graphql.Request{Query: req.Query, OperationName: req.OperationName, Variables: req.Variables})
	return refused == nil && p.Operation() == graphql.Mutation
}

const (
	emptyBody    = "Request body is empty."
	unparseable  = "Unable to parse GraphQL query."
	badVariables = "Unable to parse the variables: they must be a JSON object."
)

// fromBody reads a POST's JSON.
func fromBody(body []byte) (req Request, problem string) {
	if len(bytes.TrimSpace(body)) == 0 {
		return req, emptyBody
	}
	v, err := vtl.FromJSON(body)
	if err != nil {
		return req, unparseable
	}
	m, ok := v.(*vtl.Map)
	if !ok {
		return req, unparseable
	}
	query, _ := m.GetString("query")
	if req.Query, ok = query.(string); !ok || strings.TrimSpace(req.Query) == "" {
		return req, unparseable
	}
	name, _ := m.GetString("operationName")
	if name != nil {
		if req.OperationName, ok = name.(string); !ok {
			return req, unparseable
		}
	}
	vars, _ := m.GetString("variables")
	if vars != nil {
		if req.Variables, ok = vars.(*vtl.Map); !ok {
			return req, badVariables
		}
	}
	return req, ""
}

// fromQuery reads a GET's query parameters.
func fromQuery(r *http.Request) (req Request, problem string) {
	q := r.URL.Query()
	req.Query, req.OperationName = q.Get("query"), q.Get("operationName")
	if strings.TrimSpace(req.Query) == "" {
		return req, unparseable
	}
	if text := q.Get("variables"); text != "" {
		v, err := vtl.FromJSON([]byte(text))
		if err != nil {
			return req, badVariables
		}
		var ok bool
		if req.Variables, ok = v.(*vtl.Map); !ok && v != nil {
			return req, badVariables
		}
	}
	return req, ""
}

// refuse answers a request that is not executed.
func refuse(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set(headerErrorType, errorType)
	w.WriteHeader(status)
	body := append([]byte(`{"errors":[{"message":`), vtl.AppendJSONString(nil, message)...)
	body = append(body, `,"errorType":`...)
	body = append(vtl.AppendJSONString(body, errorType), `}]}`...)
	write(w, body)
}

func (a *API) cors(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if len(a.options.CORS.Origins) == 0 {
		return
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	switch {
	case slices.Contains(a.options.CORS.Origins, "*"):
		h.Set("Access-Control-Allow-Origin", "*")
	case origin != "" && slices.Contains(a.options.CORS.Origins, origin):
		h.Set("Access-Control-Allow-Origin", origin)
	default:
		return
	}
	h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType")
	if r.Method == http.MethodOptions {
		age := a.options.CORS.MaxAge
		if age <= 0 {
			age = 86_400
		}
		h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "authorization, content-type, x-api-key, x-amz-date, x-amz-security-token, x-amz-user-agent, x-amz-content-sha256")
		h.Set("Access-Control-Max-Age", strconv.Itoa(age))
	}
}
