// Package compute holds the pure functions behind AWS_LAMBDA resolvers: they
// compose an answer from rows that SQL has filtered, ranked and counted. The
// local fabric calls them in process, AWS runs them as one small Lambda.
//
// They touch no database, network, file or clock: the same payload gives the
// same answer. What a rule of ranking is stands in SQL (database/api/discovery),
// never here.
package compute

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
)

// ErrUnknownFunction is returned for a payload that names no function of ours.
var ErrUnknownFunction = errors.New("unknown compute function")

// functions by the name that a request template gives.
var functions = map[string]func(json.RawMessage) (any, error){
	"composeDiscovery": composeDiscovery,
	"composeDiff":      composeDiff,
	"composeExport":    composeExport,
}

// Names of the functions, sorted.
func Names() []string {
	names := make([]string, 0, len(functions))
	for n := range functions {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Invoke runs the function that the payload's member "function" names, with the
// payload's member "input", and returns its answer as JSON.
func Invoke(payload json.RawMessage) (json.RawMessage, error) {
	var call struct {
		Function string          `json:"function"`
		Input    json.RawMessage `json:"input"`
	}
	if err := json.Unmarshal(payload, &call); err != nil {
		return nil, fmt.Errorf("compute: the payload is no JSON object: %w", err)
	}
	f, ok := functions[call.Function]
	if !ok {
		return nil, fmt.Errorf("compute: %w %q; there are %s", ErrUnknownFunction, call.Function, strings.Join(Names(), ", "))
	}
	answer, err := f(call.Input)
	if err != nil {
		return nil, fmt.Errorf("compute: %s: %w", call.Function, err)
	}
	return json.Marshal(answer)
}
