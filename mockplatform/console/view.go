package console

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Summary is one exchange in a list. Seq comes first: by it whoever reads an export
// knows a line for an exchange.
type Summary struct {
	Seq        uint64    `json:"seq" doc:"Numbers the exchanges from 1, in the order of arrival"`
	At         time.Time `json:"at" doc:"When it began, on the platform's clock"`
	Direction  string    `json:"direction" enum:"to-receiver,from-receiver"`
	Kind       string    `json:"kind" enum:"delivery,verification,send,graph,receipt,line,unknown"`
	Person     string    `json:"person,omitempty" doc:"The name of whom it concerns, or an id of nobody the platform knows"`
	Method     string    `json:"method,omitempty"`
	URL        string    `json:"url,omitempty" doc:"Absolute for a request to the receiver, else the request target"`
	Status     int       `json:"status" doc:"0 until the answer is there"`
	Settled    bool      `json:"settled" doc:"Whether it is over, answered or failed"`
	DurationMS float64   `json:"duration_ms"`
	Variants   []string  `json:"variants,omitempty" doc:"What the events of a delivery were made of"`
	Brief      string    `json:"brief,omitempty" doc:"What it is about, in one line"`
	Faults     []string  `json:"faults,omitempty" doc:"What was done to it on purpose"`
	Warnings   []string  `json:"warnings,omitempty" doc:"What Meta would have refused the call with, and this platform took"`
	Error      string    `json:"error,omitempty" doc:"Why it failed, or why the platform refused it"`
	DeliveryID string    `json:"delivery_id,omitempty" doc:"The same for all attempts of one delivery"`
	Attempt    int       `json:"attempt,omitempty"`
	Next       time.Time `json:"next,omitzero" doc:"When the delivery is tried again"`
}

// Header is one line of a header.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Body is a body: as text where it is text, and always as its bytes.
type Body struct {
	Text  string `json:"text,omitempty" doc:"The body, if it is UTF-8"`
	Bytes []byte `json:"bytes" doc:"The body in Base64"`
	Size  int    `json:"size" doc:"In bytes"`
	Cut   bool   `json:"cut,omitempty" doc:"Whether this is not the whole body"`
}

// Message is a request or an answer.
type Message struct {
	Proto   string   `json:"proto,omitempty"`
	Headers []Header `json:"headers"`
	Body    Body     `json:"body"`
}

// SignatureCheck is what the platform makes of one signature header.
type SignatureCheck struct {
	Header  string `json:"header"`
	Value   string `json:"value"`
	Valid   bool   `json:"valid"`
	Problem string `json:"problem,omitempty"`
}

// Findings are what a schema says of one part of an exchange.
type Findings struct {
	Part     string    `json:"part" doc:"What was checked"`
	Schema   string    `json:"schema" doc:"The schema, one of schemas/meta"`
	Valid    bool      `json:"valid"`
	Problems []Problem `json:"problems"`
}

// Problem is one place where a document breaks its schema.
type Problem struct {
	Pointer string `json:"pointer" doc:"A JSON Pointer; empty for the whole document"`
	Message string `json:"message"`
}

// Timing is how long the parts of an exchange took, from its start, in
// milliseconds; 0 for what did not happen or is not known.
type Timing struct {
	FirstByteMS float64 `json:"first_byte_ms"`
	DoneMS      float64 `json:"done_ms"`
}

// Detail is an exchange with everything that is known of it.
type Detail struct {
	Summary
	Request    Message          `json:"request"`
	Response   Message          `json:"response"`
	Token      string           `json:"token,omitempty" enum:"right,wrong,missing" doc:"Which access token a Graph API call carried"`
	Timing     Timing           `json:"timing"`
	Signatures []SignatureCheck `json:"signatures" doc:"The signature headers of a delivery, checked against the body that was sent"`
	Unsigned   bool             `json:"unsigned,omitempty" doc:"Whether a delivery has no signature at all"`
	Findings   []Findings       `json:"findings" doc:"What the schemas say of request and answer"`
	Curl       string           `json:"curl,omitempty" doc:"A shell command that sends a request to the receiver again"`
}

// summary is the exchange as a list shows it.
func (s *Server) summary(x journal.Exchange) Summary {
	person := x.Person
	if known, ok := s.platform.PersonByID(person); ok {
		person = known.Name
	}
	return Summary{
		Seq: x.Seq, At: x.At, Direction: string(x.Direction), Kind: string(x.Kind), Person: person,
		Method: x.Request.Method, URL: x.Request.URL, Status: x.Response.Status, Settled: x.Settled(),
		DurationMS: milliseconds(x.Timing.Done), Variants: x.Variants, Brief: conversation.Brief(x), Faults: x.Faults, Warnings: warnings(x),
		Error: x.Err, DeliveryID: x.DeliveryID, Attempt: x.Attempt, Next: x.Next,
	}
}

// warnings are what Meta would have said to a call that was taken.
func warnings(x journal.Exchange) []string {
	var list []string
	for _, w := range x.Warnings {
		list = append(list, w.Text)
	}
	return list
}

func (s *Server) summaries(exchanges []journal.Exchange) []Summary {
	list := make([]Summary, len(exchanges))
	for i, x := range exchanges {
		list[i] = s.summary(x)
	}
	return list
}

// detail is everything about an exchange.
func (s *Server) detail(x journal.Exchange) Detail {
	d := Detail{
		Summary: s.summary(x), Request: message(x.Request), Response: message(x.Response), Token: string(x.Token),
		Timing:     Timing{FirstByteMS: milliseconds(x.Timing.FirstByte), DoneMS: milliseconds(x.Timing.Done)},
		Signatures: []SignatureCheck{}, Findings: s.findings(x),
	}
	if x.Kind == journal.Delivery {
		d.Signatures = signatures(x, s.platform.Options().Keys().For(x.Request.Body))
		d.Unsigned = len(d.Signatures) == 0
	}
	if x.Direction == journal.ToReceiver && x.Kind != journal.Line {
		d.Curl = delivery.Curl(delivery.Request{
			Method: x.Request.Method, URL: x.Request.URL, Header: x.Request.Header, Body: x.Request.Body, Proto: x.Request.Proto,
		})
	}
	return d
}

// signatures checks the signature headers of a delivery with the secret for it.
func signatures(x journal.Exchange, secret string) []SignatureCheck {
	checks := []SignatureCheck{}
	for _, f := range x.Request.Header {
		if !strings.EqualFold(f.Name, "X-Hub-Signature") && !strings.EqualFold(f.Name, "X-Hub-Signature-256") {
			continue
		}
		check := SignatureCheck{Header: f.Name, Value: f.Value, Valid: true}
		if err := wire.Verify(secret, x.Request.Body, f.Value); err != nil {
			check.Valid, check.Problem = false, strings.TrimPrefix(err.Error(), "verify: ")
		}
		checks = append(checks, check)
	}
	return checks
}

// findings checks what has a schema.
func (s *Server) findings(x journal.Exchange) []Findings {
	all := []Findings{}
	check := func(part, schema string, doc []byte) {
		all = append(all, s.found(part, schema, doc))
	}
	switch x.Kind {
	case journal.Delivery:
		check("request", s.deliverySchema(x), x.Request.Body)
	case journal.Send:
		check("request", "send.request", x.Doc)
	case journal.Graph:
		if schema := graphSchema(x); schema != "" {
			check("request", schema, x.Doc)
		}
	case journal.Receipt:
		check("request", "format.receipt", x.Doc)
	}
	return all
}

// deliverySchema is the schema of a delivery's body. Bodies without an envelope
// have one of their own.
func (s *Server) deliverySchema(x journal.Exchange) string {
	for _, id := range x.Variants {
		v, _ := s.catalogue().ByID(id)
		switch v.Form {
		case schemas.FormBody:
			return v.Schema
		case schemas.FormValue:
			return "envelope.value"
		}
	}
	return "envelope"
}

// graphSchema is the schema of a call's parameters; empty if there is none.
func graphSchema(x journal.Exchange) string {
	if x.Request.Method != "POST" {
		return ""
	}
	path, _, _ := strings.Cut(x.Request.URL, "?")
	switch path[strings.LastIndexByte(path, '/')+1:] {
	case "messenger_profile":
		return "messenger-profile.request"
	case "message_attachments":
		return "message-attachment.request"
	case "pass_thread_control", "take_thread_control", "request_thread_control":
		return "thread-control.request"
	}
	return ""
}

// found is what a schema says of a document.
func (s *Server) found(part, schema string, doc []byte) Findings {
	f := Findings{Part: part, Schema: schema, Problems: []Problem{}}
	err := s.catalogue().Validate(schema, doc)
	var invalid *schemas.ValidationError
	switch {
	case err == nil:
		f.Valid = true
	case errors.As(err, &invalid):
		for _, p := range invalid.Problems {
			f.Problems = append(f.Problems, Problem{Pointer: p.Pointer, Message: p.Message})
		}
	default:
		f.Problems = append(f.Problems, Problem{Message: err.Error()})
	}
	return f
}

func message(m journal.Message) Message {
	shown := Message{Proto: m.Proto, Headers: []Header{}, Body: Body{Bytes: m.Body, Size: len(m.Body), Cut: m.Cut}}
	for _, f := range m.Header {
		shown.Headers = append(shown.Headers, Header(f))
	}
	if shown.Body.Bytes == nil {
		shown.Body.Bytes = []byte{}
	}
	if utf8.Valid(m.Body) {
		shown.Body.Text = string(m.Body)
	}
	return shown
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

// what names an exchange for people: "exchange 7".
func what(seq uint64) string { return fmt.Sprintf("exchange %d", seq) }
