package suites

import (
	"bytes"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSightingsAreConsistent holds wild.json to its form, each of its patterns to a
// requirement, and its reports to the collected facts, where these are beside the project.
func TestSightingsAreConsistent(t *testing.T) {
	var w wild
	d := json.NewDecoder(bytes.NewReader(wildData))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		t.Fatal(err)
	}
	report := regexp.MustCompile(`^[\w.-]+/[\w.-]+#[1-9][0-9]*$`)
	seen := map[string]bool{}
	check := func(name string, s sighting) {
		if seen[name] {
			t.Errorf("%s: there twice", name)
		}
		seen[name] = true
		if len(s.Requirements) == 0 || !slices.IsSorted(s.Requirements) || len(slices.Compact(slices.Clone(s.Requirements))) != len(s.Requirements) {
			t.Errorf("%s: the requirements %q are none, not sorted, or there twice", name, s.Requirements)
		}
		for _, pattern := range s.Requirements {
			fits := func(r Requirement) bool { ok, err := path.Match(pattern, r.ID); return ok && err == nil }
			if !slices.ContainsFunc(Requirements(), fits) {
				t.Errorf("%s: %q fits no requirement", name, pattern)
			}
		}
	}
	for _, r := range w.Reports {
		check(r.Report, r.sighting)
		if !report.MatchString(r.Report) {
			t.Errorf("%q is no report such as restfb/restfb#1158", r.Report)
		}
		if !regexp.MustCompile(`^[A-Z].*[.:"]$`).MatchString(r.Broke) {
			t.Errorf("%s: no sentence: %q", r.Report, r.Broke)
		}
	}
	for _, c := range w.Counts {
		check(c.Broke, c.sighting)
		if c.Of36 < 1 || c.Of36 > 36 || strings.HasSuffix(c.Broke, ".") {
			t.Errorf("%q: %d of 36, or more than a predicate", c.Broke, c.Of36)
		}
	}
	// The facts name some repositories by their owner alone.
	said := facts(t)
	for _, r := range w.Reports {
		name, number, _ := strings.Cut(r.Report, "#")
		owner, repository, _ := strings.Cut(name, "/")
		line := regexp.MustCompile(`(?m)^.*\b(?:` + regexp.QuoteMeta(owner) + `|` + regexp.QuoteMeta(repository) + `)\b.*#` + number + `\b.*$`)
		if said != "" && !line.MatchString(said) {
			t.Errorf("%s: not in the facts", r.Report)
		}
	}
}

func TestWildURL(t *testing.T) {
	if url := (Wild{Report: "restfb/restfb#1158"}).URL(); url != "https://github.com/restfb/restfb/issues/1158" {
		t.Errorf("got %q", url)
	}
	if url := (Wild{Broke: "Of 36 public receivers, 2 died."}).URL(); url != "" {
		t.Errorf("a count has the URL %q", url)
	}
}

func TestWildOf(t *testing.T) {
	r, ok := ByID("evolution.timestamp-text")
	if !ok || len(r.Wild) < 2 || r.Wild[0].Report != "" || !strings.HasPrefix(r.Wild[0].Broke, "Of 36 public receivers, ") || r.Wild[1].Report == "" {
		t.Errorf("got %+v", r.Wild)
	}
	examples := 0
	for _, r := range Requirements() {
		if len(r.Wild) > 0 {
			examples++
		}
	}
	if examples < 80 {
		t.Errorf("%d requirements have an example", examples)
	}
}
