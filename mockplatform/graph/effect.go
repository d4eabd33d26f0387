package graph

import (
	"encoding/json"
	"net/http"
)

// EffectKind says what a call brought about.
type EffectKind string

// The kinds of effects.
const (
	// Sent: a message is on its way to the person.
	Sent EffectKind = "sent"
	// Passed: the thread is another app's, or its own app's again, because the
	// receiver passed it there.
	Passed EffectKind = "passed"
	// Taken: the receiver took the thread.
	Taken EffectKind = "taken"
	// Unlinked: the receiver unlinked the person's account.
	Unlinked EffectKind = "unlinked"
)

// Effect is something that a call brought about, of which Meta tells webhooks.
type Effect struct {
	Kind EffectKind
	// Call is the number of the call in the journal.
	Call uint64
	// Person is whom it concerns, as the call names them.
	Person string
	// MessageID and Message are of what was sent: the id that the call was answered,
	// and the member "message".
	MessageID string
	Message   json.RawMessage
	// Previous and Owner are the apps that had the thread and that have it; Previous
	// is empty if nobody passed it on before.
	Previous, Owner string
	// Metadata is what the call says to the other app; nil for nothing.
	Metadata json.RawMessage
}

// brings notes an effect of a call.
func (c *call) brings(e Effect) {
	e.Call, e.Person = c.x.Seq, c.x.Person
	c.effects = append(c.effects, e)
}

// tell tells the owner of the server what a call brought about. The answer is sent
// first: at Meta too it mostly comes before the webhooks.
func (s *Server) tell(w http.ResponseWriter, c *call) {
	if s.opts.Effect == nil || len(c.effects) == 0 {
		return
	}
	// Not every ResponseWriter can do so; then the answer comes when it comes.
	_ = http.NewResponseController(w).Flush()
	for _, e := range c.effects {
		s.opts.Effect(e)
	}
}
