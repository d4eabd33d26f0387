package diagnosis

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// trait is something that a stimulus has, or that one of its events has.
type trait struct {
	id   string // for the id of a cause: "sender-without-id"
	text string // for its sentence, after "when": "the sender has no id"
	// rank orders traits of which each would do, the most general first.
	rank int
	// at is the member that it is about, "sender.id", for the experiment; change says
	// what makes a plain event have it.
	at     string
	change change
	value  json.RawMessage // of a member that is there
}

// change is how a plain event gets a trait.
type change string

const (
	none    change = ""        // it cannot be made
	absent  change = "absent"  // the member is taken out
	present change = "present" // the member is put in, or gets this value
)

// Ranks of traits.
const (
	rankAny     = iota // of any member: a null, an unknown one
	rankKind           // what kind of event it is
	rankPlace          // where in the delivery it stands
	rankText           // what characters there are in it, and how an instant is written
	rankWrong          // where a receipt is not what came
	rankLacks          // a member is absent or null
	rankMember         // one thing about a member
	rankValue          // a value
	rankDeep           // a member of a member that may not be there
	rankFurther        // for each level below
)

// traits are those of one stimulus, by their ids.
type traits map[string]trait

func (ts traits) add(t trait) {
	if old, ok := ts[t.id]; !ok || t.rank < old.rank {
		ts[t.id] = t
	}
}

// world is what all stimuli of a run have in common: which members there are, and of
// which type they mostly are.
type world struct {
	members map[string]map[string]bool // by the name of the object that has them
	types   map[string]map[string]int  // by member
	known   map[string]bool            // members that the catalogue has
	bodies  map[*byte]traits           // that were looked at
	events  map[*byte]traits
}

// newWorld looks at all that was sent. known are the members of the catalogue.
func newWorld(cases []judge.Case, known map[string]bool) *world {
	w := &world{members: map[string]map[string]bool{}, types: map[string]map[string]int{}, known: known, bodies: map[*byte]traits{}, events: map[*byte]traits{}}
	for _, c := range cases {
		for _, s := range c.Sent {
			walk("body", decode(s.Body), func(parent, member string, v any) {
				if !w.known[parent+"."+member] && !w.within(parent) {
					return // what nobody knows is missed by nobody
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
	return w
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

// ofBody are the traits of a whole delivery.
func (w *world) ofBody(s judge.Sent) traits {
	if len(s.Body) == 0 {
		return w.lookAt(s)
	}
	ts, met := w.bodies[&s.Body[0]]
	if !met {
		ts = w.lookAt(s)
		w.bodies[&s.Body[0]] = ts
	}
	return ts
}

func (w *world) lookAt(s judge.Sent) traits {
	ts := traits{}
	doc := decode(s.Body)
	switch {
	case s.Method != "POST":
		return ts
	case s.Size > 500<<10:
		ts.add(trait{id: "body-over-500-kib", text: "the body is larger than 500 KiB", rank: rankPlace + 1})
		fallthrough
	case s.Size > 100<<10:
		ts.add(trait{id: "body-over-100-kib", text: "the body is larger than 100 KiB", rank: rankPlace})
	}
	if len(s.Events) > 500 {
		ts.add(trait{id: "over-500-events", text: "there are more than 500 events in a delivery", rank: rankPlace})
	}
	if doc == nil {
		for _, e := range s.Events[:min(len(s.Events), 20)] { // of a body that was not kept
			event := decode(e.JSON)
			w.of(rootOf(event), event, ts)
		}
		return ts
	}
	if _, list := doc.([]any); list {
		ts.add(trait{id: "list-of-deliveries", text: "the body is a list", rank: rankKind})
		return ts
	}
	w.of("body", doc, ts)
	w.ofText(s.Body, ts)
	if body, ok := doc.(map[string]any); ok {
		if object, is := body["object"].(string); is && object != "page" {
			ts.add(otherObject)
		}
		if _, value := body["value"]; value {
			ts.add(bareForm)
		}
		entries, _ := body["entry"].([]any)
		if len(entries) > 1 {
			ts.add(trait{id: "several-entries", text: "there is more than one entry", rank: rankPlace})
		}
		for _, e := range entries {
			entry, _ := e.(map[string]any)
			if events, _ := entry["messaging"].([]any); len(events) > 1 {
				ts.add(trait{id: "several-events", text: "an entry has more than one event", rank: rankPlace})
			}
		}
	}
	return ts
}

// ofEvent are the traits of one event of a delivery, and of its place there.
func (w *world) ofEvent(s judge.Sent, i int) traits {
	at := &s.Events[i].JSON[0]
	ts, met := w.events[at]
	if !met {
		ts = w.lookAtEvent(s, i)
		w.events[at] = ts
	}
	return ts
}

func (w *world) lookAtEvent(s judge.Sent, i int) traits {
	ts := traits{}
	doc := decode(s.Events[i].JSON)
	w.of(rootOf(doc), doc, ts)
	w.ofText(s.Events[i].JSON, ts)
	body, _ := decode(s.Body).(map[string]any)
	if _, value := body["value"]; value {
		ts.add(bareForm)
	}
	entries, _ := body["entry"].([]any)
	for n, e := range entries {
		entry, _ := e.(map[string]any)
		for _, list := range []string{"messaging"} {
			events, _ := entry[list].([]any)
			for m, ev := range events {
				if !same(ev, doc) {
					continue
				}
				for member := range w.members["entry"] {
					if value, there := entry[member]; member != "messaging" {
						w.ofMember("entry", member, value, there, 0, ts)
					}
				}
				if n > 0 {
					ts.add(laterEntries)
				}
				if m > 0 {
					ts.add(laterEvents)
				}
			}
		}
	}
	return ts
}

// rootOf names what a document is: some variants are whole bodies.
func rootOf(doc any) string {
	object, _ := doc.(map[string]any)
	switch {
	case object["entry"] != nil:
		return "body"
	case object["messaging"] != nil:
		return "entry"
	}
	return "event"
}

// of collects the traits of a value and of all that is in it.
func (w *world) of(name string, v any, ts traits) {
	depth := map[string]int{"body": 0, "entry": 0, "event": 0}
	var look func(name string, v any, level int)
	look = func(name string, v any, level int) {
		if list, ok := v.([]any); ok {
			for _, item := range list {
				if _, object := item.(map[string]any); !object && (name == "entry" || name == "event") {
					ts.add(otherTypes)
				}
				look(name, item, level)
			}
			return
		}
		object, ok := v.(map[string]any)
		if !ok {
			return
		}
		if _, fixed := depth[name]; fixed {
			level = 0
		}
		switch name {
		case standby, changed, asked:
			return
		case "event":
			w.ofKind(object, ts)
		}
		for member := range w.members[name] {
			value, there := object[member]
			w.ofMember(name, member, value, there, level, ts)
		}
		for member, value := range object {
			if !w.known[name+"."+member] && !w.within(name) {
				w.ofUnknown(name, value, ts)
				continue
			}
			if _, list := value.([]any); name == "entry" && member == "messaging" && !list {
				continue // which is no event
			}
			look(inside(name, member), value, level+1)
		}
	}
	look(name, v, 0)
}

// ofKind is what kind of event it is.
func (w *world) ofKind(event map[string]any, ts traits) {
	own, other := false, true
	for member, v := range event {
		_, object := v.(map[string]any)
		own = own || object && (member == "postback" || member == "referral")
		other = other && member != "message" && member != "postback" && member != "referral"
	}
	message, _ := event["message"].(map[string]any)
	_, referral := event["referral"].(map[string]any)
	if _, inMessage := message["referral"]; referral || inMessage {
		ts.add(trait{id: "referrals-outside-postbacks", text: "there is a referral that does not come with a postback", rank: rankKind + 1})
	}
	switch {
	case own:
		ts.add(trait{id: "postbacks-and-referrals", text: "the event is a postback or a referral", rank: rankKind})
	case other:
		ts.add(trait{id: "other-kinds", text: "the event is neither a message, a postback nor a referral", rank: rankKind})
	}
}

// ofUnknown is about a member that no source has.
func (w *world) ofUnknown(parent string, v any, ts traits) {
	raw, _ := json.Marshal(v)
	ts.add(trait{id: "unknown-members", text: "there is a member that nobody knows yet", rank: rankAny})
	if parent != "body" && parent != "entry" {
		ts.add(trait{id: "unknown-members-of-events", text: "the event has, at some depth, a member that nobody knows yet", rank: rankAny})
	}
	ts.add(trait{
		id: "unknown-members-of-" + kindID(parent), text: fmt.Sprintf("the %s has a member that nobody knows yet", plain(parent)), rank: rankMember,
		at: parent + ".referee_future", change: present, value: raw,
	})
}

// ofMember collects the traits of one member of an object, which may be absent.
func (w *world) ofMember(parent, member string, v any, there bool, level int, ts traits) {
	name := parent + "." + member
	add := func(id, text string, rank int, c change) {
		raw, _ := json.Marshal(v)
		ts.add(trait{id: id, text: text, rank: rank, at: name, change: c, value: raw})
	}
	both := strings.ReplaceAll(parent+"-"+member, "_", "-")
	word := strings.ReplaceAll(parent+"-without-"+member, "_", "-")
	the := "the " + plain(parent)
	empty := there && (v == "" || isEmpty(v))
	if !there || v == nil || empty {
		add("no-"+both, fmt.Sprintf("%s says nothing in %s", the, member), rankLacks+2, absent)
	}
	if !there || v == nil {
		add(word, fmt.Sprintf("%s has no %s", the, member), rankLacks, absent)
	}
	switch {
	case !there:
		add(word+"-at-all", fmt.Sprintf("%s has no %s at all", the, member), rankLacks+1, absent)
		return
	case v == nil && parent != "body" && parent != "entry":
		add("nulls", "a member is null", rankAny, present)
		fallthrough
	case v == nil:
		add(both+"-null", fmt.Sprintf("%s of %s is null", member, the), rankMember, present)
		return
	case empty && parent == "entry":
		add("empty-lists", "an entry has a list that is empty", rankAny, present)
		fallthrough
	case empty:
		if parent != "body" && parent != "entry" {
			add("empty-members", "a member is empty", rankAny, present)
		}
		add(both+"-empty", fmt.Sprintf("%s of %s is empty", member, the), rankMember, present)
	}
	if member == "timestamp" {
		w.ofInstant(v, ts)
	}
	if t := typeOf(v); v != nil && w.strange(name, t) {
		ts.add(otherTypes)
		add(fmt.Sprintf("%s-as-%s", both, t), fmt.Sprintf("%s of %s is %s", member, the, withArticle(t)), rankMember, present)
		if t == "object" || t == "array" || level < 1 && parent != "event" {
			if parent == "event" {
				add(kindID(member)+"-of-any-type", fmt.Sprintf("the event has %s, of whatever type", member), rankKind+2, present)
			}
			return
		}
	}
	if slices.Contains(everywhere, name) {
		return
	}
	if parent == "event" {
		add(kindID(member)+"-of-any-type", fmt.Sprintf("the event has %s, of whatever type", member), rankKind+2, present)
	}
	switch parent {
	case "event":
		add(kindID(member), fmt.Sprintf("the event has %s", member), rankKind, present)
	case "entry", "body":
		add(kindID(parent+"-with-"+member), fmt.Sprintf("%s has %s", the, member), rankKind+1, present)
	default:
		add(kindID(parent+"-with-"+member), fmt.Sprintf("%s has %s", the, member), rankDeep+level*rankFurther, present)
	}
	if text, ok := v.(string); ok {
		if enumerated.MatchString(text) || valued[name] && len(text) < 80 {
			add(fmt.Sprintf("%s-%s", both, strings.ToLower(strings.ReplaceAll(text, "_", "-"))), fmt.Sprintf("%s of %s is %s", member, the, text), rankValue, present)
		}
		if len(text) > 255 {
			add("long-"+both, fmt.Sprintf("%s of %s is longer than 255 bytes", member, the), rankText, present)
		}
		if name == "sender.id" && len(text) > 17 {
			add("long-ids", "the sender's id has more than 17 digits", rankText, present)
		}
	}
}

// within reports whether an object is one of which all members are unknown, as it is
// unknown itself.
func (w *world) within(parent string) bool {
	if parent == "body" || parent == "entry" || parent == "event" {
		return false
	}
	for name := range w.known {
		if before, _, _ := strings.Cut(name, "."); before == parent {
			return false
		}
	}
	return true
}

// ofInstant is about the units in which instants come.
func (w *world) ofInstant(v any, ts traits) {
	text := fmt.Sprint(v)
	if len(text) > 0 && len(text) <= 10 && strings.Trim(text, "0123456789") == "" {
		ts.add(trait{id: "timestamp-in-seconds", text: "the timestamp is in seconds", rank: rankText})
		if _, is := v.(string); is {
			ts.add(trait{id: "timestamp-in-seconds-as-text", text: "the timestamp is in seconds, in a text", rank: rankText + 1})
		}
	}
}

// everywhere are members of which it says nothing that they are there.
var everywhere = []string{
	"event.sender", "event.recipient", "event.timestamp", "entry.id", "entry.time", "entry.messaging", "body.object", "body.entry",
}

// Traits that are no single member's.
var (
	otherTypes   = trait{id: "other-types", text: "a member has another JSON type than it mostly has", rank: rankAny}
	bareForm     = trait{id: "bare-form", text: "the event stands in field and value, without an entry around it", rank: rankKind}
	otherObject  = trait{id: "other-object", text: "the object is not page", rank: rankKind, at: "body.object"}
	laterEntries = trait{id: "later-entries", text: "it stands in an entry behind the first", rank: rankPlace}
	laterEvents  = trait{id: "later-events", text: "it stands behind another event of its entry", rank: rankPlace + 1}
)

// valued are the members of closed sets, of which an empty text is a value too.
var valued = map[string]bool{"referral.source": true, "referral.type": true}

// enumerated are values of closed sets.
var enumerated = regexp.MustCompile(`^[A-Z][A-Z_-]{2,30}$`)

// escapes are characters that are written in another way than most printers would.
var escapes = regexp.MustCompile(`\\/|\\u[0-9a-fA-F]{4}`)

// ofText is about the characters in it.
func (w *world) ofText(doc []byte, ts traits) {
	if escapes.Match(doc) {
		ts.add(trait{id: "escapes", text: "a character is escaped in the body", rank: rankText})
	}
	var value any
	if json.Unmarshal(doc, &value) != nil {
		return
	}
	texts(value, func(text string) {
		for _, r := range text {
			switch {
			case r > 0xffff:
				ts.add(trait{id: "four-byte-characters", text: "a text has a character of four bytes, such as an emoji", rank: rankText + 1})
			case unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Me, r):
				ts.add(trait{id: "combining-marks", text: "a text has a mark that is written over or under a letter", rank: rankText + 1})
			case unicode.Is(unicode.Cf, r):
				ts.add(trait{id: "invisible-characters", text: "a text has a character that cannot be seen", rank: rankText + 1})
			}
			if r > 0xff {
				ts.add(trait{id: "characters-beyond-latin-1", text: "a text has a character beyond Latin-1", rank: rankText})
			}
			if unicode.Is(unicode.Variation_Selector, r) {
				ts.add(trait{id: "combining-marks", text: "a text has a mark that is written over or under a letter", rank: rankText + 1})
			}
		}
	})
}

func texts(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case map[string]any:
		for _, member := range v {
			texts(member, visit)
		}
	case []any:
		for _, item := range v {
			texts(item, visit)
		}
	}
}

// kindID makes a word for an id of the name of a member.
func kindID(name string) string { return strings.ReplaceAll(name, "_", "-") }

// plain is how a text speaks of an object.
func plain(parent string) string { return strings.ReplaceAll(parent, "_", " ") }

func withArticle(jsonType string) string {
	switch jsonType {
	case "string":
		return "a text"
	case "object", "array":
		return "an " + jsonType
	}
	return "a " + jsonType
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case json.Number:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	}
	return "object"
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func decode(doc []byte) any { return judge.Decode(doc) }

// same reports whether two decoded values are the same.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
