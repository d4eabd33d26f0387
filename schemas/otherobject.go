package schemas

import "slices"

// unshared are the members of which a Page and Instagram have values of their own: the
// pages of each list them.
var unshared = []string{key("reaction", "reaction"), key(elementOf("attachments"), "type")}

// share notes that events of an object have these values.
func (r *reader) share(object string, event any) {
	r.eachOfSet("", "", event, func(_, member string, _ closedSet, text string) {
		if of := key(member, text); slices.Contains(unshared, member) && !slices.Contains(r.objects[of], object) {
			r.objects[of] = append(r.objects[of], object)
		}
	})
}

// ofAnotherObject says that a value is known of the events of another object alone: that
// Instagram now has the stickers of Messenger is as new to a receiver as a type that
// nobody had before. What is of no object, or of one that has no variants, is not told
// apart, and templates and shares come wherever a page sends them.
func (r *reader) ofAnotherObject(object, pointer, member, text string) []Problem {
	of := r.objects[key(member, text)]
	if object != "page" && object != "instagram" || len(of) == 0 || slices.Contains(of, object) || text == "template" || text == "fallback" {
		return nil
	}
	return []Problem{{
		Breach: NewValue, Pointer: pointer,
		Message: "is " + show(text) + ", which is known of the object " + alternatives(of, func(v string) string { return v }) + " only",
	}}
}
