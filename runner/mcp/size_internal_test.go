package mcp

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

// size is how many bytes an answer has.
func size(t interface{ Fatal(...any) }, a answer) int {
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return len(text) + len(a.text())
}

// hostile draws a text that is as long in an answer as one can be: JSON writes six bytes
// for some characters.
func hostile(t *rapid.T, label string) string {
	unit := rapid.SampledFrom([]string{"<", "é", "👩‍👩‍👧", "\x00", "a\n", "\xff", "word "}).Draw(t, label)
	return strings.Repeat(unit, rapid.SampledFrom([]int{0, 1, 2000}).Draw(t, label+" times"))
}

// TestAnswersAreSmall has the answers about results of any kind stay small, and say how
// much more there is.
func TestAnswersAreSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string { return hostile(t, label) }
		var r report.Result
		r.Verdict, r.Reason = report.Nonconformant, text("reason")
		r.Receiver = report.Receiver{URL: text("url"), Stack: text("stack"), Notes: []string{text("note"), text("note"), text("note"), text("note"), text("note")}}
		causes, others := rapid.IntRange(0, 9).Draw(t, "causes"), rapid.IntRange(0, 9).Draw(t, "others")
		template := report.Cause{
			Level: report.Must, Title: text("title"), Where: text("where"), Code: text("code"), Stimulus: text("stimulus"), Body: text("body"), Expected: text("expected"),
			Actual: text("actual"), Why: text("why"), Remedy: text("remedy"), Reproduce: text("reproduce"), Output: text("output"),
		}
		for i := range causes {
			c := template
			c.ID, c.Explains = fmt.Sprintf("cause.%d%s", i, text("id")), []string{fmt.Sprintf("explained.%d", i)}
			r.Causes = append(r.Causes, c)
		}
		for i := range others {
			r.Requirements = append(r.Requirements, report.Requirement{
				ID: fmt.Sprintf("other.%d", i), Level: report.Must, Status: report.Failed, Title: template.Title, Why: template.Why, Remedy: template.Remedy,
				Finding: &report.Finding{Stimulus: template.Stimulus, Expected: template.Expected, Actual: template.Actual, Output: template.Output, Reproduce: template.Reproduce},
			})
		}
		s := New(Options{})
		asked := rapid.IntRange(0, mostCauses).Draw(t, "asked")
		a := s.newRunAnswer(Judged{Result: r}, asked, []string{line(text("warning"), mostSentence)})
		if n := size(t, a); n > MaxAnswer {
			t.Fatalf("a run answers %d bytes", n)
		}
		if !utf8.ValidString(a.text()) {
			t.Fatal("the text is not UTF-8")
		}
		shown := len(a.page.Causes) + len(a.Unexplained)
		for next := a.page; ; shown += len(next.Causes) + len(next.Unexplained) {
			if next.More != causes+others-shown {
				t.Fatalf("%d of %d are shown, and it says that %d are left", shown, causes+others, next.More)
			}
			if next.More == 0 {
				break
			}
			answered, err := resultOf(&Judged{Result: r}, resultArguments{After: next.After})
			if err != nil || len(answered.page.Causes)+len(answered.Unexplained) == 0 {
				t.Fatalf("the next page is empty: %v", err)
			}
			if n := size(t, answered); n > MaxAnswer {
				t.Fatalf("the next page has %d bytes", n)
			}
			next = answered.page
		}
		for _, c := range r.Causes {
			if n := size(t, resultAnswer{One: wholeCause(c)}); n > MaxAnswer {
				t.Fatalf("one cause has %d bytes", n)
			}
		}
		for _, q := range r.Requirements {
			if n := size(t, resultAnswer{One: wholeRequirement(q, template.Title)}); n > MaxAnswer {
				t.Fatalf("one requirement has %d bytes", n)
			}
		}
	})
}

// TestWhatIsWrongWithPayloadsIsSmall has payloads of any kind be told of in few bytes.
func TestWhatIsWrongWithPayloadsIsSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := report.Payload{Where: hostile(t, "where"), Error: hostile(t, "error"), Valid: rapid.Bool().Draw(t, "valid")}
		problem := report.Problem{Pointer: hostile(t, "pointer"), Message: hostile(t, "message")}
		difference, nearest := hostile(t, "difference"), hostile(t, "nearest")
		for range rapid.IntRange(0, 9).Draw(t, "problems") {
			p.Problems = append(p.Problems, problem)
			p.Events = append(p.Events, report.Event{Nearest: nearest, Differences: []string{difference, difference, difference, difference, difference}})
		}
		var a validated
		for range rapid.IntRange(0, mostPayloads).Draw(t, "payloads") {
			a.Payloads, a.Shown = a.Payloads+1, append(a.Shown, payloadBriefOf(p))
		}
		if a.fit(); size(t, a) > MaxAnswer {
			t.Fatalf("it answers %d bytes", size(t, a))
		}
		if a.Payloads != len(a.Shown)+a.More || len(a.Shown) > 0 && len(p.Problems) != len(a.Shown[0].Problems)+a.Shown[0].More {
			t.Fatalf("of %d payloads %d are shown and %d left", a.Payloads, len(a.Shown), a.More)
		}
	})
}

// TestCatalogueIsSmall has all that there is to list, to show and to explain fit an answer.
func TestCatalogueIsSmall(t *testing.T) {
	t.Parallel()
	catalogue := schemas.Everything()
	var entries []entry
	for _, v := range catalogue.All() {
		entries = append(entries, entry{ID: v.ID, Title: v.Title})
		if a := (variantsAnswer{One: variantOf(v)}); !fits(a) {
			t.Errorf("%s has %d bytes", v.ID, size(t, a))
		}
	}
	for after := 0; ; {
		l := listOf(entries, after)
		if size(t, l) > MaxAnswer {
			t.Errorf("the list after %d has %d bytes", after, size(t, l))
		}
		if after = l.After; after == 0 {
			break
		}
	}
	var longest *report.Code
	topics := map[string]bool{}
	for _, r := range suites.RequirementsOf(catalogue) {
		topics[fixes.ForRequirement(r.ID)] = true
	}
	for topic := range topics {
		for _, stack := range fixes.Stacks() {
			f, ok := fixes.Fix(topic, stack)
			code := report.Code{Topic: topic, Stack: string(stack), Prose: f.Prose, Language: f.Language, Text: f.Code}
			if ok && f.Code != "" && fixOf(code).Code == "" {
				t.Errorf("the fix %s for %s has %d bytes, more than %d", topic, stack, len(f.Code), maxCode)
			}
			if longest == nil || len(code.Text) > len(longest.Text) {
				longest = &code
			}
		}
	}
	for _, r := range suites.RequirementsOf(catalogue) {
		e := runner.Explain(r)
		if a := explanationOf(Explained{Requirement: &e, Code: longest}); size(t, a) > MaxAnswer {
			t.Errorf("%s with a fix has %d bytes", r.ID, size(t, a))
		}
	}
}

// TestToolsAreSmall holds the tools to what a client has of them in its context all the time.
func TestToolsAreSmall(t *testing.T) {
	t.Parallel()
	if len(instructions) > 1200 {
		t.Errorf("the instructions have %d bytes", len(instructions))
	}
	total := 0
	for name, schema := range New(Options{}).schemas {
		text, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		if total += len(text); len(text) > 4096 {
			t.Errorf("the arguments of %s have %d bytes", name, len(text))
		}
	}
	if total > 10<<10 {
		t.Errorf("the arguments of all tools have %d bytes", total)
	}
}
