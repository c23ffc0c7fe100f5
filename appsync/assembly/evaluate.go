package assembly

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// deferred is a parameter's value in the stack that gives it.
type deferred struct {
	in    *stack
	value any
	where string
}

// evaluate replaces the functions in a value by what they come to. where names the
// place in errors.
func (s *stack) evaluate(v any, where string) (any, error) { return s.eval(v, where, 0) }

// text is a value that must come to a string.
func (s *stack) text(v any, where string) (string, error) {
	x, err := s.evaluate(v, where)
	if err != nil {
		return "", err
	}
	t, err := asText(x)
	if err != nil {
		return "", s.errorf(where, "%w", err)
	}
	return t, nil
}

func asText(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	shown, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	if len(shown) > 80 {
		shown = append(shown[:80], "..."...)
	}
	return "", fmt.Errorf("%s is no text", shown)
}

func (s *stack) errorf(where, format string, args ...any) error {
	return fmt.Errorf("assembly: stack %s: %s: %w", s.name, where, fmt.Errorf(format, args...))
}

func (s *stack) eval(v any, where string, depth int) (any, error) {
	if depth > maxEvaluated {
		return nil, s.errorf(where, "functions are nested more than %d deep, or lead in a circle", maxEvaluated)
	}
	switch v := v.(type) {
	case deferred:
		return v.in.eval(v.value, v.where, depth+1)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			var err error
			if out[i], err = s.eval(x, fmt.Sprintf("%s[%d]", where, i), depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		if len(v) == 1 {
			for name, argument := range v {
				if name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::") {
					return s.call(name, argument, where, depth+1)
				}
			}
		}
		out := map[string]any{}
		for k, x := range v {
			var err error
			if out[k], err = s.eval(x, where+"."+k, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

func (s *stack) call(name string, argument any, where string, depth int) (any, error) {
	list := func() ([]any, error) {
		l, ok := argument.([]any)
		if !ok {
			return nil, s.errorf(where, "%s takes a list", name)
		}
		return l, nil
	}
	switch name {
	case "Ref":
		id, ok := argument.(string)
		if !ok {
			return nil, s.errorf(where, "Ref takes a name")
		}
		return s.ref(id, where, depth)
	case "Fn::GetAtt":
		if t, ok := argument.(string); ok {
			id, attribute, _ := strings.Cut(t, ".")
			argument = []any{id, attribute}
		}
		l, err := list()
		if err != nil {
			return nil, err
		}
		if len(l) != 2 {
			return nil, s.errorf(where, "Fn::GetAtt takes a resource and an attribute")
		}
		id, ok1 := l[0].(string)
		attribute, ok2 := l[1].(string)
		if !ok1 || !ok2 {
			return nil, s.errorf(where, "Fn::GetAtt takes two names")
		}
		return s.attribute(id, attribute, where, depth)
	case "Fn::Join":
		l, err := list()
		if err != nil {
			return nil, err
		}
		if len(l) != 2 {
			return nil, s.errorf(where, "Fn::Join takes a separator and a list")
		}
		separator, ok := l[0].(string)
		if !ok {
			return nil, s.errorf(where, "the separator of Fn::Join is no text")
		}
		parts, err := s.texts(l[1], where, depth)
		if err != nil {
			return nil, err
		}
		return s.bounded(strings.Join(parts, separator), where)
	case "Fn::Split":
		l, err := list()
		if err != nil {
			return nil, err
		}
		if len(l) != 2 {
			return nil, s.errorf(where, "Fn::Split takes a separator and a text")
		}
		parts, err := s.texts(l, where, depth)
		if err != nil {
			return nil, err
		}
		if parts[0] == "" {
			return nil, s.errorf(where, "the separator of Fn::Split is empty")
		}
		out := []any{}
		for part := range strings.SplitSeq(parts[1], parts[0]) {
			out = append(out, part)
		}
		return out, nil
	case "Fn::Select":
		l, err := list()
		if err != nil {
			return nil, err
		}
		if len(l) != 2 {
			return nil, s.errorf(where, "Fn::Select takes an index and a list")
		}
		at, err := s.eval(l[0], where, depth)
		if err != nil {
			return nil, err
		}
		index, err := asText(at)
		if err != nil {
			return nil, s.errorf(where, "%w", err)
		}
		i, err := strconv.Atoi(index)
		if err != nil {
			return nil, s.errorf(where, "the index %q of Fn::Select is no number", index)
		}
		from, err := s.eval(l[1], where, depth)
		if err != nil {
			return nil, err
		}
		choice, ok := from.([]any)
		if !ok || i < 0 || i >= len(choice) {
			return nil, s.errorf(where, "Fn::Select takes number %d of %v", i, from)
		}
		return choice[i], nil
	case "Fn::Sub":
		return s.sub(argument, where, depth)
	case "Fn::ImportValue":
		t, err := s.eval(argument, where, depth)
		if err != nil {
			return nil, err
		}
		exported, err := asText(t)
		if err != nil {
			return nil, s.errorf(where, "%w", err)
		}
		e, ok := s.assembly.exports[s.account+"/"+s.region+"/"+exported]
		if !ok {
			return nil, s.errorf(where, "no stack of the account %s in %s exports %s", s.account, s.region, exported)
		}
		x, err := e.from.eval(e.value, "export "+exported, depth)
		if err == nil {
			s.assembly.exports[s.account+"/"+s.region+"/"+exported] = export{e.from, x}
		}
		return x, err
	}
	return nil, s.errorf(where, "the function %s is not evaluated here", name)
}

func (s *stack) texts(v any, where string, depth int) ([]string, error) {
	x, err := s.eval(v, where, depth)
	if err != nil {
		return nil, err
	}
	l, ok := x.([]any)
	if !ok {
		return nil, s.errorf(where, "%v is no list", x)
	}
	out := make([]string, len(l))
	for i, part := range l {
		if out[i], err = asText(part); err != nil {
			return nil, s.errorf(where, "%w", err)
		}
	}
	return out, nil
}

// variable of Fn::Sub; ${!name} is the text ${name}.
var variable = regexp.MustCompile(`\$\{(!?)([^}]*)\}`)

func (s *stack) sub(argument any, where string, depth int) (any, error) {
	given := map[string]any{}
	if l, ok := argument.([]any); ok {
		if len(l) != 2 {
			return nil, s.errorf(where, "Fn::Sub takes a text, or a text and its variables")
		}
		if given, ok = l[1].(map[string]any); !ok {
			return nil, s.errorf(where, "the variables of Fn::Sub are no object")
		}
		argument = l[0]
	}
	text, ok := argument.(string)
	if !ok {
		return nil, s.errorf(where, "Fn::Sub takes a text")
	}
	var failed error
	out := variable.ReplaceAllStringFunc(text, func(m string) string {
		parts := variable.FindStringSubmatch(m)
		if failed != nil {
			return ""
		}
		if parts[1] != "" {
			return "${" + parts[2] + "}"
		}
		name := strings.TrimSpace(parts[2])
		var x any
		var err error
		if v, ok := given[name]; ok {
			x, err = s.eval(v, where, depth)
		} else if id, attribute, ok := strings.Cut(name, "."); ok {
			x, err = s.attribute(id, attribute, where, depth)
		} else {
			x, err = s.ref(name, where, depth)
		}
		if err == nil {
			var t string
			if t, err = asText(x); err == nil {
				return t
			}
			err = s.errorf(where, "%w", err)
		}
		failed = err
		return ""
	})
	if failed != nil {
		return nil, failed
	}
	return s.bounded(out, where)
}

// bounded refuses a text that grew beyond any template.
func (s *stack) bounded(text, where string) (any, error) {
	if len(text) > maxTemplate {
		return nil, s.errorf(where, "the text has more than %d bytes", maxTemplate)
	}
	return text, nil
}

// ref is what Ref comes to: a pseudo parameter, a parameter, or the name that AWS
// gives a resource.
func (s *stack) ref(id, where string, depth int) (any, error) {
	switch id {
	case "AWS::AccountId":
		return s.account, nil
	case "AWS::Region":
		return s.region, nil
	case "AWS::Partition":
		switch {
		case strings.HasPrefix(s.region, "cn-"):
			return "aws-cn", nil
		case strings.HasPrefix(s.region, "us-gov-"):
			return "aws-us-gov", nil
		}
		return "aws", nil
	case "AWS::URLSuffix":
		if strings.HasPrefix(s.region, "cn-") {
			return "amazonaws.com.cn", nil
		}
		return "amazonaws.com", nil
	case "AWS::StackName":
		return s.name, nil
	}
	if p, ok := s.Parameters[id]; ok {
		if v, ok := s.given[id]; ok {
			x, err := s.eval(v, where, depth)
			if err == nil {
				s.given[id] = x // once is enough, and what doubles at each level stays small
			}
			return x, err
		}
		if p.Default == nil {
			return nil, s.errorf(where, "the parameter %s has no value", id)
		}
		return p.Default, nil
	}
	if _, ok := s.Resources[id]; !ok {
		return nil, s.errorf(where, "there is no resource or parameter %s", id)
	}
	return "{" + s.name + "/" + id + "}", nil
}

func (s *stack) attribute(id, attribute, where string, depth int) (any, error) {
	if _, ok := s.Resources[id]; !ok {
		return nil, s.errorf(where, "there is no resource %s", id)
	}
	if n, ok := s.nested[id]; ok {
		name, isOutput := strings.CutPrefix(attribute, "Outputs.")
		o, there := n.Outputs[name]
		if !isOutput || !there {
			return nil, s.errorf(where, "the stack %s has no %s", id, attribute)
		}
		return n.eval(o.Value, "Outputs."+name, depth)
	}
	return "{" + s.name + "/" + id + "." + attribute + "}", nil
}
