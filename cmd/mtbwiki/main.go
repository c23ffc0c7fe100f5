// Command mtbwiki is the one program of MTB Wiki: it starts the whole wiki on a
// laptop (up) or a server (serve), migrates its database, checks its API
// definition and evaluates its templates. This package holds the command line
// only; what the commands do stands in the rooms it wires together.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the command ran and what it was to do did not succeed
	exitUsage  = 2 // wrongly called
)

// version is set by the linker in releases.
var version = "development"

type commands struct {
	LogLevel string `help:"Least important messages to log: debug, info, warn or error." enum:"debug,info,warn,error" default:"warn" env:"MTBWIKI_LOG_LEVEL"`

	Up      upCommand      `cmd:"" help:"Start the whole wiki on this machine, with content and an account for each role."`
	Serve   serveCommand   `cmd:"" help:"Serve a wiki to others: a database elsewhere, no demonstration accounts."`
	Doctor  doctorCommand  `cmd:"" help:"Tell which commands can run on this machine and what is missing for the others."`
	Migrate migrateCommand `cmd:"" help:"Bring a database's schema up to date, show its state, or take migrations back."`
	Seed    seedCommand    `cmd:"" help:"Import the shipped content into a database (without a further word), or synthetic data to measure with."`
	Cost    costCommand    `cmd:"" help:"What a month on AWS costs, by the synthesized templates: idle and under one stated load, part by part."`
	Mask    maskCommand    `cmd:"" help:"Data of production for the stage Gamma, without anybody's in it."`
	Import  importCommand  `cmd:"" help:"Import open data as a layer of its own, or make lines to propose from recordings."`
	Export  exportCommand  `cmd:"" help:"Write a layer of open data as GeoJSON, under its own licence."`
	Bench   benchCommand   `cmd:"" help:"Measure how fast the wiki is on this machine, on synthetic data."`
	User    userCommand    `cmd:"" help:"Accounts of the local user pool."`
	API     apiCommand     `cmd:"" name:"api" help:"The API definition."`
	VTL     vtlCommand     `cmd:"" name:"vtl" help:"Evaluate Velocity templates: one JSON object a line in, one a line out."`
	Gate    gateCommand    `cmd:"" help:"Run a stage's suite against a running stage, or against one that this machine starts for it."`
	Check   checkCommand   `cmd:"" help:"Run every check on a working tree, as CI does."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where a command reads and writes; tests give their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	if os.Getenv("GOGC") == "" {
		// A request's garbage is much and what stays is little: collected half as often,
		// long answers cost a tenth less, for some 20 MB.
		debug.SetGCPercent(200)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// usageError is a mistake of the caller that kong can't see.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exited carries kong's own wish to end, for --help.
type exited int

func run(ctx context.Context, args []string, s streams) (code int) {
	var c commands
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exited)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	parser, err := kong.New(&c,
		kong.Name("mtbwiki"),
		kong.Description("MTB Wiki: discovery and curation for mountain bikers, on AWS AppSync or on this machine."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.Vars{"stage": "alpha"},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		panic(err) // the command structs above are wrong, whatever the arguments
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.err, "mtbwiki: %v\nRun `mtbwiki --help` for the commands and `mtbwiki COMMAND --help` for their flags.\n", err)
		return exitUsage
	}
	level := new(slog.Level)
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		fmt.Fprintf(s.err, "mtbwiki: --log-level: %v\n", err)
		return exitUsage
	}
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: level}))
	slog.SetDefault(log)
	if err := k.Run(log); err != nil {
		if !errors.Is(err, errSaid) {
			fmt.Fprintf(s.err, "mtbwiki %s: %v\n", k.Command(), err)
		}
		var usage usageError
		if errors.As(err, &usage) {
			return exitUsage
		}
		return exitFailed
	}
	return exitOK
}

// errSaid ends a command that has already said what was wrong.
var errSaid = errors.New("failed")

type versionCommand struct{}

func (versionCommand) Run(s streams) error {
	_, err := fmt.Fprintln(s.out, "mtbwiki", version)
	return err
}
