package main

import (
	"fmt"
	"slices"
	"sort"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Scalars and directives that AppSync brings along; a schema may define no others.
var (
	appSyncScalars = []string{
		"ID", "String", "Int", "Float", "Boolean",
		"AWSDate", "AWSTime", "AWSDateTime", "AWSTimestamp", "AWSEmail", "AWSJSON", "AWSPhone", "AWSURL", "AWSIPAddress",
	}
	appSyncDirectives = []string{
		"aws_api_key", "aws_iam", "aws_cognito_user_pools", "aws_oidc", "aws_lambda", "aws_auth", "aws_subscribe", "deprecated",
	}
)

// checkSDL names what AppSync would refuse in a schema, because CloudFormation
// says so only after minutes of deployment.
func checkSDL(schema string) error {
	doc, err := parser.ParseSchema(&ast.Source{Name: "deploy/schema.graphql", Input: schema})
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	c := sdlChecker{known: map[string]bool{}}
	for _, s := range appSyncScalars {
		c.known[s] = true
	}
	for _, d := range doc.Definitions {
		c.known[d.Name] = true
	}
	for _, d := range doc.Directives {
		c.problem(d.Position, "directive @%s is defined; AppSync takes no definitions", d.Name)
	}
	for _, d := range doc.Extensions {
		c.problem(d.Position, "%s is extended; AppSync takes no extensions", d.Name)
	}
	for _, d := range doc.SchemaExtension {
		c.problem(d.Position, "the schema is extended; AppSync takes no extensions")
	}
	for _, d := range doc.Definitions {
		c.definition(d)
	}
	if len(c.problems) == 0 {
		return nil
	}
	sort.Strings(c.problems)
	return fmt.Errorf("AppSync would refuse the schema:\n  %s", joinLines(c.problems))
}

type sdlChecker struct {
	known    map[string]bool
	problems []string
}

func (c *sdlChecker) problem(at *ast.Position, format string, args ...any) {
	line := 0
	if at != nil {
		line = at.Line
	}
	c.problems = append(c.problems, fmt.Sprintf("api/deploy/schema.graphql:%d: %s", line, fmt.Sprintf(format, args...)))
}

func (c *sdlChecker) definition(d *ast.Definition) {
	c.directives(d.Directives, d.Name, d.Kind == ast.InputObject)
	switch d.Kind {
	case ast.Scalar:
		c.problem(d.Position, "scalar %s is defined; AppSync takes only its own", d.Name)
	case ast.Interface:
		if len(d.Interfaces) > 0 {
			c.problem(d.Position, "interface %s implements %s; AppSync's interfaces implement nothing", d.Name, d.Interfaces[0])
		}
	}
	for _, v := range d.EnumValues {
		if v.Description != "" {
			c.problem(v.Position, "%s.%s has a description; AppSync takes none on enum values", d.Name, v.Name)
		}
		c.directives(v.Directives, d.Name+"."+v.Name, false)
	}
	for _, f := range d.Fields {
		name := d.Name + "." + f.Name
		c.directives(f.Directives, name, d.Kind == ast.InputObject)
		c.typeName(f.Type, f.Position, name)
		for _, a := range f.Arguments {
			c.directives(a.Directives, name+"("+a.Name+":)", true)
			c.typeName(a.Type, a.Position, name+"("+a.Name+":)")
		}
	}
}

func (c *sdlChecker) typeName(t *ast.Type, at *ast.Position, of string) {
	if !c.known[t.Name()] {
		c.problem(at, "%s has the type %s, which nobody defines", of, t.Name())
	}
}

// directives checks what stands on a definition, field or, with input, an input
// value, where AppSync takes none at all.
func (c *sdlChecker) directives(list ast.DirectiveList, of string, input bool) {
	for _, d := range list {
		switch {
		case !slices.Contains(appSyncDirectives, d.Name):
			c.problem(d.Position, "%s has @%s, which AppSync doesn't know", of, d.Name)
		case input:
			c.problem(d.Position, "%s has @%s; AppSync takes none on arguments and inputs", of, d.Name)
		}
	}
}
