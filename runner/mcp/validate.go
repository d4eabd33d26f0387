package mcp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// validateArguments are those of the tool validate. A payload is text: as JSON it would
// have lost its bytes, and digits of long numbers, before anybody looked.
type validateArguments struct {
	Payload string   `json:"payload,omitempty" jsonschema:"The body of a delivery as text, byte for byte; or several, one a line."`
	Files   []string `json:"files,omitempty" jsonschema:"Files and folders with payloads, below the folder of the bot: JSON, NDJSON, or a capture of referee record."`
	AsOf    string   `json:"as_of,omitempty" jsonschema:"Hold them to what Meta sent on this date, such as 2024-01-01, or when this version of the Graph API came out, such as v12.0. Default: all that Meta ever sent."`
}

func (s *Server) addValidate() {
	add(s, &sdk.Tool{
		Name: "validate", Title: "Look at a payload",
		Description: "Say which variant a webhook payload is, or the nearest, and what is unknown, missing or of another type in it, with JSON pointers. For a fixture of a test, a body from a log, or a question about what Meta sends.",
		Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(false)},
		InputSchema: input[validateArguments](map[string]func(*jsonschema.Schema){"files": most(maxWords)}),
	}, s.validate)
}

func (s *Server) validate(ctx context.Context, c *call, in validateArguments) (validated, error) {
	var sources []payload.Source
	switch {
	case in.Payload != "" && len(in.Files) > 0:
		return validated{}, errors.New("payload and files both say what is looked at: give one of them")
	case len(in.Files) > 0:
		var files []string
		for _, file := range in.Files {
			whole, err := s.allowFile(file)
			if err != nil {
				return validated{}, err
			}
			files = append(files, whole)
		}
		var err error
		if sources, err = payload.Sources(files, strings.NewReader("")); err != nil {
			return validated{}, err
		}
		for _, found := range sources { // a link in a folder may lead out of it
			if _, err := s.allowFile(found.Name); err != nil {
				return validated{}, err
			}
		}
	case strings.TrimSpace(in.Payload) != "":
		open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(in.Payload)), nil }
		sources = []payload.Source{{Name: "payload", Open: open}}
	default:
		return validated{}, errors.New("what is looked at? give payload, a body as text, or files")
	}
	var a validated
	var right []payloadBrief // shown where there is room beside those that are wrong
	err := c.Validate(ctx, sources, in.AsOf, func(p report.Payload) error {
		a.Payloads++
		p.Where = s.inFolder(p.Where)
		a.Events += len(p.Events)
		switch b := payloadBriefOf(p); {
		case p.Valid:
			a.Valid++
			if len(right) < mostPayloads {
				right = append(right, b)
			}
		case len(a.Shown) < mostPayloads:
			a.Shown = append(a.Shown, b)
		}
		return nil
	})
	if err != nil {
		return validated{}, err
	}
	a.Notes = c.notes()
	shown, _ := few(right, mostPayloads-len(a.Shown))
	a.Shown = append(a.Shown, shown...)
	a.More = a.Payloads - len(a.Shown)
	a.fit()
	return a, nil
}

// fit leaves out payloads until the rest fits, and of the last one what is said of it.
func (a *validated) fit() {
	for ; len(a.Shown) > 1 && !fits(*a); a.More++ {
		a.Shown = a.Shown[:len(a.Shown)-1]
	}
	if len(a.Shown) == 0 {
		return
	}
	b := &a.Shown[0]
	for len(b.Unlike) > 0 && !fits(*a) {
		b.Unlike = b.Unlike[:len(b.Unlike)-1]
	}
	for ; len(b.Problems) > 1 && !fits(*a); b.More++ {
		b.Problems = b.Problems[:len(b.Problems)-1]
	}
}

const (
	mostPayloads = 10
	mostProblems = 6
	mostNames    = 4
)

// validated is what the tool validate answers.
type validated struct {
	Payloads int            `json:"payloads"`
	Events   int            `json:"events"`
	Valid    int            `json:"valid" jsonschema:"how many of the payloads"`
	Shown    []payloadBrief `json:"shown" jsonschema:"those that are wrong first"`
	More     int            `json:"more,omitempty" jsonschema:"how many payloads are not shown; give fewer at once for these"`
	Notes    []string       `json:"notes,omitempty"`
}

// payloadBrief is what one payload is, and what is wrong with it.
type payloadBrief struct {
	Where    string        `json:"where"`
	Valid    bool          `json:"valid"`
	Is       string        `json:"is,omitempty" jsonschema:"the variants of its events, or the nearest"`
	Error    string        `json:"error,omitempty" jsonschema:"why it is not JSON"`
	Problems []fieldBrief  `json:"problems,omitempty" jsonschema:"what breaks the schema, and what no schema knows"`
	More     int           `json:"problems_more,omitempty"`
	Unlike   []unlikeBrief `json:"unlike,omitempty" jsonschema:"how an event differs from the nearest variant"`
}

type fieldBrief struct {
	Pointer string `json:"pointer"`
	Message string `json:"message"`
}

type unlikeBrief struct {
	Variant     string   `json:"variant"`
	Differences []string `json:"differences"`
}

func payloadBriefOf(p report.Payload) payloadBrief {
	b := payloadBrief{Where: line(p.Where, mostLine), Valid: p.Valid, Is: line(p.Names(), mostSentence), Error: line(p.Error, mostSentence)}
	found, more := few(append(p.Problems, p.Novelties...), mostProblems)
	for _, f := range found {
		b.Problems = append(b.Problems, fieldBrief{line(f.Pointer, mostLine), line(f.Message, mostSentence)})
	}
	b.More = more
	for _, e := range p.Events {
		if p.Valid && e.Nearest != "" && len(e.Differences) > 0 && len(b.Unlike) < mostNames {
			differences, _ := few(e.Differences, mostNames)
			u := unlikeBrief{Variant: line(e.Nearest, mostLine)}
			for _, d := range differences {
				u.Differences = append(u.Differences, line(d, mostLine))
			}
			b.Unlike = append(b.Unlike, u)
		}
	}
	return b
}

func (a validated) text() string {
	var l lines
	l.add(fmt.Sprintf("%s, %s: %d valid, %d not", plural.Count(a.Payloads, "payload"), plural.Count(a.Events, "event"), a.Valid, a.Payloads-a.Valid))
	for _, b := range a.Shown {
		state := "valid"
		if !b.Valid {
			state = "not valid"
		}
		is := b.Is
		if b.Error != "" {
			is = b.Error
		}
		l.add("- ", strings.Join(strings.Fields(b.Where+" ("+state+"): "+is), " "))
		for _, f := range b.Problems {
			where := f.Pointer
			if where == "" {
				where = "the document"
			}
			l.labelled(where, f.Message)
		}
		if b.More > 0 {
			l.add(fmt.Sprintf("   and %d more", b.More))
		}
		for _, u := range b.Unlike {
			l.labelled("unlike "+u.Variant, strings.Join(u.Differences, "; "))
		}
	}
	if a.More > 0 {
		l.add(fmt.Sprintf("%s not shown: give fewer at once", plural.Count(a.More, "payload")))
	}
	l.all("note: ", a.Notes)
	return l.String()
}
