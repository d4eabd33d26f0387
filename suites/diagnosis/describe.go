package diagnosis

import (
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis/fixes"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Describe tells of a cause by its id, without a receiver: what it is, why it matters
// and how it is mended. It reports false where there is no cause with this id for a
// suite of these requirements.
func Describe(id string, requirements []judge.Requirement) (Cause, bool) {
	for _, f := range families {
		if f.id != id {
			continue
		}
		c := Cause{ID: id, Title: f.title, Level: judge.Must, Why: f.why, Remedy: f.remedy, Fix: f.fix}
		for _, r := range requirements {
			if matches(f.members, r.ID) {
				c.Explains = append(c.Explains, r.ID)
				if c.Why == "" {
					c.Why, c.Remedy = r.Why, r.Remedy
				}
			}
		}
		return c, true
	}
	verb, what, _ := strings.Cut(id, ".")
	deed := judge.Deed(verb)
	if does(deed, 0) == does(judge.Breaks, 0) {
		return Cause{}, false
	}
	for _, r := range requirements {
		if word(r.ID) == what {
			return Cause{
				ID: id, Title: does(deed, 0) + ", against: " + r.Title, Level: r.Level, Why: r.Why, Remedy: r.Remedy,
				Fix: fixes.ForRequirement(r.ID), Explains: []string{r.ID},
			}, true
		}
	}
	if what == passing {
		f := familyPassing(sort{does: deed})
		return Cause{ID: id, Title: f.title, Level: judge.Must, Why: f.why, Remedy: f.remedy}, true
	}
	c := candidate{id: id, does: deed}
	known := possible()
	for _, part := range strings.Split(what, "-and-") {
		t, ok := known[part]
		if !ok {
			t, ok = ofValue(part, known)
		}
		if !ok {
			return Cause{}, false
		}
		c.traits = append(c.traits, t)
	}
	why, remedy, fix := advice(c)
	return Cause{ID: id, Title: title(c, judge.Case{}), Level: judge.Must, Why: why, Remedy: remedy, Fix: fix}, true
}

// ofValue is a trait whose id has a value in it, or a measure.
func ofValue(id string, known traits) (*trait, bool) {
	measures := []string{"body-over-100-kib", "body-over-500-kib", "over-500-events", "several-entries", "several-events", "list-of-deliveries", "long-ids"}
	t := &trait{id: id, text: "this is so: " + strings.ReplaceAll(id, "-", " ")}
	if slices.Contains(measures, id) || strings.HasPrefix(id, "unknown-members-of-") {
		return t, true
	}
	member := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(id, "-of-any-type"), "other-"), "long-")
	if _, ok := known["no-"+member]; ok && member != id {
		return t, true
	}
	_, kind := known[member]
	for i := len(id); i > 0; i = strings.LastIndex(id[:i], "-") {
		if _, ok := known["no-"+id[:i]]; ok {
			return t, true
		}
	}
	return t, kind && member != id
}

// possible are the traits that the members of the catalogue can have.
func possible() traits {
	d := New(schemas.Everything(), nil)
	w := newWorld(nil, d.known)
	ts := traits{}
	for name := range d.known {
		parent, member, _ := strings.Cut(name, ".")
		for _, v := range []any{nil, "", "text"} {
			w.ofMember(parent, member, v, true, 0, ts)
		}
		w.ofMember(parent, member, nil, false, 0, ts)
		ts.add(wrong("/" + parent + "/" + member))
	}
	for _, doc := range []map[string]any{{}, {"postback": map[string]any{}}, {"referral": map[string]any{}}} {
		ofKind(doc, ts)
	}
	ofUnknown("event", nil, ts)
	ofInstant("1527459824", ts)
	ofText([]byte(`"\u00e9\/ 😀 é\u200d"`), ts)
	for _, t := range []*trait{otherTypes, typedMembers, laterEntries, laterEvents, bareForm, otherObject} {
		ts.add(t)
	}
	return ts
}
