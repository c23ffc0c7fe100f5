package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/mtbwiki/mtbwiki/appsync/helpers"
)

type vtlCommand struct {
	Trace bool `help:"Show step by step what each template did, for people, instead of answering in JSON."`
}

func (c *vtlCommand) Run(s streams) error {
	if !c.Trace {
		return helpers.Evaluate(s.in, s.out)
	}
	dec := json.NewDecoder(s.in)
	for {
		var one helpers.Case
		if err := dec.Decode(&one); err != nil {
			if err == io.EOF {
				return nil
			}
			return usagef("standard input: %w; it takes objects like {\"name\": ..., \"template\": ..., \"context\": {...}}", err)
		}
		if err := helpers.Trace(s.out, one); err != nil {
			return fmt.Errorf("writing the trace: %w", err)
		}
	}
}
