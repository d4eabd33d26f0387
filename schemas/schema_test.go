package schemas_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

const base = "https://github.com/seed-11445fa1/referee/schemas/"

// document is one schema file; refs are the absolute targets of its "$ref"s.
type document struct {
	file string
	root map[string]any
	refs []string
}

func documents(t *testing.T) map[string]document {
	t.Helper()
	docs := map[string]document{}
	for _, pattern := range []string{"meta/*.json", "formats/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d := document{file: file}
			if err := json.Unmarshal(data, &d.root); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			eachSchema(d.root, func(s map[string]any) {
				if ref, ok := s["$ref"].(string); ok {
					name, fragment, _ := strings.Cut(ref, "#")
					target := file
					if name != "" {
						target = path.Join(path.Dir(file), name)
					}
					d.refs = append(d.refs, target+"#"+fragment)
				}
			})
			docs[file] = d
		}
	}
	return docs
}

// eachSchema visits every object of a schema file, schema or not.
func eachSchema(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		visit(v)
		for _, sub := range v {
			eachSchema(sub, visit)
		}
	case []any:
		for _, sub := range v {
			eachSchema(sub, visit)
		}
	}
}

func fileOf(schema string) string {
	if name, ok := strings.CutPrefix(schema, "format."); ok {
		return "formats/" + name + ".schema.json"
	}
	return "meta/" + schema + ".schema.json"
}

func TestSchemasAreDescribed(t *testing.T) {
	for file, d := range documents(t) {
		if d.root["$id"] != base+file {
			t.Errorf("%s: $id is %v, want %s", file, d.root["$id"], base+file)
		}
		if d.root["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s: $schema is %v", file, d.root["$schema"])
		}
		for _, key := range []string{"title", "description"} {
			if text, _ := d.root[key].(string); text == "" {
				t.Errorf("%s: there is no %s", file, key)
			}
		}
	}
}

func TestSchemasCompile(t *testing.T) {
	for _, name := range schemas.SchemaNames() {
		var broken *schemas.ValidationError
		if err := schemas.Validate(name, []byte(`"text"`)); !asValidation(err, &broken) {
			t.Errorf("%s: got %v, want a validation error: no format is a text", name, err)
		}
	}
}

func TestSchemaNames(t *testing.T) {
	names := schemas.SchemaNames()
	if !slices.IsSorted(names) {
		t.Error("the names must be sorted")
	}
	for _, want := range []string{"envelope", "envelope.value", "event.referral", "event.postback", "event.message", "send.request", "graph.error", "format.variant", "format.result", "format.receipt", "format.config", "format.state", "format.baseline"} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no schema %s", want)
		}
	}
	if slices.Contains(names, "common") {
		t.Error("the shared parts are no format")
	}
}

// Whatever nothing leads to goes: from the variants and from the formats that
// the program itself reads, every schema and every definition must be in reach.
func TestNoSchemaIsUnused(t *testing.T) {
	docs := documents(t)
	reached := map[string]bool{}
	var reach func(file string)
	reach = func(file string) {
		if reached[file] {
			return
		}
		reached[file] = true
		for _, ref := range docs[file].refs {
			target, _, _ := strings.Cut(ref, "#")
			if _, ok := docs[target]; !ok {
				t.Errorf("%s refers to %s, which does not exist", file, ref)
			}
			reach(target)
		}
	}
	for _, v := range schemas.All() {
		if !slices.Contains(schemas.SchemaNames(), v.Schema) {
			t.Errorf("%s names the schema %s, which does not exist", v.ID, v.Schema)
		}
		reach(fileOf(v.Schema))
	}
	for _, name := range []string{
		"envelope", "envelope.value", "event.other", "body.marketing-message", "send.request", "messenger-profile.request", "message-attachment.request",
		"thread-control.request", "batch.request", "persona.request", "custom-user-settings.request", "nlp-configs.request",
		"subscribed-apps.request", "subscriptions.request", "subscriptions-sample.request", "graph.error", "format.variant", "format.result", "format.receipt", "format.config", "format.state", "format.baseline", "format.load", "format.unacknowledged",
	} {
		reach(fileOf(name))
	}
	for file := range docs {
		if !reached[file] {
			t.Errorf("nothing uses %s", file)
		}
	}
}

func TestNoDefinitionIsUnused(t *testing.T) {
	docs := documents(t)
	referenced := map[string]bool{}
	for _, d := range docs {
		for _, ref := range d.refs {
			referenced[ref] = true
		}
	}
	for file, d := range docs {
		defs, _ := d.root["$defs"].(map[string]any)
		for name := range defs {
			if ref := file + "#/$defs/" + name; !referenced[ref] {
				t.Errorf("nothing refers to %s", ref)
			}
		}
	}
}

// Drift is what is not in a schema, so the schemas of Meta's events must not let
// unknown members through, but for those that say why.
func TestEventSchemasAreClosed(t *testing.T) {
	for file, d := range documents(t) {
		if !strings.HasPrefix(file, "meta/event.") && !strings.HasPrefix(file, "meta/envelope") || file == "meta/event.schema.json" || file == "meta/event.other.schema.json" {
			continue
		}
		if d.root["additionalProperties"] != false {
			t.Errorf("%s is open", file)
		}
	}
}

// The messages for anyOf and oneOf name the members of which one is needed; that
// is only possible if every alternative is a list of required members.
func TestAlternativesAreRequiredMembers(t *testing.T) {
	for file, d := range documents(t) {
		eachSchema(d.root, func(s map[string]any) {
			for _, keyword := range []string{"anyOf", "oneOf"} {
				list, _ := s[keyword].([]any)
				for _, alternative := range list {
					object, _ := alternative.(map[string]any)
					if len(object) != 1 || object["required"] == nil {
						t.Errorf("%s: an alternative of %s is %v", file, keyword, alternative)
					}
				}
			}
		})
	}
}
