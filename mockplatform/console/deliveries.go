package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Waiting is a delivery that is not over.
type Waiting struct {
	ID       string     `json:"id" doc:"As in the exchanges of its attempts"`
	Person   string     `json:"person" doc:"Whom it is from; of several events that of the first"`
	Variants []string   `json:"variants" doc:"What its events were made of"`
	Created  time.Time  `json:"created" doc:"When it was emitted"`
	Attempts int        `json:"attempts" doc:"How many were made"`
	Next     *time.Time `json:"next,omitempty" doc:"When the next attempt is due"`
	Problem  string     `json:"problem,omitempty" doc:"How the last attempt failed"`
	Held     string     `json:"held,omitempty" doc:"What it waits for on purpose"`
	Edited   []string   `json:"edited,omitempty" doc:"How it was changed on purpose"`
}

type waitingOutput struct {
	Body struct {
		Deliveries []Waiting `json:"deliveries"`
		More       int       `json:"more" doc:"How many more there are"`
	}
}

// mostWaiting is how many are listed.
const mostWaiting = 200

func (s *Server) registerDeliveries() {
	huma.Register(s.api, huma.Operation{
		OperationID: "list-deliveries", Method: http.MethodGet, Path: apiPrefix + "deliveries", Tags: []string{"exchanges"},
		Summary: "The deliveries that wait for an attempt, the oldest first",
	}, func(context.Context, *struct{}) (*waitingOutput, error) {
		pending := s.platform.Pending()
		out := &waitingOutput{}
		out.Body.Deliveries = []Waiting{}
		for _, p := range pending[:min(len(pending), mostWaiting)] {
			w := Waiting{
				ID: p.ID, Person: p.Person, Variants: p.Variants, Created: p.Created, Attempts: p.Attempts,
				Problem: p.Problem, Held: p.Held, Edited: p.Edited,
			}
			if !p.Next.IsZero() {
				w.Next = &p.Next
			}
			out.Body.Deliveries = append(out.Body.Deliveries, w)
		}
		out.Body.More = len(pending) - len(out.Body.Deliveries)
		return out, nil
	})
}
