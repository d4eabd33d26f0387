package site

import (
	"slices"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
	"github.com/seed-11445fa1/referee/suites/reference"
)

type (
	requirementsPage struct {
		Count  int
		Topics []topic
	}
	topic struct {
		Name         string
		Must, Should int
		Requirements []suites.Requirement
	}
	requirementPage struct {
		report.Explanation
		Causes   []causeLink
		Mutants  []reference.Mutant
		Fixes    []fix
		Variants []schemas.Variant // that it stands on
	}
)

func (s *Site) addRequirements() {
	s.pages["requirements.html"] = page{"requirements.html", func() (content, error) {
		list := requirementsPage{Count: len(s.all)}
		for _, r := range s.all {
			at := slices.IndexFunc(list.Topics, func(t topic) bool { return t.Name == r.Topic() })
			if at < 0 {
				at = len(list.Topics)
				list.Topics = append(list.Topics, topic{Name: r.Topic()})
			}
			t := &list.Topics[at]
			t.Requirements = append(t.Requirements, r)
			switch r.Level {
			case report.Must:
				t.Must++
			case report.Should:
				t.Should++
			}
		}
		return content{"Requirements", "requirements.html", list}, nil
	}}
	for _, r := range s.all {
		s.pages[requirementPath(r.ID)] = page{"requirement.html", func() (content, error) {
			return content{r.ID, "requirements.html", s.requirement(r)}, nil
		}}
	}
}

func requirementPath(id string) string { return "requirements/" + id + ".html" }

func (s *Site) requirement(r suites.Requirement) requirementPage {
	shown := requirementPage{Explanation: runner.Explain(r), Mutants: s.known.ofRequirement[r.ID]}
	shown.Causes = s.causeLinks(s.known.causesOf(r.ID))
	topics := []string{fixes.ForRequirement(r.ID)}
	if topics[0] == "" { // by whose causes it is fixed
		for _, c := range shown.Causes {
			topics = append(topics, c.Fix)
		}
	}
	shown.Fixes = fixesOf(topics...)
	for _, v := range s.catalogue.All() {
		if standsOn(r.ID, v) {
			shown.Variants = append(shown.Variants, v)
		}
	}
	return shown
}
