package vtl_test

import (
	"fmt"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

func Example() {
	t, err := vtl.Compile("hello.vtl", `#foreach($name in $names)Hello $name#if($foreach.hasNext), #end#end!`)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := t.Run(map[string]vtl.Value{"names": vtl.NewList("Moab", "Finale")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", res.Output)
	// Output: Hello Moab, Hello Finale!
}

func ExampleError() {
	_, err := vtl.Compile("Query.trail.req.vtl", "{\n  \"id\": $ctx.args[id]\n}")
	fmt.Println(err)
	// Output:
	// Query.trail.req.vtl:2:19: a value was expected, not the bare word "id" (strings need quotes, references a $)
	//  |   "id": $ctx.args[id]
	//  | ..................^
}
