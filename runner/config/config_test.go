package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
)

var update = flag.Bool("update", false, "rewrite the golden files and the schema")

// every is a flag set with all settings, and with --config.
func every(t testing.TB, args ...string) *pflag.FlagSet {
	t.Helper()
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	for _, k := range config.Keys() {
		config.MustDeclare(flags, k.Name, nil)
	}
	flags.String("config", config.DefaultFile, "")
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return flags
}

// environment is what a test has instead of os.LookupEnv.
func environment(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}

// write puts a file into a folder that becomes the current one.
func write(t *testing.T, name, text string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// load reads a text as referee.yaml, with flags for all settings.
func load(t *testing.T, text string, variables map[string]string, args ...string) (config.Settings, error) {
	t.Helper()
	write(t, config.DefaultFile, text)
	return config.Load(config.Options{Flags: every(t, args...), File: config.DefaultFile, LookupEnv: environment(variables)})
}

// setting finds a setting by its key.
func setting(t *testing.T, all config.Settings, key string) config.Setting {
	t.Helper()
	for _, s := range all {
		if s.Key == key {
			return s
		}
	}
	t.Fatalf("there is no setting %s", key)
	return config.Setting{}
}
