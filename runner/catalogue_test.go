package runner_test

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/schemas"
)

// One thing says what Meta sends.
func TestCatalogueOrDay(t *testing.T) {
	c := runner.Config{Reference: true, Catalogue: schemas.Everything()}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	c.AsOf = "2026-01-01"
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "set one of them") {
		t.Errorf("got %v", err)
	}
}

// The variants of the run's catalogue can be selected and probed with.
func TestRequirementsOfTheRunsCatalogue(t *testing.T) {
	v, _ := schemas.ByID("read.watermark")
	v.ID = "read.ours"
	ours, err := schemas.Everything().With(schemas.Additions{Variants: []schemas.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		catalogue *schemas.Catalogue
		known     bool
	}{{nil, false}, {ours, true}} {
		config := runner.Config{Reference: true, Catalogue: c.catalogue, Only: []string{"envelope.read.ours.accepted"}, Probe: "read.ours"}
		if err := config.Check(); (err == nil) != c.known {
			t.Errorf("known %t: %v", c.known, err)
		}
	}
}
