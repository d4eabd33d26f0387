package console

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Related are the exchanges that belong to one.
//
// Nothing in a call says which delivery made the receiver do it. What the journal has is
// whom both concern, and in which order they came.
type Related struct {
	Calls    []Summary `json:"calls" doc:"Of a delivery: the calls that followed it, see basis"`
	Delivery *Summary  `json:"delivery,omitempty" doc:"Of a call: the delivery that it followed, see basis"`
	Told     []Summary `json:"told" doc:"Of a call that sent a message: the deliveries that tell the receiver of it, by the message's id"`
	TellsOf  []Summary `json:"tells_of" doc:"Of such a delivery: the calls that sent the messages"`
	Basis    string    `json:"basis,omitempty" doc:"What calls and delivery rest on"`
}

const (
	callsBasis = "By person and order: these calls concern the same person, and came after this delivery and before that person's next one. " +
		"A receiver that takes its time may have made one because of an earlier delivery."
	deliveryBasis = "By person and order: this is the last delivery before the call that concerns the same person, but for echoes and receipts of the page's own messages. " +
		"A receiver that takes its time may have made it because of an earlier one."
)

type relatedOutput struct{ Body Related }

func (s *Server) registerRelated() {
	huma.Register(s.api, huma.Operation{
		OperationID: "related-exchanges", Method: http.MethodGet, Path: apiPrefix + "exchanges/{seq}/related", Tags: []string{"exchanges"},
		Summary:     "The calls that followed a delivery, or the delivery that a call followed",
		Description: "Meta's calls do not say why they are made. What is answered here is read from the journal, and basis says how.",
	}, func(_ context.Context, in *Numbered) (*relatedOutput, error) {
		x, err := s.exchange(in.Seq)
		if err != nil {
			return nil, err
		}
		return &relatedOutput{s.related(x)}, nil
	})
}

// related looks for what belongs to an exchange.
func (s *Server) related(x journal.Exchange) Related {
	r := Related{Calls: []Summary{}, Told: []Summary{}, TellsOf: []Summary{}}
	if x.Kind != journal.Delivery && !isCall(x) || x.Person == "" {
		return r
	}
	all := s.platform.Journal().Find(s.concerning(x.Person))
	for call, cause := range causes(all) {
		switch {
		case cause.Seq == x.Seq:
			r.Calls, r.Basis = append(r.Calls, s.summary(all[call])), callsBasis
		case all[call].Seq == x.Seq && cause.Seq != 0:
			found := s.summary(cause)
			r.Delivery, r.Basis = &found, deliveryBasis
		}
	}
	for _, other := range all {
		if tells(x, other) {
			r.TellsOf = append(r.TellsOf, s.summary(other))
		}
		if tells(other, x) {
			r.Told = append(r.Told, s.summary(other))
		}
	}
	return r
}

func isCall(x journal.Exchange) bool {
	return x.Kind == journal.Send || x.Kind == journal.Graph || x.Kind == journal.Receipt
}

// concerning matches deliveries to, and calls about, whom an id in an exchange means. A
// delivery that may have several events concerns everybody whom it names.
func (s *Server) concerning(id string) func(journal.Exchange) bool {
	ids := []string{id}
	if p, known := s.platform.PersonByID(id); known {
		ids = []string{p.PSID, p.UserRef, p.GuestID}
	}
	return func(x journal.Exchange) bool {
		if x.Kind != journal.Delivery && !isCall(x) {
			return false
		}
		for _, id := range ids {
			if x.Person == id || x.Kind == journal.Delivery && len(x.Variants) != 1 && bytes.Contains(x.Request.Body, []byte(`"`+id+`"`)) {
				return true
			}
		}
		return false
	}
}

// causes goes through the exchanges of one person in their order, and yields the index of
// each call with the delivery that it followed; one that followed none with a zero one.
func causes(all []journal.Exchange) iter.Seq2[int, journal.Exchange] {
	return func(yield func(int, journal.Exchange) bool) {
		var cause journal.Exchange
		for i, x := range all {
			switch {
			case isCall(x):
				if !yield(i, cause) {
					return
				}
			case !mockplatform.TellsOfMessages(x.Variants):
				cause = x
			}
		}
	}
}

// tells reports whether a delivery tells of the message that a call sent.
func tells(delivery, call journal.Exchange) bool {
	if delivery.Kind != journal.Delivery || !mockplatform.TellsOfMessages(delivery.Variants) || call.Kind != journal.Send {
		return false
	}
	value, _ := event.Get(call.Response.Body, "/message_id")
	var mid string
	return json.Unmarshal(value, &mid) == nil && mid != "" && bytes.Contains(delivery.Request.Body, value)
}
