package mcp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/seed-11445fa1/referee/runner/config"
)

// input is the schema of the arguments of a tool. Those that are settings of a run are
// described as these are.
func input[In any](change map[string]func(*jsonschema.Schema)) *jsonschema.Schema {
	s, err := jsonschema.For[In](nil)
	if err != nil {
		panic("mcp: " + err.Error()) // the types are ours
	}
	for name, p := range s.Properties {
		if i := slices.Index(p.Types, "null"); i >= 0 { // what is not wanted is left out
			p.Type, p.Types = p.Types[1-i], nil
		}
		if k, ok := keyNamed(settingOf(name)); ok && p.Description == "" {
			p.Description = k.Description()
		}
		if p.Description == "" {
			panic("mcp: nobody says what the argument " + name + " is")
		}
	}
	for name, f := range change {
		f(s.Properties[name])
	}
	return s
}

// settingOf is the setting of which an argument has the name.
func settingOf(argument string) string { return strings.ReplaceAll(argument, "_", "-") }

func keyNamed(name string) (config.Key, bool) {
	all := config.Keys()
	at := slices.IndexFunc(all, func(k config.Key) bool { return k.Name == name })
	if at < 0 {
		return config.Key{}, false
	}
	return all[at], true
}

// oneOf allows these values: of a list, for each of its items.
func oneOf[T ~string](values []T) func(*jsonschema.Schema) {
	var allowed []any
	for _, v := range values {
		allowed = append(allowed, string(v))
	}
	return func(s *jsonschema.Schema) {
		if s.Items != nil {
			s = s.Items
		}
		s.Enum = allowed
	}
}

// between allows whole numbers from one to another, and says which is the default; below
// least there is none.
func between(least, most, fallback int) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) {
		low, high := float64(least), float64(most)
		s.Minimum, s.Maximum = &low, &high
		if fallback >= least {
			s.Default = json.RawMessage(fmt.Sprint(fallback))
		}
	}
}

// most allows lists of no more items.
func most(items int) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) { s.MaxItems = &items }
}
