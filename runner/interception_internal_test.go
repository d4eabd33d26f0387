package runner

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// TestNotesOnTrust holds the notes to what the handshakes have shown.
func TestNotesOnTrust(t *testing.T) {
	const host = "graph.facebook.com"
	call := func(outcome intercept.Outcome, reason string, count int) intercept.Call {
		return intercept.Call{Way: intercept.WayTLS, Outcome: outcome, Host: host, Reason: reason, Count: count}
	}
	for name, test := range map[string]struct {
		calls  []intercept.Call
		silent bool
		ended  bool
		want   []string // how each note begins
	}{
		"spare connections": {
			calls: []intercept.Call{call(intercept.Answered, "", 40), call(intercept.Unused, "", 3)},
		},
		"distrust": {
			calls: []intercept.Call{call(intercept.Failed, intercept.Untrusted, 1)},
			want:  []string{"Once the receiver could not call graph.facebook.com: the receiver does not trust the certificate. To make it trust the platform, let it"},
		},
		"distrust, and nothing else": {
			calls: []intercept.Call{call(intercept.Failed, intercept.Untrusted, 1)}, silent: true,
			want: []string{"Once the receiver could not call graph.facebook.com: ", "No call of the receiver got through"},
		},
		"no alert": {
			calls: []intercept.Call{call(intercept.Failed, intercept.Aborted, 2)},
			want:  []string{"2 times the receiver could not call graph.facebook.com: the receiver hung up in the middle of the TLS handshake, without an alert that says why. Its own log"},
		},
		"cut off by its end": {
			calls: []intercept.Call{call(intercept.Answered, "", 40), call(intercept.Failed, intercept.Aborted, 2), call(intercept.Failed, intercept.HungUp, 1)}, ended: true,
		},
		"ended, and trusts nobody": {
			calls: []intercept.Call{call(intercept.Failed, intercept.Aborted, 2)}, ended: true,
			want: []string{"2 times the receiver could not call"},
		},
		"nothing asked": {
			calls: []intercept.Call{call(intercept.Unused, "", 1)},
			want:  []string{"Once the receiver connected to graph.facebook.com, completed the TLS handshake, and asked nothing. Its own log"},
		},
		"another failure": {
			calls: []intercept.Call{call(intercept.Failed, "the receiver does not speak TLS", 1)},
			want:  []string{"Once the receiver could not call graph.facebook.com: the receiver does not speak TLS."},
		},
		"no calls":       {silent: true, want: []string{"The receiver never called the Graph API"}},
		"calls in vain":  {calls: []intercept.Call{call(intercept.Answered, "", 1)}, silent: true, want: []string{"The receiver called the Graph API, but"}},
		"refusals alone": {calls: []intercept.Call{call(intercept.Refused, "", 1)}, silent: true, want: []string{"Once the receiver called", "The receiver never called the Graph API"}},
	} {
		t.Run(name, func(t *testing.T) {
			platform, err := mockplatform.New(mockplatform.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer platform.Close()
			j := &judged{silent: test.silent, ended: test.ended}
			j.describe(sut.Running{Interception: func() sut.Interception { return sut.Interception{Way: "a hosts file", Calls: test.calls} }}, platform)
			got := j.receiver.Notes
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("the notes are %q, want %q", got, test.want)
			}
		})
	}
}
