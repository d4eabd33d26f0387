package diagnosis

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// passing is the end of the ids of causes that are there now and then.
const passing = "now-and-then"

// nowAndThen makes one cause of what was red, and was not when the same was sent
// several times again.
func (d *Diagnosis) nowAndThen(chosen []candidate) []candidate {
	// Of what a team expects the answer is known, whenever it comes.
	is := func(c candidate) bool { return d.passing[c.key()] && !strings.Contains(c.id, "."+expect.Topic+"-") }
	for _, first := range slices.Clone(chosen) {
		if !is(first) {
			continue
		}
		kind := first.sort()
		one := kind.candidate(passing, rankFamily)
		one.family = familyPassing(kind)
		chosen = slices.DeleteFunc(chosen, func(c candidate) bool {
			follows := is(c) && c.sort() == kind
			// Among many that come together there is always one.
			follows = follows || c.id == "refuses.in-parallel" && kind.does == judge.Refuses
			if follows {
				maps.Copy(one.explains, c.explains)
			}
			return follows
		})
		if len(one.explains) > 0 {
			chosen = append(chosen, one)
			d.tried[one.key()], d.proofs[one.key()] = true, Experiment
		}
	}
	return chosen
}

// familyPassing words a cause that is there now and then.
func familyPassing(kind sort) *family {
	return &family{
		id: string(kind.does) + "." + passing, title: does(kind.does, kind.status) + " now and then, and not when the same comes again",
		why:    "What fails by chance fails for somebody, and no test of yours shows it.",
		remedy: "Look into its log for what fails at these times: a limit, a lock, a connection that was closed.",
	}
}
