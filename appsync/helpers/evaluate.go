package helpers

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// maxCase bounds one line of Evaluate's input, in bytes.
const maxCase = 16 << 20

// Case is a template with the context to run it in.
type Case struct {
	Name     string
	Template string
	// Context holds the variables by name. Its "ctx" (or "context") is AppSync's
	// context object; its "authType" is what $util.authType() answers.
	Context *vtl.Map
}

// Evaluate runs templates outside of a server. Each line of r is a JSON object
//
//	{"name": "...", "template": "...", "context": {"ctx": {...}, "x": 1, "authType": "..."}}
//
// and gives one line of w, written at once:
//
//	{"name":, "output":, "error":, "return":, "returned":, "appendedErrors":, "stash":}
//
// output is the rendered text; it is null if the template failed or ended in
// #return. error is null, or {"kind": "parse"|"runtime", "message", "template",
// "line", "column", "snippet"} for a template that failed, {"message",
// "errorType", "data", "errorInfo"} for one that raised an error, or {"kind":
// "input", "message"} for a line that is no case. Lines are independent of each
// other; empty ones are skipped. Only failures to read or write end it.
func Evaluate(r io.Reader, w io.Writer) error {
	out := bufio.NewWriter(w)
	return eachCase(r, func(n int, c Case, problem string) error {
		answer := &answer{}
		if problem != "" {
			answer.inputError(c.Name, problem)
		} else {
			answer.run(c, nil)
		}
		text, err := answer.json()
		if err != nil {
			answer.inputError(answer.name, fmt.Sprintf("the result has no JSON text: %v", err))
			if text, err = answer.json(); err != nil {
				return fmt.Errorf("case %d: %w", n, err)
			}
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return fmt.Errorf("writing the result of case %d: %w", n, err)
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("writing the result of case %d: %w", n, err)
		}
		return nil
	})
}

// TraceLines is Evaluate for people: it reads the same lines and traces each case.
// A line that is no case is reported in the text.
func TraceLines(r io.Reader, w io.Writer) error {
	return eachCase(r, func(n int, c Case, problem string) error {
		head := fmt.Sprintf("case %d %s\n", n, c.Name)
		if problem != "" {
			head = problem + "\n"
		}
		_, err := io.WriteString(w, head)
		if err == nil && problem == "" {
			err = Trace(w, c)
		}
		if err != nil {
			return fmt.Errorf("writing the trace of case %d: %w", n, err)
		}
		return nil
	})
}

// eachCase reads a case a line and skips empty lines; problem says why a line is
// none.
func eachCase(r io.Reader, visit func(n int, c Case, problem string) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, tooLong, readErr := readLine(in)
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return fmt.Errorf("reading case %d: %w", n, readErr)
		}
		if len(bytes.TrimSpace(line)) > 0 || tooLong {
			var c Case
			problem := ""
			if tooLong {
				problem = fmt.Sprintf("line %d is longer than %d bytes", n, maxCase)
			} else {
				var err error
				if c, err = readCase(line); err != nil {
					problem = fmt.Sprintf("line %d is no case: %v", n, err)
				}
			}
			if err := visit(n, c, problem); err != nil {
				return err
			}
		}
		if readErr != nil {
			return nil
		}
	}
}

// readLine reads one line; of one that is too long it reads on to its end and
// keeps nothing.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxCase {
			tooLong, line = true, nil
		}
		if !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

func readCase(line []byte) (Case, error) {
	v, err := vtl.FromJSONLenient(string(line))
	if err != nil {
		return Case{}, err
	}
	m, ok := v.(*vtl.Map)
	if !ok {
		return Case{}, errors.New("it is no JSON object")
	}
	var c Case
	name, _ := m.GetString("name")
	if name != nil {
		c.Name = vtl.ToString(name)
	}
	text, _ := m.GetString("template")
	if c.Template, ok = text.(string); !ok {
		return c, errors.New("it has no string named template")
	}
	ctx, _ := m.GetString("context")
	switch ctx := ctx.(type) {
	case nil:
		c.Context = vtl.NewMap()
	case *vtl.Map:
		c.Context = ctx
	default:
		return c, errors.New("its context is no object")
	}
	return c, nil
}

// answer is the outcome of one case.
type answer struct {
	name     string
	output   vtl.Value
	err      *vtl.Map
	ret      vtl.Value
	returned bool
	appended *vtl.List
	stash    vtl.Value
}

func (a *answer) inputError(name, message string) {
	*a = answer{name: name, err: vtl.MapOf("kind", "input", "message", message)}
}

// variables makes the variables of a run from a case's context.
func (c Case) variables(state *State) (vars map[string]vtl.Value, ctx *vtl.Map) {
	vars = map[string]vtl.Value{}
	for k, v := range c.Context.All() {
		name := vtl.ToString(k)
		if name == "authType" {
			if s, ok := v.(string); ok {
				state.AuthType = s
			}
			continue
		}
		vars[name] = v
	}
	ctx, ok := vars["ctx"].(*vtl.Map)
	if !ok {
		if ctx, ok = vars["context"].(*vtl.Map); !ok {
			ctx = vtl.NewMap()
		}
	}
	args, ok := ctx.GetString("arguments")
	if !ok {
		if args, ok = ctx.GetString("args"); !ok {
			args = vtl.NewMap()
		}
	}
	ctx.Put("arguments", args)
	ctx.Put("args", args)
	if stash, _ := ctx.GetString("stash"); stash == nil {
		ctx.Put("stash", vtl.NewMap())
	}
	if info, ok := ctx.GetString("info"); ok {
		if m, ok := info.(*vtl.Map); ok {
			field, _ := m.GetString("fieldName")
			typeName, _ := m.GetString("parentTypeName")
			state.FieldName, _ = field.(string)
			state.TypeName, _ = typeName.(string)
		}
	}
	vars["ctx"], vars["context"] = ctx, ctx
	vars["util"], vars["utils"], vars["extensions"] = Util, Util, Extensions
	return vars, ctx
}

func (a *answer) run(c Case, observe func(vtl.Event)) {
	a.name = c.Name
	state := NewState()
	vars, ctx := c.variables(state)
	t, err := vtl.Compile(c.Name, c.Template)
	var res *vtl.Result
	if err == nil {
		opts := []vtl.RunOption{vtl.WithHost(state)}
		if observe != nil {
			opts = append(opts, vtl.WithObserver(observe))
		}
		res, err = t.Run(vars, opts...)
	}
	a.appended = vtl.NewList()
	for _, e := range state.Errors {
		a.appended.Add(e.value())
	}
	a.stash, _ = ctx.GetString("stash")
	if err != nil {
		a.err = errorValue(err)
		return
	}
	if a.returned = res.Returned; a.returned {
		a.ret = res.Return
	} else {
		a.output = string(res.Output)
	}
}

func orNull(s string) vtl.Value {
	if s == "" {
		return nil
	}
	return s
}

func (e *RaisedError) value() *vtl.Map {
	return vtl.MapOf("message", e.Message, "errorType", orNull(e.ErrorType), "data", e.Data, "errorInfo", e.ErrorInfo)
}

func errorValue(err error) *vtl.Map {
	var raised *RaisedError
	if errors.As(err, &raised) {
		return raised.value()
	}
	var located *vtl.Error
	if errors.As(err, &located) {
		return vtl.MapOf("kind", string(located.Kind), "message", located.Message, "template", located.Template,
			"line", int64(located.Line), "column", int64(located.Column), "snippet", located.Snippet)
	}
	return vtl.MapOf("kind", string(vtl.Runtime), "message", err.Error())
}

func (a *answer) json() ([]byte, error) {
	var failure, appended vtl.Value
	if a.err != nil {
		failure = a.err
	}
	if appended = a.appended; a.appended == nil {
		appended = vtl.NewList()
	}
	text, err := vtl.AppendJSON(nil, vtl.MapOf("name", a.name, "output", a.output, "error", failure,
		"return", a.ret, "returned", a.returned, "appendedErrors", appended, "stash", a.stash))
	if err == nil && !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	return text, err
}

// traceValue bounds a value in a trace, in bytes.
const traceValue = 200

// Trace runs a case and tells people what happened: each directive and reference
// with its place and value, then the outcome. A template that fails is reported
// in the text and gives no error; the error is one of writing.
func Trace(w io.Writer, c Case) error {
	out := bufio.NewWriter(w)
	a := &answer{}
	// Write errors stay in out until Flush.
	a.run(c, func(e vtl.Event) {
		fmt.Fprintf(out, "%4d:%-4d %-10s", e.Line, e.Column, e.What)
		if e.Source != "" {
			fmt.Fprintf(out, " %s", oneLine(e.Source))
		}
		switch e.What {
		case "reference", "set", "if", "elseif", "foreach", "return", "evaluate":
			fmt.Fprintf(out, " -> %s", traceText(e.Value))
		}
		fmt.Fprintln(out)
	})
	switch {
	case a.err != nil:
		kind, _ := a.err.GetString("kind")
		if kind == nil {
			kind = "raised"
		}
		message, _ := a.err.GetString("message")
		fmt.Fprintf(out, "\n%v error: %v\n", kind, message)
		if snippet, ok := a.err.GetString("snippet"); ok {
			line, _ := a.err.GetString("line")
			column, _ := a.err.GetString("column")
			e := vtl.Error{Template: c.Name, Line: int(line.(int64)), Column: int(column.(int64)), Message: fmt.Sprint(message), Snippet: snippet.(string)}
			fmt.Fprintln(out, e.Error())
		}
	case a.returned:
		fmt.Fprintf(out, "\nreturned: %s\n", traceText(a.ret))
	default:
		fmt.Fprintf(out, "\noutput:\n%s\n", a.output)
	}
	for _, v := range a.appended.Items() {
		message, _ := v.(*vtl.Map).GetString("message")
		fmt.Fprintf(out, "appended error: %v\n", message)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the trace: %w", err)
	}
	return nil
}

func oneLine(s string) string { return clip(strings.Join(strings.Fields(s), " "), traceValue) }

// traceText shows a value: strings quoted, so that "1" and 1 differ.
func traceText(v vtl.Value) string {
	if s, ok := v.(string); ok {
		return string(vtl.AppendJSONString(nil, clip(s, traceValue)))
	}
	return oneLine(vtl.ToString(v))
}
