package suites

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// judgeWrapped judges a reference receiver behind a handler of the test's.
func judgeWrapped(t *testing.T, env Env, c reference.Config, wrap func(http.Handler) http.Handler) map[string]Outcome {
	t.Helper()
	platform, err := mockplatform.New(mockplatform.Options{Timeout: env.AckDeadline})
	if err != nil {
		t.Fatal(err)
	}
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	o := platform.Options()
	c.AppSecret, c.VerifyToken, c.PageToken = o.AppSecret, o.VerifyToken, o.PageToken
	c.GraphURL, c.ReceiptsURL, c.Grace = platform.GraphURL(), platform.ReceiptsURL(), time.Millisecond
	receiver := reference.New(c)
	defer receiver.Close()
	server := httptest.NewServer(wrap(receiver))
	defer server.Close()

	env.Platform, env.URL = platform, server.URL+"/webhook"
	env.Features = []Feature{Replies, Receipts, Instagram}
	outcomes := map[string]Outcome{}
	for _, o := range judged(t, env) {
		outcomes[o.Requirement.ID] = o
	}
	return outcomes
}

func asItIs(h http.Handler) http.Handler { return h }

// inTurn serves one request after the other.
func inTurn(h http.Handler) http.Handler {
	var one sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one.Lock()
		defer one.Unlock()
		h.ServeHTTP(w, r)
	})
}

// topics are the ids of the requirements of these topics.
func topics(names ...string) []string {
	var ids []string
	for _, r := range Requirements() {
		if slices.Contains(names, r.Topic()) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// TestSlowReceivers has receivers that are slow as Meta allows it: nothing that
// is a MUST may be held against them, and of the rest only what is about speed.
func TestSlowReceivers(t *testing.T) {
	few := topics("signature", "acknowledgement", "postback", "redelivery")
	for name, c := range map[string]struct {
		receiver reference.Config
		wrap     func(http.Handler) http.Handler
		selected []string
		warned   []string
	}{
		"300 ms before the acknowledgement": {
			reference.Config{AnswerDelay: 300 * time.Millisecond}, asItIs, nil,
			[]string{"acknowledgement.median"},
		},
		"300 ms of work after it": {
			reference.Config{WorkDelay: 300 * time.Millisecond}, asItIs, nil, nil,
		},
		"2 s to the reply": {
			reference.Config{WorkDelay: 2 * time.Second}, asItIs, few, nil,
		},
		"one request after the other, 30 ms each": {
			reference.Config{AnswerDelay: 30 * time.Millisecond}, inTurn, topics("acknowledgement", "postback"),
			[]string{"acknowledgement.hundred-together", "acknowledgement.median", "acknowledgement.percentile-99", "acknowledgement.slow-graph-api"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := Env{Env: judge.Env{AckDeadline: 5 * time.Second, Patience: 0.5}, Select: c.selected}
			for id, o := range judgeWrapped(t, env, c.receiver, c.wrap) {
				if o.Status != Passed && o.Status != NotApplicable && !slices.Contains(c.warned, id) {
					t.Errorf("%s: %s %s %+v", id, o.Status, o.Reason, o.Finding)
				}
			}
		})
	}
}

// TestPatienceIsTheHarnessesOwn shows that patience leaves Meta's limits alone.
func TestPatienceIsTheHarnessesOwn(t *testing.T) {
	for name, c := range map[string]struct {
		patience float64
		deadline time.Duration
		status   Status
	}{
		"little patience does not shorten the deadline": {0.05, 5 * time.Second, Passed},
		"much patience does not extend it":              {20, 200 * time.Millisecond, Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const id = "acknowledgement.in-time"
			env := Env{Env: judge.Env{AckDeadline: c.deadline, Patience: c.patience}, Select: []string{id}}
			got := judgeWrapped(t, env, reference.Config{AnswerDelay: 500 * time.Millisecond}, asItIs)[id]
			if got.Status != c.status {
				t.Errorf("%s: %s %+v", id, got.Status, got.Finding)
			}
		})
	}
}
