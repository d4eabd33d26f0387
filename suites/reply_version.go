package suites

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// versions is about the versions of the Graph API that the receiver calls. Calls without
// one are not looked at: which one they get is not documented.
func versions(spec register) {
	spec(Requirement{
		ID: "reply.graph-version", Level: Should, Basis: Documented,
		Title:  "No call of the run is of a version of the Graph API that has ended, or ends within 90 days",
		Source: Source{URL: "https://developers.facebook.com/docs/graph-api/changelog/versions/"},
		Why:    "Calls of a version that has ended are answered by the oldest that is left: what they ask for, and what they get, changes from one day to the next.",
		Remedy: "Read the changelog from the version that is called to the newest, and call that.",
		Phase:  judge.Closing,
	}, func(_ context.Context, s *session) {
		calls := map[string][]journal.Exchange{}
		for _, x := range s.Find(func(x journal.Exchange) bool { return x.GraphVersion() != "" }) {
			calls[x.GraphVersion()] = append(calls[x.GraphVersion()], x)
		}
		if len(calls) == 0 {
			s.Inapplicable("the receiver called no version of the Graph API by its name")
		}
		var aged []string
		for _, name := range slices.SortedFunc(maps.Keys(calls), schemas.CompareGraphVersions) {
			if fate := schemas.GraphVersionFate(name, s.Env().Today); fate != "" {
				of := calls[name]
				aged = append(aged, fmt.Sprintf("%s, which %s: %s, the first %s", name, fate, plural.Count(len(of), "call"), judge.Endpoint(of[0])))
			}
		}
		if len(aged) > 0 {
			newest, _ := schemas.NewestGraphVersion(s.Env().Today)
			s.Verify((&Finding{
				Stimulus: "the events of the run", Expected: "calls of versions that are there for more than 90 days",
				Actual: strings.Join(aged, "; "),
				Remedy: fmt.Sprintf("Read the changelog from there to %s, the newest on %s, and call that.", newest.Name, s.Env().Today),
			}).As(judge.Miscalls))
		}
		s.Verify(nil)
	})
}
