package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// maxWait is how long a client can wait for an exchange.
const maxWait = 60 * time.Second

// Filter says which exchanges are meant; what is left out means all.
type Filter struct {
	Person    string   `query:"person" doc:"The name of a person, or an id or user_ref as it stands in an exchange"`
	Direction string   `query:"direction" enum:"to-receiver,from-receiver"`
	Kind      []string `query:"kind" enum:"delivery,verification,send,graph,receipt,line,unknown" doc:"One or several, separated by commas"`
	Variant   string   `query:"variant" doc:"What an event of a delivery was made of"`
	Delivery  string   `query:"delivery_id" doc:"The attempts of one delivery"`
	Failed    bool     `query:"failed" doc:"Only those that failed, or were answered with a status other than 2xx"`
	Text      string   `query:"text" doc:"Text in the URL, the request or the answer, in any case"`
	After     uint64   `query:"after" doc:"Only those with a higher number"`
	Before    uint64   `query:"before" doc:"Only those with a lower number"`
}

// match reports whether an exchange is meant. The bounds are not looked at.
func (s *Server) match(f Filter) func(journal.Exchange) bool {
	is := func(id string) bool { return id == f.Person }
	for _, p := range s.platform.People() {
		if p.Name == f.Person {
			is = func(id string) bool { return p.Is(id) || id == f.Person }
		}
	}
	text := strings.ToLower(f.Text)
	contains := func(part string) bool { return strings.Contains(strings.ToLower(part), text) }
	return func(x journal.Exchange) bool {
		switch {
		case f.Person != "" && !is(x.Person),
			f.Direction != "" && f.Direction != string(x.Direction),
			len(f.Kind) > 0 && !slices.Contains(f.Kind, string(x.Kind)),
			f.Variant != "" && !slices.Contains(x.Variants, f.Variant),
			f.Delivery != "" && x.DeliveryID != f.Delivery,
			f.Failed && (!x.Settled() || x.Err == "" && x.Response.Status/100 == 2),
			text != "" && !contains(x.Request.URL) && !contains(string(x.Request.Body)) && !contains(string(x.Response.Body)) &&
				!contains(x.Err) && !contains(conversation.Brief(x)):
			return false
		}
		return true
	}
}

type exchangesOutput struct {
	Body struct {
		Exchanges []Summary `json:"exchanges" doc:"In the order of arrival"`
		More      bool      `json:"more" doc:"Whether older ones match too: ask again with before"`
		Version   string    `json:"version" doc:"Where the event stream goes on from"`
		Dropped   uint64    `json:"dropped" doc:"How many exchanges the journal dropped because it was full"`
	}
}

type detailOutput struct{ Body Detail }

// Numbered is the part of a path that names an exchange.
type Numbered struct {
	Seq uint64 `path:"seq" doc:"The number of an exchange"`
}

// Resend says how a delivery is sent again.
type Resend struct {
	Faults []string        `json:"faults,omitempty" doc:"What is done to it after it was signed; GET /api/v1/tamperings lists the names"`
	Doc    json.RawMessage `json:"doc,omitempty" doc:"A document to send in the place of the body, in the bytes of Meta's serialiser"`
	Body   *string         `json:"body,omitempty" doc:"A text to send in the place of the body, as it is; it need not be JSON"`
}

// Resent is what became of it.
type Resent struct {
	Exchange uint64 `json:"exchange" doc:"The number of the new exchange"`
	Status   int    `json:"status" doc:"What the receiver answered; 0 if it did not"`
	Error    string `json:"error,omitempty"`
}

func (s *Server) registerExchanges() {
	huma.Register(s.api, huma.Operation{
		OperationID: "list-exchanges", Method: http.MethodGet, Path: apiPrefix + "exchanges", Tags: []string{"exchanges"},
		Summary: "The exchanges that match, those that came last",
	}, func(_ context.Context, in *struct {
		Filter
		Limit int `query:"limit" minimum:"1" maximum:"1000" default:"200"`
	}) (*exchangesOutput, error) {
		out := &exchangesOutput{}
		j := s.platform.Journal()
		out.Body.Version = s.version(j.Version())
		page, more := j.Page(journal.Query{Match: s.match(in.Filter), Before: in.Before, After: in.After, Limit: in.Limit})
		out.Body.Exchanges, out.Body.More, out.Body.Dropped = s.summaries(page), more, j.Dropped()
		return out, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "wait-exchange", Method: http.MethodGet, Path: apiPrefix + "exchanges/wait", Tags: []string{"exchanges"},
		Summary:     "The first exchange that matches and is over, as soon as there is one",
		Description: "Of those recorded already the oldest; give after to look at later ones only. Without one in time the answer is 408.",
	}, s.wait)
	huma.Register(s.api, huma.Operation{
		OperationID: "get-exchange", Method: http.MethodGet, Path: apiPrefix + "exchanges/{seq}", Tags: []string{"exchanges"},
		Summary: "An exchange with its bytes, headers, signature check and schema findings",
	}, func(_ context.Context, in *Numbered) (*detailOutput, error) {
		x, err := s.exchange(in.Seq)
		if err != nil {
			return nil, err
		}
		return &detailOutput{s.detail(x)}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "resend-exchange", Method: http.MethodPost, Path: apiPrefix + "exchanges/{seq}/resend", Tags: []string{"exchanges"},
		Summary: "Send a delivery again, as it was or edited, with a signature of its own, to the receiver of now", MaxBodyBytes: maxBody,
	}, s.resend)
	huma.Register(s.api, huma.Operation{
		OperationID: "export-exchanges", Method: http.MethodGet, Path: apiPrefix + "exchanges/export", Tags: []string{"exchanges"},
		Summary: "All exchanges that match, as NDJSON (one exchange a line, as get-exchange answers it) or as HAR 1.2",
		Responses: map[string]*huma.Response{"200": {Description: "The export", Content: map[string]*huma.MediaType{
			"application/x-ndjson": {}, "application/json": {},
		}}},
	}, s.export)
}

// exchange returns a recorded exchange.
func (s *Server) exchange(seq uint64) (journal.Exchange, error) {
	x, ok := s.platform.Journal().Get(seq)
	if !ok {
		return x, huma.Error404NotFound(fmt.Sprintf("there is no %s: it was dropped, or there never was one; the timeline has those that are kept (GET %sexchanges)", what(seq), apiPrefix))
	}
	return x, nil
}

func (s *Server) wait(ctx context.Context, in *struct {
	Filter
	Timeout string `query:"timeout" default:"10s" doc:"How long to wait, such as 500ms; at most 60s"`
}) (*detailOutput, error) {
	patience, err := time.ParseDuration(in.Timeout)
	if err != nil || patience <= 0 || patience > maxWait {
		return nil, huma.Error422UnprocessableEntity(fmt.Sprintf("the timeout %q is not a time of at most %s, such as 500ms or 10s", in.Timeout, maxWait))
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	match := s.match(in.Filter)
	x, err := s.platform.Journal().Wait(ctx, func(x journal.Exchange) bool {
		return x.Seq > in.After && (in.Before == 0 || x.Seq < in.Before) && x.Settled() && match(x)
	})
	switch {
	case err != nil && s.life.Err() != nil:
		return nil, huma.Error503ServiceUnavailable("the platform is stopped")
	case err != nil:
		return nil, huma.NewError(http.StatusRequestTimeout, fmt.Sprintf("no such exchange within %s; GET %sexchanges shows what there was", patience, apiPrefix))
	}
	return &detailOutput{s.detail(x)}, nil
}

type resentOutput struct{ Body Resent }

func (s *Server) resend(ctx context.Context, in *struct {
	Numbered
	Body Resend
}) (*resentOutput, error) {
	x, err := s.exchange(in.Seq)
	if err != nil {
		return nil, err
	}
	receiver := s.platform.Receiver()
	switch {
	case x.Kind != journal.Delivery:
		return nil, huma.Error409Conflict(fmt.Sprintf("%s is no delivery, so the platform did not send it", what(in.Seq)))
	case in.Body.Doc != nil && in.Body.Body != nil:
		return nil, huma.Error422UnprocessableEntity("a delivery has one body: give it doc, which Meta's serialiser writes, or body, which is sent as it is")
	case x.Request.Cut && len(x.Faults) == 0 && in.Body.Doc == nil && in.Body.Body == nil:
		return nil, huma.Error409Conflict(fmt.Sprintf("%s cannot be sent again: the journal keeps only the beginning of its body", what(in.Seq)))
	case receiver.URL == "":
		return nil, huma.Error409Conflict(said(mockplatform.ErrNoReceiver))
	}
	faults, err := tamper(in.Body.Faults)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	before := s.newest()
	again := mockplatform.Delivery{
		URL: receiver.URL, Style: styleOf(x.Request.Header), Version: x.Request.Header.Get("Facebook-API-Version"), Person: x.Person, Faults: faults,
		Notes: []string{what(in.Seq) + " again"},
	}
	switch {
	case in.Body.Doc != nil:
		again.Doc = in.Body.Doc
	case in.Body.Body != nil:
		again.Raw = []byte(*in.Body.Body)
	default:
		again.Raw = x.Request.Body
	}
	if in.Body.Doc != nil || in.Body.Body != nil {
		again.Notes = []string{what(in.Seq) + " again, edited"}
	}
	a, err := s.platform.Deliver(ctx, again)
	if err != nil {
		return nil, failed(err, http.StatusUnprocessableEntity)
	}
	out := &resentOutput{}
	made, _ := s.platform.Journal().Page(journal.Query{
		Match: func(y journal.Exchange) bool {
			return y.Kind == journal.Delivery && y.Person == x.Person && y.DeliveryID == ""
		},
		After: before, Limit: 1, Oldest: true,
	})
	for _, y := range made {
		out.Body.Exchange = y.Seq
	}
	if a.Answer != nil {
		out.Body.Status = a.Answer.Status
	}
	if a.Err != nil {
		out.Body.Error = a.Err.Error()
	}
	return out, s.unstored(what(out.Body.Exchange))
}

// newest is the number of the last exchange; 0 if there is none.
func (s *Server) newest() uint64 {
	last, _ := s.platform.Journal().Page(journal.Query{Limit: 1})
	for _, x := range last {
		return x.Seq
	}
	return 0
}

// export writes what matches piece by piece, so that its size is not one of
// memory.
func (s *Server) export(_ context.Context, in *struct {
	Filter
	Format string `query:"format" enum:"ndjson,har" default:"ndjson"`
}) (*huma.StreamResponse, error) {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		kind, write := "application/x-ndjson", s.exportNDJSON
		if in.Format == "har" {
			kind, write = "application/json", s.exportHAR
		}
		hc.SetHeader("Content-Type", kind)
		hc.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "referee."+in.Format))
		w := newPatientWriter(hc)
		if err := write(w, in.Filter); err != nil && !errors.Is(err, context.Canceled) {
			s.opts.Logger.Debug("an export ended early", "error", err)
		}
	}}, nil
}

// each calls f for every exchange that matches, the oldest first.
func (s *Server) each(f Filter, do func(journal.Exchange) error) error {
	const piece = 100
	match, after := s.match(f), f.After
	for {
		page, more := s.platform.Journal().Page(journal.Query{Match: match, After: after, Before: f.Before, Limit: piece, Oldest: true})
		for _, x := range page {
			if err := do(x); err != nil {
				return err
			}
			after = x.Seq
		}
		if !more {
			return nil
		}
	}
}

func (s *Server) exportNDJSON(w *patientWriter, f Filter) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return s.each(f, func(x journal.Exchange) error { return enc.Encode(s.detail(x)) })
}
