package graph_test

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
)

// The names are those that the journal has, each once.
func TestEdgeNames(t *testing.T) {
	names := graph.EdgeNames()
	if names[0] != "messages" || !slices.IsSorted(names[1:]) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("got %q", names)
	}
	s, j := appServer(t, nil)
	ask := asking(t, s)
	for _, target := range []string{"/me", "/me/personas", "/1234", "/app", "/debug_token?input_token=a", "/somebody"} {
		ask("GET", target, "")
	}
	for _, x := range j.Find(everything) {
		if !slices.Contains(names, x.Edge) {
			t.Errorf("%s is recorded as %q, which is none of %q", x.Request.URL, x.Edge, names)
		}
	}
}
