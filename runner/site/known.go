package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// known is what the mutants of the reference receiver show: which causes break which
// requirements. Each of them was judged, and found to have this one cause.
type known struct {
	ofRequirement map[string][]reference.Mutant
	ofCause       map[string][]reference.Mutant
	causes        []string // sorted
}

func newKnown(all []suites.Requirement) *known {
	k := &known{ofRequirement: map[string][]reference.Mutant{}, ofCause: map[string][]reference.Mutant{}}
	for _, m := range reference.Mutants() {
		if k.ofCause[m.Cause] == nil {
			k.causes = append(k.causes, m.Cause)
		}
		k.ofCause[m.Cause] = append(k.ofCause[m.Cause], m)
	}
	slices.Sort(k.causes)
	for _, r := range all {
		for _, cause := range k.causes {
			for _, m := range k.ofCause[cause] {
				if m.BreaksRequirement(r.ID) {
					k.ofRequirement[r.ID] = append(k.ofRequirement[r.ID], m)
				}
			}
		}
	}
	return k
}

// causesOf are the ids of the causes that break one of these requirements, sorted.
func (k *known) causesOf(ids ...string) []string {
	var causes []string
	for _, id := range ids {
		for _, m := range k.ofRequirement[id] {
			causes = append(causes, m.Cause)
		}
	}
	slices.Sort(causes)
	return slices.Compact(causes)
}

// standsOn reports whether a requirement is about a variant: its id has that of it.
func standsOn(requirement string, v schemas.Variant) bool {
	return strings.Contains("."+requirement+".", "."+v.ID+".")
}

// fix is the code that fixes a topic.
type fix struct {
	Topic string
	Codes []code
}

// code is the one for some stacks.
type code struct {
	Stacks []string
	fixes.Text
}

// fixesOf is the code for topics, each once; a topic without code has none.
func fixesOf(topics ...string) (all []fix) {
	for i, topic := range topics {
		if topic == "" || slices.Contains(topics[:i], topic) {
			continue
		}
		f := fix{Topic: topic}
		for _, stack := range fixes.Stacks() {
			text, ok := fixes.Fix(topic, stack)
			if !ok {
				continue
			}
			if same := slices.IndexFunc(f.Codes, func(c code) bool { return c.Text == text }); same >= 0 {
				f.Codes[same].Stacks = append(f.Codes[same].Stacks, string(stack))
			} else {
				f.Codes = append(f.Codes, code{[]string{string(stack)}, text})
			}
		}
		if len(f.Codes) > 0 {
			all = append(all, f)
		}
	}
	return all
}

// seen are receivers in use that broke something, each once.
func seen(list []report.Wild) []report.Wild {
	slices.SortStableFunc(list, func(a, b report.Wild) int {
		if (a.Report == "") != (b.Report == "") { // counts come first
			return strings.Compare(a.Report, b.Report)
		}
		return cmp.Or(strings.Compare(a.Report, b.Report), strings.Compare(a.Broke, b.Broke))
	})
	return slices.Compact(list)
}
