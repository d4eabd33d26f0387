package config_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
)

func TestKeysAreWellFormed(t *testing.T) {
	name := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, k := range config.Keys() {
		if !name.MatchString(k.Name) || seen[k.Name] {
			t.Errorf("%q is no name, or there twice", k.Name)
		}
		seen[k.Name] = true
		if k.Usage == "" || k.Usage[0] < 'a' || k.Usage[0] > 'z' || strings.HasSuffix(k.Usage, ".") || strings.Contains(k.Usage, "\n") {
			t.Errorf("%s: the usage %q is no line that begins with a small letter and ends without a full stop", k.Name, k.Usage)
		}
		if n := strings.Count(k.Usage, "`"); n != 0 && n != 2 {
			t.Errorf("%s: the usage %q has to have the name of one value in backticks, or none", k.Name, k.Usage)
		}
		if k.Example == "" || strings.Contains(k.Example, "\n") {
			t.Errorf("%s: the example %q is no line", k.Name, k.Example)
		}
	}
}

func TestDescription(t *testing.T) {
	for want, k := range map[string]config.Key{
		"A text.":                   {Usage: "a text", Default: ""},
		"A text. Default: x.":       {Usage: "a text", Default: "x"},
		"A switch. Default: false.": {Usage: "a switch", Default: false},
		"A number. Default: 1.":     {Usage: "a number", Default: 1.0},
		"A number. Default: 7.":     {Usage: "a number", Default: int64(7)},
		"A time. Default: 2m.":      {Usage: "a time", Default: 2 * time.Minute},
		"A time. Default: 1h.":      {Usage: "a time", Default: time.Hour},
		"A time. Default: 10m10s.":  {Usage: "a time", Default: 610 * time.Second},
		"A list.":                   {Usage: "a list", Default: []string(nil)},
	} {
		if got := k.Description(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDeclaredFlagsSetTheirTargets(t *testing.T) {
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	var (
		url      string
		strict   bool
		seed     int64
		patience float64
		deadline time.Duration
		only     []string
		env      map[string]string
	)
	for name, target := range map[string]any{
		"url": &url, "strict": &strict, "seed": &seed, "patience": &patience, "ack-deadline": &deadline, "only": &only, "env": &env,
	} {
		config.MustDeclare(flags, name, target)
	}
	if seed != 1 || deadline != 5*time.Second {
		t.Errorf("the defaults are not set: %d, %s", seed, deadline)
	}
	if err := flags.Parse(strings.Fields("--url=u --strict --seed 3 --patience 2 --ack-deadline 1s --only a,b --only c --env A=b=c --env D=e,f=g --env A=h")); err != nil {
		t.Fatal(err)
	}
	if url != "u" || !strict || seed != 3 || patience != 2 || deadline != time.Second || strings.Join(only, " ") != "a b c" {
		t.Errorf("got %q %v %d %g %s %q", url, strict, seed, patience, deadline, only)
	}
	if len(env) != 2 || env["A"] != "h" || env["D"] != "e,f=g" {
		t.Errorf("got %q", env)
	}
	for _, bad := range []string{"A", "=b", ""} {
		if err := flags.Set("env", bad); err == nil {
			t.Errorf("--env %q was accepted", bad)
		}
	}
	if usage := flags.FlagUsages(); !strings.Contains(usage, "--env KEY=VALUE ") || strings.Contains(usage, "(default )") {
		t.Errorf("the help is\n%s", usage)
	}
}

func TestMustDeclarePanics(t *testing.T) {
	for name, target := range map[string]any{"nope": nil, "url": new(int), "seed": new(string)} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it did not panic")
				}
			}()
			config.MustDeclare(pflag.NewFlagSet("test", pflag.ContinueOnError), name, target)
		})
	}
}
