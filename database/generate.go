package database

//go:generate go test -count=1 -run ^TestSchemaFile$ . -update
