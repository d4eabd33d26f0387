package suites

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/suites/judge"
)

//go:embed wild.json
var wildData []byte

// wild is what is known of receivers in use, as wild.json has it.
type wild struct {
	// Reports are issues and pull requests.
	Reports []struct {
		Report string
		sighting
	}
	// Counts come from 36 public receivers that were run unchanged and probed.
	Counts []struct {
		Of36 int `json:"of_36"`
		sighting
	}
}

// sighting is something that broke.
type sighting struct {
	Broke string
	// Requirements are the ids of those that it broke. A star stands for any
	// words: "postback.user-ref.*".
	Requirements []string
}

// sightings reads wild.json, which is part of the program.
func sightings() wild {
	var w wild
	if err := json.Unmarshal(wildData, &w); err != nil {
		panic("suites: wild.json: " + err.Error())
	}
	return w
}

// of returns what is known of one requirement, counts first.
func (w wild) of(id string) []Wild {
	var all []Wild
	for _, c := range w.Counts {
		if c.concerns(id) {
			all = append(all, Wild{Broke: fmt.Sprintf("Of 36 public receivers, %d %s.", c.Of36, c.Broke)})
		}
	}
	for _, r := range w.Reports {
		if r.concerns(id) {
			all = append(all, Wild{Report: r.Report, Broke: r.Broke})
		}
	}
	return all
}

func (s sighting) concerns(id string) bool {
	return slices.ContainsFunc(s.Requirements, func(pattern string) bool { return judge.Fits(pattern, id) })
}
