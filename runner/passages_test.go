package runner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
)

// TestPassages has a result tell what went over the wire: of an event that is handled its
// way to the evidence, of one that is not how long nothing came.
func TestPassages(t *testing.T) {
	t.Parallel()
	r, err := runner.Run(t.Context(), runner.Config{
		Reference: true, Only: []string{"postback.get-started.understood", "signature.missing", "handshake.challenge"},
		Platform: mockplatform.Options{VerifyToken: "a verify token of this test"},
	})
	if err != nil {
		t.Fatal(err)
	}
	passage := func(id string) report.Passage {
		at := slices.IndexFunc(r.Requirements, func(q report.Requirement) bool { return q.ID == id })
		if at < 0 || len(r.Requirements[at].Passages) == 0 {
			t.Fatalf("%s has no passage", id)
		}
		return r.Requirements[at].Passages[0]
	}

	handled := passage("postback.get-started.understood")
	if !strings.HasPrefix(handled.Request, "POST https://127.0.0.1:") || !strings.Contains(handled.Request, "\nX-Hub-Signature-256: sha256=") ||
		!strings.Contains(handled.Request, "\n\n{\"object\":\"page\"") || !strings.HasPrefix(handled.Answer, "HTTP/1.1 200 OK\n") {
		t.Errorf("on the wire was\n%s\n\n%s", handled.Request, handled.Answer)
	}
	var kinds []string
	for _, e := range handled.Evidence {
		kinds = append(kinds, e.Kind)
		if e.After <= 0 || e.Text == "" {
			t.Errorf("the evidence is %+v", e)
		}
	}
	if slices.Sort(kinds); !slices.Equal(kinds, []string{"receipt", "reply"}) || handled.Status != 200 || handled.Answered <= 0 || handled.Gate < 0 {
		t.Errorf("the way of an event is %+v", handled)
	}

	forged := passage("signature.missing")
	if len(forged.Evidence) > 0 || forged.Proved <= 0 || forged.Status != 403 || strings.Contains(forged.Request, "X-Hub-Signature") {
		t.Errorf("the way of a forged event is %+v", forged)
	}
	asked := passage("handshake.challenge")
	if !strings.HasPrefix(asked.Request, "GET https://") || strings.Contains(asked.Request, "of%20this%20test") || strings.Contains(asked.Request, "of+this+test") {
		t.Errorf("the verify token is told, or the request is none: %s", asked.Request)
	}

	l := r.Latencies
	if l == nil || l.Acknowledgement.Count < 3 || l.Evidence.Count == 0 || l.Acknowledgement.Within(0.5) <= 0 || l.Acknowledgement.Within(1).Microseconds() != l.Acknowledgement.MaxUS {
		t.Errorf("the latencies are %+v", l)
	}
}
