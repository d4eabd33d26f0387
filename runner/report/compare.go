package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// Comparison is what changed between two results.
type Comparison struct {
	// Broken is red in the later result and was not in the earlier one, whatever it was
	// there, or is failed after a warning; or it was met, and is not judged any more. Fixed
	// was red and is met.
	Broken []Change `json:"broken"`
	Fixed  []Change `json:"fixed"`
	// New has only the later result, Gone only the earlier one.
	New  []Change `json:"new"`
	Gone []Change `json:"gone"`
	// Other are changes between statuses that are none of these.
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
	// Instead has those of them that are failed in both results, in the other one because of
	// another cause.
	Instead []string `json:"instead,omitempty"`
}

// Change is a requirement whose outcome is another one. The status of a result
// that does not have it is empty.
type Change struct {
	ID     string `json:"id"`
	Level  Level  `json:"level"`
	Title  string `json:"title"`
	Before Status `json:"before,omitempty"`
	After  Status `json:"after,omitempty"`
	// Cause is why it is red, or was; empty where no cause is known.
	Cause      string `json:"cause,omitempty"`
	CauseTitle string `json:"cause_title,omitempty"`
	// Actual is what came, in the finding of the later result.
	Actual string `json:"actual,omitempty"`
	// Flake says that it is red in some runs only.
	Flake *Flake `json:"flake,omitempty"`
}

// Regressions are what is broken in the later result and was not before, and what is new
// in it and broken.
func (c Comparison) Regressions() []Change {
	worse := slices.Clone(c.Broken)
	for _, change := range c.New {
		if bad(change.After) {
			worse = append(worse, change)
		}
	}
	return worse
}

// Regressing are the new causes of what was failed before for another cause: a defect came,
// whether or not one went.
func (c Comparison) Regressing() []CauseChange {
	return slices.DeleteFunc(slices.Clone(c.NewCauses), func(change CauseChange) bool { return len(change.Instead) == 0 })
}

// Worse reports whether the later result is worse: it has regressions, or regressing causes.
func (c Comparison) Worse() bool { return len(c.Regressions())+len(c.Regressing()) > 0 }

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
	c := Comparison{Broken: []Change{}, Fixed: []Change{}, New: []Change{}, Gone: []Change{}, Other: []Change{}}
	for _, now := range ordered(after.Requirements) {
		i := slices.IndexFunc(before.Requirements, func(r Requirement) bool { return r.ID == now.ID })
		change := Change{ID: now.ID, Level: now.Level, Title: now.Title, After: now.Outcome(), Flake: now.Flake}
		if now.Finding != nil {
			change.Actual = firstLine(now.Finding.Actual)
		}
		if i >= 0 {
			change.Before = before.Requirements[i].Outcome()
		}
		in := before
		if bad(change.After) {
			in = after
		}
		if cause, ok := in.CauseOf(now.ID); ok {
			change.Cause, change.CauseTitle = cause.ID, firstLine(cause.Title)
		}
		switch {
		case i < 0:
			c.New = append(c.New, change)
		case change.Before == change.After:
		case isRed(change.After) && !isRed(change.Before), bad(change.After) && isSatisfied(change.Before), change.Before == Warned && change.After == Failed:
			c.Broken = append(c.Broken, change)
		case isRed(change.Before) && change.After == Passed:
			c.Fixed = append(c.Fixed, change)
		default:
			c.Other = append(c.Other, change)
		}
	}
	for _, was := range ordered(before.Requirements) {
		if !slices.ContainsFunc(after.Requirements, func(r Requirement) bool { return r.ID == was.ID }) {
			c.Gone = append(c.Gone, Change{ID: was.ID, Level: was.Level, Title: was.Title, Before: was.Outcome()})
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
			only = append(only, CauseChange{ID: c.ID, Level: c.Level, Title: c.Title, Explains: len(c.Explains), Instead: instead(c, one, another)})
		}
	}
	return only
}

// instead are the requirements that fail in one result for this cause, and in another for
// causes of its own.
func instead(c Cause, one, another Result) (ids []string) {
	for _, id := range c.Explains {
		if _, known := another.CauseOf(id); known && one.find(id).Outcome() == Failed && another.find(id).Outcome() == Failed {
			ids = append(ids, id)
		}
	}
	return ids
}

func isSatisfied(s Status) bool { return s == Passed || s == NotApplicable || s == Skipped }
func isRed(s Status) bool       { return s == Failed || s == Warned }
func bad(s Status) bool         { return isRed(s) || s == Errored || s == NotJudged }

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
