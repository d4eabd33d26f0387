package schemas

import (
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// entryForms are the ways in which events stand in an entry, as the schema of the
// envelope has them: that calls came in a list of their own was no change of this code.
type entryForms struct {
	// lists are the members whose elements are events, in the schema's order.
	lists []Form
	// kinds are the members by which an entry is an event itself.
	kinds []string
	// others are the members of an entry that are no lists of events.
	others []string
}

func newEntryForms(c *Catalogue) entryForms {
	var f entryForms
	envelope, err := c.registry.get("envelope")
	if err != nil || envelope.root.Properties["entry"] == nil {
		return f // a test reads every schema
	}
	entry := referred(envelope.root.Properties["entry"]).Items2020
	for ; entry != nil && entry.If != nil; entry = entry.Else {
		f.kinds = append(f.kinds, entry.If.Required...)
	}
	if entry == nil {
		return f
	}
	properties := referred(entry).Properties
	for _, alternative := range referred(entry).AnyOf {
		for _, list := range alternative.Required {
			if properties[list] != nil { // of a day on which there was none, it may be asked for still
				f.lists = append(f.lists, Form(list))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if !slices.Contains(f.lists, Form(name)) {
			f.others = append(f.others, name)
		}
	}
	return f
}

// referred is what a schema refers to in the end, or the schema itself.
func referred(s *jsonschema.Schema) *jsonschema.Schema {
	for s.Ref != nil {
		s = s.Ref
	}
	return s
}

// isEvent reports whether an entry is an event itself.
func (f entryForms) isEvent(entry map[string]any) bool {
	return slices.ContainsFunc(f.kinds, func(kind string) bool { return entry[kind] != nil })
}

// of lists the lists of events of an entry. Where it has none that is known, every
// other list of objects counts; and where there is none either, the entry is an event
// itself if it has an object.
func (f entryForms) of(entry map[string]any) (lists []Form, isEvent bool) {
	if f.isEvent(entry) {
		return nil, true
	}
	for _, form := range f.lists {
		if entry[string(form)] != nil {
			lists = append(lists, form)
		}
	}
	if len(lists) > 0 {
		return lists, false
	}
	for _, name := range slices.Sorted(maps.Keys(entry)) {
		if slices.Contains(f.others, name) {
			continue
		}
		switch value := entry[name].(type) {
		case []any:
			if len(value) > 0 && !slices.ContainsFunc(value, func(element any) bool { _, ok := element.(map[string]any); return !ok }) {
				lists = append(lists, Form(name))
			}
		case map[string]any:
			isEvent = true
		}
	}
	return lists, isEvent && len(lists) == 0
}
