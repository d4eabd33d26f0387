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
// The error is that of ctx; its text tells of messages that were refused.
func (p *Platform) WaitReply(ctx context.Context, e Emitted) (Reply, error) {
	refused, last := 0, ""
	x, err := p.WaitFor(ctx, func(x journal.Exchange) bool {
		if x.Kind != journal.Send || x.Seq <= e.since || !x.Settled() || message(x) == nil {
			return false
		}
		if !slices.ContainsFunc(e.People, func(person Person) bool { return person.Is(x.Person) }) {
			return false
		}
		if x.Response.Status/100 != 2 {
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
	reply := Reply{Message: message(x), Exchange: x}
	var content struct{ Text string }
	if json.Unmarshal(reply.Message, &content) == nil {
		reply.Text = content.Text
	}
	return reply, nil
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
