package mcp

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites"
)

// requirementsArguments are those of the tool requirements.
type requirementsArguments struct {
	Topic  string `json:"topic,omitempty" jsonschema:"Only those of this topic, such as signature."`
	Level  string `json:"level,omitempty" jsonschema:"Only those of this level."`
	Search string `json:"search,omitempty" jsonschema:"Only those whose id or title has all of these words."`
	After  int    `json:"after,omitempty" jsonschema:"Leave out this number of them: what the answer before has as after."`
}

func (s *Server) addRequirements() {
	add(s, &sdk.Tool{
		Name: "requirements", Title: "What a bot has to satisfy",
		Description: "List what a webhook has to satisfy: without arguments the topics and how many requirements each has, else ids, levels and titles. For ids that only, skip and explain take.",
		Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(false)},
		InputSchema: input[requirementsArguments](map[string]func(*jsonschema.Schema){
			"level": oneOf([]report.Level{report.Must, report.Should, report.May}), "after": between(0, maxAfter, 0),
		}),
	}, requirements)
}

func requirements(_ context.Context, c *call, in requirementsArguments) (requirementsAnswer, error) {
	all, err := c.Requirements()
	if err != nil {
		return requirementsAnswer{}, err
	}
	if in == (requirementsArguments{}) {
		return requirementsAnswer{Topics: topics(all), Notes: c.notes()}, nil
	}
	var found []entry
	for _, r := range all {
		if (in.Topic == "" || in.Topic == r.Topic()) && (in.Level == "" || in.Level == string(r.Level)) && has(in.Search, r.ID, r.Title) {
			found = append(found, entry{ID: r.ID, Level: string(r.Level), Title: line(r.Title, mostLine)})
		}
	}
	if len(found) == 0 {
		return requirementsAnswer{}, fmt.Errorf("there is no requirement with topic %q, level %q and the words %q; requirements without arguments lists the topics", in.Topic, in.Level, in.Search)
	}
	a := requirementsAnswer{list: listOf(found, in.After), Notes: c.notes()}
	return a, a.beyond(in.After)
}

// requirementsAnswer is what the tool requirements answers.
type requirementsAnswer struct {
	list
	Topics []topic  `json:"topics,omitempty"`
	Notes  []string `json:"notes,omitempty"`
}

// topic is a topic, and how many requirements it has.
type topic struct {
	Name   string `json:"name"`
	Must   int    `json:"must"`
	Should int    `json:"should"`
}

func topics(all []suites.Requirement) []topic {
	var found []topic
	for _, r := range all {
		at := slices.IndexFunc(found, func(t topic) bool { return t.Name == r.Topic() })
		if at < 0 {
			at, found = len(found), append(found, topic{Name: r.Topic()})
		}
		if r.Level == suites.Must {
			found[at].Must++
		} else {
			found[at].Should++
		}
	}
	return found
}

func (a requirementsAnswer) text() string {
	var l lines
	for _, t := range a.Topics {
		l.add(fmt.Sprintf("- %s: %d MUST, %d SHOULD", t.Name, t.Must, t.Should))
	}
	l.WriteString(a.list.text())
	l.all("note: ", a.Notes)
	return l.String()
}
