package mcp

import (
	"context"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

// explainArguments are those of the tool explain.
type explainArguments struct {
	ID    string `json:"id" jsonschema:"The id of a requirement, such as signature.missing, or of a cause, such as refuses.sender-without-id."`
	Stack string `json:"stack,omitempty" jsonschema:"The framework or the language of the bot: the answer has the fix as code to paste."`
}

func (s *Server) addExplain() {
	add(s, &sdk.Tool{
		Name: "explain", Title: "Explain a requirement or a cause",
		Description: "Explain a requirement or a cause: why it matters, what Meta says, how to mend it, and with stack the fix as code to paste. Needs no run, and looks at no bot.",
		Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(false)},
		InputSchema: input[explainArguments](map[string]func(*jsonschema.Schema){"stack": oneOf(fixes.Stacks())}),
	}, explain)
}

func explain(_ context.Context, c *call, in explainArguments) (explanation, error) {
	e, err := c.Explain(in.ID, in.Stack)
	if err != nil {
		return explanation{}, err
	}
	a := explanationOf(e)
	a.Notes = c.notes()
	return a, nil
}

func explanationOf(e Explained) (a explanation) {
	if q := e.Requirement; q != nil {
		a = explanation{
			ID: q.ID, Level: string(q.Level), Title: q.Title, Why: q.Why, Remedy: q.Remedy, Source: q.Source, Quote: line(q.Quote, mostBody),
			JudgedWhen: line(strings.Join(q.JudgedWhen, "; "), mostSentence),
		}
		broke, more := few(q.Wild, mostWild)
		for _, w := range broke {
			a.Seen = append(a.Seen, seen{line(w.Broke, mostSentence), w.URL})
		}
		a.SeenMore = more
	} else {
		a = explanation{ID: e.Cause.ID, Level: string(e.Cause.Level), Title: e.Cause.Title, Why: e.Cause.Why, Remedy: e.Cause.Remedy}
		a.Explains, a.ExplainsMore = few(e.Cause.Explains, mostIDsOfOne)
	}
	if e.Code != nil {
		a.Fix = fixOf(*e.Code)
	}
	return a
}

const mostWild = 3

// explanation is what the tool explain answers.
type explanation struct {
	ID           string   `json:"id"`
	Level        string   `json:"level,omitempty"`
	Title        string   `json:"title"`
	Why          string   `json:"why"`
	Remedy       string   `json:"remedy"`
	Source       string   `json:"source,omitempty" jsonschema:"the page of Meta's that says so"`
	Quote        string   `json:"quote,omitempty"`
	JudgedWhen   string   `json:"judged_when,omitempty"`
	Seen         []seen   `json:"seen,omitempty" jsonschema:"receivers in use that broke it"`
	SeenMore     int      `json:"seen_more,omitempty"`
	Explains     []string `json:"explains,omitempty" jsonschema:"of a cause: requirements that it breaks"`
	ExplainsMore int      `json:"explains_more,omitempty"`
	Fix          *fix     `json:"fix,omitempty"`
	Notes        []string `json:"notes,omitempty"`
}

// seen is a receiver in use that broke a requirement.
type seen struct {
	Broke string `json:"broke"`
	URL   string `json:"url,omitempty"`
}

// fix is how a cause is mended in one stack.
type fix struct {
	Stack    string `json:"stack"`
	Prose    string `json:"prose"`
	Language string `json:"language,omitempty"`
	Code     string `json:"code,omitempty" jsonschema:"empty where none is written"`
}

// maxCode is how many bytes of code are told; a test holds every fix to it.
const maxCode = 5000

func fixOf(c report.Code) *fix {
	f := &fix{Stack: c.Stack, Prose: line(c.Prose, mostBody), Language: c.Language, Code: uncut(c.Text, maxCode)}
	if f.Code == "" {
		f.Language, f.Prose = "", strings.TrimSpace(f.Prose+" No code is written for this.")
	}
	return f
}

func (a explanation) text() string {
	var l lines
	level := ""
	if a.Level != "" {
		level = " (" + a.Level + ")"
	}
	l.add(a.ID, level, ": ", a.Title)
	l.labelled("why", a.Why)
	l.labelled("fix", a.Remedy)
	l.labelled("source", a.Source)
	l.labelled("quote", a.Quote)
	l.labelled("judged when", a.JudgedWhen)
	for _, s := range a.Seen {
		l.labelled("seen", strings.TrimSpace(s.Broke+" "+s.URL))
	}
	l.labelled("breaks", andMore(a.Explains, a.ExplainsMore))
	if a.Fix != nil {
		l.add("fix for ", a.Fix.Stack, ": ", a.Fix.Prose)
		if a.Fix.Code != "" {
			l.add("```", a.Fix.Language)
			l.add(strings.TrimRight(a.Fix.Code, "\n"))
			l.add("```")
		}
	}
	l.all("note: ", a.Notes)
	return l.String()
}
