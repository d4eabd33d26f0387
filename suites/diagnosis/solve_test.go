package diagnosis

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// run is what a run came to, and how the receiver does in experiments.
type run struct {
	cases []judge.Case
	red   func(id string) bool // experiments with this id; nil: all but the plain ones
}

// seen is a case about one event that was acknowledged and handled.
func seen(id, event string) judge.Case {
	sent := bodyOf(event)
	sent.Proved, sent.Events[0].Handled = true, true
	return judge.Case{Outcome: judge.Outcome{Requirement: judge.Requirement{ID: id, Level: judge.Should}, Status: judge.Passed}, About: -1, Event: -1, Sent: []judge.Sent{sent}}
}

// red is a case about one event that broke a requirement.
func red(id, event string, does judge.Deed, status int) judge.Case {
	c := seen(id, event)
	c.Status, c.Does, c.About = judge.Warned, does, 0
	c.Finding = &judge.Finding{Stimulus: id}
	c.Sent[0].Acknowledged, c.Sent[0].Status, c.Sent[0].Events[0].Handled = does == judge.Loses, status, false
	return c
}

// causes looks for causes among these and events of which nothing is special.
func (r run) causes(t *testing.T) []Cause {
	t.Helper()
	all := slices.Clone(r.cases)
	for i := range 20 {
		all = append(all, seen(fmt.Sprintf("referral.plain-%d", i), plainEvent))
	}
	var specs []judge.Spec
	for _, c := range all {
		specs = append(specs, judge.Spec{Requirement: c.Requirement})
	}
	d := New(schemas.Everything(), specs)
	d.Look(all, func(specs ...judge.Spec) (outcomes []judge.Outcome) {
		for _, sp := range specs {
			id := strings.TrimPrefix(sp.ID, "experiment.")
			o := judge.Outcome{Requirement: sp.Requirement, Status: judge.Passed}
			if r.red == nil && !strings.HasPrefix(id, "plain") || r.red != nil && r.red(id) {
				o.Status, o.Finding = judge.Warned, &judge.Finding{}
			}
			outcomes = append(outcomes, o)
		}
		return outcomes
	})
	return d.Causes()
}

// compareCauses holds the ids of causes, in their order, and what they explain.
func compareCauses(t *testing.T, causes []Cause, want map[string][]string) {
	t.Helper()
	for _, c := range causes {
		if !slices.Equal(c.Explains, want[c.ID]) {
			t.Errorf("%s (%s) explains %q, expected %q", c.ID, c.Title, c.Explains, want[c.ID])
		}
	}
	if len(causes) != len(want) {
		t.Errorf("there are %d causes, expected %d", len(causes), len(want))
	}
}

const (
	withPostback = `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"postback":%s}`
	withReferral = `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":%s}`
	byUserRef    = `{"sender":{"user_ref":"x"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"a","source":"SHORTLINK","type":"OPEN_THREAD"}}`
)

func TestTypesOfMembersAreOneCause(t *testing.T) {
	good := seen("postback.good", fmt.Sprintf(withPostback, `{"title":"a","payload":"b"}`))
	cases := slices.Repeat([]judge.Case{good}, 20)
	cases = append(cases, seen("evolution.timestamp-text", strings.Replace(plainEvent, "1527459824000", `"1527459824000"`, 1)))
	cases = append(cases,
		red("evolution.postback-beside", fmt.Sprintf(withPostback, `"text"`), judge.Refuses, 500),
		red("evolution.referral-beside", fmt.Sprintf(withReferral, `[]`), judge.Refuses, 500))
	compareCauses(t, run{cases: cases}.causes(t), map[string][]string{
		"refuses.members-of-other-types": {"evolution.postback-beside", "evolution.referral-beside"},
	})
}

func TestWhatFollowsFromWaiting(t *testing.T) {
	compareCauses(t, run{cases: []judge.Case{
		seen("reply.html-page.acknowledged", plainEvent),
		red("acknowledgement.slow-graph-api", plainEvent, judge.Delays, 200),
		red("acknowledgement.median", plainEvent, judge.Delays, 200),
		red("reply.reset.acknowledged", plainEvent, judge.Refuses, 500),
	}}.causes(t), map[string][]string{
		untilDone: {"acknowledgement.median", "acknowledgement.slow-graph-api", "reply.reset.acknowledged"},
	})
}

func TestAMessageToNobodyBelongsToItsSender(t *testing.T) {
	toNobody := red(nobody, byUserRef, judge.Miscalls, 200)
	toNobody.Event = 0
	lost := red("referral.user-ref", byUserRef, judge.Loses, 200)
	lost.Event = 0
	compareCauses(t, run{cases: []judge.Case{toNobody, lost}}.causes(t), map[string][]string{"loses.sender-without-id": {"referral.user-ref", nobody}})
	compareCauses(t, run{cases: []judge.Case{toNobody}}.causes(t), map[string][]string{"miscalls.somebody": {nobody}})
}

// What the receiver ended of counts, red or not, and what it wrote last says where.
func TestEndsAtOnePlace(t *testing.T) {
	const words = "ended (exit status 1)\nRangeError: Input buffers must have the same byte length\n    at verify (/app/server.js:7:10)"
	end := func(c judge.Case) judge.Case {
		c.About, c.Blamed, c.Words = 0, true, words
		c.Sent[0].Genuine = false
		return c
	}
	got := run{cases: []judge.Case{
		end(red("signature.twice", plainEvent, judge.HangsUp, 0)),
		end(seen("signature.truncated", plainEvent)), end(seen("signature.empty", plainEvent)),
	}}.causes(t)
	compareCauses(t, got, map[string][]string{"dies.odd-signatures": {"signature.twice"}})
	if len(got) > 0 && (got[0].Where != "server.js:7" || got[0].Proof != Experiment) {
		t.Errorf("it is at %q, and its proof is %s", got[0].Where, got[0].Proof)
	}
}

// An experiment that is green says that the hypothesis is none.
func TestAHypothesisIsDropped(t *testing.T) {
	c := red("referral.odd", fmt.Sprintf(withReferral, `{"ref":null,"source":"SHORTLINK","type":"OPEN_THREAD","ad_id":"7"}`), judge.Refuses, 500)
	first := run{cases: []judge.Case{c}}.causes(t)
	if len(first) != 1 {
		t.Fatalf("there are %d causes", len(first))
	}
	dropped := strings.TrimPrefix(first[0].ID, "experiment.")
	next := run{cases: []judge.Case{c}, red: func(id string) bool {
		return !strings.HasPrefix(id, "plain") && !strings.HasPrefix(id, dropped)
	}}.causes(t)
	if len(next) != 1 || next[0].ID == dropped || next[0].Proof != Experiment {
		t.Errorf("%s was not confirmed, and there are %+v", dropped, next)
	}
}

// What is never red again is there now and then.
func TestNowAndThen(t *testing.T) {
	compareCauses(t, run{
		cases: []judge.Case{
			red("envelope.after-array", plainEvent, judge.Refuses, 503),
			red("acknowledgement.hundred-together", plainEvent, judge.Refuses, 503),
		},
		red: func(id string) bool { return strings.HasPrefix(id, "refuses.in-parallel") },
	}.causes(t), map[string][]string{"refuses.now-and-then": {"acknowledgement.hundred-together", "envelope.after-array"}})
}

// Where the receiver's own code fails is not always read: what has the same traits
// belongs there.
func TestAPlaceTakesInWhatHasItsTraits(t *testing.T) {
	const trace = "TypeError: Cannot read properties of undefined (reading 'id')\n    at handle (/app/server.js:23:31)"
	nosender := `{"recipient":{"id":"2"},"timestamp":1527459824000,"optin":{"ref":"x"}}`
	known := red("envelope.optin", nosender, judge.Refuses, 500)
	known.Sent[0].Alone, known.Finding.Output = true, trace
	further := red("envelope.app-roles", `{"recipient":{"id":"2"},"timestamp":1527459824000,"app_roles":{"1":["primary_receiver"]}}`, judge.Refuses, 500)
	more := red("envelope.policy", `{"recipient":{"id":"2"},"timestamp":1527459824000,"policy_enforcement":{"action":"block"}}`, judge.Refuses, 500)
	more.Sent[0].Alone, more.Finding.Output = true, trace
	other := seen("envelope.read", `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"read":{"watermark":1}}`)
	compareCauses(t, run{cases: []judge.Case{known, further, more, other}}.causes(t), map[string][]string{
		"refuses.event-without-sender": {"envelope.app-roles", "envelope.optin", "envelope.policy"},
	})
}
