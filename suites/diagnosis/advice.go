package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// Why it matters that a delivery is refused, or an event lost.
const (
	whyRefused = "Meta sends it again for an hour, then switches the webhook off."
	whyLost    = "Meta takes it for handled, and never sends it again."
	whyEnds    = "Nobody is answered until it is started again."
	whyJams    = "Nobody is answered any more, though it goes on to acknowledge."
)

// advice is why a cause of traits matters, how it is fixed, and the topic of the code
// for that; empty where the words of the requirement say it better.
func advice(c candidate) (why, remedy, fix string) {
	if len(c.traits) == 0 {
		return "", "", ""
	}
	refused := slices.Contains(refusals, c.does)
	switch {
	case refused:
		why = whyRefused
	case c.does == judge.Loses:
		why = whyLost
	case c.does == judge.Dies:
		why = whyEnds
	case c.does == judge.Jams:
		why = whyJams
	default:
		return "", "", ""
	}
	// The trait that says most is the one that names what is missing, or a member.
	t := slices.MaxFunc(c.traits, func(a, b *trait) int {
		missing := func(t *trait) int {
			if t.change == absent {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(missing(a), missing(b)), cmp.Compare(len(a.at), len(b.at)))
	})
	parent, member, _ := strings.Cut(t.at, ".")
	also := ""
	switch {
	case refused:
		also = "; answer 200 all the same"
	case c.does == judge.Dies:
		also = "; catch errors around each event"
	case c.does == judge.Jams:
		also = "; let the worker go on after an error"
	}
	switch {
	case t.id == "sender-without-id":
		return why, "Take a sender as an id or a user_ref, and answer whom it names.", "user-ref"
	case t.id == "later-entries", t.id == "later-events", t.id == "several-entries", t.id == "several-events":
		return why, "Go through each entry, and in each through all of its messaging.", "each-event"
	case strings.HasPrefix(t.id, "body-over"), strings.HasPrefix(t.id, "long-message"):
		return why, "Raise the limit of the body to 3 MB, in what stands in front too.", "body-limit"
	case t.id == bareForm.id:
		return why, fmt.Sprintf("Take an event out of field and value too%s.", also), ""
	case t.id == "other-object":
		return why, "Answer 200 to every object, and skip those that you do not know.", "unknown-events"
	case t.id == "escapes":
		return why, "Hash the bytes as they came, before anything parses them.", "raw-signature"
	case strings.Contains(t.id, "timestamp"):
		return why, "Take an instant as a number or a text, in seconds or milliseconds.", "text-timestamps"
	case t.change == absent:
		return why, fmt.Sprintf("Look whether the %s has %s first%s.", plain(parent), member, also), "absent-members"
	case t.id == "nulls", t.id == "empty-members", t.id == "empty-lists":
		return why, fmt.Sprintf("Take null and empty for absent%s.", also), "absent-members"
	case t.id == typedMembers.id:
		return why, fmt.Sprintf("Look at the type of what you read, and skip what has another%s.", also), "each-event"
	case strings.Contains(t.id, "-as-") && (strings.HasSuffix(member, "id") || strings.HasSuffix(member, "time")):
		return why, fmt.Sprintf("Take %s as a text or a number, as it comes%s.", member, also), "absent-members"
	case t.id == "other-types", strings.Contains(t.id, "-as-"):
		return why, fmt.Sprintf("Look at the type of what you read first%s.", also), "each-event"
	case c.does == judge.Loses && (strings.HasPrefix(t.id, "unknown-") || strings.HasPrefix(t.id, "other-")):
		return why, "Take what you do not know for absent, and handle the event.", "unknown-events"
	case strings.HasPrefix(t.id, "unknown-"), strings.HasPrefix(t.id, "other-"):
		return why, fmt.Sprintf("Skip what you do not know%s.", also), "unknown-events"
	case t.change == present && t.rank <= rankKind+2:
		return why, fmt.Sprintf("Skip an event that you have no use for%s.", also), "unknown-events"
	}
	return why, "", ""
}
