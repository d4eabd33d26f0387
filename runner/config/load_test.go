package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
)

func text(value any) string { return fmt.Sprint(value) }

// samples are values of the type of a setting, as flags and variables have them:
// for the flag, for the variable and for the file.
func samples(t *testing.T, k config.Key) [3]string {
	t.Helper()
	switch k.Default.(type) {
	case string:
		return [3]string{"first", "second", "third"}
	case bool:
		// There are only two: what wins is told by its origin.
		return [3]string{"true", "false", "true"}
	case int64:
		return [3]string{"11", "12", "13"}
	case float64:
		return [3]string{"1.5", "2.5", "3.5"}
	case time.Duration:
		return [3]string{"11s", "12s", "13s"}
	case []string, config.Blocks:
		return [3]string{"a,b", "c", "d,e"}
	case map[string]string:
		return [3]string{"NAME=first", "NAME=second", "NAME=third"}
	}
	t.Fatalf("%s has a default of the type %T", k.Name, k.Default)
	return [3]string{}
}

// inFile is a sample as the file has it.
func inFile(k config.Key, sample string) string {
	switch k.Default.(type) {
	case []string, config.Blocks:
		return "[" + sample + "]"
	case map[string]string:
		name, value, _ := strings.Cut(sample, "=")
		return "{" + name + ": " + value + "}"
	default:
		return sample
	}
}

func TestPrecedence(t *testing.T) {
	for _, k := range config.Keys() {
		t.Run(k.Name, func(t *testing.T) {
			sample := samples(t, k)
			key := k.Name
			if _, ok := k.Default.(map[string]string); ok {
				key += ".NAME"
			}
			file := k.Name + ": " + inFile(k, sample[2])
			variable := map[string]string{config.Variable(k.Name): sample[1]}
			flag := "--" + k.Name + "=" + sample[0]

			for _, tc := range []struct {
				file     string
				variable map[string]string
				args     []string
				want     string
				origin   string
			}{
				{file, variable, []string{flag}, sample[0], "flag --" + k.Name},
				{"# none", variable, []string{flag}, sample[0], "flag --" + k.Name},
				{file, nil, []string{flag}, sample[0], "flag --" + k.Name},
				{file, variable, nil, sample[1], "environment " + config.Variable(k.Name)},
				{"# none", variable, nil, sample[1], "environment " + config.Variable(k.Name)},
				{file, nil, nil, sample[2], "referee.yaml:1"},
			} {
				all, err := load(t, tc.file, tc.variable, tc.args...)
				if err != nil {
					t.Fatal(err)
				}
				want := strings.TrimPrefix(tc.want, "NAME=")
				switch k.Default.(type) {
				case []string, config.Blocks:
					want = text(strings.Split(want, ","))
				}
				if s := setting(t, all, key); text(s.Value) != want || s.Origin != tc.origin || all.Origin(key) != tc.origin {
					t.Errorf("it is %v from %q, want %s from %q", s.Value, s.Origin, want, tc.origin)
				}
			}

			all, err := load(t, "# none", nil)
			if err != nil {
				t.Fatal(err)
			}
			if s := setting(t, all, k.Name); s.Origin != "default" || s.Secret {
				t.Errorf("without a source it is %+v", s)
			}

			// An empty variable is never taken for an absent one, whoever else says something.
			empty := config.Variable(k.Name)
			_, err = load(t, file, map[string]string{empty: ""}, flag)
			if want := "the environment variable " + empty + " is set and empty; give it a value, or unset it"; err == nil || err.Error() != want {
				t.Errorf("an empty variable: got %v, want %s", err, want)
			}
		})
	}
}

// A weaker source adds names to a map, and never changes those that are there.
func TestMapsAreMerged(t *testing.T) {
	all, err := load(t, "env:\n  A: file\n  B: file\n  C: file", map[string]string{
		"REFEREE_ENV": "A=environment\r\n\nB=b=1,2 3\n",
	}, "--env", "A=x, y", "--env", "D=flag")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string][2]string{
		"env.A": {"x, y", "flag --env"},
		"env.B": {"b=1,2 3", "environment REFEREE_ENV"},
		"env.C": {"file", "referee.yaml:4"},
		"env.D": {"flag", "flag --env"},
	} {
		if s := setting(t, all, key); s.Value != want[0] || s.Origin != want[1] {
			t.Errorf("%s is %q from %q, want %q", key, s.Value, s.Origin, want)
		}
	}
}

// Who names a receiver on the command line does not mean the one of the file too.
func TestAStrongerReceiverReplacesAnother(t *testing.T) {
	all, err := load(t, "command: node server.js\nworkdir: bot", map[string]string{"REFEREE_IMAGE": "my/bot"}, "--url", "http://localhost/")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"url": "http://localhost/", "command": "", "image": "", "workdir": "bot"} {
		if s := setting(t, all, key); s.Value != want {
			t.Errorf("%s is %q, want %q", key, s.Value, want)
		}
	}
}

// The built-in receiver is a receiver like any other where it is asked for, and
// says nothing where it is not.
func TestTheReferenceIsAReceiver(t *testing.T) {
	for _, tc := range []struct {
		file, variable, flag, key, value, origin string
	}{
		{"url: a", "", "--reference", "reference", "true", "flag --reference"},
		{"url: a", "", "--reference", "url", "", "default"},
		{"reference: true", "", "--url=a", "reference", "false", "default"},
		{"reference: true", "a", "", "reference", "false", "default"},
		{"url: a", "", "--reference=false", "url", "a", "referee.yaml:1"},
		{"url: a\nreference: false", "", "", "url", "a", "referee.yaml:1"},
		{"reference: true", "", "--reference=false", "reference", "false", "flag --reference"},
		{"command: \"false\"", "", "", "command", "false", "referee.yaml:1"},
	} {
		var variables map[string]string
		if tc.variable != "" {
			variables = map[string]string{"REFEREE_URL": tc.variable}
		}
		all, err := load(t, tc.file, variables, strings.Fields(tc.flag)...)
		if err != nil {
			t.Fatal(err)
		}
		if s := setting(t, all, tc.key); text(s.Value) != tc.value || s.Origin != tc.origin {
			t.Errorf("%q with %q and %q: %s is %v from %s, want %s from %s", tc.file, tc.variable, tc.flag, tc.key, s.Value, s.Origin, tc.value, tc.origin)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		variables map[string]string
		args      []string
		want      string
	}{
		"two receivers by flags":       {nil, []string{"--url=a", "--image=b"}, `flag --image and flag --url: both say what is judged; give one of image and url`},
		"two receivers by variables":   {map[string]string{"REFEREE_URL": "a", "REFEREE_COMMAND": "b"}, nil, `environment REFEREE_COMMAND and environment REFEREE_URL: both say what is judged; give one of command and url`},
		"the reference and another":    {nil, []string{"--url=a", "--reference"}, `flag --reference and flag --url: both say what is judged; give one of reference and url`},
		"an empty receiver":            {nil, []string{"--url="}, `flag --url: url is empty; give it a value or leave it out`},
		"a variable of another type":   {map[string]string{"REFEREE_SEED": "x"}, nil, `the environment variable REFEREE_SEED is "x", must be a whole number such as 7`},
		"a variable without pairs":     {map[string]string{"REFEREE_ENV": "A=b\nC"}, nil, `the environment variable REFEREE_ENV has one KEY=VALUE a line: "C" is not KEY=VALUE`},
		"a file that is not there":     {nil, []string{"--config=nope.yaml"}, "there is no file \"nope.yaml\"; correct --config, or let `referee init --output FILE` write one"},
		"nor is that of the variable":  {map[string]string{"REFEREE_CONFIG": "nope.yaml"}, nil, "there is no file \"nope.yaml\"; correct --config, or let `referee init --output FILE` write one"},
		"no file at all":               {nil, []string{"--config="}, "there is no file \"\"; correct --config, or let `referee init --output FILE` write one"},
		"everything is said at a time": {map[string]string{"REFEREE_SEED": "x", "REFEREE_STRICT": "y"}, []string{"--config=bad.yaml"}, "the environment variable REFEREE_SEED is \"x\", must be a whole number such as 7\nthe environment variable REFEREE_STRICT is \"y\", must be true or false\nbad.yaml:1:1: unknown key \"sed\"; did you mean \"seed\"? `referee init --output -` shows all keys"},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, "bad.yaml", "sed: 1")
			_, err := config.Load(config.Options{Flags: every(t, tc.args...), File: config.DefaultFile, LookupEnv: environment(tc.variables)})
			if err == nil || err.Error() != tc.want {
				t.Errorf("got\n%v\nwant\n%s", err, tc.want)
			}
		})
	}
	t.Run("a folder", func(t *testing.T) {
		_, err := config.Load(config.Options{Flags: every(t, "--config", t.TempDir()), File: config.DefaultFile})
		if err == nil || !strings.Contains(err.Error(), "directory") {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhichFileIsRead(t *testing.T) {
	one := func(name string) *pflag.FlagSet {
		flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
		flags.String(name, "", "")
		return flags
	}
	write(t, filepath.Join("ci", "other.yaml"), "probe: other")
	if all, err := config.Load(config.Options{Flags: every(t), File: config.DefaultFile}); err != nil || all.Origin("probe") != "default" {
		t.Errorf("the default file may be missing; got %v from %q", err, all.Origin("probe"))
	}
	all, err := config.Load(config.Options{Flags: every(t, "--config", "ci/other.yaml"), File: config.DefaultFile})
	if err != nil || all.Origin("probe") != "ci/other.yaml:1" {
		t.Errorf("--config: got %v from %q", err, all.Origin("probe"))
	}

	if err := os.WriteFile(config.DefaultFile, []byte("strict: maybe\nprobe: p"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(config.Options{Flags: every(t), File: ""}); err != nil {
		t.Errorf("without a file: %v", err)
	}
	if _, err := config.Load(config.Options{Flags: one("json"), File: config.DefaultFile}); err != nil {
		t.Errorf("a command without settings does not read the file: %v", err)
	}
	if _, err := config.Load(config.Options{Flags: one("probe"), File: config.DefaultFile}); err == nil {
		t.Error("a command with one of the settings does not see that the file is wrong")
	}
}

// A variable is looked up for the values that a command uses, and no others.
func TestUnusedValuesNeedNoVariable(t *testing.T) {
	all, err := load(t, "app-secret: ${NOPE}", nil, "--app-secret", "given")
	if err != nil || setting(t, all, "app-secret").Value != "given" {
		t.Errorf("got %v, %v", all, err)
	}
}

// Flags that are no settings have a variable too, and no key.
func TestOtherFlags(t *testing.T) {
	flags := every(t)
	dryRun := flags.Bool("dry-run", false, "")
	all, err := config.Load(config.Options{Flags: flags, LookupEnv: environment(map[string]string{"REFEREE_DRY_RUN": "true"})})
	if err != nil || !*dryRun || all.Origin("dry-run") != "" {
		t.Errorf("dry-run is %v from %q, %v", *dryRun, all.Origin("dry-run"), err)
	}
	_, err = config.Load(config.Options{Flags: flags, LookupEnv: environment(map[string]string{"REFEREE_CONFIG": "x"})})
	if err != nil {
		t.Errorf("without a file, --config is a flag like any other: %v", err)
	}
}

func TestSecretsAreNotPublic(t *testing.T) {
	all, err := load(t, `
app-secret: hush
env: {A: "{{.AppSecret}}", B: "Bearer hush", C: "${HUSH}", D: "", E: '{{"hush"}}'}
url: https://user:hush@localhost/webhook`, map[string]string{"HUSH": "hush", "REFEREE_PAGE_TOKEN": "hush"}, "--verify-token", "hush")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"app-secret": "[redacted]", "verify-token": "[redacted]", "page-token": "[redacted]",
		"env.A": "{{.AppSecret}}", "env.B": "[redacted]", "env.C": "[redacted]", "env.D": "", "env.E": "[redacted]",
		"url": "https://redacted@localhost/webhook",
	} {
		if got := setting(t, all, key).Public(); got != want {
			t.Errorf("%s is shown as %q, want %q", key, got, want)
		}
	}
}
