package mockplatform

import (
	"cmp"
	"context"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Subscription asks for webhooks at a URL.
type Subscription struct {
	// URL is the callback URL, http or https.
	URL string
	// VerifyToken is what the verification request carries. Default
	// Options.VerifyToken.
	VerifyToken string
	// Object is what the subscription is about. Default "page".
	Object string
	// Fields are the webhook fields that are delivered. Default: all.
	Fields []string
}

// ReceiverState is how the receiver is doing.
type ReceiverState struct {
	// URL is where deliveries go; empty when nobody has subscribed.
	URL string
	// Object is what the subscription is about.
	Object string
	// Fields are the webhook fields that are delivered; nil means all.
	Fields []string
	// Verified reports that the URL answered the handshake.
	Verified bool
	// Health is how deliveries fare.
	Health outbox.Health
	// FailingSince is when the first of the failures in a row was; zero when the
	// last attempt was acknowledged.
	FailingSince time.Time
	// Problem says how the last attempt failed; empty when it did not.
	Problem string
	// Pending is how many deliveries wait for an attempt, the first or a later.
	Pending int
}

// Subscribe verifies a callback URL and makes it the receiver. The error is a
// *delivery.CallbackError, with Meta's code and text, when the URL did not answer
// as it must; then the receiver stays who it was. A subscription that was
// disabled is active again.
func (p *Platform) Subscribe(ctx context.Context, s Subscription) error {
	challenge := "1158201444"
	a := p.Handshake(ctx, s.URL, []wire.Field{
		{Name: "hub.mode", Value: "subscribe"}, {Name: "hub.challenge", Value: challenge},
		{Name: "hub.verify_token", Value: cmp.Or(s.VerifyToken, p.opts.VerifyToken)},
	})
	if a.Answer == nil || a.Answer.Status != 200 || string(a.Answer.Body) != challenge {
		return &delivery.CallbackError{Code: delivery.CallbackFailed, Message: "Callback verification failed", Err: a.Err}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.receiver = ReceiverState{URL: s.URL, Object: cmp.Or(s.Object, "page"), Fields: s.Fields, Verified: true, Health: outbox.Active}
	return nil
}

// SetReceiver makes a URL the receiver without a handshake, for all fields. A
// subscription that was disabled is active again.
func (p *Platform) SetReceiver(url string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.receiver = ReceiverState{URL: url, Object: "page", Health: outbox.Active}
	return nil
}

// Unsubscribe ends the subscription: nothing is delivered any more.
func (p *Platform) Unsubscribe() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.receiver = ReceiverState{}
	return nil
}

// Receiver returns how the receiver is doing.
func (p *Platform) Receiver() ReceiverState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.receiver
}
