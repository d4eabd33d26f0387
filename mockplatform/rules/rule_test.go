package rules_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

func TestWrongRules(t *testing.T) {
	for want, r := range map[string]rules.Rule{
		`fault: there is no fault "late"; there are duplicate, delay, `:                {Fault: "late"},
		`params.by: 2 is no duration, such as "1500ms", "2s" or "1m30s"`:               {Fault: "delay", Params: map[string]any{"by": 2}},
		`params.by: 0s is not between 1ms and 36h0m0s`:                                 {Fault: "delay", Params: map[string]any{"by": "0s"}},
		`params.within: delay has no such parameter; it has by`:                        {Fault: "delay", Params: map[string]any{"within": "1s"}},
		`params.by: truncated-body has no such parameter`:                              {Fault: "truncated-body", Params: map[string]any{"by": "1s"}},
		`params.times: 1.5 is no whole number`:                                         {Fault: "duplicate", Params: map[string]any{"times": 1.5}},
		`params.times: <nil> is no whole number`:                                       {Fault: "duplicate", Params: map[string]any{"times": nil}},
		`params.times: 11 is not between 1 and 10`:                                     {Fault: "duplicate", Params: map[string]any{"times": json.Number("11")}},
		`params.how: badly is none of wrong-secret, unsigned, `:                        {Fault: "tampered-signature", Params: map[string]any{"how": "badly"}},
		`variant: the catalogue has no variant "message"`:                              {Fault: "delay", Variant: "message"},
		`variant: server-error is a fault of the target "graph", which has no variant`: {Fault: "server-error", Variant: "message.text"},
		`field: no variant of the catalogue is of the field "message"`:                 {Fault: "delay", Field: "message"},
		`field: the variant message.text is of the field messages: nothing`:            {Fault: "delay", Variant: "message.text", Field: "messaging_referrals"},
		`edge: delay is a fault of the target "delivery", which has no edge`:           {Fault: "delay", Edge: "messages"},
		`every: -1 is negative`:                                                        {Fault: "delay", Every: -1},
		`next: -2 is negative`:                                                         {Fault: "delay", Next: -2},
		`probability: 1.5 is not between`:                                              {Fault: "delay", Probability: 1.5},
		`probability: NaN is not between`:                                              {Fault: "delay", Probability: math.NaN()},
		`probability: a rule has a probability or every, not both`:                     {Fault: "delay", Probability: 0.5, Every: 2},
		`seed: only a probability needs a seed`:                                        {Fault: "delay", Seed: 1},
		`id: "my rule" is not up to 64 letters`:                                        {Fault: "delay", ID: "my rule"},
		`id: there is a rule "mine" already`:                                           {Fault: "delay", ID: "mine"},
	} {
		s := set(t)
		add(t, s, rules.Rule{ID: "mine", Fault: "delay"})
		_, err := s.Add(r)
		var field *rules.FieldError
		if err == nil || !strings.HasPrefix(err.Error(), want) || !errors.As(err, &field) || field.Field+": "+field.Problem != err.Error() {
			t.Errorf("error %v, want %s", err, want)
		}
		if len(s.Rules()) != 1 {
			t.Errorf("%s: in force are %+v", want, s.Rules())
		}
	}
}

// One wrong rule keeps out those that are added with it, and all is told.
func TestAddingIsAllOrNothing(t *testing.T) {
	s := set(t)
	_, err := s.Add(rules.Rule{Fault: "delay"}, rules.Rule{Fault: "delay", Every: -1, Next: -1}, rules.Rule{Fault: "x"})
	if err == nil || len(s.Rules()) > 0 {
		t.Fatalf("in force are %+v, error %v", s.Rules(), err)
	}
	for _, want := range []string{"rule 2: every: ", "next: ", "rule 3: fault: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	if _, err := rules.New(rules.Options{Rules: []rules.Rule{{}}}); err == nil {
		t.Error("an empty rule is taken")
	}
	if _, err := s.Add(make([]rules.Rule, 1001)...); err == nil || !strings.Contains(err.Error(), "there can be 1000 rules") {
		t.Errorf("error %v", err)
	}
}

func TestIDs(t *testing.T) {
	s := set(t)
	added := add(t, s, rules.Rule{Fault: "delay", ID: "rule-2"}, rules.Rule{Fault: "delay"}, rules.Rule{Fault: "delay"})
	s.Reset()
	added = append(added, add(t, s, rules.Rule{Fault: "delay"})...)
	var ids []string
	for _, r := range added {
		ids = append(ids, r.ID)
	}
	if got := fmt.Sprint(ids); got != "[rule-2 rule-1 rule-3 rule-4]" {
		t.Errorf("got %s", got)
	}
	if remove(t, s, "rule-1") {
		t.Error("removed a rule that is not there")
	}
}

// Each fault can be named alone, and what a set tells of a rule makes the same
// rule again, by way of JSON too.
func TestCatalogue(t *testing.T) {
	names := map[string]bool{}
	for _, f := range rules.Catalogue() {
		if names[f.Name] || f.Title == "" || f.Description == "" || f.Params == nil || !slices.Contains(f.Filters, "person") || f.Target != rules.Delivery && f.Target != rules.Graph {
			t.Errorf("got %+v", f)
		}
		names[f.Name] = true
		params := map[string]any{}
		for _, p := range f.Params {
			if p.Description == "" || (p.Type == rules.Choice) != (p.Choices != nil) || (p.Type == rules.Choice) != (p.Min == nil) {
				t.Errorf("%s: got %+v", f.Name, p)
			}
			params[p.Name] = p.Default
			for _, bound := range []any{p.Min, p.Max} {
				if bound != nil {
					add(t, set(t), rules.Rule{Fault: f.Name, Params: map[string]any{p.Name: bound}})
				}
			}
		}
		added := add(t, set(t), rules.Rule{Fault: f.Name})[0]
		if len(params) > 0 && !reflect.DeepEqual(added.Params, params) || len(params) == 0 && added.Params != nil {
			t.Errorf("%s: got the parameters %v, want %v", f.Name, added.Params, params)
		}
		doc, err := json.Marshal(added)
		if err != nil {
			t.Fatal(err)
		}
		var again rules.Rule
		if err := json.Unmarshal(doc, &again); err != nil {
			t.Fatal(err)
		}
		if got := add(t, set(t), again)[0]; !reflect.DeepEqual(got, added) {
			t.Errorf("got %+v of %s", got, doc)
		}
	}
}
