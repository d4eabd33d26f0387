package mcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/suggest"
)

// resultArguments are those of the tool result.
type resultArguments struct {
	After int    `json:"after,omitempty" jsonschema:"Leave out this number of causes: what the answer before has as after."`
	ID    string `json:"id,omitempty" jsonschema:"Everything about this one: the id of a cause or of a requirement of the last run."`
}

const maxAfter = 100000

func (s *Server) addResult() {
	add(s, &sdk.Tool{
		Name: "result", Title: "More of the last run",
		Description: "More of what the last call of run found: the next causes, or with id one cause or one requirement whole, with the body that was sent, what the bot wrote, and what shows it again. It judges nothing.",
		Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(false)},
		InputSchema: input[resultArguments](map[string]func(*jsonschema.Schema){"after": between(0, maxAfter, 0)}),
	}, s.result)
}

func (s *Server) result(ctx context.Context, _ *call, in resultArguments) (resultAnswer, error) {
	s.mu.Lock()
	current := s.current
	s.mu.Unlock()
	if current != nil {
		if current.ctx.Err() == nil {
			return resultAnswer{}, errors.New("a run is under way: wait for its answer, or cancel it")
		}
		select { // it was cancelled, and ends soon
		case <-current.ended:
		case <-ctx.Done():
			return resultAnswer{}, ctx.Err()
		}
	}
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	return resultOf(last, in)
}

// resultOf answers of a run; nil where there was none.
func resultOf(last *Judged, in resultArguments) (resultAnswer, error) {
	switch {
	case last == nil:
		return resultAnswer{}, errors.New("there is no result yet: call run first")
	case in.ID != "" && in.After > 0:
		return resultAnswer{}, errors.New("id asks for one, and after for the next: give one of them")
	case in.ID == "":
		var a resultAnswer
		if last.Interrupted {
			a.Note = "the run was interrupted: this is what was judged until then"
		}
		a.page = pageOf(last.Result, in.After, 0, func(p page) bool { a.page = p; return fits(a) })
		return a, nil
	}
	var ids []string
	for _, c := range last.Result.Causes {
		if ids = append(ids, c.ID); c.ID == in.ID {
			return resultAnswer{One: wholeCause(c).again(last.Started)}, nil
		}
	}
	for _, q := range last.Result.Requirements {
		if ids = append(ids, q.ID); q.ID == in.ID {
			by, _ := last.Result.CauseOf(q.ID)
			return resultAnswer{One: wholeRequirement(q, by.ID).again(last.Started)}, nil
		}
	}
	if near := suggest.Names(in.ID, ids); len(near) > 0 {
		return resultAnswer{}, fmt.Errorf("the last run has no cause and no requirement %q; did you mean %s?", in.ID, strings.Join(near, ", "))
	}
	return resultAnswer{}, fmt.Errorf("the last run has no cause and no requirement %q; result without id lists the causes", in.ID)
}

// resultAnswer is what the tool result answers.
type resultAnswer struct {
	page
	One  *whole `json:"one,omitempty"`
	Note string `json:"note,omitempty"`
}

func (a resultAnswer) text() string {
	if a.One != nil {
		return a.One.text()
	}
	text := a.page.text()
	if text == "" {
		text = "nothing more is broken\n"
	}
	if a.Note != "" {
		text += "note: " + a.Note + "\n"
	}
	return text
}

// whole is all about one cause or one requirement. Of long texts it has the beginning.
type whole struct {
	ID        string   `json:"id"`
	Level     string   `json:"level"`
	Title     string   `json:"title"`
	Status    string   `json:"status,omitempty" jsonschema:"of a requirement: passed, failed, warned, not_applicable, skipped, not_judged or error"`
	Reason    string   `json:"reason,omitempty"`
	Cause     string   `json:"cause,omitempty" jsonschema:"of a requirement: the id of the cause that explains it"`
	Proof     string   `json:"proof,omitempty" jsonschema:"of a cause: experiment, trace or probable"`
	Where     string   `json:"where,omitempty"`
	Code      string   `json:"code,omitempty"`
	Stimulus  string   `json:"stimulus,omitempty"`
	Body      string   `json:"body,omitempty" jsonschema:"what was sent, with what matters between ⟦ and ⟧"`
	Expected  string   `json:"expected,omitempty"`
	Actual    string   `json:"actual,omitempty"`
	Why       string   `json:"why,omitempty"`
	Remedy    string   `json:"remedy,omitempty"`
	Output    string   `json:"output,omitempty" jsonschema:"what the bot wrote"`
	Reproduce string   `json:"reproduce,omitempty" jsonschema:"what shows it again: a curl command with a correct signature, or a call of run where that started the bot"`
	Explains  []string `json:"explains,omitempty"`
	More      int      `json:"explains_more,omitempty"`
}

const mostIDsOfOne = 12

func wholeCause(c report.Cause) *whole {
	w := &whole{
		ID: line(c.ID, mostLine), Level: line(string(c.Level), mostLine), Title: line(c.Title, mostSentence), Proof: line(string(c.Proof), mostLine),
		Where: line(c.Where, mostLine), Code: line(c.Code, mostLine), Stimulus: line(c.Stimulus, mostSentence), Body: short(c.Body, mostBody),
		Expected: line(c.Expected, mostSentence), Actual: line(c.Actual, mostSentence), Why: line(c.Why, mostSentence), Remedy: line(c.Remedy, mostSentence),
		Output: short(c.Output, mostBody), Reproduce: uncut(c.Reproduce, mostCommand),
	}
	first, more := few(c.Explains, mostIDsOfOne)
	w.Explains, w.More = lined(first), more
	return w.fitting()
}

func wholeRequirement(q report.Requirement, cause string) *whole {
	w := &whole{
		ID: line(q.ID, mostLine), Level: line(string(q.Level), mostLine), Title: line(q.Title, mostSentence), Status: line(string(q.Outcome()), mostLine),
		Reason: line(q.Reason, mostSentence), Cause: line(cause, mostLine), Why: line(q.Why, mostSentence), Remedy: line(q.Remedy, mostSentence),
	}
	if f := q.Finding; f != nil {
		w.Stimulus, w.Expected, w.Actual = line(f.Stimulus, mostSentence), line(f.Expected, mostSentence), line(f.Actual, mostSentence)
		w.Output, w.Reproduce = short(f.Output, mostBody), uncut(f.Reproduce, mostCommand)
		if f.Remedy != "" {
			w.Remedy = line(f.Remedy, mostSentence)
		}
	}
	return w.fitting()
}

// again has run show again what a bot did that it started: no request reaches that one any more.
func (w *whole) again(started bool) *whole {
	if started && w.Reproduce != "" {
		w.Reproduce = fmt.Sprintf(`run {"only":[%q]}`, w.ID)
	}
	return w
}

// fitting leaves out what is the longest, as long as the answer does not fit: of texts that
// JSON has to escape.
func (w *whole) fitting() *whole {
	for _, least := range []*string{&w.Output, &w.Body, &w.Reproduce, &w.Actual} {
		if fits(resultAnswer{One: w}) {
			break
		}
		*least = ""
	}
	return w
}

func (w *whole) text() string {
	var l lines
	kind := slices.DeleteFunc([]string{w.Level, w.Status, w.Proof}, func(s string) bool { return s == "" })
	l.add(w.ID, " (", strings.Join(kind, ", "), "): ", w.Title)
	l.labelled("reason", w.Reason)
	l.labelled("cause", w.Cause)
	l.labelled("where", strings.TrimSpace(w.Where+"  "+w.Code))
	l.labelled("sent", w.Stimulus)
	l.labelled("body", w.Body)
	l.labelled("expected", w.Expected)
	l.labelled("came", w.Actual)
	l.labelled("why", w.Why)
	l.labelled("fix", w.Remedy)
	l.labelled("the bot wrote", w.Output)
	l.labelled("again", w.Reproduce)
	l.labelled("breaks", andMore(w.Explains, w.More))
	return l.String()
}
