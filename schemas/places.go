package schemas

import (
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// PlacesOfValues are the parts of schemas that list the values which KnownValues
// returns for a member of an object, as Problem.Place names them.
func (c *Catalogue) PlacesOfValues(object, member string) []string {
	var places []string
	for name := range c.registry {
		if !OfEvents(name) {
			continue
		}
		s, err := c.registry.get(name)
		if err != nil {
			continue // With and the tests compile them all
		}
		if own := s.root.Properties[member]; own != nil && object == "" && strings.HasPrefix(name, "event") {
			if _, lists := knownValues(own); lists {
				places = append(places, placeOf(own.Location))
			}
		}
		for _, sub := range s.at {
			for above, property := range sub.Properties {
				places = append(places, placesOfValues(above, property, object, member)...)
			}
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// placesOfValues looks into the schema of a property for the member of an object.
func placesOfValues(above string, property *jsonschema.Schema, object, member string) []string {
	target := referred(property)
	if target.Items2020 != nil {
		above, target = elementOf(above), target.Items2020
	}
	if above != object {
		return nil
	}
	var places []string
	for _, branch := range []*jsonschema.Schema{target, target.Then, target.Else} {
		if branch == nil {
			continue
		}
		if s := referred(branch).Properties[member]; s != nil {
			if _, lists := knownValues(s); lists {
				places = append(places, placeOf(s.Location))
			}
		}
	}
	return places
}

// referred is what a schema refers to in the end, or the schema itself.
func referred(s *jsonschema.Schema) *jsonschema.Schema {
	for s.Ref != nil {
		s = s.Ref
	}
	return s
}
