package database

//go:generate go run ./internal/clientgen
//go:generate go test -count=1 -run ^TestSchemaFile$ . -update
