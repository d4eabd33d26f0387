package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/seed-11445fa1/referee/runner/watch"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// mostDetails bounds the lines of one entry that are printed; JSON has all.
const mostDetails = 12

// WriteWatch writes what a watch found, for a terminal. It uses Width and Color.
func WriteWatch(w io.Writer, r watch.Report, o Options) error {
	p := newPage(o)
	for _, i := range r.Drift {
		p.drift(i)
	}
	for _, f := range r.Findings {
		c := yellow
		if f.Change == watch.Gone {
			c = red
		}
		p.line(p.painted(c, string(f.Change)) + "  " + p.painted(bold, f.What) + "  " + cleanLine(f.About))
		p.labelled("What", cleanLine(f.Title))
		p.labelled("Date", cleanLine(f.Date))
		p.labelled("Under", cleanLine(f.Under))
		p.labelled("Page", cleanLine(placeOn(f)))
		p.labelled("Link", cleanLine(f.Link))
		details, more := firstDetails(f.Lines)
		for i, line := range details {
			if i == 0 {
				p.labelled("Details", line)
				continue
			}
			for _, part := range Wrap(line, p.width-labelColumns) {
				p.line(strings.Repeat(" ", labelColumns) + part)
			}
		}
		if more > 0 {
			p.line(strings.Repeat(" ", labelColumns) + fmt.Sprintf("and %d more; --format json has all", more))
		}
		p.line("")
	}
	for _, t := range r.Troubles {
		p.line(p.painted(red, "trouble") + "  " + p.painted(bold, "not looked at") + "  " + cleanLine(t.About))
		p.labelled("What", cleanLine(t.Problem))
		p.labelled("Page", cleanLine(t.Page))
		p.line("")
	}
	p.line(p.painted(bold, watchSum(r)))
	return p.writeTo(w, "what was found")
}

// placeOn is the address of a page, with the line on it.
func placeOn(f watch.Finding) string {
	if f.Line == 0 {
		return f.Page
	}
	return fmt.Sprintf("%s, line %d", f.Page, f.Line)
}

// firstDetails are the lines that are printed, each short enough to look at.
func firstDetails(lines []string) (first []string, more int) {
	for i, line := range lines {
		if i == mostDetails {
			return first, len(lines) - i
		}
		line = cleanLine(line)
		if runes := []rune(line); len(runes) > 300 {
			line = string(runes[:300]) + "…"
		}
		first = append(first, line)
	}
	return first, 0
}

// watchSum is the last line: what was looked at, and what came of it.
func watchSum(r watch.Report) string {
	text := fmt.Sprintf("%s (%d not modified), %s: ", plural.Count(r.Pages, "page"), r.NotModified, plural.Count(r.Samples, "webhook sample"))
	switch {
	case !r.Quiet():
		text += plural.Count(len(r.Drift), "difference") + " from the catalogue, " + plural.Count(len(r.Findings), "finding")
	case len(r.Troubles) > 0:
		text += "nothing new on those that were looked at"
	case r.First:
		text += "the catalogue knows all of it"
	default:
		text += "nothing new"
	}
	if len(r.Troubles) > 0 {
		text += "; " + plural.Count(len(r.Troubles), "page") + " not looked at"
	}
	return text
}

// WriteWatchMarkdown writes what a watch found, for an issue.
func WriteWatchMarkdown(w io.Writer, r watch.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# What Meta announced\n\n%s.\n", watchSum(r))
	if len(r.Drift) > 0 {
		b.WriteString("\n## What the catalogue does not know\n\n| class | what | where | detail | seen |\n|---|---|---|---|---|\n")
		for _, i := range r.Drift {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", i.Class, i.What, code(placeOf(i)), cell(i.Detail), cell(i.Where))
		}
	}
	if len(r.Findings) > 0 {
		b.WriteString("\n## What is new, gone or changed\n")
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "\n**%s %s** on %s", f.Change, cell(f.What), cell(f.About))
		for _, part := range []string{f.Date, f.Under, f.Title} {
			if part != "" {
				b.WriteString(", " + cell(part))
			}
		}
		b.WriteString("\n" + address(f.Page))
		if f.Line > 0 {
			fmt.Fprintf(&b, ", line %d", f.Line)
		}
		b.WriteString("\n")
		if f.Link != "" {
			b.WriteString(address(f.Link) + "\n")
		}
		if details, more := firstDetails(f.Lines); len(details) > 0 {
			fmt.Fprintf(&b, "\n```diff\n%s\n```\n", strings.ReplaceAll(strings.Join(details, "\n"), "```", "` ` `"))
			if more > 0 {
				fmt.Fprintf(&b, "\nand %d more\n", more)
			}
		}
	}
	if len(r.Troubles) > 0 {
		b.WriteString("\n## What was not looked at\n\n| page | why |\n|---|---|\n")
		for _, t := range r.Troubles {
			fmt.Fprintf(&b, "| %s | %s |\n", cell(t.Page), cell(t.Problem))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write what was found: %w", err)
	}
	return nil
}

// address is an address that cannot leave its brackets.
func address(url string) string {
	return "<" + strings.NewReplacer("<", "%3C", ">", "%3E").Replace(cleanLine(url)) + ">"
}

// WriteWatchJSON writes what a watch found as JSON.
func WriteWatchJSON(w io.Writer, r watch.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("write what was found: %w", err)
	}
	return nil
}
