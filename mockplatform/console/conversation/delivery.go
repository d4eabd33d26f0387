package conversation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// envelope is the body of a delivery, as far as it leads to events.
type envelope struct {
	Object loose `json:"object"`
	Entry  []struct {
		Messaging []json.RawMessage `json:"messaging"`
		Standby   []json.RawMessage `json:"standby"` // of a thread that another app has
	} `json:"entry"`
	Value json.RawMessage `json:"value"`
}

// event is what a person did, as the receiver is told it.
type event struct {
	Sender    party `json:"sender"`
	Recipient party `json:"recipient"`
	Message   *struct {
		MID       loose `json:"mid"`
		Text      loose `json:"text"`
		IsEcho    bool  `json:"is_echo"`
		IsDeleted loose `json:"is_deleted"`
		ReplyTo   *struct {
			MID loose `json:"mid"`
		} `json:"reply_to"`
		Attachments list[attachment] `json:"attachments"`
		QuickReply  *struct {
			Payload loose `json:"payload"`
		} `json:"quick_reply"`
		Referral json.RawMessage `json:"referral"`
	} `json:"message"`
	Postback *struct {
		MID      loose           `json:"mid"`
		Title    loose           `json:"title"`
		Payload  loose           `json:"payload"`
		Referral json.RawMessage `json:"referral"`
	} `json:"postback"`
	Referral json.RawMessage `json:"referral"`
	Optin    *struct {
		Ref     loose `json:"ref"`
		UserRef loose `json:"user_ref"`
		Title   loose `json:"title"` // of messages that are sent again and again
		Payload loose `json:"payload"`
	} `json:"optin"`
	Reaction *struct {
		Reaction loose `json:"reaction"`
		Emoji    loose `json:"emoji"`
		Action   loose `json:"action"`
		MID      loose `json:"mid"`
	} `json:"reaction"`
	Edit *struct {
		MID  loose `json:"mid"`
		Text loose `json:"text"`
	} `json:"message_edit"`
	Linking *struct {
		Status loose `json:"status"`
		Code   loose `json:"authorization_code"`
	} `json:"account_linking"`
	Game *struct {
		Score loose `json:"score"`
	} `json:"game_play"`
	Feedback *struct {
		Screens list[struct {
			Questions map[string]struct {
				Type     loose `json:"type"`
				Payload  loose `json:"payload"`
				FollowUp struct {
					Payload loose `json:"payload"`
				} `json:"follow_up"`
			} `json:"questions"`
		}] `json:"feedback_screens"`
	} `json:"messaging_feedback"`
}

// party is a sender or a recipient.
type party struct {
	ID      loose `json:"id"`
	UserRef loose `json:"user_ref"`
}

// attachment is an attachment in an event or in a call of the Send API.
type attachment struct {
	Type    loose           `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// show is the attachment for people.
func (a attachment) show() Attachment {
	var payload struct {
		URL          loose `json:"url"`
		Title        loose `json:"title"`
		AttachmentID loose `json:"attachment_id"`
		Coordinates  struct {
			Lat  loose `json:"lat"`
			Long loose `json:"long"`
		} `json:"coordinates"`
	}
	parse(a.Payload, &payload)
	shown := Attachment{Type: string(a.Type), URL: string(payload.URL), Name: string(payload.Title)}
	if at := payload.Coordinates; at.Lat != "" {
		shown.Place = string(at.Lat + ", " + at.Long)
	}
	if shown.Name == "" {
		shown.Name = string(payload.AttachmentID)
	}
	return shown
}

// delivery adds the events of one delivery that are this person's.
func (r *reader) delivery(x journal.Exchange) {
	var body envelope
	if !parse(x.Request.Body, &body) {
		if r.who.has(x.Person) {
			r.add(r.item(x, 0, Item{Kind: Other, Text: "a delivery whose body is not JSON"}))
		}
		return
	}
	var texts []json.RawMessage
	for _, entry := range body.Entry {
		texts = append(append(texts, entry.Messaging...), entry.Standby...)
	}
	if body.Value != nil {
		texts = append(texts, body.Value)
	}
	for n, text := range texts {
		var e event
		if parse(text, &e) && r.concerns(e) {
			item := r.item(x, n, e.item(text))
			item.Instagram = body.Object == "instagram"
			// An event is the same in each attempt to deliver it, byte for byte.
			item.key = string(text)
			if item.Kind != "" {
				r.add(item)
			}
		}
	}
}

// concerns reports whether an event is of this person's thread.
func (r *reader) concerns(e event) bool {
	ids := []loose{e.Sender.ID, e.Sender.UserRef}
	if e.Message != nil && e.Message.IsEcho {
		ids = []loose{e.Recipient.ID}
	}
	if e.Optin != nil {
		ids = append(ids, e.Optin.UserRef)
	}
	return slices.ContainsFunc(ids, func(id loose) bool { return r.who.has(string(id)) })
}

// item completes an item with what its delivery says of it.
func (r *reader) item(x journal.Exchange, n int, item Item) Item {
	item.ID = fmt.Sprintf("%d.%d", x.Seq, n)
	item.Exchange, item.At, item.Attempts = x.Seq, x.At, 1
	if item.From == "" {
		item.From = Person
	}
	switch {
	case x.Err != "":
		item.State, item.Problem = Failed, x.Err
	case x.Response.Status == 0:
		item.State = Pending
	case x.Response.Status/100 == 2:
		item.State = Done
	default:
		item.State, item.Problem = Failed, fmt.Sprintf("the receiver answered %d", x.Response.Status)
	}
	return item
}

// item is the event as a thread shows it. Of what a thread does not show, such
// as the receipts that its reader causes, the kind is empty.
func (e event) item(text json.RawMessage) Item {
	switch {
	case e.Message != nil && e.Message.IsEcho:
		return Item{} // the page's own message is shown where it was sent
	case e.Message != nil && e.Message.IsDeleted == "true":
		return Item{Kind: Unsend, Of: string(e.Message.MID)}
	case e.Message != nil:
		item := Item{Kind: Message, MID: string(e.Message.MID), Text: string(e.Message.Text), Ref: reference(e.Message.Referral)}
		if e.Message.QuickReply != nil {
			item.Payload = string(e.Message.QuickReply.Payload)
		}
		if e.Message.ReplyTo != nil {
			item.ReplyTo = string(e.Message.ReplyTo.MID)
		}
		for _, a := range e.Message.Attachments {
			item.Attachments = append(item.Attachments, a.show())
		}
		return item
	case e.Postback != nil:
		return Item{
			Kind: Postback, MID: string(e.Postback.MID), Text: string(e.Postback.Title),
			Payload: string(e.Postback.Payload), Ref: reference(e.Postback.Referral),
		}
	case reference(e.Referral) != nil:
		return Item{Kind: Referral, Ref: reference(e.Referral)}
	case e.Optin != nil:
		return Item{Kind: Optin, Text: string(cmp.Or(e.Optin.Ref, e.Optin.Title, e.Optin.Payload))}
	case e.Reaction != nil:
		shown := e.Reaction.Emoji
		if shown == "" {
			shown = e.Reaction.Reaction
		}
		return Item{Kind: Reaction, Of: string(e.Reaction.MID), Text: string(e.Reaction.Action + " " + shown)}
	case e.Edit != nil:
		return Item{Kind: Edit, Of: string(e.Edit.MID), Text: string(e.Edit.Text)}
	case e.Linking != nil:
		return Item{Kind: Linking, Text: string(e.Linking.Status), Payload: string(e.Linking.Code)}
	case e.Feedback != nil:
		return Item{Kind: Feedback, Text: e.answers()}
	case e.Game != nil:
		return Item{Kind: Game, Text: string(e.Game.Score)}
	}
	return other(text)
}

// answers are those to the questions of a feedback template.
func (e event) answers() string {
	var said []string
	for _, screen := range e.Feedback.Screens {
		for _, id := range slices.Sorted(maps.Keys(screen.Questions)) {
			q := screen.Questions[id]
			said = append(said, strings.Trim(fmt.Sprintf("%s %s %s", q.Type, q.Payload, q.FollowUp.Payload), " "))
		}
	}
	return cut(strings.Join(said, ", "))
}

// other names an event by the member that is neither whom it concerns nor when.
func other(text json.RawMessage) Item {
	var members map[string]json.RawMessage
	if !parse(text, &members) {
		return Item{}
	}
	for _, name := range []string{"sender", "recipient", "timestamp"} {
		delete(members, name)
	}
	for _, name := range []string{"read", "delivery"} {
		if _, receipt := members[name]; receipt {
			return Item{}
		}
	}
	name := ""
	for member := range members {
		if name == "" || member < name {
			name = member
		}
	}
	return Item{Kind: Other, Text: cut(name)}
}

// reference reads a referral; nil if there is none.
func reference(text json.RawMessage) *Reference {
	var members struct {
		Ref    loose `json:"ref"`
		Source loose `json:"source"`
		Type   loose `json:"type"`
		AdID   loose `json:"ad_id"`
	}
	if len(text) == 0 || text[0] != '{' || !parse(text, &members) {
		return nil
	}
	return &Reference{
		Ref: string(members.Ref), Source: string(members.Source), Type: string(members.Type), AdID: string(members.AdID), Whole: text,
	}
}
