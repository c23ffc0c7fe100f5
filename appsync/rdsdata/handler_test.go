package rdsdata_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
)

func post(t testing.TB, url, body string) (status int, errorType, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("X-Amzn-RequestId") == "" || resp.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers of the answer: %v", resp.Header)
	}
	return resp.StatusCode, resp.Header.Get("X-Amzn-ErrorType"), string(out)
}

func TestHandler(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{})
	srv := httptest.NewServer(rdsdata.Handler(s, rdsdata.HandlerOptions{
		ResourceARN: "arn:cluster", SecretARN: "arn:secret", Log: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request, body []byte) error {
			switch {
			case strings.Contains(string(body), "stranger"):
				return errors.New("The security token included in the request is invalid.")
			case strings.Contains(string(body), "forbidden"):
				return &rdsdata.Error{Code: rdsdata.CodeForbidden, Message: "no", HTTPStatus: http.StatusForbidden}
			}
			return nil
		},
	}))
	t.Cleanup(srv.Close)
	const who = `"resourceArn":"arn:cluster","secretArn":"arn:secret"`
	tests := []struct {
		name, path, body string
		status           int
		errorType        string
		want             string // JSON, or part of the error's message
	}{
		{"select", "/Execute", `{` + who + `,"sql":"SELECT :a AS a","parameters":[{"name":"a","value":{"stringValue":"x"}}],"database":"` + pool.Config().ConnConfig.Database + `","unknown":1}`,
			200, "", `{"numberOfRecordsUpdated":0,"records":[[{"stringValue":"x"}]]}`},
		{"no rows", "/Execute", `{` + who + `,"sql":"SELECT 1 WHERE false"}`, 200, "", `{"numberOfRecordsUpdated":0,"records":[]}`},
		{"batch", "/BatchExecute", `{` + who + `,"sql":"INSERT INTO shelf (name) VALUES (:n)","parameterSets":[[{"name":"n","value":{"stringValue":"x"}}]]}`,
			200, "", `{"updateResults":[]}`},
		{"a statement that fails", "/Execute", `{` + who + `,"sql":"SELECT"}`, 200, "", `{"generatedFields":[],"numberOfRecordsUpdated":0}`},
		{"an error of the database", "/Execute", `{` + who + `,"sql":"SELEC"}`, 400, "DatabaseErrorException", `SQLState: 42601`},
		{"an unknown transaction", "/CommitTransaction", `{` + who + `,"transactionId":"AAAA"}`, 404, "TransactionNotFoundException", "Transaction AAAA is not found"},
		{"no cluster", "/Execute", `{"secretArn":"arn:secret","sql":"SELECT 1"}`, 400, "ValidationException", "resourceArn"},
		{"no secret", "/Execute", `{"resourceArn":"arn:cluster","sql":"SELECT 1"}`, 400, "ValidationException", "secretArn"},
		{"another cluster", "/Execute", `{"resourceArn":"arn:other","secretArn":"arn:secret","sql":"SELECT 1"}`, 400, "BadRequestException", "HttpEndpoint is not enabled for cluster arn:other"},
		{"another secret", "/BeginTransaction", `{"resourceArn":"arn:cluster","secretArn":"arn:other"}`, 400, "InvalidSecretException", "arn:other"},
		{"another database", "/Execute", `{` + who + `,"database":"other","sql":"SELECT 1"}`, 400, "DatabaseErrorException", `database "other" does not exist`},
		{"no JSON", "/Execute", `<a>`, 400, "SerializationException", "not the JSON expected"},
		{"JSON of another shape", "/Execute", `{` + who + `,"sql":7}`, 400, "SerializationException", "sql"},
		{"a bad value", "/Execute", `{` + who + `,"sql":"SELECT :a","parameters":[{"name":"a","value":{"doubleValue":"x"}}]}`, 400, "SerializationException", "doubleValue"},
		{"a bad blob", "/Execute", `{` + who + `,"sql":"SELECT :a","parameters":[{"name":"a","value":{"blobValue":"***"}}]}`, 400, "SerializationException", "base64"},
		{"arrays within arrays", "/Execute", `{` + who + `,"sql":"SELECT :a","parameters":[{"name":"a","value":{"arrayValue":{"arrayValues":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}}]}`, 400, "BadRequestException", "multidimensional"},
		{"JSON too deep", "/Execute", `{"parameters":` + strings.Repeat("[", 100000) + `}`, 400, "SerializationException", "depth"},
		{"no JSON after a stranger", "/Execute", `stranger`, 403, "AccessDeniedException", "security token"},
		{"forbidden", "/Execute", `forbidden`, 403, "ForbiddenException", "no"},
		{"a request that is too large", "/Execute", `{"sql":"` + strings.Repeat("x", rdsdata.MaxRequestBody) + `"}`, 400, "BadRequestException", "larger than"},
		{"an operation that doesn't exist", "/ExecuteSql", `{}`, 400, "UnknownOperationException", "/ExecuteSql"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, errorType, text := post(t, srv.URL+tt.path, tt.body)
			if status != tt.status || errorType != tt.errorType {
				t.Errorf("answer %d %s %s, want %d %s", status, errorType, text, tt.status, tt.errorType)
			}
			got := normal(t, text)
			if tt.errorType != "" {
				message, ok := got.(map[string]any)["message"].(string)
				if !ok || !strings.Contains(message, tt.want) {
					t.Errorf("answer %s doesn't say %q", text, tt.want)
				}
				return
			}
			if diff := cmp.Diff(normal(t, tt.want), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	t.Run("a transaction", func(t *testing.T) {
		t.Parallel()
		_, _, text := post(t, srv.URL+"/BeginTransaction", `{`+who+`}`)
		id, ok := normal(t, text).(map[string]any)["transactionId"].(string)
		if !ok {
			t.Fatalf("BeginTransaction answered %s", text)
		}
		if _, _, text := post(t, srv.URL+"/Execute", `{`+who+`,"transactionId":"`+id+`","sql":"DELETE FROM book"}`); text != `{"generatedFields":[],"numberOfRecordsUpdated":2}` {
			t.Errorf("Execute answered %s", text)
		}
		if _, _, text := post(t, srv.URL+"/RollbackTransaction", `{`+who+`,"transactionId":"`+id+`"}`); text != `{"transactionStatus":"Rollback Complete"}` {
			t.Errorf("RollbackTransaction answered %s", text)
		}
	})
}
