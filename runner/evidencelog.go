package runner

import (
	"fmt"
	"regexp"
	"strings"
	"text/template"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// evidenceLog makes the pattern of lines that are evidence. Its one group is
// the sender: an id or a user_ref.
func evidenceLog(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	const mark = "\x00"
	t, err := template.New("--evidence-log").Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the evidence log %q: %w; write it like 'handled {{.Sender}}'", text, err)
	}
	var line strings.Builder
	if err := t.Execute(&line, map[string]string{"Sender": mark}); err != nil {
		return nil, fmt.Errorf("the evidence log %q: %w; it may name {{.Sender}} and nothing else", text, err)
	}
	if strings.Count(line.String(), mark) != 1 {
		return nil, fmt.Errorf("the evidence log %q has to name {{.Sender}} once: it tells whose event was handled", text)
	}
	return regexp.Compile(strings.Replace(regexp.QuoteMeta(line.String()), mark, "([0-9A-Za-z_-]+)", 1))
}

// note records a line that is evidence.
func note(p *mockplatform.Platform, pattern *regexp.Regexp, line string) {
	found := pattern.FindStringSubmatch(line)
	if found == nil {
		return
	}
	p.Journal().Record(journal.Exchange{
		At: p.Now(), Direction: journal.FromReceiver, Kind: journal.Line, Person: found[1],
		Request: journal.Message{Body: []byte(line)},
	})
}
