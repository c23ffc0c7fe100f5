package appsync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// DataSource answers what a request template rendered.
type DataSource interface {
	// Invoke gets the request template's JSON as a value and gives what
	// $context.result becomes. An error that is a *[DataSourceError] becomes
	// $context.error; any other is an internal failure, shown to the client
	// without its text.
	Invoke(ctx context.Context, request *vtl.Map) (vtl.Value, error)
}

// DataSourceError is a failure that templates may see, in $context.error.
type DataSourceError struct{ Message, Type string }

func (e *DataSourceError) Error() string { return e.Type + ": " + e.Message }

// badTemplate makes the error of a request template whose JSON a data source
// can't take.
func badTemplate(format string, args ...any) error {
	return &templateError{fmt.Sprintf(format, args...)}
}

// templateError is reported with the errorType MappingTemplate; response
// templates don't see it.
type templateError struct{ message string }

func (e *templateError) Error() string { return e.message }

// none is the data source NONE: the payload passes.
type none struct{}

func (none) Invoke(_ context.Context, request *vtl.Map) (vtl.Value, error) {
	payload, _ := request.GetString("payload")
	return payload, nil
}

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
		var known *LambdaError
		if errors.As(err, &known) {
			return nil, &DataSourceError{Message: known.Message, Type: known.Type}
		}
		if ctx.Err() != nil {
			return nil, &DataSourceError{Message: "Task timed out", Type: "Lambda:ExecutionTimeoutException"}
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
