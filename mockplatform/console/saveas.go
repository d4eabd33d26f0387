package console

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// NewVariant is an event that is to become a variant: one that was written, with the
// variant that it began as, or the only one of a delivery.
type NewVariant struct {
	ID       string          `json:"id" pattern:"^[a-z0-9-]+([.][a-z0-9-]+)+$" doc:"Its id, and the name of its file; none of the catalogue's" example:"referral.ours"`
	Title    string          `json:"title,omitempty" doc:"One line for people; default: that of the variant that it began as"`
	Variant  string          `json:"variant,omitempty" doc:"The variant that the event began as; not with exchange, which tells it"`
	Person   string          `json:"person,omitempty" doc:"Whose ids become placeholders; default: Ada. Not with exchange, which tells it"`
	Event    json.RawMessage `json:"event,omitempty" doc:"The event"`
	Exchange uint64          `json:"exchange,omitempty" doc:"The number of a delivery, in the place of an event"`
}

// VariantFile is a file for the folder of --catalogue.
type VariantFile struct {
	Name string `json:"name" doc:"What to call it"`
	Text string `json:"text" doc:"What is in it"`
}

// MadeVariant is a variant with what a catalogue needs to have it.
type MadeVariant struct {
	VariantFile
	Patches []VariantFile `json:"patches" doc:"JSON Patches of Meta's schemas, which belong into the same folder; none where the schemas know the event. Where the folder has a file of that name already, the steps belong behind those that are in it"`
	Note    string        `json:"note,omitempty" doc:"What the schemas do not know of the event, which the patches let them know"`
}

type variantFileOutput struct{ Body MadeVariant }

func (s *Server) registerSaveAs() {
	huma.Register(s.api, huma.Operation{
		OperationID: "make-variant-file", Method: http.MethodPost, Path: apiPrefix + "variants", Tags: []string{"events"},
		Summary: "The file that makes a variant of an event, for the folder of --catalogue", MaxBodyBytes: maxBody,
		Description: "What is the person's own (ids, texts that were made for an event, times that are about now) becomes a placeholder, so that the variant can happen to everybody; all else stays as it is. Nothing is kept: the files are for you to read and to save. An event that is not valid by Meta's schemas comes with the patches of them that it needs.",
	}, s.saveAs)
}

// happened is an event that becomes a variant.
type happened struct {
	began   schemas.Variant // what it began as
	event   json.RawMessage
	session event.Session
	at      time.Time
}

func (s *Server) saveAs(_ context.Context, in *struct{ Body NewVariant }) (*variantFileOutput, error) {
	var h happened
	var err error
	switch {
	case (in.Body.Event != nil) == (in.Body.Exchange != 0):
		return nil, huma.Error422UnprocessableEntity("a variant is made of an event or of an exchange: give one of the two")
	case in.Body.Exchange != 0:
		h, err = s.eventOf(in.Body.Exchange)
	default:
		h.event, h.session, h.at = in.Body.Event, s.platform.Session(cmp.Or(in.Body.Person, mockplatform.DefaultPerson)), s.platform.Now()
		h.began, err = s.variant(in.Body.Variant)
	}
	if err != nil {
		return nil, err
	}
	made, err := s.variantFile(in.Body, h)
	switch {
	case isUnfit(err):
		return nil, err
	case err != nil:
		return nil, huma.Error422UnprocessableEntity(said(err))
	}
	return &variantFileOutput{made}, nil
}

// variantFile makes a variant file, which is held against the catalogue as --catalogue
// does.
func (s *Server) variantFile(n NewVariant, h happened) (made MadeVariant, err error) {
	made.Name, made.Patches = n.ID+".json", []VariantFile{}
	if _, there := s.catalogue().Ever().ByID(n.ID); there {
		return made, fmt.Errorf("/id: the catalogue has a variant %s already; give yours another id", n.ID)
	}
	template, err := event.Template(h.event, h.session, h.at)
	if err != nil {
		return made, fmt.Errorf("the event is not JSON: %w", err)
	}
	v := schemas.Variant{
		ID: n.ID, Field: h.began.Field, Title: cmp.Or(n.Title, h.began.Title), Status: schemas.Observed, Object: h.began.Object, Form: h.began.Form, Schema: h.began.Schema, Event: template,
		Source: schemas.Source{URL: h.began.Source.URL, Quote: "Not from this page, but made in the console, of " + h.began.ID},
		Notes:  "Put the page that documents it, or the issue that shows it, into source, and the day from which Meta sends it into since.",
	}
	if made.Text, err = fileText(v); err != nil {
		return made, err
	}
	if v, err = overlay.ParseVariant([]byte(made.Text)); err != nil {
		return made, err
	}
	refused := overlay.Fits(s.catalogue(), v)
	if refused == nil {
		return made, nil
	}
	if v, made.Patches, err = s.patched(v, h, refused); err != nil {
		return made, err
	}
	made.Note = whatOf(refused)
	made.Text, err = fileText(v)
	return made, err
}

// eventOf is the event of a delivery that has one.
func (s *Server) eventOf(seq uint64) (happened, error) {
	x, err := s.exchange(seq)
	if err != nil {
		return happened{}, err
	}
	if x.Kind != journal.Delivery {
		return happened{}, huma.Error409Conflict(what(seq) + " is no delivery, and has no event that could be a variant")
	}
	h := happened{session: s.platform.Session(mockplatform.DefaultPerson), at: x.At}
	if p, known := s.platform.PersonByID(x.Person); known {
		h.session = p.Session
	}
	read, err := s.catalogue().Read(x.Request.Body)
	if err != nil {
		return happened{}, huma.Error409Conflict(fmt.Sprintf("the body of %s cannot be read: %v", what(seq), err))
	}
	began := ""
	switch {
	case len(read.Variants) > 0:
		h.event, began = x.Request.Body, read.Variants[0]
	case len(read.Events) == 1:
		e := read.Events[0]
		h.event, _ = event.Get(x.Request.Body, e.Pointer)
		began = e.Nearest
		for _, id := range e.Variants {
			began = id
		}
	default:
		return happened{}, huma.Error409Conflict(fmt.Sprintf("%s has %d events: a variant is made of one. Write that one in the catalogue, and save it there", what(seq), len(read.Events)))
	}
	if len(x.Variants) == 1 {
		began = x.Variants[0]
	}
	if began == "" {
		return happened{}, huma.Error409Conflict(fmt.Sprintf("no variant is like the event of %s: export it as NDJSON, and `referee drift FILE --write FOLDER` makes one", what(seq)))
	}
	if h.began, err = s.variant(began); err == nil && h.began.Form == schemas.FormBody {
		h.event = x.Request.Body
	}
	return h, err
}
