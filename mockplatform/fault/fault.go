// Package fault is what the platform does wrong on purpose. A Fault spoils a
// delivery: it is applied to a request that is complete and correctly signed,
// just before it is sent. A GraphAnswer takes the place of what the Graph API
// would answer. Rules choose which of it happens when; package rules has them as
// data.
//
// Public API: mockplatform takes faults in what it emits and scripts.
package fault

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// The names of the signature headers, as Meta spells them:
// https://developers.facebook.com/docs/messenger-platform/webhooks
const (
	sha1Header   = "X-Hub-Signature"
	sha256Header = "X-Hub-Signature-256"
)

// Fault is one way to spoil a request.
type Fault interface {
	// Describe says what is wrong with the request, for a report: "signed with
	// another secret".
	Describe() string
	// Apply changes the request. It replaces Header and Body instead of writing
	// into them, as others hold them too. An error says why this request cannot
	// be spoilt in this way.
	Apply(r *delivery.Request) error
}

// change is a fault made of its two parts.
type change struct {
	text  string
	apply func(*delivery.Request) error
}

func (c change) Describe() string                { return c.text }
func (c change) Apply(r *delivery.Request) error { return c.apply(r) }

// headerChange is a fault of the header alone. f may write into the header.
func headerChange(text string, f func(h *wire.Header)) Fault {
	return change{text, func(r *delivery.Request) error {
		h := r.Header.Clone()
		f(&h)
		r.Header = h
		return nil
	}}
}

// eachSignature changes the value of every signature header that is there, or
// only of those named. It is an error when there is none.
func eachSignature(text string, f func(value string) string, names ...string) Fault {
	if len(names) == 0 {
		names = []string{sha1Header, sha256Header}
	}
	return change{text, func(r *delivery.Request) error {
		h := r.Header.Clone()
		signed := false
		for _, name := range names {
			if value := h.Get(name); value != "" {
				h.Set(name, f(value))
				signed = true
			}
		}
		if !signed {
			return fmt.Errorf("cannot send a delivery %s: it has no %s", text, strings.Join(names, " or "))
		}
		r.Header = h
		return nil
	}}
}
