package diagnosis

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ofUnknown is about a member that no source has.
func ofUnknown(parent string, v any, ts traits) {
	ts.add(&trait{id: "unknown-members", text: "there is a member that nobody knows yet", rank: rankAny})
	if parent != "body" && parent != "entry" {
		ts.add(&trait{id: "unknown-members-of-events", text: "the event has, at some depth, a member that nobody knows yet", rank: rankAny})
	}
	ts.add(&trait{
		id: "unknown-members-of-" + kindID(parent), text: fmt.Sprintf("the %s has a member that nobody knows yet", plain(parent)), rank: rankMember,
		at: parent + ".referee_future", change: present, value: v,
	})
}

// lacking are the traits of an object without a member: the last is for one that does not
// have it at all, the first also for one in which it is empty. There are many such
// objects, so they are made once.
func (w *world) lacking(parent, member string) [3]*trait {
	name := parent + "." + member
	of, met := w.lack[name]
	if !met {
		both, word, the := kindID(parent+"-"+member), kindID(parent+"-without-"+member), "the "+plain(parent)
		of = [3]*trait{
			{id: "no-" + both, text: fmt.Sprintf("%s says nothing in %s", the, member), rank: rankLacks + 2, at: name, change: absent},
			{id: word, text: fmt.Sprintf("%s has no %s", the, member), rank: rankLacks, at: name, change: absent},
			{id: word + "-at-all", text: fmt.Sprintf("%s has no %s at all", the, member), rank: rankLacks + 1, at: name, change: absent},
		}
		w.lack[name] = of
	}
	return of
}

// ofMember collects the traits of one member of an object, which may be absent.
func (w *world) ofMember(parent, member string, v any, there bool, level int, ts traits) {
	name := parent + "." + member
	lacking := w.lacking(parent, member)
	if !there {
		ts.add(lacking[:]...)
		return
	}
	add := func(id, text string, rank int) {
		ts.add(&trait{id: id, text: text, rank: rank, at: name, change: present, value: v})
	}
	both, the := kindID(parent+"-"+member), "the "+plain(parent)
	empty := v == "" || isEmpty(v)
	switch {
	case v == nil:
		ts.add(lacking[:2]...)
	case empty:
		ts.add(lacking[0])
	}
	switch {
	case v == nil && parent != "body" && parent != "entry":
		add("nulls", "a member is null", rankAny)
		fallthrough
	case v == nil:
		add(both+"-null", fmt.Sprintf("%s's %s is null", the, member), rankMember)
		return
	case empty && parent == "entry":
		add("empty-lists", "an entry has a list that is empty", rankAny)
		fallthrough
	case empty:
		if parent != "body" && parent != "entry" {
			add("empty-members", "a member is empty", rankAny)
		}
		add(both+"-empty", fmt.Sprintf("%s's %s is empty", the, member), rankMember)
	}
	if member == "timestamp" {
		ofInstant(v, ts)
	}
	told := !slices.Contains(everywhere, name)
	if parent == "event" && told {
		add(kindID(member)+"-of-any-type", fmt.Sprintf("the event has %s, of whatever type", member), rankKind+2)
	}
	if t := typeOf(v); w.strange(name, t) {
		ts.add(otherTypes)
		add(fmt.Sprintf("%s-as-%s", both, t), fmt.Sprintf("%s's %s is %s", the, member, withArticle(t)), rankMember)
		if t == "object" || t == "array" || level < 1 && parent != "event" {
			return
		}
	}
	if !told {
		return
	}
	switch parent {
	case "event":
		add(kindID(member), fmt.Sprintf("the event has %s", member), rankKind)
	case "entry", "body":
		add(kindID(parent+"-with-"+member), fmt.Sprintf("%s has %s", the, member), rankKind+1)
	default:
		add(kindID(parent+"-with-"+member), fmt.Sprintf("%s has %s", the, member), rankDeep+level*rankFurther)
	}
	if text, ok := v.(string); ok {
		if enumerated.MatchString(text) || valued[name] && len(text) < 80 {
			add(fmt.Sprintf("%s-%s", both, strings.ToLower(kindID(text))), sayValue(name, text), rankValue)
		}
		if len(text) > 255 {
			add("long-"+both, fmt.Sprintf("%s's %s is longer than 255 bytes", the, member), rankText)
		}
		if name == "sender.id" && len(text) > 17 {
			ts.add(longIDs)
		}
	}
}

// ofInstant is about the units in which instants come.
func ofInstant(v any, ts traits) {
	text := fmt.Sprint(v)
	if len(text) > 0 && len(text) <= 10 && strings.Trim(text, "0123456789") == "" {
		ts.add(&trait{id: "timestamp-in-seconds", text: "the timestamp is in seconds", rank: rankText})
		if _, is := v.(string); is {
			ts.add(&trait{id: "timestamp-in-seconds-as-text", text: "the timestamp is in seconds, in a text", rank: rankText + 1})
		}
	}
}

// everywhere are members of which it says nothing that they are there.
var everywhere = []string{
	"event.sender", "event.recipient", "event.timestamp", "entry.id", "entry.time", "entry.messaging", "body.object", "body.entry",
}

// valued are the members of closed sets, of which an empty text is a value too, or that
// have values in small letters.
var valued = map[string]bool{
	"referral.source": true, "referral.type": true,
	"attachments.type": true, "payload.template_type": true, "reaction.action": true, "reaction.reaction": true, "policy_enforcement.action": true,
}

// sayValue says that a member, "referral.source", has a value.
func sayValue(at, value string) string {
	if at == "attachments.type" {
		if value == otherValue {
			return "an attachment is of a type that it does not know"
		}
		return "an attachment is of the type " + value
	}
	parent, member, _ := strings.Cut(at, ".")
	return fmt.Sprintf("the %s's %s is %s", plain(parent), member, value)
}

// otherValue stands for values that a receiver does not know.
const otherValue = "one that it does not know"

// enumerated are values of closed sets.
var enumerated = regexp.MustCompile(`^[A-Z][A-Z_-]{2,30}$`)

// kindID makes a word for an id of the name of a member.
func kindID(name string) string { return strings.ReplaceAll(name, "_", "-") }

// plain is how a text names an object.
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
