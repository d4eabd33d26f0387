package mockplatform

import (
	"context"
	"encoding/json"

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

// WaitReply returns the first message that the receiver sent to who emitted e
// since then, and that the Graph API took. The error is that of ctx; it names
// calls that were refused.
func (p *Platform) WaitReply(ctx context.Context, e Emitted) (Reply, error) {
	x, err := p.WaitFor(ctx, func(x journal.Exchange) bool {
		return x.Kind == journal.Send && x.Seq > e.since && e.People[0].Is(x.Person) && x.Settled()
	})
	return Reply{Exchange: x}, err
}

// WaitFor returns the first exchange that matches: the oldest of those recorded,
// or else the next one. It is Journal().Wait.
func (p *Platform) WaitFor(ctx context.Context, match func(journal.Exchange) bool) (journal.Exchange, error) {
	return p.journal.Wait(ctx, match)
}
