package appsync

import (
	"context"
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
