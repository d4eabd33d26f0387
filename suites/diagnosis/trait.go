package diagnosis

import "strings"

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
	value  any // of a member that is there
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
type traits map[string]*trait

func (ts traits) add(all ...*trait) {
	for _, t := range all {
		if old, ok := ts[t.id]; !ok || t.rank < old.rank {
			ts[t.id] = t
		}
	}
}

// ofMember reports whether a trait is about what is in an event, and not about where it
// stands, how it is written or how much of it there is.
func (t *trait) ofMember() bool { return t != bareForm && (t.rank == rankKind || t.rank >= rankLacks) }

// Traits that are no single member's.
var (
	otherTypes   = &trait{id: "other-types", text: "a member has another JSON type than it mostly has", rank: rankAny}
	bareForm     = &trait{id: "bare-form", text: "the event stands in field and value, not in an entry", rank: rankKind, at: "body.value", change: present}
	otherObject  = &trait{id: "other-object", text: "the object is not page", rank: rankKind, at: "body.object"}
	laterEntries = &trait{id: "later-entries", text: "it stands in an entry behind the first", rank: rankPlace}
	laterEvents  = &trait{id: "later-events", text: "it stands behind another in its entry", rank: rankPlace + 1}

	severalEntries   = &trait{id: "several-entries", text: "there is more than one entry", rank: rankPlace}
	severalEvents    = &trait{id: "several-events", text: "an entry has more than one event", rank: rankPlace}
	over500Events    = &trait{id: "over-500-events", text: "there are more than 500 events in a delivery", rank: rankPlace}
	bodyOver100      = &trait{id: "body-over-100-kib", text: "the body is larger than 100 KiB", rank: rankPlace}
	bodyOver500      = &trait{id: "body-over-500-kib", text: "the body is larger than 500 KiB", rank: rankPlace + 1}
	listOfDeliveries = &trait{id: "list-of-deliveries", text: "the body is a list", rank: rankKind}
	longIDs          = &trait{id: "long-ids", text: "the sender's id has more than 17 digits", rank: rankText, at: "sender.id", change: present}
)

// have reports whether a trait is among these: itself, or the value that it takes for
// one of those that a receiver does not know.
func (ts traits) have(t *trait) bool {
	if ts[t.id] != nil || !strings.HasPrefix(t.id, "other-") {
		return ts[t.id] != nil
	}
	for _, of := range ts {
		if of.rank == rankValue && of.at == t.at && of.value == t.value {
			return true
		}
	}
	return false
}
