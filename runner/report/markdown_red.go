package report

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// severity is the sign of what is red at this level, or accepted.
func severity(level Level, accepted []BaselineEntry, o Options) string {
	switch {
	case len(accepted) > 0:
		return "☑️"
	case annotationOf(level, o) == "error":
		return emoji(markOf(Failed))
	}
	return emoji(markOf(Warned))
}

func causeMarkdown(r Result, c Cause, o Options) string {
	var b strings.Builder
	accepted := r.acceptances(c.Explains...)
	fmt.Fprintf(&b, "\n### %s %s\n\n%s · %s", severity(c.Level, accepted, o), prose(c.Title), code(c.ID), c.Level)
	if c.Proof == diagnosis.Probable {
		b.WriteString(" · probable")
	}
	flake := r.flakeOf(c.Explains...)
	b.WriteString(flakeMarkdown(flake) + " · explains " + plural.Count(len(c.Explains), "requirement") + acceptedMarkdown(accepted) + "\n\n")
	if c.Where != "" {
		fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(code(c.Where)+" "+code(strings.TrimSpace(c.Code))))
	}
	tableMarkdown(&b, accepted, [][2]string{
		{"Sent", code(c.Stimulus)}, {"Expected", code(c.Expected)}, {"Actual", code(c.Actual)}, {"Why", prose(c.Why)}, {"Fix", prose(c.Remedy)},
	})
	b.WriteString("\n<details><summary>Reproduce, and what it explains</summary>\n")
	if c.Body != "" {
		b.WriteString("\n" + fenced("", c.Body))
	}
	if c.Reproduce != "" {
		b.WriteString("\n" + fenced("sh", c.Reproduce))
	}
	if c.Output != "" {
		b.WriteString("\n" + fenced("", c.Output))
	}
	b.WriteString("\n")
	for _, id := range c.Explains {
		_, also := r.AcceptedBy(id)
		fmt.Fprintf(&b, "- %s", code(id))
		if also && len(accepted) == 0 {
			b.WriteString(" (accepted)")
		}
		if sometimes := r.flakeOf(id); sometimes != "" && flake == "" {
			fmt.Fprintf(&b, " (flake, %s)", sometimes)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n</details>\n")
	return b.String()
}

func requirementMarkdown(r Result, q Requirement, o Options) string {
	var b strings.Builder
	accepted := r.acceptances(q.ID)
	fmt.Fprintf(&b, "\n### %s %s\n\n%s · %s · no cause is known%s%s\n\n", severity(q.Level, accepted, o), prose(q.Title), code(q.ID), q.Level, flakeMarkdown(r.flakeOf(q.ID)), acceptedMarkdown(accepted))
	rows := [][2]string{{"Reason", code(q.Reason)}, {"Why", prose(q.Why)}, {"Fix", prose(q.Remedy)}}
	if f := q.Finding; f != nil {
		remedy := q.Remedy
		if f.Remedy != "" {
			remedy = f.Remedy
		}
		rows = [][2]string{{"Sent", code(f.Stimulus)}, {"Expected", code(f.Expected)}, {"Actual", code(f.Actual)}, {"Why", prose(q.Why)}, {"Fix", prose(remedy)}}
	}
	tableMarkdown(&b, accepted, rows)
	return b.String()
}

// flakeMarkdown says how often something is so; empty for each time.
func flakeMarkdown(flake string) string {
	if flake == "" {
		return ""
	}
	return " · flake, " + flake
}

// acceptedMarkdown says until when something is accepted.
func acceptedMarkdown(by []BaselineEntry) string {
	text := ""
	for _, e := range by {
		text += " · accepted until " + prose(e.Expires)
	}
	return text
}

// tableMarkdown is what there is to say of something red, first why it is accepted.
func tableMarkdown(b *strings.Builder, accepted []BaselineEntry, rows [][2]string) {
	b.WriteString("| | |\n|---|---|\n")
	for _, e := range accepted {
		fmt.Fprintf(b, "| **Accepted** | until %s: %s |\n", prose(e.Expires), prose(e.Reason))
	}
	for _, row := range rows {
		if row[1] != "" {
			fmt.Fprintf(b, "| **%s** | %s |\n", row[0], row[1])
		}
	}
}

// baselineMarkdown says what this run says of each entry of the baseline: what has to be
// deleted in sight, the others folded.
func baselineMarkdown(b *strings.Builder, r Result) {
	if r.Baseline == nil {
		return
	}
	if outdated := r.Baseline.outdatedEntries(); len(outdated) > 0 {
		fmt.Fprintf(b, "\n### %s To be deleted in %s\n\n", emoji(markOf(Failed)), prose(r.Baseline.File))
		for _, text := range outdated {
			fmt.Fprintf(b, "- %s\n", prose(text))
		}
	}
	if len(r.Baseline.Entries) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>Baseline</summary>\n\n%s, and what this run says of each of its entries:\n\n| line | accepts | until | reason | in this run |\n|---:|---|---|---|---|\n", code(r.Baseline.File))
	for _, e := range r.Baseline.Entries {
		fmt.Fprintf(b, "| %d | %s %s | %s | %s | %s |\n", e.Line, e.Kind, code(e.ID), prose(e.Expires), prose(e.Reason), prose(r.state(e)))
	}
	b.WriteString("\n</details>\n")
}

// topicsMarkdown is the table of topics, folded.
func topicsMarkdown(b *strings.Builder, r Result) {
	if len(r.Requirements) == 0 {
		return
	}
	heads := r.topicHeads()
	fmt.Fprintf(b, "\n<details><summary>Topics</summary>\n\n| topic | %s |\n|---%s|\n", strings.Join(heads, " | "), strings.Repeat("|---:", len(heads)))
	row := func(name string, requirements []Requirement) {
		fmt.Fprintf(b, "| %s |", name)
		for _, n := range r.cells(requirements) {
			fmt.Fprintf(b, " %d |", n)
		}
		b.WriteString("\n")
	}
	for _, topic := range byTopic(r.Requirements) {
		row(code(topic[0].topic()), topic)
	}
	row("**all**", r.Requirements)
	b.WriteString("\n</details>\n")
}
