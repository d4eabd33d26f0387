package config

import (
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
