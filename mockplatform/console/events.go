package console

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// VariantSummary is a variant in a list.
type VariantSummary struct {
	ID     string `json:"id"`
	Field  string `json:"field" doc:"The webhook field that a page subscribes to"`
	Title  string `json:"title"`
	Status string `json:"status" enum:"documented,observed,retired"`
	Object string `json:"object"`
}

// Variant is a variant with its documentation.
type Variant struct {
	VariantSummary
	Since  string `json:"since,omitempty"`
	Until  string `json:"until,omitempty"`
	Source string `json:"source" doc:"Where it is known from"`
	Quote  string `json:"quote"`
	Notes  string `json:"notes,omitempty"`
	Form   string `json:"form" doc:"How the event is wrapped"`
	Schema string `json:"schema" doc:"The schema of the event"`
}

// Event says what happens.
type Event struct {
	Variant string                     `json:"variant" minLength:"1" doc:"The id of a variant in the catalogue" example:"referral.ads"`
	Person  string                     `json:"person,omitempty" doc:"The name of who does it; default: Ada"`
	Event   json.RawMessage            `json:"event,omitempty" doc:"The event itself, in the place of what the variant gives; it need not be valid"`
	Set     map[string]json.RawMessage `json:"set,omitempty" doc:"Values by JSON Pointer, such as {\"/referral/ref\": \"summer\"}"`
	Spaced  bool                       `json:"spaced,omitempty" doc:"Written as the sender Webhooks/1.0 does, with spaces"`
	Faults  []string                   `json:"faults,omitempty" doc:"What is done to this delivery after it was signed; GET /api/v1/tamperings lists the names"`
	Async   bool                       `json:"async,omitempty" doc:"Answer at once, before the first attempt is over"`
}

// Emitted is what became of an event.
type Emitted struct {
	DeliveryID string            `json:"delivery_id"`
	Exchange   uint64            `json:"exchange,omitempty" doc:"The first attempt in the journal; left out for an event that is async"`
	Person     string            `json:"person"`
	Events     []json.RawMessage `json:"events" doc:"The events as they are delivered"`
	Status     int               `json:"status" doc:"What the receiver answered to the first attempt; 0 if it did not"`
	Error      string            `json:"error,omitempty" doc:"How the first attempt failed"`
	Next       time.Time         `json:"next,omitzero" doc:"When it is tried again"`
}

// Preview is what an event would be.
type Preview struct {
	Event    json.RawMessage `json:"event"`
	Text     string          `json:"text" doc:"The event as text, laid out to be read and edited: who reads JSON into numbers of 53 bits gets all digits here"`
	Body     string          `json:"body" doc:"The bytes that would be sent"`
	Findings []Findings      `json:"findings"`
	Curl     string          `json:"curl" doc:"A shell command that sends it, with its signature"`
}

type (
	variantsOutput   struct{ Body []VariantSummary }
	variantOutput    struct{ Body Variant }
	emittedOutput    struct{ Body Emitted }
	previewOutput    struct{ Body Preview }
	tamperingsOutput struct{ Body []rules.Tampering }
	eventInput       struct{ Body Event }
)

func (s *Server) registerEvents() {
	huma.Register(s.api, huma.Operation{
		OperationID: "list-variants", Method: http.MethodGet, Path: apiPrefix + "variants", Tags: []string{"events"},
		Summary: "The catalogue of events",
	}, func(context.Context, *struct{}) (*variantsOutput, error) {
		out := &variantsOutput{}
		for _, v := range s.catalogue().All() {
			out.Body = append(out.Body, variantSummary(v))
		}
		return out, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "get-variant", Method: http.MethodGet, Path: apiPrefix + "variants/{id}", Tags: []string{"events"},
		Summary: "A variant with its documentation",
	}, func(_ context.Context, in *struct {
		ID string `path:"id"`
	}) (*variantOutput, error) {
		v, err := s.variant(in.ID)
		if err != nil {
			return nil, err
		}
		return &variantOutput{Variant{
			VariantSummary: variantSummary(v), Since: v.Since, Until: v.Until, Source: v.Source.URL, Quote: v.Source.Quote,
			Notes: v.Notes, Form: string(v.Form), Schema: v.Schema,
		}}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "list-tamperings", Method: http.MethodGet, Path: apiPrefix + "tamperings", Tags: []string{"events"},
		Summary: "What can be done to one delivery",
	}, func(context.Context, *struct{}) (*tamperingsOutput, error) {
		return &tamperingsOutput{rules.Tamperings()}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "emit-event", Method: http.MethodPost, Path: apiPrefix + "events", Tags: []string{"events"},
		Summary:      "Let something happen, and deliver it to the receiver",
		Description:  "Answers when the first attempt is over, acknowledged or not; one that failed is tried again by the platform's policy.",
		MaxBodyBytes: maxBody,
	}, func(ctx context.Context, in *eventInput) (*emittedOutput, error) {
		e, err := s.emission(in.Body)
		if err != nil {
			return nil, err
		}
		return s.emit(ctx, e)
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "preview-event", Method: http.MethodPost, Path: apiPrefix + "events/preview", Tags: []string{"events"},
		Summary: "What an event would be: its bytes, what its schema says, and the command that sends it", MaxBodyBytes: maxBody,
	}, s.preview)
}

func variantSummary(v schemas.Variant) VariantSummary {
	return VariantSummary{ID: v.ID, Field: v.Field, Title: v.Title, Status: string(v.Status), Object: v.Object}
}

// catalogue is what can be emitted.
func (s *Server) catalogue() *schemas.Catalogue { return s.platform.Options().Catalogue }

func (s *Server) variant(id string) (schemas.Variant, error) {
	v, ok := s.catalogue().ByID(id)
	if !ok {
		return v, huma.Error404NotFound(fmt.Sprintf("there is no variant %q: the catalogue has all that there are (GET %svariants)", id, apiPrefix))
	}
	return v, nil
}

// emission is what the platform is told about an event.
func (s *Server) emission(e Event) (mockplatform.Emission, error) {
	v, err := s.variant(e.Variant)
	if err != nil {
		return mockplatform.Emission{}, err
	}
	faults, err := tamper(e.Faults)
	if err != nil {
		return mockplatform.Emission{}, huma.Error422UnprocessableEntity(err.Error())
	}
	m := mockplatform.Emission{
		Variant: e.Variant, Person: cmp.Or(e.Person, mockplatform.DefaultPerson), Event: e.Event, Style: wire.StyleOf(v.Form, v.Field), Faults: faults, Async: e.Async,
	}
	if e.Spaced {
		m.Style = wire.Generic
	}
	for _, pointer := range sortedKeys(e.Set) {
		m.Edits = append(m.Edits, event.Set(pointer, string(e.Set[pointer])))
	}
	return m, nil
}

// emit emits an event and says what became of it.
func (s *Server) emit(ctx context.Context, e mockplatform.Emission) (*emittedOutput, error) {
	done, err := s.platform.Emit(ctx, e)
	switch {
	case errors.Is(err, mockplatform.ErrNoReceiver), errors.Is(err, mockplatform.ErrDisabled), errors.Is(err, mockplatform.ErrNotSubscribed):
		return nil, huma.Error409Conflict(said(err))
	case err != nil:
		return nil, failed(err, http.StatusUnprocessableEntity)
	}
	out := &emittedOutput{Emitted{DeliveryID: done.DeliveryID, Person: e.Person, Events: []json.RawMessage{}, Next: done.Next}}
	for _, ev := range done.Events {
		out.Body.Events = append(out.Body.Events, ev.JSON)
	}
	if a := done.Attempt; a.Answer != nil {
		out.Body.Status = a.Answer.Status
	}
	if done.Attempt.Err != nil {
		out.Body.Error = done.Attempt.Err.Error()
	}
	if !e.Async {
		first, _ := s.platform.Journal().Page(journal.Query{
			Match: func(x journal.Exchange) bool { return x.DeliveryID == done.DeliveryID }, Limit: 1, Oldest: true,
		})
		for _, x := range first {
			out.Body.Exchange = x.Seq
		}
	}
	return out, s.unstored(fmt.Sprintf("the delivery %s", done.DeliveryID))
}

func (s *Server) preview(_ context.Context, in *eventInput) (*previewOutput, error) {
	e, err := s.emission(in.Body)
	if err != nil {
		return nil, err
	}
	v, err := s.variant(e.Variant)
	if err != nil {
		return nil, err
	}
	ev, err := s.platform.Draft(e)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(said(err))
	}
	out := &previewOutput{Preview{Event: ev.JSON, Text: laidOut(ev.JSON), Findings: []Findings{s.found("event", v.Schema, ev.JSON)}}}
	doc, err := event.Wrap(ev)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(said(err))
	}
	url := cmp.Or(s.platform.Receiver().URL, "http://localhost:3000/webhook")
	request, err := s.platform.Request(mockplatform.Delivery{URL: url, Doc: doc, Style: e.Style, Version: s.platform.VersionOf(v), Faults: e.Faults})
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(said(err))
	}
	out.Body.Body, out.Body.Curl = string(request.Body), delivery.Curl(request)
	return out, nil
}

// styleOf is the serialiser that a body was made by, as its sender tells.
func styleOf(h wire.Header) wire.Style {
	if strings.HasPrefix(h.Get("User-Agent"), "Webhooks/") {
		return wire.Generic
	}
	return wire.Messaging
}

// laidOut is a JSON text with a member on each line, and all else as it is.
func laidOut(text []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		return string(text)
	}
	return b.String()
}

// quoted is text as JSON.
func quoted(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the platform's serialiser escapes as Meta's does
	if enc.Encode(text) != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}
