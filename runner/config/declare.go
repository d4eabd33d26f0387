package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// MustDeclare declares the flag of a setting, with its default and its help.
// target points to where its value goes, a *string for a string; with nil the
// value is read from the flag set alone. It panics where there is no such
// setting, or target points to another type.
func MustDeclare(flags *pflag.FlagSet, name string, target any) {
	k, ok := keyNamed(name)
	if !ok {
		panic(fmt.Sprintf("config: there is no setting %q", name))
	}
	switch fallback := k.Default.(type) {
	case string:
		flags.StringVar(mustPoint[string](name, target), name, fallback, k.Usage)
	case bool:
		flags.BoolVar(mustPoint[bool](name, target), name, fallback, k.Usage)
	case int64:
		flags.Int64Var(mustPoint[int64](name, target), name, fallback, k.Usage)
	case float64:
		flags.Float64Var(mustPoint[float64](name, target), name, fallback, k.Usage)
	case time.Duration:
		flags.DurationVar(mustPoint[time.Duration](name, target), name, fallback, k.Usage)
	case []string:
		flags.StringSliceVar(mustPoint[[]string](name, target), name, fallback, k.Usage)
	case map[string]string:
		flags.Var(pairs{mustPoint[map[string]string](name, target)}, name, k.Usage)
	case Blocks:
		flags.Var(blocks{mustPoint[Blocks](name, target)}, name, k.Usage)
	default:
		panic(fmt.Sprintf("config: the setting %q has a default of the type %T", name, fallback))
	}
}

// ownFlag marks a flag that has the name of a setting, and is another thing.
const ownFlag = "own"

// Own says that a flag of a command has the name of a setting and is another thing: the
// file is not asked for it.
func Own(flags *pflag.FlagSet, name string) {
	if err := flags.SetAnnotation(name, ownFlag, nil); err != nil {
		panic(err)
	}
}

func mustPoint[T any](name string, target any) *T {
	if target == nil {
		return new(T)
	}
	pointer, ok := target.(*T)
	if !ok {
		panic(fmt.Sprintf("config: the setting %q needs a %T, not a %T", name, pointer, target))
	}
	return pointer
}

// pairs is the value of a flag that maps names to texts: --env KEY=VALUE,
// repeated. Values may have commas, spaces and further equals signs.
type pairs struct{ to *map[string]string }

// Set adds one pair.
func (p pairs) Set(text string) error {
	name, value, found := strings.Cut(text, "=")
	if !found {
		return fmt.Errorf("%q is not KEY=VALUE", text)
	}
	return p.put(name, value)
}

// setLines adds one pair for each line that is not empty: the form of an
// environment variable.
func (p pairs) setLines(text string) error {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if err := p.Set(line); err != nil {
			return err
		}
	}
	return nil
}

func (p pairs) put(name, value string) error {
	if name == "" || strings.ContainsAny(name, "=\x00") {
		return fmt.Errorf("%q is not the name of an environment variable", name)
	}
	if strings.ContainsRune(value, 0) {
		return fmt.Errorf("the value of %s has a NUL, which no environment variable can hold", name)
	}
	if *p.to == nil {
		*p.to = map[string]string{}
	}
	(*p.to)[name] = value
	return nil
}

// Type names the value in the help.
func (p pairs) Type() string { return "KEY=VALUE" }

// String lists the pairs, one a line.
func (p pairs) String() string {
	if p.to == nil {
		return ""
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(*p.to)) {
		lines = append(lines, name+"="+(*p.to)[name])
	}
	return strings.Join(lines, "\n")
}
