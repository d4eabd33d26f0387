package runner

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// Each requirement that is selected is in exactly one shard, whoever asks, but for those about
// the whole run, which are in each; and no shard has much more to do than another.
func TestEachRequirementIsInOneShard(t *testing.T) {
	t.Parallel()
	all, err := choose(schemas.Everything(), nil, nil, []string{"handshake"}, false)
	if err != nil {
		t.Fatal(err)
	}
	var ofTheRun []string
	for _, r := range all.all {
		if r.OfTheRun() {
			ofTheRun = append(ofTheRun, r.ID)
		}
	}
	for _, id := range []string{"reply.somebody", "reply.storm", "acknowledgement.survives", "signature.no-secret-in-answer"} {
		if !slices.Contains(ofTheRun, id) {
			t.Errorf("%s is not about the whole run", id)
		}
	}
	divided := len(all.ids) - len(ofTheRun)
	for _, of := range []int{1, 2, 4, 7, divided} {
		in := map[string]int{}
		for i := range of {
			s := all
			s.ids, s.skipped = slices.Clone(all.ids), maps.Clone(all.skipped)
			slices.Reverse(s.ids) // their order does not count
			if err := s.part(report.Shard{Index: i + 1, Of: of}); err != nil {
				t.Fatal(err)
			}
			if n := len(s.ids) - len(ofTheRun); n < divided/of || n > divided/of+1 {
				t.Errorf("shard %d of %d has %d of %d", i+1, of, n, divided)
			}
			if !slices.Equal(s.ofTheRun, ofTheRun) {
				t.Errorf("shard %d of %d says that all judge %v", i+1, of, s.ofTheRun)
			}
			for _, id := range s.ids {
				in[id]++
			}
			if len(s.ids)+len(s.skipped) != len(all.all) {
				t.Errorf("shard %d of %d has no reason for what it leaves out", i+1, of)
			}
		}
		for _, id := range all.ids {
			want := 1
			if slices.Contains(ofTheRun, id) {
				want = of
			}
			if in[id] != want {
				t.Errorf("%s is in %d shards of %d, want %d", id, in[id], of, want)
			}
		}
	}
}

// A part that cannot be is an error.
func TestPartsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, shard := range []report.Shard{{Index: 3, Of: 2}, {Index: 0, Of: 2}, {Index: 1, Of: 0}, {Index: -1, Of: 2}, {Index: 1, Of: 3}} {
		s := selection{ids: []string{"a.b", "a.c"}, skipped: map[string]string{}}
		if err := s.part(shard); err == nil {
			t.Errorf("%d/%d is taken", shard.Index, shard.Of)
		}
	}
}

// The cause of each mutant selects what the mutant breaks; for another deed it selects the
// same.
func TestCausesSelectWhatTheyBreak(t *testing.T) {
	t.Parallel()
	s, err := choose(schemas.Everything(), nil, nil, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, m := range reference.Mutants() {
		_, trait, _ := strings.Cut(m.Cause, ".")
		if tried[m.Cause] || strings.HasPrefix(trait, captured+"-") {
			continue
		}
		tried[m.Cause] = true
		ids, isCause := s.brokenBy(m.Cause)
		if !isCause {
			t.Errorf("%s is no cause", m.Cause)
		}
		for _, r := range s.all {
			if m.BreaksRequirement(r.ID) && !slices.Contains(ids, r.ID) {
				t.Errorf("%s does not select %s", m.Cause, r.ID)
			}
		}
	}
	for cause, want := range map[string]string{
		"dies.later-entries":               "envelope.", // no mutant dies of them
		"dies.sender-without-id":           "postback.chat-plugin.accepted",
		"refuses.attachments-type-sticker": "envelope.",
	} {
		ids, _ := s.brokenBy(cause)
		if !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, want) }) {
			t.Errorf("%s selects %v", cause, ids)
		}
	}
	if ids, isCause := s.brokenBy("refuses.nothing-at-all"); isCause {
		t.Errorf("what is no cause selects %v", ids)
	}
}
