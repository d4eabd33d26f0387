package drift

import "github.com/seed-11445fa1/referee/schemas"

// VariantOf returns the file of a variant that is one event, its ids, instants and
// texts replaced by placeholders, whatever is new in it. kind is the member that
// decides what it is, and name completes its ID.
func VariantOf(c *schemas.Catalogue, object string, form schemas.Form, kind, name string, event any) schemas.Variant {
	v, _ := Item{Object: object, Event: kind, event: event, form: form}.Variant(c) // there is an event
	id := slug(name)
	const most = 60
	if len(id) > most {
		id = slug(id[:most])
	}
	v.ID = slug(kind) + "." + id
	return v
}
