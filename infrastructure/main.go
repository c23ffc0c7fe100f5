// Command infrastructure is the AWS fabric of MTB Wiki as a CDK application: it
// turns the API's definition (package api) and the stage settings (package
// config) into CloudFormation templates. It deploys nothing and asks AWS
// nothing; `cdk deploy` does that with what stands in cdk.out.
//
// It is a module of its own, because compiling the CDK takes minutes and nobody
// who only runs the wiki needs it. Node must be installed: the CDK runs in it.
//
//	go run .                      # the stage alpha, into cdk.out
//	go run . -stages alpha,beta   # more stages
//	go run . -pipeline            # the delivery pipeline with all of its stages
//
// Per fabric (dev, prod) there is a network stack; per stage a database stack
// and an API stack. README.md says what stands in each.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	jsii.Close()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run synthesizes the stages that the arguments name and prints what they hold.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("infrastructure", flag.ContinueOnError)
	stages := flags.String("stages", "alpha", "stages to synthesize, separated by commas")
	inPipeline := flags.Bool("pipeline", false, "synthesize the delivery pipeline, with all stages in it")
	dir := flags.String("out", "cdk.out", "folder for the templates; it is emptied first")
	if err := flags.Parse(args); err != nil {
		return err
	}
	definition, err := api.Load(api.FS)
	if err != nil {
		return err
	}
	pipeline, err := config.LoadPipeline()
	if err != nil {
		return err
	}
	names := strings.Split(*stages, ",")
	if *inPipeline {
		names = nil
		for _, s := range pipeline.Stages {
			names = append(names, s.Stage)
		}
	}
	var environments []*config.Environment
	for _, stage := range names {
		e, err := config.Load(strings.TrimSpace(stage))
		if err != nil {
			return err
		}
		if note := keyNote(e, time.Now()); note != "" {
			fmt.Fprintln(out, note)
		}
		environments = append(environments, e)
	}
	if err := buildPrograms(ctx, ".", "dist"); err != nil {
		return err
	}
	if err := writeStatic(filepath.Join("dist", staticFolder)); err != nil {
		return err
	}
	// The cdk program says by CDK_OUTDIR where it wants the assembly; that folder is
	// its own and holds its locks.
	if theirs := os.Getenv("CDK_OUTDIR"); theirs != "" {
		*dir = theirs
	} else if err := clearAssembly(*dir); err != nil {
		return err
	}
	assembly, err := synthesize(settings{
		Environments: environments, Pipeline: pipeline, InPipeline: *inPipeline, Definition: definition, ProgramsDir: "dist", Dir: *dir,
	})
	if err != nil {
		return err
	}
	assembly.print(out)
	return assembly.check()
}

// keyNote warns when AppSync would refuse the day the API key ends, which must
// lie 1 to 365 days ahead at deployment. Synthesis itself looks at no clock.
func keyNote(e *config.Environment, now time.Time) string {
	end, err := time.Parse(time.DateOnly, e.API.APIKeyExpires)
	if err != nil {
		return fmt.Sprintf("%s: %v", e.Stage, err)
	}
	switch left := end.Sub(now); {
	case left < 30*24*time.Hour:
		return fmt.Sprintf("%s: the API key ends on %s; set api.apiKeyExpires in config/environments/%s.yaml to a later day", e.Stage, e.API.APIKeyExpires, e.Stage)
	case left > 365*24*time.Hour:
		return fmt.Sprintf("%s: the API key would end on %s; AppSync takes at most 365 days, so deployment would fail", e.Stage, e.API.APIKeyExpires)
	}
	return ""
}

// clearAssembly removes an assembly of an earlier run, so that no template of a
// stage left out stays behind. It refuses a folder that holds anything else.
func clearAssembly(dir string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "cdk.out")); err != nil {
		return fmt.Errorf("%s is not empty and no earlier output of this program; give another folder with -out", dir)
	}
	return os.RemoveAll(dir)
}
