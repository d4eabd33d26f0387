package report

import (
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas/drift"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// mostMarkdown is how long a comment on an issue or a pull request may be, in bytes,
// without the last part; GitHub takes 65,536 characters.
const mostMarkdown = 60_000

// WriteDriftMarkdown writes how payloads drifted, for an issue or a comment on a pull
// request: what does not fit into one is counted. gone are acceptances of what did not
// come any more.
func WriteDriftMarkdown(w io.Writer, r drift.Report, gone []drift.Acceptance) error {
	var d driftPage
	d.writef("# Drift\n\n%s.\n", sum(r))
	if len(r.Items) > 0 {
		d.differences(r.Items)
	}
	if len(r.Accepted) > 0 {
		d.writef("\n## Accepted\n\n")
		d.table(mostMarkdown, "id|class|count|first|last|reason|expires", len(r.Accepted), func(n int) []string {
			a := r.Accepted[n]
			return []string{code(a.ID), string(a.Class), fmt.Sprint(a.Count), cell(a.First), cell(a.Last), cell(a.Reason), cell(a.Expires)}
		})
	}
	if len(gone) > 0 {
		d.writef("\n## Accepted, and not seen any more\n\n")
		d.table(mostMarkdown, "id|reason|expires", len(gone), func(n int) []string {
			return []string{code(gone[n].ID), cell(gone[n].Reason), cell(gone[n].Expires)}
		})
	}
	if ids := slices.Sorted(maps.Keys(r.Variants)); len(ids) > 0 {
		d.writef("\n<details><summary>Variants seen</summary>\n\n")
		d.table(mostMarkdown, "variant|events", len(ids), func(n int) []string { return []string{code(ids[n]), fmt.Sprint(r.Variants[ids[n]])} })
		d.writef("\n</details>\n")
	}
	if _, err := io.WriteString(w, d.String()); err != nil {
		return fmt.Errorf("write the drift: %w", err)
	}
	return nil
}

// driftPage is a page whose parts end at given lengths.
type driftPage struct{ strings.Builder }

func (d *driftPage) writef(format string, args ...any) { fmt.Fprintf(d, format, args...) }

// differences writes a table of all differences, and an example of each. They leave
// room for what comes after them, and the table for the examples.
func (d *driftPage) differences(items []drift.Item) {
	d.writef("\n")
	d.table(mostMarkdown/2, "class|id|what|count|first|last", len(items), func(n int) []string {
		i := items[n]
		return []string{string(i.Class), code(i.ID), code(i.Detail), fmt.Sprint(i.Count), cell(i.First), cell(i.Last)}
	})
	for n, i := range items {
		text := detailsOf(i)
		if d.Len()+len(text) > mostMarkdown*3/4 {
			d.writef("\n%s left out here.\n", plural.Count(len(items)-n, "more example"))
			return
		}
		d.writef("%s", text)
	}
}

// table writes a table of so many rows, as long as the page is not longer than most.
func (d *driftPage) table(most int, head string, rows int, row func(n int) []string) {
	columns := strings.Count(head, "|") + 1
	d.writef("| %s |\n|%s\n", strings.ReplaceAll(head, "|", " | "), strings.Repeat("---|", columns))
	for n := range rows {
		text := "| " + strings.Join(row(n), " | ") + " |\n"
		if d.Len()+len(text) > most {
			d.writef("| and %d more%s\n", rows-n, strings.Repeat(" |", columns))
			return
		}
		d.writef("%s", text)
	}
}

// detailsOf is what to know of one difference, folded.
func detailsOf(i drift.Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary><code>%s</code> is a problem for %s</summary>\n", html.EscapeString(cleanLine(i.ID)), html.EscapeString(i.Breaks))
	if i.Where != "" {
		fmt.Fprintf(&b, "\nFirst in %s.\n", code(i.Where))
	}
	if i.Accepted != nil {
		fmt.Fprintf(&b, "\nIt was accepted %s\n", cell(expired(*i.Accepted)))
	}
	if len(i.Example) > 0 {
		text := Clean(example(i))
		fence := "```"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		fmt.Fprintf(&b, "\n%sjson\n%s\n%s\n", fence, text, fence)
	}
	b.WriteString("\n</details>\n")
	return b.String()
}
