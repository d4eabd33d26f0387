package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// Comparison is what changed between two results.
type Comparison struct {
	// Broken was met in the earlier result and is not in the later one.
	Broken []Change `json:"broken"`
	// Mended is the other way round.
	Mended []Change `json:"mended"`
	// Other are changes between statuses that are neither, and requirements that
	// only one of the results has.
	Other []Change `json:"other"`
	// NewCauses has only the later result, GoneCauses only the earlier one. Absent
	// where one of the results is older than causes are.
	NewCauses  []CauseChange `json:"new_causes,omitempty"`
	GoneCauses []CauseChange `json:"gone_causes,omitempty"`
}

// CauseChange is a cause that only one of two results has.
type CauseChange struct {
	ID    string `json:"id"`
	Level Level  `json:"level"`
	Title string `json:"title"`
	// Explains is how many requirements are red because of it.
	Explains int `json:"explains"`
}

// Change is a requirement whose outcome is another one. The status of a result
// that does not have it is empty.
type Change struct {
	ID     string `json:"id"`
	Level  Level  `json:"level"`
	Title  string `json:"title"`
	Before Status `json:"before,omitempty"`
	After  Status `json:"after,omitempty"`
	// Actual is what came, in the finding of the later result.
	Actual string `json:"actual,omitempty"`
}

// withoutCauses is the version of results that have no causes.
const withoutCauses = 1

// ReadResult reads the JSON form of a result, of this version or of an earlier one.
func ReadResult(text []byte) (Result, error) {
	if err := schemas.Validate("format.result", text); err != nil {
		return Result{}, err
	}
	var r Result
	if err := json.Unmarshal(text, &r); err != nil {
		return Result{}, err
	}
	if r.Version < withoutCauses || r.Version > FormatVersion {
		return Result{}, fmt.Errorf("it is of version %d, and this program reads versions %d to %d", r.Version, withoutCauses, FormatVersion)
	}
	return r, nil
}

// Compare says what changed between two results.
func Compare(before, after Result) Comparison {
	c := Comparison{Broken: []Change{}, Mended: []Change{}, Other: []Change{}}
	for _, now := range ordered(after.Requirements) {
		i := slices.IndexFunc(before.Requirements, func(r Requirement) bool { return r.ID == now.ID })
		change := Change{ID: now.ID, Level: now.Level, Title: now.Title, After: now.Outcome()}
		if now.Finding != nil {
			change.Actual = firstLine(now.Finding.Actual)
		}
		if i >= 0 {
			change.Before = before.Requirements[i].Outcome()
		}
		switch {
		case change.Before == change.After:
		case isSatisfied(change.Before) && bad(change.After), change.Before == "" && bad(change.After):
			c.Broken = append(c.Broken, change)
		case bad(change.Before) && change.After == Passed:
			c.Mended = append(c.Mended, change)
		default:
			c.Other = append(c.Other, change)
		}
	}
	for _, was := range ordered(before.Requirements) {
		if !slices.ContainsFunc(after.Requirements, func(r Requirement) bool { return r.ID == was.ID }) {
			c.Other = append(c.Other, Change{ID: was.ID, Level: was.Level, Title: was.Title, Before: was.Outcome()})
		}
	}
	if before.Version > withoutCauses && after.Version > withoutCauses {
		c.NewCauses, c.GoneCauses = onlyIn(after, before), onlyIn(before, after)
	}
	return c
}

// onlyIn are the causes that one result has and another has not.
func onlyIn(one, another Result) []CauseChange {
	var only []CauseChange
	for _, c := range diagnosis.Weighed(one.Causes) {
		if !slices.ContainsFunc(another.Causes, func(other Cause) bool { return other.ID == c.ID }) {
			only = append(only, CauseChange{ID: c.ID, Level: c.Level, Title: c.Title, Explains: len(c.Explains)})
		}
	}
	return only
}

func isSatisfied(s Status) bool { return s == Passed || s == NotApplicable || s == Skipped }
func bad(s Status) bool         { return s == Failed || s == Warned || s == Errored || s == NotJudged }

// WriteComparison writes what changed between two results. It uses Width and
// Color.
func WriteComparison(w io.Writer, c Comparison, o Options) error {
	p := newPage(o)
	p.causeChanges("New causes", red, c.NewCauses)
	p.causeChanges("Causes that are gone", green, c.GoneCauses)
	for _, part := range []struct {
		title   string
		c       paint
		changes []Change
	}{{"Broken", red, c.Broken}, {"Mended", green, c.Mended}, {"Other changes", plain, c.Other}} {
		if len(part.changes) == 0 {
			continue
		}
		p.heading(part.title, len(part.changes))
		for _, change := range part.changes {
			p.line("  " + p.painted(part.c, cleanLine(change.ID)) + "  " + string(change.Level) + "  " + was(change.Before) + " → " + was(change.After))
			p.indented(4, cleanLine(change.Title))
			if change.Actual != "" && bad(change.After) {
				p.indented(4, cleanLine(change.Actual))
			}
		}
		p.line("")
	}
	causes := ""
	if len(c.NewCauses)+len(c.GoneCauses) > 0 {
		causes = fmt.Sprintf(" %s, %d gone.", plural.Count(len(c.NewCauses), "new cause"), len(c.GoneCauses))
	}
	if len(c.Broken)+len(c.Mended)+len(c.Other) == 0 && causes == "" {
		p.line("Nothing changed.")
	} else {
		p.line(fmt.Sprintf("%d broken, %d mended, %d changed otherwise.%s", len(c.Broken), len(c.Mended), len(c.Other), causes))
	}
	return p.writeTo(w, "the comparison")
}

// causeChanges writes causes that only one result has.
func (p *page) causeChanges(title string, c paint, changes []CauseChange) {
	if len(changes) == 0 {
		return
	}
	p.heading(title, len(changes))
	for _, change := range changes {
		p.line("  " + p.painted(c, cleanLine(change.ID)) + "  " + cleanLine(string(change.Level)) + "  " + plural.Count(change.Explains, "requirement"))
		p.indented(4, cleanLine(change.Title))
	}
	p.line("")
}

func was(s Status) string {
	if s == "" {
		return "not there"
	}
	return string(s)
}

// WriteCatalogueComparison writes what changed in the catalogue between two
// days, both parts of the catalogue ever. It uses Width and Color.
func WriteCatalogueComparison(w io.Writer, c schemas.Comparison, ever *schemas.Catalogue, o Options) error {
	p := newPage(o)
	p.line(p.painted(bold, "From "+c.From+" to "+c.To))
	p.line("")
	if len(c.Changes) > 0 {
		p.heading("History", len(c.Changes))
		for _, change := range c.Changes {
			line := "  " + p.painted(bold, change.Date) + "  " + change.Field
			if change.Version != "" {
				line += "  " + p.painted(dim, "with Graph API "+change.Version)
			}
			p.line(line)
			p.indented(4, change.Change)
			p.indented(4, change.Source)
		}
		p.line("")
	}
	for _, part := range []struct {
		title string
		ids   []string
	}{{"Variants that came", c.Came}, {"Variants that went", c.Went}} {
		if len(part.ids) == 0 {
			continue
		}
		p.heading(part.title, len(part.ids))
		for _, id := range part.ids {
			v, ok := ever.ByID(id)
			if !ok {
				return errors.New("the catalogue has no variant " + id)
			}
			p.line("  " + id)
			p.indented(4, v.Title)
		}
		p.line("")
	}
	if len(c.Changes)+len(c.Came)+len(c.Went) == 0 {
		p.line("Nothing changed that is known.")
	}
	return p.writeTo(w, "the comparison")
}
