package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// WriteComparison writes what changed between two results, what has one cause together.
// It uses Width and Color.
func WriteComparison(w io.Writer, c Comparison, o Options) error {
	p := newPage(o)
	p.changes("Broken", red, c.Broken, c)
	p.changes("Fixed", green, c.Fixed, c)
	p.changes("New", plain, c.New, c)
	p.changes("Gone", plain, c.Gone, c)
	p.changes("Changed otherwise", plain, c.Other, c)
	p.causeChanges("New causes of what was red before", red, c.NewCauses, c)
	p.causeChanges("Causes that are gone, of what is red still", green, c.GoneCauses, c)

	if len(c.Broken)+len(c.Fixed)+len(c.New)+len(c.Gone)+len(c.Other)+len(c.NewCauses)+len(c.GoneCauses) == 0 {
		p.line("Nothing changed.")
		return p.writeTo(w, "the comparison")
	}
	text := fmt.Sprintf("%d broken, %d fixed, %d new, %d gone, %d changed otherwise.", len(c.Broken), len(c.Fixed), len(c.New), len(c.Gone), len(c.Other))
	if len(c.NewCauses)+len(c.GoneCauses) > 0 {
		text += fmt.Sprintf(" %s, %d gone.", plural.Count(len(c.NewCauses), "new cause"), len(c.GoneCauses))
	}
	if n := len(c.Regressions()) - len(c.Broken); n > 0 {
		text += fmt.Sprintf(" %d of the new ones are broken.", n)
	}
	if n := len(c.Regressing()); n > 0 {
		text += fmt.Sprintf(" What failed before fails for %s.", plural.Count(n, "new cause"))
	}
	mark := markOf(Passed)
	if c.Worse() {
		mark = markOf(Failed)
	}
	for i, line := range Wrap(mark.sign+" "+text, p.width) {
		if i > 0 {
			line = "  " + line
		}
		p.line(p.painted(mark.paint, line))
	}
	return p.writeTo(w, "the comparison")
}

// group is what changed in the same way for the same cause.
type group struct {
	cause, title string
	changes      []Change
}

// groups puts together what has one cause, the largest first; what has none comes last.
func groups(changes []Change) []group {
	var all []group
	for _, change := range changes {
		i := slices.IndexFunc(all, func(g group) bool { return g.cause == change.Cause })
		if i < 0 {
			i, all = len(all), append(all, group{cause: change.Cause, title: change.CauseTitle})
		}
		all[i].changes = append(all[i].changes, change)
	}
	slices.SortStableFunc(all, func(a, b group) int {
		if (a.cause == "") != (b.cause == "") {
			return cmp.Compare(len(b.cause), len(a.cause))
		}
		return cmp.Compare(len(b.changes), len(a.changes))
	})
	return all
}

// changes writes requirements that changed, by their causes.
func (p *page) changes(title string, c paint, changes []Change, all Comparison) {
	if len(changes) == 0 {
		return
	}
	p.heading(title, len(changes))
	for _, g := range groups(changes) {
		if g.cause == "" {
			for _, change := range g.changes {
				p.change(c, change)
			}
			continue
		}
		tag := plural.Count(len(g.changes), "requirement")
		switch {
		case isOneOf(all.NewCauses, g.cause):
			tag += ", a new cause"
		case isOneOf(all.GoneCauses, g.cause):
			tag += ", and the cause is gone"
		}
		p.tagged(c, g.cause, tag)
		p.indented(4, cleanLine(g.title))
		var ids []string
		for _, change := range g.changes {
			ids = append(ids, cleanLine(change.ID))
		}
		for _, way := range ways(g.changes) {
			p.indented(4, way)
		}
		for _, line := range explainsLines(ids, p.width-4) {
			p.line("    " + p.painted(dim, line))
		}
	}
	p.line("")
}

// ways are how the outcomes of requirements changed, with how many did.
func ways(changes []Change) []string {
	counts := map[string]int{}
	var all []string
	for _, change := range changes {
		way := was(change.Before) + " → " + was(change.After)
		if counts[way]++; counts[way] == 1 {
			all = append(all, way)
		}
	}
	for i, way := range all {
		if n := counts[way]; len(all) > 1 {
			all[i] = fmt.Sprintf("%d %s", n, way)
		}
	}
	return all
}

// change writes one requirement that changed.
func (p *page) change(c paint, change Change) {
	tag := string(change.Level) + "  " + was(change.Before) + " → " + was(change.After)
	if change.Flake != nil {
		tag += ", a flake"
	}
	p.tagged(c, change.ID, tag)
	p.indented(4, cleanLine(change.Title))
	if actual := cleanLine(change.Actual); actual != "" && bad(change.After) {
		p.line("    " + Shortened(actual, p.width-4))
	}
}

// tagged writes an id and what is said of it, below it where both do not fit into a line.
func (p *page) tagged(c paint, id, tag string) {
	id, tag = cleanLine(id), cleanLine(tag)
	if columns("  "+id+"  "+tag) > p.width {
		p.line("  " + p.painted(c, id))
		p.indented(4, tag)
		return
	}
	p.line("  " + p.painted(c, id) + "  " + tag)
}

// causeChanges writes causes that only one result has, and that stand in no other part.
func (p *page) causeChanges(title string, c paint, causes []CauseChange, all Comparison) {
	told := map[string]bool{}
	for _, change := range slices.Concat(all.Broken, all.Fixed, all.New, all.Gone, all.Other) {
		told[change.Cause] = true
	}
	causes = slices.DeleteFunc(slices.Clone(causes), func(c CauseChange) bool { return told[c.ID] })
	if len(causes) == 0 {
		return
	}
	p.heading(title, len(causes))
	for _, change := range causes {
		p.tagged(c, change.ID, string(change.Level)+"  "+plural.Count(change.Explains, "requirement"))
		p.indented(4, cleanLine(change.Title))
	}
	p.line("")
}

func isOneOf(causes []CauseChange, id string) bool {
	return slices.ContainsFunc(causes, func(c CauseChange) bool { return c.ID == id })
}

// was is a status in words.
func was(s Status) string {
	if s == "" {
		return "not there"
	}
	return strings.ReplaceAll(string(s), "_", " ")
}
