package report

import (
	"fmt"
	"slices"
)

// Flake says how often a requirement was red, and how often it was met, of the times
// that the receiver was judged.
type Flake struct {
	Red    int `json:"red"`
	Passed int `json:"passed"`
}

// Repeated joins the results of the same run, one after the other. Of each requirement
// the worst counts: what was red once is no pass, and what was met at other times is a
// flake. Verdict and reason are the caller's to make anew.
func Repeated(results []Result) Result {
	joined := results[0]
	if len(results) == 1 {
		return joined
	}
	joined.Runs, joined.Requirements = len(results), nil
	joined.Receiver.Notes, joined.DurationMS = nil, 0
	joined.Latencies = joinedLatencies(results)
	for _, r := range results {
		joined.DurationMS += r.DurationMS
		joined.Receiver.Features = union(joined.Receiver.Features, r.Receiver.Features)
		joined.Receiver.Notes = union(joined.Receiver.Notes, r.Receiver.Notes)
	}
	of := map[string]int{} // the result from which each red requirement is
	for _, q := range results[0].Requirements {
		worst, flake, from := q, Flake{}, 0
		for i, r := range results {
			again := r.find(q.ID)
			switch again.Outcome() {
			case Failed, Warned:
				flake.Red++
			case Passed:
				flake.Passed++
			}
			if badness(again.Outcome()) > badness(worst.Outcome()) {
				worst, from = again, i
			}
		}
		if flake.Red > 0 {
			of[q.ID] = from
			if flake.Passed > 0 {
				worst.Flake = &flake
			}
		}
		joined.Requirements = append(joined.Requirements, worst)
	}
	joined.Causes = joinCauses(results, func(result int, id string) bool { from, red := of[id]; return red && from == result })
	joined.Counts = Count(joined.Requirements)
	return joined
}

// find is the requirement with an id; one that is not there is an error of the harness.
func (r Result) find(id string) Requirement {
	i := slices.IndexFunc(r.Requirements, func(q Requirement) bool { return q.ID == id })
	if i < 0 {
		return Requirement{ID: id, Status: Errored}
	}
	return r.Requirements[i]
}

// badness orders outcomes: of several the worst counts.
func badness(s Status) int {
	return slices.Index([]Status{Skipped, NotApplicable, Passed, NotJudged, Errored, Warned, Failed}, s)
}

// joinCauses joins the causes of several results by their ids. takes says of which
// result a requirement that is red is taken.
func joinCauses(results []Result, takes func(result int, id string) bool) []Cause {
	joined := []Cause{}
	for i, r := range results {
		for _, c := range r.Causes {
			c.Explains = slices.DeleteFunc(slices.Clone(c.Explains), func(id string) bool { return !takes(i, id) })
			c.Only = slices.DeleteFunc(slices.Clone(c.Only), func(id string) bool { return !takes(i, id) })
			at := slices.IndexFunc(joined, func(other Cause) bool { return other.ID == c.ID })
			switch {
			case len(c.Explains) == 0:
			case at < 0:
				joined = append(joined, c)
			default:
				same := &joined[at]
				same.Explains = union(same.Explains, c.Explains)
				if len(same.Only) == 0 {
					same.Only = c.Only
				}
				if c.Level == Must {
					same.Level = Must
				}
			}
		}
	}
	for i := range joined {
		slices.Sort(joined[i].Explains)
	}
	return joined
}

// union has all of the first list, and what the second has beside.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, text := range b {
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// flakes writes what was red in some runs and met in others.
func (p *page) flakes(r Result, requirements []Requirement) {
	flaky := slices.DeleteFunc(slices.Clone(requirements), func(q Requirement) bool { return q.Flake == nil })
	if len(flaky) == 0 {
		return
	}
	p.heading("Flakes: broken in some runs, met in others", len(flaky))
	for _, q := range flaky {
		line := "  " + p.painted(markOf(q.Outcome()).paint, q.ID) + "  " + q.Flake.of(r.Runs)
		if c, ok := r.CauseOf(q.ID); ok {
			line += "  " + p.painted(dim, c.ID)
		}
		p.line(line)
	}
	p.line("")
}

// of says how often it was red in so many runs.
func (f Flake) of(runs int) string { return fmt.Sprintf("broken in %d of %d runs", f.Red, runs) }

// flakeOf says how often these requirements were red, where all of them were met in other
// runs; empty where one of them was not, as what is behind them is there each time.
func (r Result) flakeOf(ids ...string) string {
	least, most := 0, 0
	for _, id := range ids {
		f := r.find(id).Flake
		if f == nil {
			return ""
		}
		if least == 0 || f.Red < least {
			least = f.Red
		}
		most = max(most, f.Red)
	}
	switch {
	case len(ids) == 0:
		return ""
	case least < most:
		return fmt.Sprintf("broken in %d to %d of %d runs", least, most, r.Runs)
	}
	return Flake{Red: most}.of(r.Runs)
}

// flakesSaid is a sentence about what is red in some runs only, with a space before it; empty
// where nothing is.
func (r Result) flakesSaid() string {
	flaky := slices.DeleteFunc(slices.Clone(r.Requirements), func(q Requirement) bool { return q.Flake == nil })
	if len(flaky) == 0 {
		return ""
	}
	return fmt.Sprintf(" Flakes: %s in some runs only.", redOnes(Count(flaky)))
}
