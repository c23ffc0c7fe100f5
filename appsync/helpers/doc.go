// Package helpers is what AWS AppSync puts beside Velocity in a mapping template:
// $util (also $utils) and $extensions.
//
// The objects [Util] and [Extensions] are the same for all runs. What belongs to
// one field, such as the errors it appended, is in a [State], which is handed to a
// run with vtl.WithHost:
//
//	state := helpers.NewState()
//	res, err := template.Run(map[string]vtl.Value{
//		"util": helpers.Util, "utils": helpers.Util, "extensions": helpers.Extensions,
//		"ctx": ctx, "context": ctx,
//	}, vtl.WithHost(state))
//
// $util.error and its like end the run; errors.As finds the [RaisedError] in the
// error of Run.
//
// Not here: $util.dynamodb, $util.xml, and the transformations for DynamoDB and
// OpenSearch. Calling one of them, or a helper that doesn't exist, is an error of
// the template, where AppSync would print the source of the call.
//
// The package also holds the evaluator that runs templates outside of a server
// (evaluate.go). It knows nothing of GraphQL or of data sources.
package helpers
