package schemas

import (
	"maps"
	"slices"
	"strings"
)

// Kinds returns the members that decide what an event is: "message", "postback".
func (c *Catalogue) Kinds() []string { return slices.Clone(c.reader().kinds) }

// MemberNames returns the names of all members that are known of what Meta
// delivers, sorted: "entry", "ads_context_data".
func (c *Catalogue) MemberNames() ([]string, error) {
	names := map[string]bool{}
	for name := range c.registry {
		room, _, _ := strings.Cut(name, ".")
		if room != "envelope" && room != "event" && room != "body" {
			continue // a request to Meta, or a format of our own
		}
		s, err := c.registry.get(name)
		if err != nil {
			return nil, err
		}
		for _, sub := range s.at {
			for member := range sub.Properties {
				names[member] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}
