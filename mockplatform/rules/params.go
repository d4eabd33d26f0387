package rules

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// ParamType is what a parameter is.
type ParamType string

const (
	// Count is a whole number.
	Count ParamType = "count"
	// Duration is a text such as "1500ms", "2s" or "1m30s".
	Duration ParamType = "duration"
	// Choice is one of some texts.
	Choice ParamType = "choice"
)

// Param is a parameter of a fault.
type Param struct {
	Name string    `json:"name"`
	Type ParamType `json:"type"`
	// Unit is what a count counts, in the plural. A duration has its unit in its text.
	Unit string `json:"unit,omitempty"`
	// Description says what it does.
	Description string `json:"description"`
	// Default is used when a rule does not have it: an int, or a string for a
	// duration and a choice.
	Default any `json:"default"`
	// Min and Max bound a count and a duration, in the form of Default.
	Min any `json:"min,omitempty"`
	Max any `json:"max,omitempty"`
	// Choices are all that a choice can be.
	Choices []string `json:"choices,omitempty"`

	least, most, usual int64 // nanoseconds for a duration
}

func count(name, unit string, usual, least, most int, description string) Param {
	return Param{
		Name: name, Type: Count, Unit: unit, Description: description, Default: usual, Min: least, Max: most,
		usual: int64(usual), least: int64(least), most: int64(most),
	}
}

func duration(name string, usual, least, most time.Duration, description string) Param {
	return Param{
		Name: name, Type: Duration, Description: description, Default: usual.String(), Min: least.String(), Max: most.String(),
		usual: int64(usual), least: int64(least), most: int64(most),
	}
}

// choice is a parameter whose default is the first choice.
func choice(name, description string, choices ...string) Param {
	return Param{Name: name, Type: Choice, Description: description, Default: choices[0], Choices: choices}
}

// values are the parameters of a rule: int64 for counts and durations, strings
// for choices.
type values map[string]any

func (v values) count(name string) int { return int(v.number(name)) }

func (v values) duration(name string) time.Duration { return time.Duration(v.number(name)) }

func (v values) choice(name string) string {
	text, _ := v[name].(string)
	return text
}

func (v values) number(name string) int64 {
	n, _ := v[name].(int64)
	return n
}

// parse returns the values of parameters as a rule has them, and what is wrong
// with them.
func (f FaultKind) parse(params map[string]any) (values, []error) {
	v := values{}
	var problems []error
	for _, p := range f.Params {
		given, ok := params[p.Name]
		if !ok {
			v[p.Name] = p.usual
			if p.Type == Choice {
				v[p.Name] = p.Default
			}
			continue
		}
		value, problem := p.parse(given)
		if problem != "" {
			problems = append(problems, &FieldError{"params." + p.Name, problem})
		}
		v[p.Name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !slices.ContainsFunc(f.Params, func(p Param) bool { return p.Name == name }) {
			problems = append(problems, &FieldError{"params." + name, fmt.Sprintf("%s has no such parameter%s", f.Name, f.known())})
		}
	}
	return v, problems
}

// known lists the parameters for an error.
func (f FaultKind) known() string {
	var names []string
	for _, p := range f.Params {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return "; it has " + strings.Join(names, ", ")
}

// written returns values in the form that a rule has them in.
func (f FaultKind) written(v values) map[string]any {
	if len(f.Params) == 0 {
		return nil
	}
	params := map[string]any{}
	for _, p := range f.Params {
		switch p.Type {
		case Count:
			params[p.Name] = v.count(p.Name)
		case Duration:
			params[p.Name] = v.duration(p.Name).String()
		case Choice:
			params[p.Name] = v.choice(p.Name)
		}
	}
	return params
}

// parse returns one value, or what is wrong with it.
func (p Param) parse(given any) (value any, problem string) {
	var n int64
	text, isText := given.(string)
	switch p.Type {
	case Choice:
		if !slices.Contains(p.Choices, text) {
			return nil, fmt.Sprintf("%v is none of %s", given, strings.Join(p.Choices, ", "))
		}
		return text, ""
	case Duration:
		d, err := time.ParseDuration(text)
		if !isText || err != nil {
			return nil, fmt.Sprintf("%v is no duration, such as \"1500ms\", \"2s\" or \"1m30s\"", given)
		}
		n = int64(d)
	case Count:
		var ok bool
		if n, ok = whole(given); !ok {
			return nil, fmt.Sprintf("%v is no whole number", given)
		}
	}
	if n < p.least || n > p.most {
		return nil, fmt.Sprintf("%v is not between %v and %v", given, p.Min, p.Max)
	}
	return n, ""
}

// whole returns a number as Go and JSON have it.
func whole(given any) (int64, bool) {
	switch n := given.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), n == math.Trunc(n) && math.Abs(n) < 1<<53
	case json.Number:
		whole, err := n.Int64()
		return whole, err == nil
	}
	return 0, false
}
