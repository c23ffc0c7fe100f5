package helpers_test

import (
	"os"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/helpers"
)

func ExampleEvaluate() {
	in := `{"name": "greeting", "template": "Hello $ctx.args.name", "context": {"ctx": {"arguments": {"name": "Moab"}}}}
{"name": "refusal", "template": "$util.error('No', 'BadRequest')", "context": {}}`
	if err := helpers.Evaluate(strings.NewReader(in), os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// {"name":"greeting","output":"Hello Moab","error":null,"return":null,"returned":false,"appendedErrors":[],"stash":{}}
	// {"name":"refusal","output":null,"error":{"message":"No","errorType":"BadRequest","data":null,"errorInfo":null},"return":null,"returned":false,"appendedErrors":[],"stash":{}}
}
