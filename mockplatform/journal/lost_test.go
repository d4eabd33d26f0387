package journal_test

import (
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Whose deliveries and messages a full journal has dropped is known, also after a restart
// as far as it can be, and what was cleared does not count.
func TestLost(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	d := new(disk)
	o := journal.Options{Limit: 2, Store: d}
	j := opened(t, o)
	minute := 0
	record := func(kind journal.Kind, person string, variants ...string) {
		minute++
		j.Amend(j.Record(journal.Exchange{Kind: kind, Person: person, Variants: variants, At: noon.Add(time.Duration(minute) * time.Minute)}), ok)
	}
	holds := func(what, person string, since time.Time, want bool) {
		t.Helper()
		if got := j.Lost(since, "", person); got != want {
			t.Errorf("%s: %s lost something: %v", what, person, got)
		}
	}
	record(journal.Delivery, "ada", "message.text")
	record(journal.Graph, "bob")
	holds("full", "ada", noon, false)
	record(journal.Send, "cleo")
	record(journal.Send, "cleo")
	holds("dropped", "ada", noon, true)
	holds("a call that is no message", "bob", noon, false)
	holds("kept", "cleo", noon, false)
	record(journal.Delivery, "dan", "message.text", "message.text")
	record(journal.Send, "dan")
	holds("dropped", "cleo", noon, true)
	record(journal.Send, "dan")
	holds("one of several events, at 12:05", "bob", noon.Add(5*time.Minute), true)
	holds("who came later", "eve", noon.Add(6*time.Minute), false)

	j = opened(t, o)
	if n := j.Dropped(); n != 5 {
		t.Errorf("after a restart %d were dropped, want 5", n)
	}
	holds("a restart, with the oldest of 12:06", "ada", noon.Add(6*time.Minute), true)
	holds("a restart, later", "ada", noon.Add(7*time.Minute), false)

	if err := j.Clear(); err != nil {
		t.Fatal(err)
	}
	holds("cleared", "ada", noon, false)
	o.Cleared = j.Last()
	record(journal.Send, "ada")
	j = opened(t, o)
	if n := j.Dropped(); n != 0 {
		t.Errorf("%d of what was cleared count as dropped", n)
	}
	holds("cleared, and a restart", "ada", noon, false)

	// So many ids are not remembered that they need more memory than the journal.
	for _, person := range []string{"f", "g", "h", "i", "j", "k"} {
		record(journal.Send, person)
	}
	holds("one too many", "nobody", noon, true)
}
