package site

import (
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
)

type (
	variantsPage struct {
		Count    int
		Families []family
	}
	family struct {
		Name     string
		Variants []schemas.Variant
	}
	variantPage struct {
		schemas.Variant
		Delivery     []byte // a whole body with the variant in it
		Requirements []suites.Requirement
		Causes       []causeLink
		Fixes        []fix
		Seen         []report.Wild
	}
)

func (s *Site) addVariants() {
	s.pages["variants.html"] = page{"variants.html", func() (content, error) {
		all := s.catalogue.All()
		list := variantsPage{Count: len(all)}
		for _, name := range schemas.Families() {
			f := family{Name: name}
			for _, v := range all {
				if v.Family() == name {
					f.Variants = append(f.Variants, v)
				}
			}
			if len(f.Variants) > 0 {
				list.Families = append(list.Families, f)
			}
		}
		return content{"Variants", "variants.html", list}, nil
	}}
	for _, v := range s.catalogue.All() {
		s.pages[variantPath(v.ID)] = page{"variant.html", func() (content, error) {
			shown, err := s.variant(v)
			return content{v.ID, "variants.html", shown}, err
		}}
	}
}

func variantPath(id string) string { return "variants/" + id + ".html" }

func (s *Site) variant(v schemas.Variant) (variantPage, error) {
	shown := variantPage{Variant: v}
	body, err := sample(v)
	if err != nil {
		return shown, err
	}
	shown.Delivery = body
	var ids, topics []string
	for _, r := range s.all {
		if !standsOn(r.ID, v) {
			continue
		}
		shown.Requirements = append(shown.Requirements, r)
		shown.Seen = append(shown.Seen, runner.Explain(r).Wild...)
		ids, topics = append(ids, r.ID), append(topics, fixes.ForRequirement(r.ID))
	}
	shown.Seen, shown.Fixes = seen(shown.Seen), fixesOf(topics...)
	shown.Causes = s.causeLinks(s.known.causesOf(ids...))
	return shown, nil
}

// sample is a delivery of a variant, the same each time.
func sample(v schemas.Variant) ([]byte, error) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ev, err := event.Build(v, event.NewSession(1, "Ada", mockplatform.DefaultPageID), 1, at)
	if err != nil {
		return nil, fmt.Errorf("the variant %s: %w", v.ID, err)
	}
	doc, err := event.Wrap(ev)
	if err != nil {
		return nil, fmt.Errorf("the variant %s: %w", v.ID, err)
	}
	return wire.Encode(doc, wire.StyleOf(v.Form, v.Field))
}
