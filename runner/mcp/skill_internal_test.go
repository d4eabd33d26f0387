package mcp

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"maps"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/suggest"
)

// TestSkill wants each tool, each argument and each verdict that the skill names to be one,
// each tool to be named, and the head to be one that agents read.
func TestSkill(t *testing.T) {
	t.Parallel()
	schemas := New(Options{}).schemas
	head, body, found := strings.Cut(strings.TrimPrefix(Skill, "---\n"), "\n---\n")
	var about struct{ Name, Description string }
	if err := yaml.Unmarshal([]byte(head), &about); !found || err != nil || about.Name != "referee" || about.Description == "" || len(about.Description) > 1024 {
		t.Errorf("the head is %+v, %v", about, err)
	}
	verdicts := []string{string(report.Conformant), string(report.Partial)}
	var arguments []string
	for _, schema := range schemas {
		arguments = append(arguments, slices.Sorted(maps.Keys(schema.Properties))...)
	}
	named := map[string]bool{}
	examples := 0
	tool := "" // that was named last
	for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(body, -1) {
		word := strings.Join(strings.Fields(code[1]), " ")
		switch {
		case schemas[word] != nil:
			tool, named[word] = word, true
		case strings.HasPrefix(word, "{"):
			examples++
			if err := wrongArgument(tool, schemas[tool], json.RawMessage(word)); err != nil {
				t.Errorf("the example %s: %v", word, err)
			}
		case slices.Contains(arguments, word), slices.Contains(verdicts, word), word == "referee.yaml", word == "referee init":
		default:
			t.Errorf("%q is neither a tool nor an argument; did you mean %q?", word, suggest.Names(word, slices.Concat(arguments, slices.Collect(maps.Keys(schemas)))))
		}
	}
	for name := range schemas {
		if !named[name] {
			t.Errorf("the tool %s is not named", name)
		}
	}
	if examples < 6 {
		t.Errorf("%d examples are found", examples)
	}
}
