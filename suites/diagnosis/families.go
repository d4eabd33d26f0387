package diagnosis

import (
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// family is what several requirements have in common beside the body of a delivery: a
// way of signing, of asking, of calling. Where all of it that was judged is red, one
// defect causes it.
type family struct {
	id      string // of the cause
	members []string
	title   string
	why     string // empty: that of the first requirement that it explains
	remedy  string
	fix     string
	// but are further requirements that may be red because of the same defect; they prove
	// nothing by being green.
	but []string
	// trait, if set, makes what was refused for it one of the family, too.
	trait string
	// only reports that what is red has to be so in the way that the family names, as
	// there is another family for another way.
	only bool
}

// matches reports whether a requirement is one of those of a list of patterns.
func matches(patterns []string, id string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return judge.Fits(pattern, id) })
}

// familiesOf are the candidates of all families of which something is red. Those of which
// something is green explain nothing by themselves, but may name what fails at one place.
func familiesOf(cases []judge.Case, symptoms []symptom, beside map[string]judge.Outcome) []candidate {
	var all []candidate
	for i := range families {
		f := &families[i]
		explains := map[string]bool{}
		green := false
		for _, c := range cases {
			id := c.Requirement.ID
			member := matches(f.members, id)
			switch {
			case c.Blamed && f.deed() != judge.Dies: // which is another deed
			case c.Blamed && member:
				explains[id] = true
			case c.Finding != nil && member && f.strict() && c.Does != f.deed():
				green = true // red for another reason
			case c.Finding != nil && (member || matches(f.but, id)):
				explains[id] = true
			case member && c.Status == judge.Passed:
				green = true
			}
		}
		for id, o := range beside {
			green = green || o.Status == judge.Passed && matches(f.members, id)
		}
		for _, s := range symptoms {
			if _, has := s.traits[f.trait]; has && s.does == judge.Refuses {
				explains[s.id()] = true
			}
		}
		red := 0
		for id := range explains {
			if matches(f.members, id) {
				red++
			}
		}
		if red > 0 {
			all = append(all, candidate{id: f.id, does: f.deed(), family: f, rank: rankFamily, explains: explains, partial: green})
		}
	}
	return all
}

// tryBeside judges, of families of which something is red, the members that the run leaves
// out: without them the most general family would explain whatever is red.
func (d *Diagnosis) tryBeside(cases []judge.Case, try func(...judge.Spec) []judge.Outcome) {
	const most = 20
	judged := map[string]judge.Case{}
	for _, c := range cases {
		judged[c.Requirement.ID] = c
	}
	wanted := map[string]bool{}
	for i := range families {
		f := &families[i]
		red := func(c judge.Case) bool { return c.Finding != nil && matches(f.members, c.Requirement.ID) }
		if !slices.ContainsFunc(cases, red) {
			continue
		}
		for id, sp := range d.specs {
			_, met := d.beside[id]
			if _, done := judged[id]; !done && !met && sp.Phase < judge.Disturbing && matches(f.members, id) {
				wanted[id] = true
			}
		}
	}
	var specs []judge.Spec
	ids := sortedIDs(wanted)
	ids = ids[:min(most, len(ids))]
	for _, id := range ids {
		specs = append(specs, onceMore(d.specs[id], id))
	}
	if len(specs) == 0 {
		return
	}
	if outcomes := try(specs...); len(outcomes) == len(specs) {
		for i, id := range ids {
			d.beside[id] = outcomes[i]
		}
	}
}

// deed is the first word of a family's id.
func (f *family) deed() judge.Deed {
	verb, _, _ := strings.Cut(f.id, ".")
	return judge.Deed(verb)
}

// strict reports whether what is red has to be so in the way that the family names.
func (f *family) strict() bool {
	return f.only || slices.Contains([]judge.Deed{judge.Repeats, judge.Handles, judge.Dies, judge.HangsUp}, f.deed())
}

// first is the requirement that shows a family best: of its members, which stand in
// their order, the first that is red.
func (f *family) first(ids []string) string {
	for _, pattern := range f.members {
		for _, id := range ids {
			if matches([]string{pattern}, id) {
				return id
			}
		}
	}
	return ids[0]
}
