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
	whyMisread = "The bot goes on with another value than the one that was sent."
)

// advice is why a cause of traits matters, how it is fixed, and the topic of the code
// for that; empty where the words of the requirement say it better.
func advice(c candidate) (why, remedy, fix string) {
	if len(c.traits) == 0 {
		return "", "", ""
	}
	switch {
	case slices.Contains(refusals, c.does):
		why = whyRefused
	case c.does == judge.Loses:
		why = whyLost
	case c.does == judge.Dies:
		why = whyEnds
	case c.does == judge.Jams:
		why = whyJams
	case c.does == judge.Misreads:
		why = whyMisread
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
	if c.does == judge.Misreads {
		remedy, fix = readRight(t)
	} else {
		remedy, fix = takeOn(t, c.does)
	}
	if remedy == "" {
		remedy, fix = lookFor(c)
	}
	return why, remedy, fix
}

// takeInstant and lookFirst are how an instant of another form, and what may be absent, are
// taken and read alike.
func takeInstant() (remedy, fix string) {
	return "Take an instant as a number or a text, in seconds or milliseconds.", "text-timestamps"
}

func lookFirst(t *trait, does judge.Deed) (remedy, fix string) {
	parent, member, _ := strings.Cut(t.at, ".")
	return fmt.Sprintf("Look whether the %s has %s first%s.", plain(parent), member, butFirst(does)), "absent-members"
}

// takeOn is how what a trait tells of is taken, where it was refused or lost; empty where
// only the receiver's own code can tell.
func takeOn(t *trait, does judge.Deed) (remedy, fix string) {
	_, member, _ := strings.Cut(t.at, ".")
	also := butFirst(does)
	switch {
	case t.id == "sender-without-id":
		return "Take a sender as an id or a user_ref, and answer whom it names.", "user-ref"
	case t.id == "later-entries", t.id == "later-events", t.id == "several-entries", t.id == "several-events":
		return "Go through each entry, and in each through all of its messaging.", "each-event"
	case strings.HasPrefix(t.id, "body-over"), strings.HasPrefix(t.id, "long-message"):
		return "Raise the limit of the body to 3 MB, in what stands in front too.", "body-limit"
	case t.id == bareForm.id:
		return fmt.Sprintf("Take an event out of field and value too%s.", also), ""
	case t.id == "other-object":
		return "Answer 200 to every object, and skip those that you do not know.", "unknown-events"
	case t.id == "escapes" && slices.Contains(refusals, does):
		return "Hash the bytes as they came, before anything parses them.", "raw-signature"
	case strings.Contains(t.id, "timestamp"):
		return takeInstant()
	case t.change == absent:
		return lookFirst(t, does)
	case t.id == "nulls", t.id == "empty-members", t.id == "empty-lists":
		return fmt.Sprintf("Take null and empty for absent%s.", also), "absent-members"
	case t.id == typedMembers.id:
		return fmt.Sprintf("Look at the type of what you read, and skip what has another%s.", also), "each-event"
	case strings.Contains(t.id, "-as-") && (strings.HasSuffix(member, "id") || strings.HasSuffix(member, "time")):
		return fmt.Sprintf("Take %s as a text or a number, as it comes%s.", member, also), "absent-members"
	case t.id == "other-types", strings.Contains(t.id, "-as-"):
		return fmt.Sprintf("Look at the type of what you read first%s.", also), "each-event"
	case does == judge.Loses && (strings.HasPrefix(t.id, "unknown-") || strings.HasPrefix(t.id, "other-")):
		return "Take what you do not know for absent, and handle the event.", "unknown-events"
	case strings.HasPrefix(t.id, "unknown-"), strings.HasPrefix(t.id, "other-"):
		return fmt.Sprintf("Skip what you do not know%s.", also), "unknown-events"
	case t.change == present && t.rank <= rankKind+2 && does != judge.Loses: // what is lost has to be handled
		return fmt.Sprintf("Skip an event that you have no use for%s.", also), "unknown-events"
	}
	return "", ""
}

// butFirst is what a remedy says beside what the trait asks for.
func butFirst(does judge.Deed) string {
	switch {
	case slices.Contains(refusals, does):
		return "; answer 200 all the same"
	case does == judge.Dies:
		return "; catch errors around each event"
	case does == judge.Jams:
		return "; let the worker go on after an error"
	}
	return ""
}

// readRight is how what a trait tells of is read as it was meant.
func readRight(t *trait) (remedy, fix string) {
	switch {
	case t.id == "escapes":
		return "Let a JSON parser turn escapes into the characters that they stand for.", ""
	case t.id == "combining-marks", t.id == "invisible-characters":
		return "Keep a text as it came: take no characters out of it, and put none into another form.", ""
	case t.id == "characters-beyond-latin-1", t.id == "four-byte-characters":
		return "Keep texts in UTF-8 from the body to the database, four bytes for a character included (MySQL: utf8mb4).", ""
	case strings.HasPrefix(t.id, "long-"):
		return "Keep the whole text: look for a limit of its length, such as that of a column.", ""
	case strings.Contains(t.id, "timestamp"):
		return takeInstant()
	case t.change == absent:
		return lookFirst(t, judge.Misreads)
	}
	return "", ""
}

// lookFor says where to look, when only the receiver's own code can tell what is wrong.
func lookFor(c candidate) (remedy, fix string) {
	var when []string
	for _, t := range c.traits {
		when = append(when, t.text)
	}
	said := strings.Join(when, " and ")
	switch c.does {
	case judge.Misreads:
		return fmt.Sprintf("Look for what your code makes of an event when %s, and let it use each value as it was sent.", said), ""
	case judge.Loses:
		return fmt.Sprintf("Look for what passes an event over when %s.", said), ""
	}
	return fmt.Sprintf("Look for what fails when %s%s.", said, butFirst(c.does)), "each-event"
}
