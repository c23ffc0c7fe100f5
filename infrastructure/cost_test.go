package main

import (
	"os"
	"slices"
	"testing"

	templates "github.com/mtbwiki/mtbwiki/appsync/assembly"
	"github.com/mtbwiki/mtbwiki/cost"
)

// TestCost holds that every type of resource has its price, and that the fabrics stay
// under what they were meant to cost idle.
func TestCost(t *testing.T) {
	a, _ := pipelineOf(t, nil)
	read, err := templates.Read(os.DirFS(a.Dir))
	if err != nil {
		t.Fatal(err)
	}
	prices, err := cost.Prices()
	if err != nil {
		t.Fatal(err)
	}
	load, err := cost.StatedLoad()
	if err != nil {
		t.Fatal(err)
	}
	bill, err := cost.Compute(read, prices, load.Idle())
	if err != nil {
		t.Fatal(err)
	}
	of := func(stages ...string) float64 {
		return bill.Total(func(p cost.Part) bool { return slices.Contains(stages, p.Stage) })
	}
	for _, e := range synthesized.Environments {
		if of(e.Stage) <= 0 {
			t.Errorf("%s costs nothing", e.Stage)
		}
	}
	if usd := of("alpha", "beta"); usd > 10 {
		t.Errorf("the dev fabric costs $%.2f idle, more than 10", usd)
	}
	if usd := of("gamma", "prod"); usd > 60 {
		t.Errorf("the prod fabric costs $%.2f idle, more than 60", usd)
	}
	// Prod's writer stays awake.
	if usd := bill.Total(func(p cost.Part) bool { return p.Stage == "prod" && p.Price == "aurora-acu-hour" }); usd < 40 {
		t.Errorf("Prod's writer costs $%.2f: it pauses", usd)
	}
	if _, err := cost.Compute(read, prices, load); err != nil {
		t.Error(err)
	}
}
