package mockplatform

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Reply is a message that the receiver sent with the Send API.
type Reply struct {
	// Text is the message's text; empty when it has none.
	Text string
	// Message is the member "message" of the call.
	Message json.RawMessage
	// Exchange is the whole call and its answer.
	Exchange journal.Exchange
}

// WaitReply returns the first message that the receiver has sent since e to one
// of those who emitted it, and that the Graph API took. It does not see typing
// indicators.
//
// The error is that of ctx; its text reports messages that were refused.
func (p *Platform) WaitReply(ctx context.Context, e Emitted) (Reply, error) {
	refused, last := 0, ""
	x, err := p.WaitFor(ctx, func(x journal.Exchange) bool {
		sent := func(person Person) bool { return sends(x, person) }
		if x.Seq <= e.since || !x.Settled() || !slices.ContainsFunc(e.People, sent) {
			return false
		}
		if !taken(x) {
			refused, last = refused+1, x.Err
			return false
		}
		return true
	})
	switch {
	case err != nil && refused > 0:
		return Reply{}, fmt.Errorf("wait for a reply: %w; messages that were refused: %d, the last with: %s", err, refused, last)
	case err != nil:
		return Reply{}, fmt.Errorf("wait for a reply: %w", err)
	}
	return replyOf(x), nil
}

// Replies are the messages in the journal that the receiver has sent to somebody and
// that the Graph API took, in the order of their arrival. Typing indicators are not
// among them.
func (p *Platform) Replies(to Person) []Reply {
	var all []Reply
	for _, x := range p.journal.Find(func(x journal.Exchange) bool { return sends(x, to) && taken(x) }) {
		all = append(all, replyOf(x))
	}
	return all
}

// sends reports whether a call sends a message to somebody.
func sends(x journal.Exchange, to Person) bool {
	return x.Kind == journal.Send && to.Is(x.Person) && message(x) != nil
}

// taken reports whether the Graph API took a call.
func taken(x journal.Exchange) bool { return x.Response.Status/100 == 2 }

func replyOf(x journal.Exchange) Reply {
	reply := Reply{Message: message(x), Exchange: x}
	var content struct{ Text string }
	if json.Unmarshal(reply.Message, &content) == nil {
		reply.Text = content.Text
	}
	return reply
}

// message is the message that a call sends; nil if it sends none.
func message(x journal.Exchange) json.RawMessage {
	var call struct{ Message json.RawMessage }
	if err := json.Unmarshal(x.Doc, &call); err != nil {
		return nil
	}
	return call.Message
}

// WaitFor returns the first exchange that matches: the oldest of those recorded,
// or else the next one. It is Journal().Wait.
func (p *Platform) WaitFor(ctx context.Context, match func(journal.Exchange) bool) (journal.Exchange, error) {
	return p.journal.Wait(ctx, match)
}
