package graph

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// maxHistory is how many exchanges are read for conversations, the newest: enough
// for what somebody looks at, and not a journal of a million.
const maxHistory = 2000

// said is one message of a conversation.
type said struct {
	mid, text string
	// person is with whom the page talks, on Instagram or in Messenger.
	person    string
	instagram bool
	fromPage  bool
	at        time.Time
	files     []json.RawMessage
}

// delivered is what of a delivery makes conversations.
type delivered struct {
	Object string
	Entry  []struct{ Messaging, Standby []deliveredItem }
}

type deliveredItem struct {
	Sender, Recipient, Timestamp json.RawMessage
	Message                      *struct {
		MID, Text   string
		IsEcho      bool `json:"is_echo"`
		Attachments []json.RawMessage
	}
}

// history is what was said, the newest last: what people sent, and what the page did,
// by its app or otherwise. It is read from the journal, and so what the journal has
// dropped was never said.
func (s *Server) history() []said {
	exchanges, _ := s.opts.Journal.Page(journal.Query{Limit: maxHistory, Match: func(x journal.Exchange) bool {
		return x.Kind == journal.Delivery || x.Kind == journal.Send && x.Response.Status == 200
	}})
	var all []said
	known := map[string]bool{}
	onInstagram := map[string]bool{}
	for _, x := range exchanges {
		var found []said
		if x.Kind == journal.Delivery {
			found = s.saidIn(x)
		} else {
			found = sentIn(x)
		}
		for _, one := range found {
			if one.mid == "" || !isNumber(one.person) || known[one.mid] {
				continue // an echo of what the app sent, or a delivery made again
			}
			known[one.mid] = true
			if x.Kind == journal.Delivery {
				onInstagram[one.person] = one.instagram
			} else {
				one.instagram = onInstagram[one.person] // where the person wrote last
			}
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return a.at.Compare(b.at) })
	return all
}

// saidIn are the messages in a delivery.
func (s *Server) saidIn(x journal.Exchange) (found []said) {
	var doc delivered
	if json.Unmarshal(x.Request.Body, &doc) != nil {
		return nil // one that is spoilt, or of another form
	}
	for _, entry := range doc.Entry {
		for _, item := range append(entry.Messaging, entry.Standby...) {
			if item.Message == nil {
				continue
			}
			one := said{
				mid: item.Message.MID, text: item.Message.Text, files: item.Message.Attachments, at: x.At,
				person: identifier(item.Sender, "id"), instagram: doc.Object == "instagram", fromPage: item.Message.IsEcho,
			}
			if one.fromPage {
				one.person = identifier(item.Recipient, "id")
			}
			if ms, err := strconv.ParseInt(textOf(item.Timestamp), 10, 64); err == nil {
				one.at = time.UnixMilli(ms)
			}
			found = append(found, one)
		}
	}
	return found
}

// sentIn is the message of a call of the Send API that was taken.
func sentIn(x journal.Exchange) []said {
	var answered struct {
		MessageID string `json:"message_id"`
	}
	if json.Unmarshal(x.Response.Body, &answered) != nil {
		return nil
	}
	message := member(x.Doc, "message")
	one := said{mid: answered.MessageID, text: textOf(member(message, "text")), person: x.Person, fromPage: true, at: x.At}
	if file := member(message, "attachment"); file != nil {
		one.files = []json.RawMessage{file}
	}
	return []said{one}
}
