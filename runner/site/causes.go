package site

import (
	"slices"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/reference"
)

type (
	causesPage struct{ Causes []causeLink }
	// causeLink is a cause as other pages name it.
	causeLink struct {
		ID, Title, Fix string
		Breaks         int // how many requirements
	}
	causePage struct {
		diagnosis.Cause
		Mutants      []reference.Mutant
		Requirements []suites.Requirement
		Fixes        []fix
		Seen         []report.Wild
	}
)

func (s *Site) addCauses() {
	s.pages["causes.html"] = page{"causes.html", func() (content, error) {
		return content{"Causes", "causes.html", causesPage{s.causeLinks(s.known.causes)}}, nil
	}}
	for _, id := range s.known.causes {
		s.pages[causePath(id)] = page{"cause.html", func() (content, error) {
			return content{id, "causes.html", s.cause(id)}, nil
		}}
	}
}

func causePath(id string) string { return "causes/" + id + ".html" }

// describe describes every cause without a receiver. Each is one of a mutant, and has a
// description: a test looks.
func (s *Site) describe() map[string]diagnosis.Cause {
	all := map[string]diagnosis.Cause{}
	for _, id := range s.known.causes {
		all[id], _ = runner.ExplainCause(id, s.catalogue, s.all)
	}
	return all
}

func (s *Site) causeLinks(ids []string) (links []causeLink) {
	for _, id := range ids {
		c := s.described()[id]
		links = append(links, causeLink{ID: id, Title: c.Title, Fix: c.Fix, Breaks: len(c.Explains)})
	}
	return links
}

func (s *Site) cause(id string) causePage {
	c := causePage{Cause: s.described()[id], Mutants: s.known.ofCause[id]}
	for _, r := range s.all { // in the order of reports
		if slices.Contains(c.Explains, r.ID) {
			c.Requirements = append(c.Requirements, r)
		}
	}
	if len(c.Requirements) == 1 { // of whose receivers nobody knows another cause
		c.Seen = runner.Explain(c.Requirements[0]).Wild
	}
	c.Fixes = fixesOf(c.Fix)
	return c
}
