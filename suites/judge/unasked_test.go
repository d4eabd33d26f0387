package judge

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// What nobody asked for is sent, before what looks back on it, and nobody hears of an outcome
// or a finding of it.
func TestUnasked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, err := mockplatform.New(mockplatform.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		r := newSim(p, traits{Workers: 1, Receipts: true})
		var pending, judged, seen []string
		env := Env{
			Platform: p, URL: "http://receiver.test/webhook", TimeLimit: unlimited, wire: r,
			Pending: func(id string) { pending = append(pending, id) },
			Judged:  func(o Outcome) { judged = append(judged, o.Requirement.ID) },
			Diagnose: func(cases []Case, _ func(...Spec) []Outcome) {
				for _, c := range cases {
					if c.Finding != nil {
						seen = append(seen, c.Requirement.ID)
					}
				}
			},
		}
		run, err := New(env, []Spec{
			{Requirement: Requirement{ID: "x.sends", Level: Must, Phase: Parting}, Unasked: true, Body: func(ctx context.Context, s *Session) {
				s.Share("sent", s.Emit(ctx, s.Plainest()))
				s.Verify(&Finding{Actual: "what nobody asked for"})
			}},
			{Requirement: Requirement{ID: "x.looks", Level: Must, Phase: Closing}, Body: func(_ context.Context, s *Session) {
				if s.Shared("sent") == nil {
					s.Unjudged("it was not sent")
				}
				s.Verify(&Finding{Actual: "it was sent"})
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer run.Close()
		run.e.lifeline.dial = r.dial
		if err := run.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if run.Len() != 1 {
			t.Fatalf("there are %d outcomes", run.Len())
		}
		if o, final := run.Wait(t.Context(), 0); !final || o.Status != Failed || o.Requirement.ID != "x.looks" {
			t.Errorf("got %+v", o)
		}
		run.Close()
		for what, ids := range map[string][]string{"pending": pending, "judged": judged, "with a finding": seen} {
			if slices.Contains(ids, "x.sends") || !slices.Contains(ids, "x.looks") {
				t.Errorf("%s are %v", what, ids)
			}
		}
	})
}
