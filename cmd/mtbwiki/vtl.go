package main

import "github.com/mtbwiki/mtbwiki/appsync/helpers"

type vtlCommand struct {
	Trace bool `help:"Show step by step what each template did, for people, instead of answering in JSON."`
}

func (c *vtlCommand) Run(s streams) error {
	if c.Trace {
		return helpers.TraceLines(s.in, s.out)
	}
	return helpers.Evaluate(s.in, s.out)
}
