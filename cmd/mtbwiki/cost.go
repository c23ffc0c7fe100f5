package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/mtbwiki/mtbwiki/appsync/assembly"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/cost"
)

type costCommand struct {
	Assembly string `default:"infrastructure/cdk.out" type:"existingdir" help:"Synthesized templates: of stages that stand alone, or of the pipeline with its stages, which then counts too."`
	Stage    string `default:"all" enum:"all,alpha,beta,gamma,prod" help:"One stage, or all."`
	JSON     bool   `help:"Write the parts as JSON."`
}

func (c *costCommand) Run(s streams) error {
	a, err := assembly.Read(os.DirFS(c.Assembly))
	if err != nil {
		return fmt.Errorf("%w; `go run . -pipeline` in the folder infrastructure writes templates", err)
	}
	prices, err := cost.Prices()
	if err != nil {
		return err
	}
	load, err := cost.StatedLoad()
	if err != nil {
		return err
	}
	idle, err := cost.Compute(a, prices, load.Idle())
	if err != nil {
		return err
	}
	loaded, err := cost.Compute(a, prices, load)
	if err != nil {
		return err
	}
	fits := func(p cost.Part) bool { return c.Stage == "all" || p.Stage == c.Stage }
	if c.JSON {
		out := map[string][]cost.Part{}
		for name, b := range map[string]*cost.Bill{"idle": idle, "load": loaded} {
			for _, p := range b.Parts {
				if fits(p) {
					out[name] = append(out[name], p)
				}
			}
		}
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	return printCost(s.out, c.Stage == "all", idle, loaded, prices, load, fits)
}

// line is what a stage pays for one price.
type line struct{ stage, price string }

func printCost(out io.Writer, all bool, idle, loaded *cost.Bill, prices map[string]cost.Price, load cost.Load, fits func(cost.Part) bool) error {
	type sums struct{ quantity, idle, load float64 }
	lines := map[line]sums{}
	name := func(p cost.Part) string {
		if p.Stage == "" {
			return "shared"
		}
		return p.Stage
	}
	for _, p := range idle.Parts {
		if fits(p) {
			l := lines[line{name(p), p.Price}]
			l.idle += p.USD
			lines[line{name(p), p.Price}] = l
		}
	}
	for _, p := range loaded.Parts {
		if fits(p) {
			l := lines[line{name(p), p.Price}]
			l.load += p.USD
			l.quantity += p.Quantity
			lines[line{name(p), p.Price}] = l
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("US dollars a month, estimated from the templates and prices read on %s; what is free each month is taken off.\n", prices["kms-key"].Read)
	p("Load: %.0f pages a month in Prod, %.0f requests to the API a page (cost/load.yaml). * no source confirms the price.\n\n", load.PageViews, load.RequestsPerPage)
	p("stage\tpart\tidle\tload\tunder load\tunit\n")
	unconfirmed := 0.0
	for _, stage := range append(slices.Clone(config.Stages), "shared") {
		var total sums
		for _, price := range slices.Sorted(maps.Keys(prices)) {
			l, ok := lines[line{stage, price}]
			if !ok {
				continue
			}
			mark := ""
			if prices[price].Unconfirmed {
				mark = "*"
				unconfirmed += l.load
			}
			p("%s\t%s%s\t%.2f\t%.2f\t%.4g\t%s\n", stage, price, mark, l.idle, l.load, l.quantity, prices[price].Per)
			total.idle += l.idle
			total.load += l.load
		}
		if total != (sums{}) {
			p("%s\tTOTAL\t%.2f\t%.2f\n\n", stage, total.idle, total.load)
		}
	}
	if !all {
		return w.Flush()
	}
	in := func(stages ...string) func(cost.Part) bool {
		return func(p cost.Part) bool { return fits(p) && slices.Contains(stages, p.Stage) }
	}
	dev, prod := idle.Total(in("alpha", "beta")), idle.Total(in("gamma", "prod"))
	met := func(usd, aim float64) string {
		if usd < aim {
			return "met"
		}
		return "MISSED"
	}
	p("fabric\tidle\tload\taim\n")
	p("dev\t%.2f\t%.2f\tunder 10 idle: %s\n", dev, loaded.Total(in("alpha", "beta")), met(dev, 10))
	p("prod\t%.2f\t%.2f\tunder 60 idle, with a warm writer: %s\n", prod, loaded.Total(in("gamma", "prod")), met(prod, 60))
	p("all\t%.2f\t%.2f\t%.2f of it by prices that no source confirms\n\n", idle.Total(fits), loaded.Total(fits), unconfirmed)
	p("step\t+ USD\twhat it buys\n")
	for _, s := range cost.Steps(prices, load) {
		p("%s\t%.2f\t%s\n", s.What, s.USD, s.Buys)
	}
	return w.Flush()
}
