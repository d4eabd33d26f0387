package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/schemas"
)

// template is what `referee init` writes.
func template(t interface{ Fatal(...any) }, lines []config.Line) string {
	text, err := config.Template(lines)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTemplate(t *testing.T) {
	const file = "testdata/template.yaml"
	got := template(t, nil)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it differs from %s; run the test with -update and read the difference:\n%s", file, got)
	}
	if err := schemas.Validate("format.config", asJSON(t, got)); err != nil {
		t.Error(err)
	}
}

// Taking the comment sign away is all that an example needs.
func TestExamplesOfTheTemplateWork(t *testing.T) {
	blank := template(t, nil)
	for _, k := range config.Keys() {
		t.Run(k.Name, func(t *testing.T) {
			line := regexp.MustCompile(`(?m)^# (` + k.Name + `: .*)$`)
			text := line.ReplaceAllString(blank, "$1")
			if text == blank {
				t.Fatal("there is no example")
			}
			if err := schemas.Validate("format.config", asJSON(t, text)); err != nil {
				t.Error(err)
			}
			all, err := load(t, text, map[string]string{"FB_APP_SECRET": "s", "IG_APP_SECRET": "i", "FB_VERIFY_TOKEN": "v", "FB_PAGE_TOKEN": "p"})
			if err != nil {
				t.Fatal(err)
			}
			given := 0
			for _, s := range all {
				if strings.HasPrefix(s.Origin, config.DefaultFile) {
					given++
					if key, _, _ := strings.Cut(s.Key, "."); key != k.Name {
						t.Errorf("it sets %s", s.Key)
					}
				}
			}
			if given == 0 {
				t.Error("it sets nothing")
			}
		})
	}
}

// Whatever a command line, a variable and the comments beside them look like, the file
// means the same.
func TestTemplateKeepsValues(t *testing.T) {
	path := filepath.Join(t.TempDir(), config.DefaultFile)
	rapid.Check(t, func(rt *rapid.T) {
		command := rapid.OneOf(
			rapid.String(),
			rapid.StringMatching(`([ \t\n:#$'"{}\\-]|[a-z]|yes|null|1)*`),
		).Filter(func(s string) bool { return strings.TrimSpace(s) != "" }).Draw(rt, "command")
		beside := rapid.String().Draw(rt, "beside")
		value := rapid.String().Filter(func(s string) bool { return !strings.ContainsRune(s, 0) }).Draw(rt, "value")
		if err := os.WriteFile(path, []byte(template(rt, []config.Line{{Key: "command", Value: command, Beside: beside}, {Key: "env.FB_SECRET", Value: value, Beside: beside}, {Key: "port", Value: "3000", Beside: beside}})), 0o644); err != nil {
			rt.Fatal(err)
		}
		all, err := config.Load(config.Options{Flags: every(t, "--config", path), File: config.DefaultFile})
		if err != nil {
			rt.Fatal(err)
		}
		for _, s := range all {
			want, is := map[string]any{"command": command, "env.FB_SECRET": value, "port": int64(3000)}[s.Key]
			if is && s.Value != want || !is && s.Origin != "default" {
				rt.Errorf("with %q beside %q %s is %q from %s", command, beside, s.Key, s.Value, s.Origin)
			}
		}
	})
}

func TestTemplateRefusesWhatIsNoText(t *testing.T) {
	_, err := config.Template([]config.Line{{Key: "command", Value: "caf\xe9"}})
	if err == nil || !strings.Contains(err.Error(), "not UTF-8") {
		t.Errorf("got %v", err)
	}
}
