package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// mostSummary is how long a summary is at most, in bytes. GitHub takes 1 MiB of a step,
// and whoever wants more than this reads another report.
const mostSummary = 256 << 10

// WriteMarkdown writes the result as Markdown for the summary of a job or a comment:
// verdict, causes, what has no cause, topics. What receivers wrote is code, and shows as it
// is whatever it has in it.
func WriteMarkdown(w io.Writer, r Result, o Options) error {
	r = cleaned(r)
	var b strings.Builder
	sign, verdict := verdictOf(r)
	fmt.Fprintf(&b, "## %s Referee: %s\n", emoji(sign), prose(firstLine(verdict)))
	if more := strings.TrimSpace(strings.TrimPrefix(verdict, firstLine(verdict))); more != "" {
		fmt.Fprintf(&b, "\n%s", fenced("", more))
	}
	left := 0
	add := func(text string) {
		if b.Len()+len(text) > mostSummary {
			left++
			return
		}
		b.WriteString(text)
	}
	for _, c := range r.weighed() {
		add(causeMarkdown(r, c, o))
	}
	_, without := explained(r)
	for _, q := range r.openFirst(without) {
		add(requirementMarkdown(r, q, o))
	}
	between := "\n"
	for _, q := range ordered(withOutcome(r.Requirements, Errored, NotJudged)) {
		add(fmt.Sprintf("%s- ❔ %s (%s) was not judged: %s\n", between, code(q.ID), q.Level, code(firstLine(q.reason()))))
		between = ""
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s left out here; the other reports have all.\n", plural.Count(left, "more finding"))
	}
	baselineMarkdown(&b, r)
	topicsMarkdown(&b, r)
	fmt.Fprintf(&b, "\nReceiver %s, seed %d, %s, referee %s.\n", code(r.Receiver.URL), r.Seed, time.Duration(r.DurationMS)*time.Millisecond, prose(r.Tool.Version))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the Markdown report: %w", err)
	}
	return nil
}

// emoji is a mark in Markdown, which has no colours.
func emoji(m mark) string {
	switch m.paint {
	case green:
		return "✅"
	case red:
		return "❌"
	case yellow:
		return "⚠️"
	}
	return "❔"
}

// prose is text as Markdown shows it unchanged, on one line.
func prose(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if r < 0x80 && strings.ContainsRune("\\`*_[]<>#|~@&", r) {
			if strings.ContainsRune("<>&@|", r) {
				fmt.Fprintf(&b, "&#%d;", r)
				continue
			}
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	// Addresses become links by themselves, unless they are none to whoever looks for them.
	return linked.ReplaceAllStringFunc(b.String(), func(text string) string {
		return strings.NewReplacer(":", "&#58;", ".", "&#46;").Replace(text)
	})
}

var linked = regexp.MustCompile(`(?i)://|www\.`)

// fenced is a block of code, behind a fence that is longer than any in it.
func fenced(language, text string) string {
	longest, run := 2, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + language + "\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n"
}
