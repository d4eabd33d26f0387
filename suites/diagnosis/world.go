package diagnosis

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// world is what all stimuli of a run have in common: which members there are, and of
// which type they mostly are.
type world struct {
	members map[string]map[string]bool // by the name of the object that has them
	types   map[string]map[string]int  // by member
	known   map[string]bool            // members that the catalogue has
	objects map[string]bool            // and the objects that have them
	docs    map[*byte]any              // what bodies and events say
	bodies  map[*byte]traits           // that were looked at
	events  map[*byte]traits
	plain   traits               // of events of which nothing is special
	lack    map[string][3]*trait // by member, see lacking
}

// newWorld looks at all that was sent. known are the members of the catalogue.
func newWorld(cases []judge.Case, known map[string]bool) *world {
	w := &world{members: map[string]map[string]bool{}, types: map[string]map[string]int{}, known: known, objects: map[string]bool{}, docs: map[*byte]any{}, bodies: map[*byte]traits{}, events: map[*byte]traits{}, lack: map[string][3]*trait{}}
	for name := range known {
		parent, _, _ := strings.Cut(name, ".")
		w.objects[parent] = true
	}
	for _, c := range cases {
		for _, s := range c.Sent {
			walk("body", w.decode(s.Body), func(parent, member string, v any) {
				if w.unknown(parent, member) {
					return // what is not known cannot be missed
				}
				if w.members[parent] == nil {
					w.members[parent] = map[string]bool{}
				}
				w.members[parent][member] = true
				name := parent + "." + member
				if w.types[name] == nil {
					w.types[name] = map[string]int{}
				}
				w.types[name][typeOf(v)]++
			})
		}
	}
	w.plain = traits{}
	for _, c := range cases {
		for _, s := range c.Sent {
			if c.Requirement.ID == judge.Calibrating {
				maps.Copy(w.plain, w.ofBody(s))
			}
		}
	}
	return w
}

// ofVariant are the traits of a delivery with a variant of the catalogue alone.
func (w *world) ofVariant(v schemas.Variant) (traits, bool) {
	s, ok := sentOf(v)
	if !ok {
		return nil, false
	}
	return w.lookAt(s), true
}

// sentOf is a delivery with a variant of the catalogue alone.
func sentOf(v schemas.Variant) (judge.Sent, bool) {
	ev, err := event.Build(v, somebody, 1, time.UnixMilli(1767323045678))
	if err != nil {
		return judge.Sent{}, false
	}
	body, err := event.Wrap(ev)
	if err != nil {
		return judge.Sent{}, false
	}
	return judge.Sent{Method: "POST", Body: body, Size: len(body), Events: []judge.SentEvent{{JSON: ev.JSON}}}, true
}

// somebody is a person; only the form of the names counts.
var somebody = event.Session{Name: "somebody", PSID: "4507128616084321", PageID: "104508901353867", InstagramID: "17841400000000001", UserRef: "somebody", GuestID: "4507128616084322", Tag: "aaaaaaaaaa"}

// decode is what a document says, which is asked more than once.
func (w *world) decode(doc []byte) any {
	if len(doc) == 0 {
		return nil
	}
	v, met := w.docs[&doc[0]]
	if !met {
		v = decode(doc)
		w.docs[&doc[0]] = v
	}
	return v
}

// strange reports whether a member seldom has this JSON type.
func (w *world) strange(name, jsonType string) bool {
	const seldom = 10 // one in so many
	all := 0
	for t, n := range w.types[name] {
		if t != "null" {
			all += n
		}
	}
	return seldom*w.types[name][jsonType] < all
}

// walk visits each member of each object, with the name of the object: the one that
// it has in the object around it. Objects of a list have that of the list, but for the
// entries of a delivery and its events.
func walk(name string, v any, visit func(parent, member string, v any)) {
	if name == standby || name == changed || name == asked { // of which we know nothing
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(v)) {
			visit(name, member, v[member])
			walk(inside(name, member), v[member], visit)
		}
	case []any:
		for _, item := range v {
			walk(name, item, visit)
		}
	}
}

// inside names the objects that stand in a member.
func inside(parent, member string) string {
	switch {
	case member == "entry" && parent == "body":
		return "entry"
	case member == "messaging" && parent == "entry":
		return "event"
	case member == "standby" && parent == "entry":
		return standby
	case member == "value" && parent == "changes":
		return changed
	case member == "value" && parent == "body":
		return "event"
	}
	return member
}

const (
	standby = "standby"   // names events that are another app's
	changed = "changed"   // and what is told of a change
	asked   = "questions" // and what was asked, by names that somebody made up
)

// unknown reports whether no source has this member, though some have others of its
// object. Of an object that is unknown itself no member is.
func (w *world) unknown(parent, member string) bool {
	return !w.known[parent+"."+member] && w.objects[parent]
}
