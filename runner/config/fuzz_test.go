package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/config"
)

// Whatever is in the file, Load answers: with settings, or with errors that name
// the file.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(template(f, []config.Line{{Key: "command", Value: "node server.js"}})))
	for _, seed := range []string{
		"", "# c", "a: &a [*a]", "<<: *x", "? {a: b}\n: c", "env:\n\tA: b", "--- 1\n--- 2", "%YAML 1.1\n---\n", "seed: !!int x",
		"url: ${A}$$${", "only: [${A:-b}]", "env: {\"\": x, a=b: c}", "url: |+\n x\n\n", "\ufeff{url: x}", "\xff\xfe", "a: 'b\nc", "strict: 0x1p-2",
		"env: &e {A: b}\nonly: *e", "!!map {url: x}", "!!str {}", "ack-deadline: -1h", "patience: 1_0.5",
	} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), config.DefaultFile)
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		all, err := config.Load(config.Options{Flags: every(t, "--config", path), File: config.DefaultFile, LookupEnv: environment(map[string]string{"A": "a"})})
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("%q: the error names no file: %v", data, err)
			}
			return
		}
		for _, s := range all {
			if s.Origin != "default" && !strings.HasPrefix(s.Origin, path+":") {
				t.Errorf("%q: %s comes from %q", data, s.Key, s.Origin)
			}
		}
	})
}
