package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// mostAnnotations is how many errors GitHub shows of one step, and how many warnings.
const mostAnnotations = 10

// WriteAnnotations writes workflow commands for GitHub Actions, one for each cause and for
// what is red without one: on the line of the source where that is known. Nobody can hide
// a command of their own in it. It uses Strict.
//
// See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
func WriteAnnotations(w io.Writer, r Result, o Options) error {
	r = cleaned(r)
	var b strings.Builder
	shown, hidden := map[string]int{}, map[string]int{}
	annotate := func(kind, properties, text string) {
		if shown[kind] == mostAnnotations-1 { // the last is for what is not shown
			hidden[kind]++
			return
		}
		shown[kind]++
		fmt.Fprintf(&b, "::%s %s::%s\n", kind, properties, commandData(text))
	}
	if b := r.Baseline; b != nil {
		for _, e := range b.Entries {
			if !e.outdated() {
				continue
			}
			properties := "title=" + commandProperty(e.ID)
			if file, ok := r.inRepository(b.File); ok {
				properties = place{file, e.Line}.properties() + properties
			}
			annotate("error", properties, b.toDelete(e))
		}
	}
	if r.Reason != "" && r.Verdict != Nonconformant && r.Verdict != Outdated {
		_, text := verdictOf(r)
		annotate("error", "title="+commandProperty("Referee"), text)
	}
	r, left := r.withoutAccepted(r.Requirements)
	r.Requirements = left
	for _, c := range diagnosis.Weighed(r.Causes) {
		properties := "title=" + commandProperty(c.ID)
		at, ok := r.sourceOf(c)
		if !ok {
			at, ok = r.writtenDown(c.Explains...)
		}
		if ok {
			properties = at.properties() + properties
		}
		annotate(annotationOf(c.Level, o), properties, causeText(c, r.flakeOf(c.Explains...)))
	}
	_, without := explained(r)
	for _, q := range ordered(without) {
		properties := "title=" + commandProperty(q.ID)
		if at, ok := r.writtenDown(q.ID); ok {
			properties = at.properties() + properties
		}
		annotate(annotationOf(q.Level, o), properties, q.Title+"\n"+q.headline()+flakeLine(r.flakeOf(q.ID)))
	}
	for _, kind := range []string{"error", "warning"} {
		if n := hidden[kind]; n > 0 {
			fmt.Fprintf(&b, "::%s title=Referee::%s\n", kind, commandData("And "+plural.Count(n, "more "+kind)+": see the summary of this step, or the reports."))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	return nil
}

// annotationOf is the kind of annotation for what breaks a requirement of this level.
func annotationOf(level Level, o Options) string {
	if level == Must || o.Strict && level == Should {
		return "error"
	}
	return "warning"
}

// flakeLine says behind a text how often it is so; empty for each time.
func flakeLine(flake string) string {
	if flake == "" {
		return ""
	}
	return "\nFlake: " + flake
}

// causeText tells a cause in a few lines, and how often it is there.
func causeText(c Cause, flake string) string {
	lines := []string{c.Title}
	for _, part := range [][2]string{{"Sent", c.Stimulus}, {"Expected", c.Expected}, {"Actual", c.Actual}, {"Flake", flake}, {"Why", c.Why}, {"Fix", c.Remedy}} {
		if part[1] != "" {
			lines = append(lines, part[0]+": "+part[1])
		}
	}
	return strings.Join(append(lines, "Explains: "+andMore(c.Explains, min(6, len(c.Explains)))), "\n")
}

// properties are those of an annotation on a line.
func (at place) properties() string {
	return fmt.Sprintf("file=%s,line=%d,", commandProperty(at.file), at.line)
}

// commandData is a text as a workflow command takes it.
func commandData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// commandProperty is the value of a property of a workflow command.
func commandProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
