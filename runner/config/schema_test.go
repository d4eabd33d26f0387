package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/schemas"
)

const schemaFile = "../../schemas/formats/config.schema.json"

// templated is the pattern of a text that takes a part of itself from the
// environment: it may stand for a value of any type but a map.
const templated = `[$][{]`

// keyword is a keyword of a schema and its value.
type keyword struct {
	name  string
	value any
}

func schemaOf(t *testing.T, k config.Key) []keyword {
	t.Helper()
	var example any
	if err := yaml.Unmarshal([]byte(k.Example), &example); err != nil {
		t.Fatalf("the example of %s: %v", k.Name, err)
	}
	words := []keyword{{"description", k.Description()}}
	add := func(name string, value any) { words = append(words, keyword{name, value}) }
	switch fallback := k.Default.(type) {
	case string:
		add("type", "string")
		if k.Receiver {
			add("minLength", 1)
		}
		if fallback != "" {
			add("default", fallback)
		}
	case bool:
		add("type", []string{"boolean", "string"})
		add("pattern", templated)
		add("default", fallback)
	case int64:
		add("type", []string{"integer", "string"})
		add("pattern", templated)
		add("default", fallback)
	case float64:
		add("type", []string{"number", "string"})
		add("pattern", templated)
		add("default", fallback)
	case time.Duration:
		add("type", "string")
		add("pattern", `^([0-9]+([.][0-9]+)?(ns|us|µs|ms|s|m|h))+$|`+templated)
		add("default", fallback.String())
	case []string:
		add("type", []string{"array", "string"})
		add("items", map[string]any{"type": "string"})
		add("pattern", templated)
	case config.Blocks:
		add("type", "array")
		add("items", map[string]any{
			"type": []string{"string", "object"}, "minLength": 1,
			"if": map[string]any{"type": "object"}, "then": map[string]any{"$ref": "expect.schema.json#/$defs/expectation"},
		})
	case map[string]string:
		add("type", "object")
		add("propertyNames", map[string]any{"pattern": "^[^=]+$"})
		add("additionalProperties", map[string]any{"type": []string{"string", "number", "boolean"}})
	default:
		t.Fatalf("%s has a default of the type %T", k.Name, fallback)
	}
	add("examples", []any{example})
	return words
}

// schema is the text of the schema that follows from the registry.
func schema(t *testing.T) string {
	t.Helper()
	var members, alone []string
	for _, k := range config.Keys() {
		var words []string
		for _, word := range schemaOf(t, k) {
			words = append(words, fmt.Sprintf("      %q: %s", word.name, compact(t, word.value)))
		}
		members = append(members, fmt.Sprintf("    %q: {\n%s\n    }", k.Name, strings.Join(words, ",\n")))
		if !k.Receiver {
			continue
		}
		if isSwitch(k) {
			continue // it may be off; the others say that it must not be on
		}
		others := map[string]any{}
		for _, other := range config.Keys() {
			switch {
			case !other.Receiver || other.Name == k.Name:
			case isSwitch(other):
				others[other.Name] = map[string]any{"not": map[string]any{"const": true}}
			default:
				others[other.Name] = false
			}
		}
		alone = append(alone, fmt.Sprintf("    %q: {\"properties\": %s}", k.Name, compact(t, others)))
	}
	return fmt.Sprintf(`{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://github.com/seed-11445fa1/referee/schemas/formats/config.schema.json",
  "title": "Configuration",
  "description": "The settings of a run, in referee.yaml. A file that has only comments is null.",
  "type": ["object", "null"],
  "properties": {
%s
  },
  "dependentSchemas": {
%s
  },
  "additionalProperties": false
}
`, strings.Join(members, ",\n"), strings.Join(alone, ",\n"))
}

func isSwitch(k config.Key) bool {
	_, ok := k.Default.(bool)
	return ok
}

// compact is a value as JSON on one line.
func compact(t *testing.T, value any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// The schema follows from the registry, so that both list the same settings with
// the same types, defaults and descriptions.
func TestSchemaFollowsFromTheKeys(t *testing.T) {
	want := schema(t)
	if *update {
		if err := os.WriteFile(schemaFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s differs from the registry of settings; run the test with -update and read the difference", schemaFile)
	}
}

// asJSON is what the schema sees of a file.
func asJSON(t *testing.T, text string) []byte {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// What an editor says by the schema, Referee says too.
func TestSchemaAndLoaderAgree(t *testing.T) {
	files := map[string]bool{
		"# nothing yet":                 true,
		"url: http://localhost/webhook": true,
		`url: ""`:                       false,
		"url:":                          false,
		"url: [a]":                      false,
		"url: 7":                        false,
		"url: a\ncommand: b":            false,
		"image: a\nbuild-context: b":    false,
		"reference: true":               true,
		"reference: false":              true,
		"reference: ${R:-true}":         true,
		"reference:":                    false,
		"url: a\nreference: true":       false,
		"url: a\nreference: false":      true,
		"comand: a":                     false,
		"- url":                         false,
		"url":                           false,
		"strict: true":                  true,
		`strict: "true"`:                false,
		`strict: ${STRICT:-true}`:       true,
		"strict: 1":                     false,
		"seed: 7":                       true,
		"seed: -7":                      true,
		"seed: 7.5":                     false,
		`seed: "7"`:                     false,
		"seed: ${SEED:-7}":              true,
		"patience: 2":                   true,
		"patience: 2.5":                 true,
		"patience: fast":                false,
		"ack-deadline: 1m30s":           true,
		"ack-deadline: 500ms":           true,
		"ack-deadline: 5":               false,
		"ack-deadline: soon":            false,
		"ack-deadline: ${D:-5s}":        true,
		"features: [replies]":           true,
		"features: []":                  true,
		"features: replies":             false,
		"features: ${F:-replies}":       true,
		"features: {replies: true}":     false,
		"features: [1]":                 false,
		"features: [[replies]]":         false,
		"expect: [a.yaml]":              true,
		"expect: []":                    true,
		"expect: a.yaml":                false,
		`expect: [""]`:                  false,
		"expect: [[a]]":                 false,
		"env: {A: b, C: 1, D: true}":    true,
		"env: {}":                       true,
		"env: {A: }":                    false,
		"env: {A: [b]}":                 false,
		`env: {"A=B": c}`:               false,
		`env: {"": c}`:                  false,
		"env: [A=b]":                    false,
		"env: A=b":                      false,
	}
	for text, valid := range files {
		t.Run(text, func(t *testing.T) {
			if _, err := load(t, text, map[string]string{"FB_APP_SECRET": "s", "FB_VERIFY_TOKEN": "v", "FB_PAGE_TOKEN": "p"}); (err == nil) != valid {
				t.Errorf("the loader says %v", err)
			}
			err := schemas.Validate("format.config", asJSON(t, text))
			var broken *schemas.ValidationError
			if valid && err != nil || !valid && !errors.As(err, &broken) {
				t.Errorf("the schema says %v", err)
			}
		})
	}
}
