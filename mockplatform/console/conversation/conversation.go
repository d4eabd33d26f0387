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
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const (
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
	Edit     Kind = "edit"
	Unsend   Kind = "unsend"
	Linking  Kind = "linking"
	Feedback Kind = "feedback"
	Game     Kind = "game"
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
	Kind     Kind      `json:"kind" enum:"message,postback,referral,optin,reaction,edit,unsend,linking,feedback,game,seen,other"`
	State    State     `json:"state" enum:"pending,done,failed" doc:"Whether the other side accepted it"`
	Problem  string    `json:"problem,omitempty" doc:"Why it failed"`
	Attempts int       `json:"attempts,omitempty" doc:"How often it was delivered to the receiver"`
	Note     string    `json:"note,omitempty" doc:"What the platform did about a message of the page on purpose, such as ending a loop"`

	MID         string       `json:"mid,omitempty"`
	Text        string       `json:"text,omitempty" doc:"The text of a message, the title of a postback, or what happened"`
	Payload     string       `json:"payload,omitempty" doc:"Of a postback or a quick reply; the authorization_code of a link"`
	Ref         *Reference   `json:"referral,omitempty" doc:"How the person came"`
	Attachments []Attachment `json:"attachments,omitempty"`
	Card        *Card        `json:"card,omitempty" doc:"The template that the page sent"`
	Persona     *Persona     `json:"persona,omitempty" doc:"As whom the page sent it"`
	// Of and ReplyTo name messages of which some may be older than the thread goes back.
	Of      string `json:"of,omitempty" doc:"The mid of the message that a reaction, an edit or an unsend is about"`
	ReplyTo string `json:"reply_to,omitempty" doc:"The mid of the message that this one replies to"`
	// What follows became of a message since.
	Edits        int    `json:"edits,omitempty" doc:"How often it was edited; its text is the last one"`
	Unsent       bool   `json:"unsent,omitempty" doc:"Whether its sender took it back"`
	Reaction     string `json:"reaction,omitempty" doc:"The person's reaction to it"`
	PageReaction string `json:"page_reaction,omitempty" doc:"The page's reaction to it"`
	Instagram    bool   `json:"instagram,omitempty" doc:"Whether it was on Instagram"`
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

// Persona is as whom the page sends: https://developers.facebook.com/docs/messenger-platform/send-messages/personas
type Persona struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty" doc:"Empty for one that is not there any more"`
	Picture string `json:"picture,omitempty" doc:"Its address"`
}

// Attachment is a file, a link or a place of a message.
type Attachment struct {
	Type  string `json:"type"`
	URL   string `json:"url,omitempty"`
	Name  string `json:"name,omitempty" doc:"Its title, or the id of an uploaded attachment"`
	Place string `json:"place,omitempty" doc:"Latitude and longitude"`
}

// QuickReply is a button above the composer.
type QuickReply struct {
	ContentType string `json:"content_type" doc:"text, user_phone_number or user_email"`
	Title       string `json:"title"`
	Payload     string `json:"payload"`
	Image       string `json:"image,omitempty" doc:"The address of its picture"`
}

// Of returns the thread of a person at this instant, with so many items at most; older
// ones are counted alone.
func Of(exchanges []journal.Exchange, who Identity, now time.Time, most int) Thread {
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
		if slices.Contains([]Kind{Seen, Reaction, Edit, Unsend}, item.Kind) || item.State == Failed && item.From == Page {
			continue
		}
		if item.From == Page && item.offers != nil {
			t.QuickReplies = item.offers
		}
		break
	}
	if len(t.Items) > most {
		t.Omitted = len(t.Items) - most
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
	r.change(item)
}

// change lets a message show what became of it.
func (r *reader) change(by Item) {
	if by.Of == "" || by.From == Page && by.State == Failed {
		return
	}
	for i := range r.items {
		item := &r.items[i]
		if item.MID != by.Of || item.Kind != Message && item.Kind != Postback {
			continue
		}
		switch by.Kind {
		case Edit:
			item.Text, item.Edits = by.Text, item.Edits+1
		case Unsend:
			item.Text, item.Attachments, item.Unsent = "", nil, true
		case Reaction:
			shown := &item.Reaction
			if by.From == Page {
				shown = &item.PageReaction
			}
			action, emoji, _ := strings.Cut(by.Text, " ")
			*shown = ""
			if action == "react" {
				*shown = emoji
			}
		}
	}
}
