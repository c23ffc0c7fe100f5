package database

import (
	"embed"
	"io/fs"
)

//go:embed roles.sql migrations/*.sql api
var files embed.FS

// Files returns a folder of the files this program was built with: "migrations"
// or "api".
func Files(folder string) fs.FS {
	sub, err := fs.Sub(files, folder)
	if err != nil {
		// Only an invalid path can fail, and both are written in this package.
		panic(err)
	}
	return sub
}

// RolesSQL returns the script behind [EnsureRoles], for administrators who run
// what they have read.
func RolesSQL() string {
	b, err := files.ReadFile("roles.sql")
	if err != nil {
		panic(err) // embedded
	}
	return string(b)
}
