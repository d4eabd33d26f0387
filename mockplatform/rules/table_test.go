package rules_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// played is what became of a scene: what the receiver could see of it on the
// wire, and what the journal says was done on purpose.
type played struct {
	seen, told string
	took       time.Duration // of the first call of the Graph API
}

// scene lets three events happen, and then the bot say two things, with these
// rules in force.
func scene(t *testing.T, list ...rules.Rule) played {
	w := newWorld(t, list...)
	w.emit("Ada", "Bob")
	w.advance(2 * time.Second)
	w.emit("Ada")
	w.advance(time.Minute)
	var p played
	for range 2 {
		began := time.Now()
		status, text, header := w.send("Ada")
		if p.took == 0 {
			p.took = time.Since(began)
		}
		w.seen = append(w.seen, fmt.Sprintln(status, text, header["X-App-Usage"], header["X-Business-Use-Case-Usage"]))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	p.seen = strings.Join(w.seen, "\n")
	var told []string
	for _, x := range w.Journal().Find(func(x journal.Exchange) bool { return len(x.Faults) > 0 }) {
		told = append(told, strings.Join(x.Faults, ", "))
	}
	p.told = strings.Join(told, "; ")
	return p
}

// TestTheTable plays every row of the table of faults, with every parameter and
// every choice. It fails for a row, a parameter or a choice without a case, and for one that
// a receiver cannot notice.
func TestTheTable(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	type params = map[string]any
	cases := []struct {
		fault  string
		params params
		told   string // by the journal
		seen   string // part of what came to the receiver
		least  time.Duration
	}{
		{fault: "duplicate", told: "sent again though it was acknowledged"},
		{fault: "duplicate", params: params{"times": 2}, told: "sent again though it was acknowledged; sent again though it was acknowledged"},
		{fault: "delay", told: "delayed by 5s"},
		{fault: "delay", params: params{"by": "20s"}, told: "delayed by 20s", seen: "12:00:20"},
		{fault: "reorder", told: "held back until another delivery of the person had passed"},
		{fault: "reorder", params: params{"within": "1s"}, told: "held back for 1s, and no other delivery of the person passed"},
		{fault: "batch", told: "held back until 3 events were together"},
		{fault: "batch", params: params{"events": 5}, told: "held back until 3 events were together", seen: "12:00:05"},
		{fault: "batch", params: params{"events": 5, "within": "30s"}, told: "held back until 3 events were together", seen: "12:00:30"},
		{fault: "tampered-signature", params: params{"how": "wrong-secret"}, told: "signed with another secret"},
		{fault: "tampered-signature", params: params{"how": "unsigned"}, told: "without a signature", seen: `signed ""`},
		{fault: "tampered-signature", params: params{"how": "empty"}, told: "with an empty signature after the prefix", seen: `signed "sha256="`},
		{fault: "tampered-signature", params: params{"how": "truncated"}, told: "with only the first 32 digits of the signature"},
		{fault: "tampered-signature", params: params{"how": "changed-body"}, told: "with one bit changed at the middle of the body after signing"},
		{fault: "truncated-body", told: "broken off in the middle of the body", seen: "taken false"},
		{fault: "slow-body", params: params{"over": "60ms"}, told: "a few bytes at a time, over 60ms", seen: "taken true, in pieces true"},
		{fault: "string-timestamps", told: "with timestamps that are strings", seen: `"timestamp":"17`},
		{fault: "unknown-members", told: "with an unknown member in every object", seen: `,"referee_future":{"version":2,"tags":["a",null]}}],"referee_future":`},
		{fault: "invalid-token", told: "error 190, an invalid access token", seen: `"code":190`},
		{fault: "outside-window", told: "error 10/2018278, outside of the allowed window", seen: `"error_subcode":2018278`},
		{fault: "rate-limited", told: "error 613, the rate limit, for 5 min", seen: `"code":613`},
		{fault: "rate-limited", params: params{"wait": "90s"}, told: "error 613, the rate limit, for 2 min", seen: `{"` + mockplatform.DefaultPageID + `":[{"type":"messenger","call_count":100,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":2}]}`},
		{fault: "application-limit", told: "error 4, the app's limit", seen: `{"call_count":100,"total_cputime":20,"total_time":20}`},
		{fault: "temporary-failure", told: "error 1200, a temporary failure", seen: `"code":1200`},
		{fault: "server-error", told: "status 500, an unexpected internal error", seen: `500 {"error":`},
		{fault: "slow-answer", params: params{"by": "30ms"}, told: "an answer after 30ms", seen: `200 {"recipient_id"`, least: 30 * time.Millisecond},
		{fault: "connection-reset", told: "a reset of the connection", seen: "0  "},
		{fault: "empty-answer", told: "status 200 with an empty body", seen: "200  "},
		{fault: "malformed-answer", told: "status 200 with JSON that ends too early", seen: `"message_id":"m_AG5Hz2U `},
		{fault: "html-answer", told: "status 502 with an HTML page", seen: "502 <!DOCTYPE html>"},
	}
	plain := scene(t)
	if plain.told != "" {
		t.Fatalf("without a rule %q is done", plain.told)
	}
	missing := map[string]bool{}
	for _, k := range rules.Catalogue() {
		missing[k.Name] = true
		for _, p := range k.Params {
			missing[k.Name+" "+p.Name] = true
			for _, c := range p.Choices {
				missing[fmt.Sprintf("%s %s=%s", k.Name, p.Name, c)] = true
			}
		}
	}
	defaults := map[string]string{} // what is seen by the name of a fault
	for _, c := range cases {
		delete(missing, c.fault)
		for name, value := range c.params {
			delete(missing, c.fault+" "+name)
			delete(missing, fmt.Sprintf("%s %s=%s", c.fault, name, value))
		}
		t.Run(strings.TrimSuffix(fmt.Sprint(c.fault, c.params), "map[]"), func(t *testing.T) {
			got := scene(t, rules.Rule{Fault: c.fault, Next: 1, Params: c.params})
			if got.seen == plain.seen && (c.least == 0 || got.took < c.least) {
				t.Error("nothing happens that a receiver could notice")
			}
			if got.seen == defaults[c.fault] {
				t.Error("the parameters make no difference")
			}
			if c.params == nil {
				defaults[c.fault] = got.seen
			}
			if got.told != c.told || !strings.Contains(got.seen, c.seen) {
				t.Errorf("told %q, want %q\nseen\n%s\nwant …%s…", got.told, c.told, got.seen, c.seen)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("%s has no case here: play it", name)
	}
}
