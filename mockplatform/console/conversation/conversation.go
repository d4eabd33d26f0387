// Package conversation reads a person's thread with the page out of the
// journal: what Messenger would show, and where it comes from. The journal stays
// the only record; a thread is made again each time it is looked at.
//
// Everything that a receiver sent is foreign: a value of the wrong type is left
// out, a long text is cut, and nothing of it is trusted to be what it says.
package conversation

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const (
	// maxItems is how many items a thread has; older ones are counted alone.
	maxItems = 300

	// typingTime is when a typing indicator goes out by itself:
	// https://developers.facebook.com/docs/messenger-platform/send-messages/sender-actions
	typingTime = 20 * time.Second
)

// Identity is every id by which the exchanges of one person name that person:
// the PSID, and for the chat plugin the user_ref and the guest's id.
type Identity []string

func (i Identity) has(id string) bool { return id != "" && slices.Contains(i, id) }

// Thread is a conversation as Messenger shows it.
type Thread struct {
	// Items are in the order in which the platform saw them.
	Items []Item `json:"items" doc:"What was said and done, oldest first"`
	// Omitted counts older items that were left out.
	Omitted int `json:"omitted" doc:"How many older items are left out"`
	// Typing is true while the page shows that it writes.
	Typing bool `json:"typing" doc:"Whether the page shows that it is writing; it goes out with a message or after 20 seconds"`
	// QuickReplies can be pressed as long as the message that has them is the
	// last one.
	QuickReplies []QuickReply `json:"quick_replies" doc:"The quick replies that can be pressed now"`
}

// Side says who did something.
type Side string

// The two sides of a thread.
const (
	Person Side = "person"
	Page   Side = "page"
)

// Kind says what an item is.
type Kind string

// The kinds of items. Other is an event that has no picture in a thread.
const (
	Message  Kind = "message"
	Postback Kind = "postback"
	Referral Kind = "referral"
	Optin    Kind = "optin"
	Reaction Kind = "reaction"
	Seen     Kind = "seen"
	Other    Kind = "other"
)

// State says what became of an item.
type State string

// The states: under way, accepted by the other side, or not.
const (
	Pending State = "pending"
	Done    State = "done"
	Failed  State = "failed"
)

// Item is one thing that was said or done in a thread.
type Item struct {
	ID       string    `json:"id" doc:"Stays the same when the item changes"`
	Exchange uint64    `json:"exchange" doc:"The exchange that it was read from; of several attempts the last"`
	At       time.Time `json:"at"`
	From     Side      `json:"from" enum:"person,page"`
	Kind     Kind      `json:"kind" enum:"message,postback,referral,optin,reaction,seen,other"`
	State    State     `json:"state" enum:"pending,done,failed" doc:"Whether the other side accepted it"`
	Problem  string    `json:"problem,omitempty" doc:"Why it failed"`
	Attempts int       `json:"attempts,omitempty" doc:"How often it was delivered to the receiver"`
	Note     string    `json:"note,omitempty" doc:"What the platform did about a message of the page on purpose, such as ending a loop"`

	MID         string       `json:"mid,omitempty"`
	Text        string       `json:"text,omitempty" doc:"The text of a message, the title of a postback, or what happened"`
	Payload     string       `json:"payload,omitempty" doc:"Of a postback or a quick reply"`
	Ref         *Reference   `json:"referral,omitempty" doc:"How the person came"`
	Attachments []Attachment `json:"attachments,omitempty"`
	Card        *Card        `json:"card,omitempty" doc:"The template that the page sent"`
	// offers are the quick replies that come with a message of the page.
	offers []QuickReply
	// key tells attempts of one event from other events.
	key string
}

// Reference is a referral object.
type Reference struct {
	Ref    string          `json:"ref,omitempty"`
	Source string          `json:"source,omitempty"`
	Type   string          `json:"type,omitempty"`
	AdID   string          `json:"ad_id,omitempty"`
	Whole  json.RawMessage `json:"whole" doc:"The referral as it was sent"`
}

// Attachment is a file or a link of a message. It is never fetched.
type Attachment struct {
	Type string `json:"type"`
	URL  string `json:"url,omitempty"`
	Name string `json:"name,omitempty" doc:"Its title, or the id of an uploaded attachment"`
}

// QuickReply is a button above the composer.
type QuickReply struct {
	ContentType string `json:"content_type" doc:"text, user_phone_number or user_email"`
	Title       string `json:"title"`
	Payload     string `json:"payload"`
}

// Of returns the thread of a person at this instant.
func Of(exchanges []journal.Exchange, who Identity, now time.Time) Thread {
	r := reader{who: who, seen: map[string]int{}}
	for _, x := range exchanges {
		switch x.Kind {
		case journal.Delivery:
			r.delivery(x)
		case journal.Send:
			r.send(x)
		}
	}
	t := Thread{Items: r.items, QuickReplies: []QuickReply{}, Typing: now.Before(r.typingUntil)}
	for _, item := range slices.Backward(r.items) {
		if item.Kind == Seen || item.Kind == Reaction || item.State == Failed && item.From == Page {
			continue
		}
		if item.From == Page && item.offers != nil {
			t.QuickReplies = item.offers
		}
		break
	}
	if len(t.Items) > maxItems {
		t.Omitted = len(t.Items) - maxItems
		t.Items = t.Items[t.Omitted:]
	}
	if t.Items == nil {
		t.Items = []Item{}
	}
	return t
}

// reader collects the items of one person.
type reader struct {
	who         Identity
	items       []Item
	seen        map[string]int // the index of an event by its key
	typingUntil time.Time
}

// add appends an item, or makes it the latest state of one that is there.
func (r *reader) add(item Item) {
	if i, known := r.seen[item.key]; known && item.key != "" {
		first := &r.items[i]
		first.Exchange, first.Problem = item.Exchange, item.Problem
		first.Attempts += item.Attempts
		if first.State != Done { // a duplicate does not undo what was accepted
			first.State = item.State
		}
		return
	}
	r.seen[item.key] = len(r.items)
	r.items = append(r.items, item)
}
