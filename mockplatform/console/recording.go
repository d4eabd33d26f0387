package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Recorder writes down a talk of a person with the bot, of which these are the exchanges
// of the journal. An error is the person's to read.
type Recorder func(who mockplatform.Person, exchanges []journal.Exchange) (string, error)

// Recording is a talk that was written down.
type Recording struct {
	Name string `json:"name" doc:"What to call the file"`
	Text string `json:"text" doc:"What is in it: YAML, for --expect or for expect in referee.yaml"`
}

type recordingOutput struct{ Body Recording }

func (s *Server) registerRecording() {
	if s.opts.Record == nil {
		return
	}
	huma.Register(s.api, huma.Operation{
		OperationID: "record-talk", Method: http.MethodGet, Path: apiPrefix + "people/{name}/expectation", Tags: []string{"people"},
		Summary:     "A person's talk with the bot as an expectation: what the person did, and what the bot answered to each",
		Description: "`referee run --expect FILE` then has somebody else do the same, and the bot has to answer the same. Of a talk whose beginning the journal has dropped, the rest.",
	}, func(_ context.Context, in *struct {
		Name string `path:"name" doc:"The person's name"`
	},
	) (*recordingOutput, error) {
		who, err := s.person(in.Name)
		if err != nil {
			return nil, err
		}
		text, err := s.opts.Record(who, s.platform.Journal().Find(func(x journal.Exchange) bool {
			return x.Kind == journal.Delivery || x.Kind == journal.Send && who.Is(x.Person)
		}))
		if err != nil {
			return nil, huma.Error409Conflict(err.Error())
		}
		return &recordingOutput{Recording{Name: "expect.yaml", Text: text}}, nil
	})
}
