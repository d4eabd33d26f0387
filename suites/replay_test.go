package suites

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// capturedPayloads are payloads as a capture has them: one of a kind that the
// catalogue knows, and one that only this capture has.
func capturedPayloads() []Payload {
	return []Payload{
		{What: "capture.ndjson:1 (message.text)", Body: []byte(`{"object":"page","entry":[{"id":"104508901353867","time":1767366245000,"messaging":[{"sender":{"id":"5488739091815701"},"recipient":{"id":"104508901353867"},"timestamp":1767366245000,"message":{"mid":"m_Qx7\/b\u0040w-1","text":"Xqrt"}}]}]}`)},
		{What: "capture.ndjson:2 (nearest referral.shortlink)", Body: []byte(`{"object":"page","entry":[{"id":"104508901353867","time":1767366245000,"messaging":[{"sender":{"id":"6488739091815702"},"recipient":{"id":"104508901353867"},"timestamp":1767366245000,"referral":{"ref":"kpw-8203","source":"CAPTURED","type":"OPEN_THREAD"}},{"sender":{"id":"6488739091815702"},"recipient":{"id":"104508901353867"},"timestamp":1767366245001,"read":{"watermark":1767366245000}}]}]}`)},
		{What: "capture.ndjson:3 (no event)", Body: []byte(`{"object":"page","entry":[]}`)},
	}
}

// TestRecast: other people and other mids come into a payload, the same for the
// same, and nothing else changes.
func TestRecast(t *testing.T) {
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	run, err := judge.New(judge.Env{Platform: platform, URL: platform.GraphURL(), Unheard: true}, []judge.Spec{{
		Requirement: Requirement{ID: "replay.test", Level: Must},
		Body: func(_ context.Context, s *session) {
			recastAll(t, s)
			s.Verify(nil)
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if err := run.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o, _ := run.Wait(t.Context(), 0); o.Status != Passed {
		t.Errorf("%s %s", o.Status, o.Reason)
	}
}

func recastAll(t *testing.T, s *session) {
	for _, p := range capturedPayloads() {
		body, events := recast(s, p.Body)
		var doc any
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Errorf("%s: %v in %s", p.What, err, body)
		}
		for _, old := range []string{"5488739091815701", "6488739091815702", "m_Qx7"} {
			if bytes.Contains(body, []byte(old)) {
				t.Errorf("%s still has %s: %s", p.What, old, body)
			}
		}
		if n := strings.Count(p.What, "no event"); n == 0 && len(events) == 0 {
			t.Errorf("%s: no event of it is watched", p.What)
		}
		for _, ev := range events {
			if got, _ := event.Get(ev.JSON, "/sender/id"); string(got) != `"`+ev.Session.PSID+`"` {
				t.Errorf("%s: the event of %s is %s", p.What, ev.Session.PSID, ev.JSON)
			}
		}
		if len(events) == 2 && events[0].Session.PSID != events[1].Session.PSID {
			t.Errorf("%s: one person became two", p.What)
		}
		again, _ := recast(s, p.Body)
		if len(events) > 0 && bytes.Equal(again, body) {
			t.Errorf("%s: nobody new is in it", p.What)
		}
	}
}
