package diagnosis

import (
	"reflect"
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

const plainEvent = `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"a","source":"SHORTLINK","type":"OPEN_THREAD"}}`

func bodyOf(events string) judge.Sent {
	body := `{"object":"page","entry":[{"id":"2","time":1527459824000,"messaging":[` + events + `]}]}`
	return judge.Sent{Method: "POST", Body: []byte(body), Size: len(body), Genuine: true, Acknowledged: true, Events: []judge.SentEvent{{JSON: []byte(events)}}}
}

// among is a world in which the plain event is the rule.
func among(sent judge.Sent) *world {
	cases := []judge.Case{{Sent: []judge.Sent{sent}}}
	for range 20 {
		cases = append(cases, judge.Case{Sent: []judge.Sent{bodyOf(plainEvent)}})
	}
	return newWorld(cases, New(schemas.Everything(), nil).known)
}

// TestTraits holds what an event has that the plain one has not.
func TestTraits(t *testing.T) {
	plain := bodyOf(plainEvent)
	for name, test := range map[string]struct {
		event string
		want  []string
	}{
		"no id":        {`{"sender":{"user_ref":"x"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"a"}}`, []string{"sender-without-id", "sender-without-id-at-all", "sender-with-user-ref", "referral-without-type"}},
		"null":         {`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":null}}`, []string{"nulls", "referral-ref-null", "referral-without-ref", "no-referral-ref"}},
		"empty":        {`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":""}}`, []string{"empty-members", "referral-ref-empty", "no-referral-ref"}},
		"another type": {`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":"1527459824","referral":{"ref":"a"}}`, []string{"other-types", "event-timestamp-as-string", "timestamp-in-seconds", "timestamp-in-seconds-as-text"}},
		"unknown":      {`{"sender":{"id":"1","x":1},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"a"}}`, []string{"unknown-members", "unknown-members-of-sender", "unknown-members-of-events"}},
		"an escape":    {`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"a\/b"}}`, []string{"escapes"}},
		"an emoji":     {`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"😀"}}`, []string{"four-byte-characters", "characters-beyond-latin-1"}},
		"another kind": {`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"read":{"watermark":1}}`, []string{"read", "other-kinds"}},
	} {
		t.Run(name, func(t *testing.T) {
			sent := bodyOf(test.event)
			w := among(sent)
			got, usual := w.ofEvent(sent, 0), w.ofEvent(plain, 0)
			for _, id := range test.want {
				if _, has := got[id]; !has {
					t.Errorf("it has not %s", id)
				}
				if _, has := usual[id]; has {
					t.Errorf("the plain event has %s, too", id)
				}
			}
		})
	}
}

// TestPlacesInADelivery holds that an event behind others is told from the first.
func TestPlacesInADelivery(t *testing.T) {
	first, second := plainEvent, `{"sender":{"id":"3"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"b"}}`
	sent := bodyOf(first + "," + second)
	sent.Events = []judge.SentEvent{{JSON: []byte(first)}, {JSON: []byte(second)}}
	w := among(sent)
	if _, has := w.ofEvent(sent, 0)["later-events"]; has {
		t.Error("the first event is said to stand behind another")
	}
	if _, has := w.ofEvent(sent, 1)["later-events"]; !has {
		t.Error("the second event is not said to stand behind another")
	}
	if _, has := w.ofBody(sent)["several-events"]; !has {
		t.Error("the delivery is not said to have several events")
	}
}

// TestMarked holds that what is marked is the trait, or what it is missing from.
func TestMarked(t *testing.T) {
	for name, test := range map[string]struct {
		event, trait, want string
	}{
		"missing": {`{"sender":{"user_ref":"x"},"timestamp":1}`, "sender-without-id", `{⟦"sender":{"user_ref":"x"}⟧,"timestamp":1}`},
		"none":    {`{"recipient":{"id":"1"},"optin":{"ref":"x"}}`, "event-without-sender", `{⟦⟧"recipient":{"id":"1"},"optin":{"ref":"x"}}`},
		"there":   {`{"sender":{"id":"1"},"read":{"watermark":1}}`, "read", `{"sender":{"id":"1"},⟦"read":{"watermark":1}⟧}`},
		"null":    {`{"sender":{"id":"1"},"referral":{"ref":null}}`, "referral-ref-null", `{"sender":{"id":"1"},"referral":{⟦"ref":null⟧}}`},
	} {
		t.Run(name, func(t *testing.T) {
			sent := bodyOf(test.event)
			ts := among(sent).ofEvent(sent, 0)
			tr, has := ts[test.trait]
			if !has {
				t.Fatalf("it has not %s", test.trait)
			}
			if got := marked(sent, 0, []*trait{tr}); got != test.want {
				t.Errorf("marked is\n%s, expected\n%s", got, test.want)
			}
		})
	}
}

// TestGivingATrait makes the plain event of an experiment.
func TestGivingATrait(t *testing.T) {
	other := bodyOf(`{"sender":{"user_ref":"x"},"recipient":{"id":"2"},"timestamp":"1527459824","referral":{"ref":null,"ad_id":"7"}}`)
	ts := among(other).ofEvent(other, 0)
	for id, want := range map[string]string{
		"sender-without-id":         `{"sender":{},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"a","source":"SHORTLINK","type":"OPEN_THREAD"}}`,
		"event-timestamp-as-string": `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":"1527459824","referral":{"ref":"a","source":"SHORTLINK","type":"OPEN_THREAD"}}`,
		"referral-ref-null":         `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":null,"source":"SHORTLINK","type":"OPEN_THREAD"}}`,
	} {
		tr, has := ts[id]
		if !has {
			t.Errorf("it has not %s", id)
			continue
		}
		got, ok := tr.with([]byte(plainEvent), other.Events[0].JSON)
		if !ok || !reflect.DeepEqual(decode(got), decode([]byte(want))) {
			t.Errorf("%s: %v %s, expected %s", id, ok, got, want)
		}
	}
}

// TestFamiliesAreConsistent holds that no id stands twice, and that ids say what is done.
func TestFamiliesAreConsistent(t *testing.T) {
	var ids []string
	for i := range families {
		f := &families[i]
		if slices.Contains(ids, f.id) {
			t.Errorf("%s stands twice", f.id)
		}
		ids = append(ids, f.id)
		if does(f.deed(), 0) == does(judge.Breaks, 0) || f.title == "" || len(f.members) == 0 {
			t.Errorf("%+v says too little", *f)
		}
	}
}
