package rules_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/mockplatform/store"
)

// What was in force in one life of a platform is in the next one on the same
// file, and goes on counting where it was.
func TestRulesSurviveARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "referee.db")
	life := func(do func(w *world)) {
		t.Helper()
		db, err := store.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorldOn(t, db)
		do(w)
		if err := errors.Join(w.Close(), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	var before []rules.State
	life(func(w *world) {
		add(t, w.rules,
			rules.Rule{Fault: "duplicate", Every: 3, Next: 2, Params: map[string]any{"times": 2}}, rules.Rule{ID: "gone", Fault: "delay"},
			rules.Rule{Fault: "rate-limited", Edge: "messages", Person: "Ada", Next: 1, Params: map[string]any{"wait": "7m"}},
			rules.Rule{Fault: "string-timestamps", Probability: 0.5, Seed: 9, Field: "messaging_postbacks"},
		)
		remove(t, w.rules, "gone")
		w.emit("Ada", "Bob")
		w.want("Ada", "Bob")
		if status, _, _ := w.send("Ada"); status != 400 {
			t.Errorf("status %d", status)
		}
		before = w.rules.Rules()
	})
	const again = "Ada, sent again though it was acknowledged"
	life(func(w *world) {
		if got := w.rules.Rules(); !reflect.DeepEqual(got, before) || got[0].Reached != 2 || !got[1].Over {
			t.Errorf("in force are %+v, want %+v", got, before)
		}
		w.emit("Ada")
		w.want("Ada", "Bob", "Ada", again, again)
		if status, _, _ := w.send("Ada"); status != 200 {
			t.Errorf("status %d", status)
		}
		if more := add(t, w.rules, rules.Rule{Fault: "delay", Person: "Cleo"}); more[0].ID != "rule-4" {
			t.Errorf("another rule got the id %s", more[0].ID)
		}
		if err := w.Reset(); err != nil {
			t.Fatal(err)
		}
	})
	life(func(w *world) {
		if got := w.rules.Rules(); len(got) > 0 {
			t.Errorf("after a reset there are %+v", got)
		}
	})
}

// documents is a store of documents.
type documents struct {
	docs map[string][]byte
	err  error
}

func (d *documents) SaveState(key string, doc []byte) error {
	if d.err == nil {
		d.docs[key] = doc
	}
	return d.err
}

func (d *documents) State(key string) ([]byte, bool, error) {
	doc, ok := d.docs[key]
	return doc, ok, d.err
}

// The rules of the options are what the options say now; what somebody removed of
// the same ones stays removed, until a reset.
func TestStandingRulesAfterARestart(t *testing.T) {
	d := &documents{docs: map[string][]byte{}}
	var warnings []string
	begin := func(standing ...rules.Rule) *rules.Set {
		t.Helper()
		s, err := rules.New(rules.Options{Rules: standing, Store: d, Warn: func(problem string) { warnings = append(warnings, problem) }})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	in := func(s *rules.Set) string {
		var ids []string
		for _, r := range s.Rules() {
			ids = append(ids, r.ID)
		}
		return strings.Join(ids, " ")
	}
	s := begin(rules.Chaos(7)...)
	all := in(s)
	remove(t, s, "chaos-delay")
	add(t, s, rules.Rule{ID: "mine", Fault: "delay", Person: "Ada"})
	without := strings.Replace(all, "chaos-delay ", "", 1) + " mine"
	if s = begin(rules.Chaos(7)...); in(s) != without {
		t.Errorf("the same ones: %s", in(s))
	}
	if s = begin(rules.Chaos(8)...); in(s) != all+" mine" {
		t.Errorf("other ones: %s", in(s))
	}
	s.Reset()
	if s = begin(rules.Chaos(8)...); in(s) != all {
		t.Errorf("after a reset: %s", in(s))
	}
	add(t, s, rules.Rule{ID: "mine", Fault: "delay"})
	if s = begin(); in(s) != "mine" || len(warnings) > 0 {
		t.Errorf("none: %s, warned of %q", in(s), warnings)
	}
	if s = begin(rules.Rule{ID: "mine", Fault: "duplicate"}); s.Rules()[0].Fault != "duplicate" || len(warnings) != 1 || !strings.Contains(warnings[0], `"mine"`) {
		t.Errorf("one of the same id: %+v, warned of %q", s.Rules(), warnings)
	}
}

// What chance decides after a restart is not what it decided before.
func TestChanceGoesOnAfterARestart(t *testing.T) {
	d := &documents{docs: map[string][]byte{}}
	var lives []string
	for range 2 {
		s, err := rules.New(rules.Options{Store: d})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Rules()) == 0 {
			add(t, s, rules.Rule{Fault: "server-error", Probability: 0.5})
		}
		trace := ""
		for range 64 {
			_, wrong := s.ForCall(journal.Exchange{Person: "1"})
			trace += map[bool]string{true: "x", false: "."}[wrong]
		}
		lives = append(lives, trace)
	}
	if lives[0] == lives[1] {
		t.Errorf("twice %s", lives[0])
	}
}

func TestAStoreOfRulesThatFails(t *testing.T) {
	d := &documents{docs: map[string][]byte{}}
	var warnings []string
	options := rules.Options{Store: d, Warn: func(problem string) { warnings = append(warnings, problem) }}
	s, err := rules.New(options)
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, rules.Rule{Fault: "duplicate"})
	d.err = errors.New("the disk is full")
	if _, err := s.Add(rules.Rule{Fault: "delay"}); !errors.Is(err, rules.ErrNotStored) || !errors.Is(err, d.err) {
		t.Errorf("added: %v", err)
	}
	if removed, err := s.Remove("rule-1"); removed || !errors.Is(err, d.err) {
		t.Errorf("removed %v: %v", removed, err)
	}
	if d := s.ForDelivery(fault.Outgoing{Attempt: 1}); d.Copies != 1 || len(s.Rules()) != 1 || len(warnings) != 1 {
		t.Errorf("disturbed %+v, warned of %q", d, warnings)
	}
	if _, err := rules.New(options); !errors.Is(err, d.err) {
		t.Errorf("opened: %v", err)
	}
	d.err, d.docs = nil, map[string][]byte{"rules": []byte("{")}
	if _, err := rules.New(options); err == nil || !strings.Contains(err.Error(), "read the rules") {
		t.Errorf("damaged: %v", err)
	}
	// A rule that the catalogue does not allow any more is left out, and told.
	d.docs["rules"] = []byte(`{"rules":[{"id":"a","fault":"delay","variant":"no.more"},{"id":"b","fault":"delay"}]}`)
	warnings = nil
	if s, err = rules.New(options); err != nil || len(s.Rules()) != 1 || len(warnings) != 1 || !strings.Contains(warnings[0], `no variant "no.more"`) {
		t.Errorf("error %v, in force %+v, warned of %q", err, s.Rules(), slices.Clone(warnings))
	}
}
