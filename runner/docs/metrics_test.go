package docs_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/seed-11445fa1/referee/runner/load"
)

// TestPageOfLoadNamesItsMetrics wants the page to name each metric of a load, and no other.
func TestPageOfLoadNamesItsMetrics(t *testing.T) {
	t.Parallel()
	descs := make(chan *prometheus.Desc)
	go func() {
		defer close(descs)
		load.NewMeter().Describe(descs)
	}()
	var there, named []string
	for d := range descs {
		_, rest, _ := strings.Cut(d.String(), `fqName: "`)
		name, _, _ := strings.Cut(rest, `"`)
		there = append(there, name)
	}
	for _, code := range pages(t)["load"].code {
		if name, _, _ := strings.Cut(code, "{"); strings.HasPrefix(name, "referee_load_") {
			named = append(named, name)
		}
	}
	slices.Sort(there)
	slices.Sort(named)
	if !slices.Equal(there, named) {
		t.Errorf("there are\n%s\nand the page names\n%s", strings.Join(there, "\n"), strings.Join(named, "\n"))
	}
}
