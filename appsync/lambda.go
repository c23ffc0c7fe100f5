package appsync

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// LambdaFunc is a function behind an AWS_LAMBDA data source. It gets and gives
// JSON.
type LambdaFunc func(ctx context.Context, payload json.RawMessage) (json.RawMessage, error)

// LambdaError is an error that a LambdaFunc raises on purpose; its texts reach
// $context.error. Other errors become "Lambda:Unhandled" with their message.
type LambdaError struct{ Message, Type string }

func (e *LambdaError) Error() string { return e.Type + ": " + e.Message }

// Lambda is a data source that calls a Go function where AppSync would call an
// AWS Lambda function. Request templates render operation Invoke and a payload.
func Lambda(f LambdaFunc) DataSource { return lambda{f} }

type lambda struct{ call LambdaFunc }

func (l lambda) Invoke(ctx context.Context, request *vtl.Map) (vtl.Value, error) {
	switch op, _ := request.GetString("operation"); op {
	case "Invoke":
	case "BatchInvoke":
		return nil, badTemplate("operation BatchInvoke is not supported; use Invoke")
	default:
		return nil, badTemplate("Unsupported operation '%s'. The data source AWS_LAMBDA takes operation Invoke.", vtl.ToString(op))
	}
	value, _ := request.GetString("payload")
	payload, err := vtl.AppendJSON(nil, value)
	if err != nil {
		return nil, badTemplate("the payload has no JSON: %v", err)
	}
	answer, err := l.call(ctx, payload)
	if err != nil {
		if ctx.Err() != nil {
			return nil, &DataSourceError{Message: "Task timed out", Type: "Lambda:ExecutionTimeoutException"}
		}
		var known *LambdaError
		if errors.As(err, &known) {
			return nil, &DataSourceError{Message: known.Message, Type: known.Type}
		}
		return nil, &DataSourceError{Message: err.Error(), Type: "Lambda:Unhandled"}
	}
	if len(answer) == 0 {
		return nil, nil
	}
	result, err := vtl.FromJSON(answer)
	if err != nil {
		return nil, fmt.Errorf("appsync: the Lambda function answered no JSON: %w", err)
	}
	return result, nil
}

// maxLambdaBytes is what AWS Lambda takes and gives in one synchronous invocation.
const maxLambdaBytes = 6 << 20

// LambdaEndpoint calls a function by Lambda's own HTTP interface, operation Invoke:
// POST <endpoint>/2015-03-31/functions/<name>/invocations, as AWS's runtime interface
// emulator and others serve it. The client decides about TLS, credentials and the
// longest time; nil is http.DefaultClient, then the request's own time limit ends a
// call. It fails for an endpoint that is no absolute http or https URL.
//
// What the function raises reaches $context.error with the type Lambda:Unhandled or
// Lambda:Handled, as X-Amz-Function-Error says, and its errorMessage; a refusal of
// the service itself with the type Lambda:<its exception>. Payloads and answers of
// more than 6 MB are refused, as by AWS.
func LambdaEndpoint(endpoint, function string, client *http.Client) (LambdaFunc, error) {
	base, err := url.Parse(endpoint)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("appsync: the Lambda endpoint %q is no http or https address", endpoint)
	}
	if function == "" {
		return nil, errors.New("appsync: the Lambda function needs a name")
	}
	address := base.JoinPath("2015-03-31", "functions", url.PathEscape(function), "invocations").String()
	if client == nil {
		client = http.DefaultClient
	}
	return func(ctx context.Context, payload json.RawMessage) (json.RawMessage, error) {
		if len(payload) > maxLambdaBytes {
			return nil, &LambdaError{Type: "Lambda:RequestTooLargeException", Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", maxLambdaBytes)}
		}
		return invokeLambda(ctx, client, address, payload)
	}, nil
}

func invokeLambda(ctx context.Context, client *http.Client, address string, payload []byte) (_ json.RawMessage, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Amz-Invocation-Type", "RequestResponse")
	response, err := client.Do(request)
	if err != nil {
		// Templates hear that, and not where it is.
		return nil, fmt.Errorf("%w: %w", &LambdaError{Type: "Lambda:ServiceException", Message: "The Lambda endpoint doesn't answer."}, err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxLambdaBytes+1))
	if err != nil {
		return nil, fmt.Errorf("appsync: the Lambda endpoint's answer: %w", err)
	}
	if len(answer) > maxLambdaBytes {
		return nil, &LambdaError{Type: "Lambda:ResponseSizeTooLarge", Message: fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxLambdaBytes)}
	}
	if kind := response.Header.Get("X-Amz-Function-Error"); kind != "" {
		var raised struct {
			Message string `json:"errorMessage"`
		}
		// What is no such object, as of a function that was killed, is the message itself.
		if json.Unmarshal(answer, &raised) != nil || raised.Message == "" {
			raised.Message = string(answer)
		}
		return nil, &LambdaError{Type: "Lambda:" + kind, Message: raised.Message}
	}
	if response.StatusCode != http.StatusOK {
		kind, _, _ := strings.Cut(response.Header.Get("X-Amzn-ErrorType"), ":")
		if kind == "" {
			kind = http.StatusText(response.StatusCode)
		}
		var refused struct{ Message string }
		if json.Unmarshal(answer, &refused) != nil || refused.Message == "" {
			refused.Message = fmt.Sprintf("The Lambda endpoint answered %s.", response.Status)
		}
		return nil, &LambdaError{Type: "Lambda:" + kind, Message: refused.Message}
	}
	return answer, nil
}
