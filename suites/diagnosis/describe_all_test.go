package diagnosis

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// every is what a receiver can do.
var every = []judge.Deed{
	judge.Refuses, judge.HangsUp, judge.Hangs, judge.Dies, judge.Jams, judge.Loses, judge.Delays, judge.Misreads, judge.Misaddresses,
	judge.Repeats, judge.Handles, judge.Misanswers, judge.Admits, judge.Leaks, judge.Miscalls, judge.Storms, judge.Keeps, judge.Shows, judge.Breaks,
}

// TestEveryCauseIsDescribed holds that whatever id a diagnosis makes is one that can be
// explained: those of families, of what comes and goes, of single requirements, and of
// ends, which take the place of what a cause does.
func TestEveryCauseIsDescribed(t *testing.T) {
	requirements := []judge.Requirement{{ID: "reply.once", Title: "It replies once"}, {ID: "evolution.new-kind.accepted", Title: "A new kind is accepted"}}
	ids := map[string]bool{}
	for _, f := range families {
		_, what, _ := strings.Cut(f.id, ".")
		for _, d := range []judge.Deed{f.deed(), judge.Dies, judge.Jams} {
			ids[string(d)+"."+what] = true
		}
	}
	for _, d := range every {
		ids[familyPassing(sort{does: d}).id] = true
		ids[string(d)+"."+typedMembers.id] = true
		for _, r := range requirements {
			ids[single(symptom{Case: judge.Case{Outcome: judge.Outcome{Requirement: r}}, does: d}).id] = true
		}
	}
	for id := range ids {
		c, ok := Describe(id, schemas.Everything(), requirements)
		if !ok || c.ID != id || c.Title == "" {
			t.Errorf("%s is described as %+v, %v", id, c, ok)
		}
	}
}

// What ended the receiver, and was sent to calibrate too, is named after the requirement.
func TestAnEndIsNeverNamedAfterCalibration(t *testing.T) {
	calibrating, requirement := seen(judge.Calibrating, plainEvent), seen("referral.shortlink", plainEvent)
	end := seen(survives, plainEvent)
	end.Finding = &judge.Finding{Stimulus: requirement.Sent[0].What}
	if got := endedOf(end, []judge.Case{calibrating, requirement, end}); got != "referral.shortlink" {
		t.Errorf("it is named after %s", got)
	}
}

// TestEveryTraitIsDescribed gives each member of each variant each kind of value, and none,
// and holds that the traits which that makes can be explained, alone and with another.
func TestEveryTraitIsDescribed(t *testing.T) {
	catalogue := schemas.Everything()
	known := possible(catalogue)
	var cases []judge.Case
	done := map[string]bool{}
	for _, v := range catalogue.All() {
		plain, ok := sentOf(v)
		if !ok {
			continue
		}
		for range 20 { // which makes every other type strange
			cases = append(cases, judge.Case{Sent: []judge.Sent{plain}})
		}
		for _, body := range altered(decode(plain.Body), done) {
			s := judge.Sent{Method: "POST", Body: body, Size: len(body)}
			walk("body", decode(body), func(_, member string, v any) {
				if member == "messaging" {
					events, _ := v.([]any)
					for _, e := range events {
						s.Events = append(s.Events, judge.SentEvent{JSON: encode(e)})
					}
				}
			})
			cases = append(cases, judge.Case{Sent: []judge.Sent{s}})
		}
	}
	w := newWorld(cases, New(catalogue, nil).known)
	found := traits{}
	for _, c := range cases {
		maps.Copy(found, w.ofBody(c.Sent[0]))
		for i := range c.Sent[0].Events {
			maps.Copy(found, w.ofEvent(c.Sent[0], i))
		}
	}
	const several = 1000
	if len(found) < several {
		t.Fatalf("there are %d traits only", len(found))
	}
	var of []string
	for _, id := range slices.Sorted(maps.Keys(found)) {
		if got, ok := traitsOf(id, known); !ok || len(got) != 1 {
			of = append(of, id)
		}
		if got, ok := traitsOf(id+"-and-sender-without-id", known); !ok || len(got) != 2 {
			of = append(of, id+" with another")
		}
	}
	if len(of) > 0 {
		t.Errorf("%d of %d traits are not described, such as %q", len(of), len(found), of[:min(len(of), 40)])
	}
}

// altered are a document with one of its members changed, for each member that is not done
// yet and each change.
func altered(doc any, done map[string]bool) (all [][]byte) {
	values := []any{
		nil, "", "text", strings.Repeat("long", 100), "ANOTHER_VALUE", true, decode([]byte("1527459824")), "1527459824",
		[]any{}, []any{"text"}, map[string]any{},
	}
	var alter func(name string, v any)
	alter = func(name string, v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				alter(name, item)
			}
		case map[string]any:
			for _, member := range slices.Sorted(maps.Keys(v)) {
				was := v[member]
				alter(inside(name, member), was)
				if done[name+"."+member] {
					continue
				}
				done[name+"."+member] = true
				for _, other := range values {
					v[member] = other
					all = append(all, encode(doc))
				}
				delete(v, member)
				all = append(all, encode(doc))
				v[member] = was
			}
			v["referee_future"] = map[string]any{"a": 1}
			all = append(all, encode(doc))
			delete(v, "referee_future")
		}
	}
	alter("body", doc)
	return all
}

func encode(v any) []byte {
	doc, err := json.Marshal(v)
	if err != nil {
		panic(err) // what was decoded
	}
	return doc
}
