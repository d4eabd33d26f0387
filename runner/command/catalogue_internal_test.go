package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCatalogueIsCurrent holds the committed page of requirements to the
// requirements themselves.
func TestCatalogueIsCurrent(t *testing.T) {
	page := filepath.Join("..", "..", "suites", "REQUIREMENTS.md")
	committed, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	current, _, err := execute(t, newRequirements, "--markdown")
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(committed), "\n"), strings.Split(current, "\n")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			t.Fatalf("suites/REQUIREMENTS.md differs from the requirements from line %d on; `make catalogue` writes it anew", i+1)
		}
	}
}

func TestRequirementsInOneFormOnly(t *testing.T) {
	_, _, err := execute(t, newRequirements, "--markdown", "--json")
	if err == nil || !strings.Contains(err.Error(), "not both") {
		t.Errorf("got %v", err)
	}
}
