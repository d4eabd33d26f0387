package config

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// An escaped text is a text again, and no template.
func TestEscapeIsUndoneByExpand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a${}:-]*`).Draw(t, "text")
		got, err := expand(escape(text), func(string) (string, bool) { return "", false })
		if err != nil || got != text || isTemplate(escape(text)) {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	})
}

// What is no template means the same in every environment.
func TestOnlyTemplatesLookAtTheEnvironment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a{}:-]|\$)*`).Draw(t, "text")
		looked := false
		_, err := expand(text, func(string) (string, bool) { looked = true; return "x", true })
		if (looked || err != nil) && !isTemplate(text) {
			t.Errorf("%q is no template, but looked %v, %v", text, looked, err)
		}
		if isTemplate(text) && !looked && err == nil {
			t.Errorf("%q is a template of nothing", text)
		}
	})
}

func TestNearest(t *testing.T) {
	words := []string{"url", "image", "command", "app-secret", "ack-deadline"}
	for name, want := range map[string]string{
		"comand": "command", "commnad": "command", "Command": "command", "appSecret": "app-secret", "app_secert": "app-secret",
		"ack-deadlin": "ack-deadline", "deadline": "", "uri": "url", "ur": "url", "u": "", "": "", "images": "image", "port": "",
		strings.Repeat("a", 1<<20): "",
	} {
		if got, ok := nearest(name, words); got != want || ok != (want != "") {
			t.Errorf("nearest to %.20q is %q, want %q", name, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[abc]{0,8}`).Draw(t, "a"), rapid.StringMatching(`[abc]{0,8}`).Draw(t, "b")
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) || d < max(len(a), len(b))-min(len(a), len(b)) {
			t.Errorf("distance(%q, %q) = %d, the other way %d", a, b, d, distance(b, a))
		}
	})
}
