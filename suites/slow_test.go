package suites

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// judgeWrapped judges a reference receiver behind a handler of the test's, in a bubble.
func judgeWrapped(t *testing.T, env Env, c reference.Config, wrap func(http.Handler) http.Handler) map[string]Outcome {
	t.Helper()
	n := newNetwork()
	platform, err := mockplatform.New(mockplatform.Options{Timeout: env.AckDeadline, Dial: n.dial, Listen: n.listen})
	if err != nil {
		t.Fatal(err)
	}
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	o := platform.Options()
	c.AppSecret, c.VerifyToken, c.PageToken = o.AppSecret, o.VerifyToken, o.PageToken
	c.Accounts = []string{o.PageID, o.InstagramID()}
	c.GraphURL, c.ReceiptsURL, c.Grace, c.Dial = platform.GraphURL(), platform.ReceiptsURL(), time.Millisecond, n.dial
	receiver := reference.New(c)
	defer receiver.Close()
	listener, err := n.listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: wrap(receiver)}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) }) // it ends with Close
	defer serving.Wait()
	defer server.Close()

	env.Platform, env.URL = platform, "http://"+listener.Addr().String()+"/webhook"
	env.Features = plainFeatures()
	outcomes := map[string]Outcome{}
	for _, o := range judged(t, env) {
		outcomes[o.Requirement.ID] = o
	}
	return outcomes
}

func asItIs(h http.Handler) http.Handler { return h }

// inTurn serves one request after the other. It is no mutex, as time in a bubble does
// not pass while somebody waits for one.
func inTurn(h http.Handler) http.Handler {
	one := make(chan struct{}, 1)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one <- struct{}{}
		defer func() { <-one }()
		h.ServeHTTP(w, r)
	})
}

// TestSlowReceivers has receivers that are slow as Meta allows it: nothing that
// is a MUST may be held against them, and of the rest only what is about speed.
func TestSlowReceivers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what takes long")
	}
	for name, c := range map[string]struct {
		receiver reference.Config
		wrap     func(http.Handler) http.Handler
		warned   []string
	}{
		"300 ms before the acknowledgement": {
			reference.Config{AnswerDelay: 300 * time.Millisecond}, asItIs,
			[]string{"acknowledgement.median"},
		},
		"300 ms of work after it": {
			reference.Config{WorkDelay: 300 * time.Millisecond}, asItIs, nil,
		},
		"2 s to the reply": {
			reference.Config{WorkDelay: 2 * time.Second}, asItIs, nil,
		},
		"one request after the other, 30 ms each": {
			reference.Config{AnswerDelay: 30 * time.Millisecond}, inTurn,
			[]string{"acknowledgement.hundred-together", "acknowledgement.median", "acknowledgement.percentile-99", "acknowledgement.slow-graph-api"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inVirtualTime(t, func(t *testing.T) {
				for id, o := range judgeWrapped(t, Env{}, c.receiver, c.wrap) {
					if o.Status != Passed && o.Status != NotApplicable && !slices.Contains(c.warned, id) {
						t.Errorf("%s: %s %s %+v", id, o.Status, o.Reason, o.Finding)
					}
				}
			})
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
			inVirtualTime(t, func(t *testing.T) {
				const id = "acknowledgement.in-time"
				env := Env{Env: judge.Env{AckDeadline: c.deadline, Patience: c.patience}, Select: []string{id}}
				got := judgeWrapped(t, env, reference.Config{AnswerDelay: 500 * time.Millisecond}, asItIs)[id]
				if got.Status != c.status {
					t.Errorf("%s: %s %+v", id, got.Status, got.Finding)
				}
			})
		})
	}
}
