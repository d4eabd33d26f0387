package site

import (
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
)

type (
	toolPage struct {
		// Example is a payload to begin with.
		Example []byte
		// Versions of the Graph API, the newest first.
		Versions []schemas.GraphVersion
		// Days are those of the history, the newest first.
		Days []string
	}
	historyPage struct{ Changes []schemas.Change }
)

// example is the variant that the tools begin with.
const example = "referral.ads"

func (s *Site) addTools() {
	for _, t := range []struct{ path, title string }{{"index.html", "Validate"}, {"drift.html", "Drift"}, {"sign.html", "Sign and verify"}} {
		s.pages[t.path] = page{t.path, func() (content, error) {
			shown := toolPage{Versions: schemas.GraphVersions()}
			slices.Reverse(shown.Versions)
			for _, change := range slices.Backward(s.catalogue.History()) {
				if !slices.Contains(shown.Days, change.Date) {
					shown.Days = append(shown.Days, change.Date)
				}
			}
			v, found := s.catalogue.ByID(example)
			if !found {
				v = s.catalogue.All()[0]
			}
			var err error
			shown.Example, err = sample(v)
			return content{t.title, t.path, shown}, err
		}}
	}
}

func (s *Site) addHistory() {
	s.pages["history.html"] = page{"history.html", func() (content, error) {
		changes := s.catalogue.History()
		slices.Reverse(changes)
		return content{"History", "history.html", historyPage{changes}}, nil
	}}
}
